//! Reads JSON into a sink. One instance of the code serves every type.
//!
//! `serde_json` rounds numbers, and stops at a value that it cannot read, even in an unknown member. This reader keeps numbers as they are
//! written, so ids stay exact, and continues after a value that it cannot read. It is as strict about structure as any JSON reader.

use super::MAX_DEPTH;
use super::budget::MemoryBudget;
use super::number::{Number, is_number};
use super::sink::{Scalar, Sink};
use std::borrow::Cow;

/// Why a text cannot be read as a JSON response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonFault {
    /// It ends too early.
    Cut,
    /// It is not JSON.
    Syntax,
    /// It is nested too deeply.
    Deep,
    /// Its values would take too much memory.
    Large,
}

/// What is wrong with a text, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JsonError {
    pub(crate) fault: JsonFault,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// Reads a JSON text into a sink.
pub(crate) fn read_json(text: &str, sink: &mut dyn Sink) -> Result<(), JsonError> {
    let mut reader = JsonReader { text, at: 0, budget: MemoryBudget::of(text.len()), room: String::new() };
    reader.whole(sink).map_err(|fault| {
        let before = text.get(..reader.at).unwrap_or(text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.len() - before.rfind('\n').map_or(0, |end| end + 1) + 1;
        JsonError { fault, line, column }
    })
}

type JsonResult<T> = Result<T, JsonFault>;

struct JsonReader<'t> {
    text: &'t str,
    at: usize,
    budget: MemoryBudget,
    /// A buffer for texts with escapes, used again for each of them.
    room: String,
}

impl<'t> JsonReader<'t> {
    fn whole(&mut self, sink: &mut dyn Sink) -> JsonResult<()> {
        self.value(Some(sink), 0)?;
        match self.next() {
            None => Ok(()),
            Some(_) => Err(JsonFault::Syntax),
        }
    }

    /// Skips whitespace and returns the next byte, without taking it.
    fn next(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let blanks = rest.iter().position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t'));
        self.at += blanks.unwrap_or(rest.len());
        self.peek()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes this byte, which must come next.
    fn expect(&mut self, mark: u8) -> JsonResult<()> {
        match self.next() {
            Some(byte) if byte == mark => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(JsonFault::Syntax),
            None => Err(JsonFault::Cut),
        }
    }

    /// Reads a value into a place, or skips it if there is none. Returns whether the place took it.
    fn value(&mut self, place: Option<&mut dyn Sink>, depth: usize) -> JsonResult<bool> {
        match self.next() {
            Some(b'{') => self.structure(place, deeper(depth)?),
            Some(b'[') => self.list(place, deeper(depth)?),
            Some(b'"') => {
                let (text, damaged) = self.string()?;
                let put = self.put(place, if damaged { Scalar::Damaged(&text) } else { Scalar::Text(&text) });
                if let Cow::Owned(used) = text {
                    self.room = used;
                }
                put
            }
            Some(_) => self.word(place, depth),
            None => Err(JsonFault::Cut),
        }
    }

    fn put(&mut self, place: Option<&mut dyn Sink>, value: Scalar<'_>) -> JsonResult<bool> {
        let Some(place) = place else { return Ok(false) };
        if place.is_list() {
            self.budget.spend(place.cost()).ok_or(JsonFault::Large)?;
        }
        let fits = place.scalar(value);
        Ok(fits && !matches!(value, Scalar::Null))
    }

    fn structure(&mut self, place: Option<&mut dyn Sink>, depth: usize) -> JsonResult<bool> {
        let Some(list) = place else { return self.members(None, depth) };
        if !list.is_list() {
            return self.members(Some(list), depth);
        }
        // A structure where a list is expected is a list of one.
        let cost = list.cost();
        self.budget.spend(cost).ok_or(JsonFault::Large)?;
        let fits = self.members(list.item(), depth)?;
        if !fits {
            list.retract();
            self.budget.refund(cost);
        }
        Ok(fits)
    }

    fn members(&mut self, mut sink: Option<&mut dyn Sink>, depth: usize) -> JsonResult<bool> {
        self.expect(b'{')?;
        if let Some(sink) = sink.as_deref_mut() {
            sink.open();
        }
        if self.next() == Some(b'}') {
            self.at += 1;
            return Ok(sink.is_some_and(|sink| takes_members(sink)));
        }
        loop {
            match self.next() {
                Some(b'"') => {}
                Some(_) => return Err(JsonFault::Syntax),
                None => return Err(JsonFault::Cut),
            }
            let (name, _) = self.string()?;
            self.expect(b':')?;
            match sink.as_deref_mut() {
                Some(sink) => {
                    self.budget.spend(sink.cost()).ok_or(JsonFault::Large)?;
                    if self.value(sink.member(&name), depth)? {
                        sink.filled(&name);
                    } else {
                        sink.missed(&name);
                    }
                }
                None => {
                    self.value(None, depth)?;
                }
            }
            if self.ends(b'}')? {
                return Ok(sink.is_some_and(|sink| takes_members(sink)));
            }
        }
    }

    fn list(&mut self, place: Option<&mut dyn Sink>, depth: usize) -> JsonResult<bool> {
        self.expect(b'[')?;
        let mut sink = place;
        if self.next() == Some(b']') {
            self.at += 1;
            return Ok(sink.is_some_and(|sink| {
                // A place that takes any type becomes an empty list.
                if !sink.is_list() && sink.item().is_some() {
                    sink.retract();
                }
                takes_items(sink)
            }));
        }
        loop {
            match sink.as_deref_mut() {
                Some(sink) => {
                    let cost = sink.cost();
                    self.budget.spend(cost).ok_or(JsonFault::Large)?;
                    // Taken back if the element does not fit.
                    if !self.value(sink.item(), depth)? && sink.is_list() {
                        sink.retract();
                        self.budget.refund(cost);
                    }
                }
                None => {
                    self.value(None, depth)?;
                }
            }
            if self.ends(b']')? {
                return Ok(sink.is_some_and(|sink| takes_items(sink)));
            }
        }
    }

    /// Takes the next byte: `true` for the closing one, `false` for a comma.
    fn ends(&mut self, mark: u8) -> JsonResult<bool> {
        let found = self.next();
        match found {
            Some(byte) if byte == mark || byte == b',' => self.at += 1,
            Some(_) => return Err(JsonFault::Syntax),
            None => return Err(JsonFault::Cut),
        }
        Ok(found == Some(mark))
    }

    /// Reads a number, `true`, `false` or `null`. What only looks like a number (`NaN`, `01`, `1.`) becomes a damaged value.
    fn word(&mut self, place: Option<&mut dyn Sink>, depth: usize) -> JsonResult<bool> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.bytes().position(|byte| !byte.is_ascii_alphanumeric() && !b"+-.".contains(&byte));
        // The word may have been cut off.
        if end.is_none() && depth > 0 {
            return Err(JsonFault::Cut);
        }
        let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let value = match word {
            "true" => Scalar::Boolean(true),
            "false" => Scalar::Boolean(false),
            "null" => Scalar::Null,
            _ => match plain(word) {
                Some(number) => Scalar::Number(Number::Whole(number)),
                None if is_number(word) => Scalar::Number(Number::Written(word)),
                None if depth > 0 && is_like_number(word) => Scalar::Damaged(word),
                None => return Err(JsonFault::Syntax),
            },
        };
        self.at += word.len();
        self.put(place, value)
    }

    /// Reads a text. The flag says whether it has invalid escapes; U+FFFD stands for each of them.
    fn string(&mut self) -> JsonResult<(Cow<'t, str>, bool)> {
        self.at += 1;
        let (plain, ends) = self.plain()?;
        if ends {
            return Ok((Cow::Borrowed(plain), false));
        }
        let (mut text, mut damaged) = (std::mem::take(&mut self.room), false);
        text.clear();
        text.push_str(plain);
        loop {
            let escaped = self.escape()?;
            damaged |= escaped.is_none();
            text.push(escaped.unwrap_or(char::REPLACEMENT_CHARACTER));
            let (plain, ends) = self.plain()?;
            text.push_str(plain);
            if ends {
                return Ok((Cow::Owned(text), damaged));
            }
        }
    }

    /// Reads up to the next escape or the end of the text; `true` at the end.
    fn plain(&mut self) -> JsonResult<(&'t str, bool)> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(end) = memchr::memchr2(b'"', b'\\', rest.as_bytes()) else {
            self.at = self.text.len();
            return Err(JsonFault::Cut);
        };
        self.at += end + 1;
        Ok((rest.get(..end).unwrap_or_default(), rest.as_bytes().get(end) == Some(&b'"')))
    }

    /// Reads an escape after its `\`; `None` if it is invalid or half a surrogate pair.
    fn escape(&mut self) -> JsonResult<Option<char>> {
        let Some(kind) = self.peek() else { return Err(JsonFault::Cut) };
        let plain = match kind {
            b'"' | b'\\' | b'/' => char::from(kind),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return Ok(self.unicode()),
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(Some(plain))
    }

    fn unicode(&mut self) -> Option<char> {
        let first = self.hex(self.at)?;
        self.at += 5;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        // A surrogate pair: the second half must follow.
        let second = (self.peek() == Some(b'\\')).then(|| self.hex(self.at + 1))??;
        let both = char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + second.checked_sub(0xdc00)?)?;
        let fits = second < 0xe000;
        self.at += if fits { 6 } else { 0 };
        fits.then_some(both)
    }

    /// The value of `u` and four hexadecimal digits at this place.
    fn hex(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..at + 5)?.strip_prefix('u')?;
        let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        all.then(|| u32::from_str_radix(digits, 16).ok())?
    }
}

fn takes_members(sink: &dyn Sink) -> bool {
    sink.is_structure() || sink.is_any()
}

fn takes_items(sink: &dyn Sink) -> bool {
    sink.is_list() || sink.is_any()
}

/// Parses the common case fast: up to 18 digits without sign, fraction or exponent.
fn plain(word: &str) -> Option<i64> {
    let fits = (1..=18).contains(&word.len()) && (word.len() == 1 || !word.starts_with('0'));
    let digit = |number: i64, byte: u8| byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0'));
    if fits { word.bytes().try_fold(0, digit) } else { None }
}

/// Whether a word is an invalid spelling of a number, such as `NaN` or `01`.
fn is_like_number(word: &str) -> bool {
    let word = word.trim_start_matches(['+', '-']);
    matches!(word, "NaN" | "nan" | "Infinity" | "Inf" | "inf")
        || word.starts_with(|c: char| c.is_ascii_digit() || c == '.')
}

fn deeper(depth: usize) -> JsonResult<usize> {
    if depth < MAX_DEPTH { Ok(depth + 1) } else { Err(JsonFault::Deep) }
}
