//! Decodes a text in every way a service may have encoded it. Each decoding is a view whose bytes remember their place in the text.

use std::collections::HashSet;
use std::ops::Range;

/// The maximum number of nested encodings that are decoded.
const MOST_ENCODINGS: u8 = 6;
/// How many of them may be base64 or hexadecimal.
const ARMOURS: u8 = 2;
/// Shorter runs of base64 are too short for a secret.
const SHORTEST_RUN: usize = 6;

/// A decoded text.
#[derive(Default)]
pub(super) struct View {
    pub(super) bytes: Vec<u8>,
    /// Where each byte comes from.
    places: Vec<(u32, u32)>,
    depth: u8,
    armours: u8,
}

impl View {
    fn of(text: &str) -> Self {
        let places = (0..).zip(1..).take(text.len()).collect();
        Self { bytes: text.as_bytes().to_vec(), places, depth: 0, armours: 0 }
    }

    pub(super) fn is_literal(&self) -> bool {
        self.depth == 0
    }

    /// The place in the text that these bytes come from.
    pub(super) fn place(&self, bytes: Range<usize>) -> Range<usize> {
        let places = self.places.get(bytes).unwrap_or_default();
        let start = places.iter().map(|(start, _)| *start).min().unwrap_or(0);
        let end = places.iter().map(|(_, end)| *end).max().unwrap_or(0);
        usize::try_from(start).unwrap_or(0)..usize::try_from(end).unwrap_or(usize::MAX)
    }

    fn push(&mut self, bytes: &[u8], place: (u32, u32)) {
        self.bytes.extend_from_slice(bytes);
        self.places.extend(bytes.iter().map(|_| place));
    }

    fn place_of(&self, bytes: Range<usize>) -> (u32, u32) {
        let places = self.places.get(bytes).unwrap_or_default();
        let start = places.iter().map(|(start, _)| *start).min().unwrap_or(0);
        (start, places.iter().map(|(_, end)| *end).max().unwrap_or(start))
    }

    /// Decodes escapes into another view. `None` if there were none.
    fn unescaped(&self, one: fn(&[u8]) -> Option<(char, usize)>, raw: bool) -> Option<Self> {
        let mut out = Self { depth: self.depth + 1, armours: self.armours, ..Self::default() };
        let (mut at, mut changed) = (0, false);
        while let Some(rest) = self.bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let marked = matches!(rest.first(), Some(b'%' | b'\\' | b'&'));
            let found = if marked { one(rest) } else { None };
            let (taken, place) = match found {
                Some((_, taken)) => (taken, self.place_of(at..at + taken)),
                None => (1, self.place_of(at..at + 1)),
            };
            match (found, rest.first()) {
                (Some((c, _)), _) if raw => out.push(&[u8::try_from(u32::from(c)).unwrap_or(b'?')], place),
                (Some((c, _)), _) => out.push(c.encode_utf8(&mut [0; 4]).as_bytes(), place),
                (None, Some(byte)) => out.push(&[*byte], place),
                (None, None) => {}
            }
            changed |= found.is_some();
            at += taken;
        }
        changed.then_some(out)
    }

    /// Decodes runs of base64 or hexadecimal from their digit number `skip` on, separated by line ends.
    fn dearmoured(&self, digit: fn(u8) -> Option<u8>, bits: usize, skip: usize) -> Option<Self> {
        let mut out = Self { depth: self.depth + 1, armours: self.armours + 1, ..Self::default() };
        let mut run: Vec<(u8, usize)> = Vec::new();
        for (at, byte) in self.bytes.iter().copied().map(Some).chain([None]).enumerate() {
            match byte {
                // Base64 is often broken into lines.
                Some(b'\r' | b'\n') if !run.is_empty() => continue,
                Some(byte) => {
                    if let Some(value) = digit(byte) {
                        run.push((value, at));
                        continue;
                    }
                }
                None => {}
            }
            if run.len() >= SHORTEST_RUN {
                self.decode(run.get(skip..).unwrap_or_default(), bits, &mut out);
            }
            run.clear();
        }
        (!out.bytes.is_empty()).then_some(out)
    }

    fn decode(&self, run: &[(u8, usize)], bits: usize, out: &mut Self) {
        let (mut value, mut filled, mut from) = (0_u32, 0, 0);
        for (digit, at) in run {
            if filled == 0 {
                from = *at;
            }
            value = (value << bits | u32::from(*digit)) & 0xffff;
            filled += bits;
            if filled >= 8 {
                filled -= 8;
                let byte = u8::try_from(value >> filled & 0xff).unwrap_or_default();
                out.push(&[byte], self.place_of(from..at + 1));
                from = *at;
            }
        }
        if let Some((_, at)) = run.last() {
            out.push(b"\n", self.place_of(*at..at + 1));
        }
    }

    fn decodings(&self) -> Vec<Self> {
        if self.depth >= MOST_ENCODINGS {
            return Vec::new();
        }
        let mut out: Vec<Self> = [
            self.unescaped(percent, true),
            self.unescaped(percent_unicode, false),
            self.unescaped(backslash, false),
            self.unescaped(backslash_byte, true),
            self.unescaped(entity, false),
        ]
        .into_iter()
        .flatten()
        .collect();
        if self.armours < ARMOURS {
            out.extend((0..4).filter_map(|skip| self.dearmoured(base64, 6, skip)));
            out.extend((0..2).filter_map(|skip| self.dearmoured(hexadecimal, 4, skip)));
        }
        out
    }
}

/// Calls `look` with a text and all its decodings, the text itself first; `false` if there are too many.
pub(super) fn each(text: &str, mut look: impl FnMut(&View)) -> bool {
    // A text in one encoding takes a few times its size.
    let mut left = text.len().max(16 << 10).saturating_mul(64);
    let mut seen: HashSet<Vec<u8>> = HashSet::new();
    let mut next = vec![View::of(text)];
    while let Some(view) = next.pop() {
        if !seen.insert(view.bytes.clone()) {
            continue;
        }
        look(&view);
        for decoding in view.decodings() {
            match left.checked_sub(decoding.bytes.len()) {
                Some(rest) => left = rest,
                None => return false,
            }
            next.push(decoding);
        }
    }
    true
}

fn hexadecimal(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// A digit of base64, the standard one and that of URLs.
fn base64(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// The value of this many hexadecimal digits.
fn digits(text: &[u8], from: usize, count: usize) -> Option<u32> {
    let digits = text.get(from..from + count)?;
    digits.iter().try_fold(0, |value, byte| Some(value << 4 | u32::from(hexadecimal(*byte)?)))
}

/// `%2B`.
fn percent(text: &[u8]) -> Option<(char, usize)> {
    let byte = digits(text, 1, 2).filter(|_| text.first() == Some(&b'%'))?;
    Some((char::from_u32(byte)?, 3))
}

/// `%u002B`.
fn percent_unicode(text: &[u8]) -> Option<(char, usize)> {
    if !text.starts_with(b"%u") && !text.starts_with(b"%U") {
        return None;
    }
    Some((char::from_u32(digits(text, 2, 4)?)?, 6))
}

/// `\u002b`, `\n`, `\/`, and what other languages write.
fn backslash(text: &[u8]) -> Option<(char, usize)> {
    let (b'\\', second) = (text.first()?, *text.get(1)?) else { return None };
    let plain = match second {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'/' | b'"' | b'\'' | b'\\' => char::from(second),
        b'x' | b'X' => return Some((char::from_u32(digits(text, 2, 2)?)?, 4)),
        b'u' | b'U' if text.get(2) == Some(&b'{') => {
            let length = text.iter().take(10).position(|byte| *byte == b'}')?;
            return Some((char::from_u32(digits(text, 3, length.checked_sub(3)?)?)?, length + 1));
        }
        b'U' => return Some((char::from_u32(digits(text, 2, 8)?)?, 10)),
        b'u' => {
            let first = digits(text, 2, 4)?;
            if let Some(c) = char::from_u32(first) {
                return Some((c, 6));
            }
            let low = digits(text, 8, 4).filter(|_| text.get(6..8) == Some(b"\\u"))?;
            let units = [u16::try_from(first).ok()?, u16::try_from(low).ok()?];
            return Some((char::decode_utf16(units).next()?.ok()?, 12));
        }
        _ => return None,
    };
    Some((plain, 2))
}

/// `\x2b` as a byte and not as a character.
fn backslash_byte(text: &[u8]) -> Option<(char, usize)> {
    let byte = digits(text, 2, 2).filter(|_| text.starts_with(b"\\x"))?;
    Some((char::from_u32(byte)?, 4))
}

/// The names of characters that HTML has for ASCII.
const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("plus", '+'),
    ("sol", '/'),
    ("equals", '='),
    ("bsol", '\\'),
    ("num", '#'),
    ("percnt", '%'),
    ("commat", '@'),
    ("colon", ':'),
    ("semi", ';'),
    ("comma", ','),
    ("period", '.'),
    ("excl", '!'),
    ("quest", '?'),
    ("dollar", '$'),
    ("lpar", '('),
    ("rpar", ')'),
    ("ast", '*'),
    ("midast", '*'),
    ("lsqb", '['),
    ("lbrack", '['),
    ("rsqb", ']'),
    ("rbrack", ']'),
    ("lcub", '{'),
    ("lbrace", '{'),
    ("rcub", '}'),
    ("rbrace", '}'),
    ("lowbar", '_'),
    ("underbar", '_'),
    ("grave", '`'),
    ("diacriticalgrave", '`'),
    ("hat", '^'),
    ("verbar", '|'),
    ("vert", '|'),
    ("verticalline", '|'),
    ("tab", '\t'),
    ("newline", '\n'),
    ("nbsp", ' '),
    ("hyphen", '-'),
    ("dash", '-'),
    ("minus", '-'),
    ("tilde", '~'),
];

/// `&#43;`, `&#x2B;`, `&plus;`.
fn entity(text: &[u8]) -> Option<(char, usize)> {
    let (mark, rest) = text.split_first()?;
    if *mark != b'&' {
        return None;
    }
    let closed = |length: usize| length + usize::from(text.get(length) == Some(&b';'));
    if let Some(number) = rest.strip_prefix(b"#") {
        let (radix, start) = if matches!(number.first(), Some(b'x' | b'X')) { (16, 3) } else { (10, 2) };
        let number = text.get(start..)?;
        let length = number.iter().take(8).take_while(|byte| char::from(**byte).is_digit(radix)).count();
        let digits = std::str::from_utf8(number.get(..length)?).ok()?;
        return Some((char::from_u32(u32::from_str_radix(digits, radix).ok()?)?, closed(start + length)));
    }
    let length = rest.iter().take(20).position(|byte| *byte == b';')?;
    let name = rest.get(..length)?;
    let (_, c) = ENTITIES.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name))?;
    Some((*c, length + 2))
}
