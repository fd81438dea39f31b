//! Searches a text for hidden texts, by runs of their characters.

use super::Hidden;
use super::view::View;
use crate::base::legible::is_treacherous;
use crate::base::sensitivity::Sensitivity;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::ops::Range;

/// This many characters of a secret count as the secret.
const RUN: usize = 16;
/// Shorter texts occur inside other texts by chance.
const SHORTEST: usize = 4;
/// A short secret with this many letters and digits is found even if other characters are between them.
const SHORTEST_BARE: usize = 8;
/// A run with this many letters and digits is found even if other characters are between them.
const BARE_RUN: usize = 12;

/// A text in lower case without invisible characters. Each byte knows the place it comes from.
#[derive(Default)]
struct Folded {
    bytes: Vec<u8>,
    /// The start and end of each byte before folding.
    places: Vec<(usize, usize)>,
}

impl Folded {
    fn of(bytes: &[u8]) -> Self {
        let mut out = Self { bytes: Vec::with_capacity(bytes.len()), places: Vec::with_capacity(bytes.len()) };
        let mut at = 0;
        for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                let place = (at, at + c.len_utf8());
                at = place.1;
                match c {
                    // In a form, a plus sign is a blank.
                    '+' => out.push(b' ', place),
                    c if c.is_ascii() && !c.is_ascii_control() => {
                        out.push(u8::try_from(c.to_ascii_lowercase()).unwrap_or_default(), place);
                    }
                    '\n' | '\r' | '\t' => out.push(b' ', place),
                    c if is_treacherous(c) => {}
                    // Some letters have two in upper case, and keep two in lower case.
                    c => c.to_uppercase().flat_map(char::to_lowercase).for_each(|c| {
                        c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| out.push(byte, place));
                    }),
                }
            }
            for byte in chunk.invalid() {
                out.push(*byte, (at, at + 1));
                at += 1;
            }
        }
        out
    }

    fn push(&mut self, byte: u8, place: (usize, usize)) {
        self.bytes.push(byte);
        self.places.push(place);
    }

    /// Keeps letters and digits only, to find a text that was broken into lines or has other characters inside.
    fn bare(&self) -> Self {
        let kept = self.bytes.iter().zip(&self.places).filter(|(byte, _)| is_bare(**byte));
        let (bytes, places) = kept.map(|(byte, place)| (*byte, *place)).unzip();
        Self { bytes, places }
    }
}

fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// A text to search for.
struct Needle {
    sensitivity: Sensitivity,
    folded: Vec<u8>,
    bare: Vec<u8>,
    /// It is so short that it occurs inside words, so only a separate word counts.
    is_word: bool,
}

/// A run of a needle: up to sixteen bytes as a number, the index of the needle, and the start of the run.
type Run = (u128, usize, usize);

/// Runs of one length, sorted.
#[derive(Default)]
struct Table {
    length: usize,
    runs: Vec<Run>,
}

/// All texts to search for.
#[derive(Default)]
pub(super) struct Needles {
    known: Vec<Needle>,
    folded: Vec<Table>,
    bare: Vec<Table>,
}

/// A match: its place in the view and its sensitivity.
pub(super) struct Found {
    pub(super) at: Range<usize>,
    #[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "only a recorder asks"))]
    pub(super) sensitivity: Sensitivity,
}

impl Needles {
    pub(super) fn of<'a>(hidden: impl IntoIterator<Item = &'a Hidden>) -> Self {
        let mut out = Self::default();
        for hidden in hidden {
            out.add(hidden.sensitivity, without_armour(hidden.text.expose()).as_bytes());
            if hidden.is_signature {
                // The service may quote the same bytes in hexadecimal instead of base64, or the other way round.
                let text = hidden.text.expose();
                let raw = unhex(text).or_else(|| STANDARD.decode(text).ok());
                if let Some(raw) = raw {
                    out.add(hidden.sensitivity, &raw);
                }
            }
        }
        for table in out.folded.iter_mut().chain(&mut out.bare) {
            table.runs.sort_unstable();
            table.runs.dedup_by_key(|(key, needle, _)| (*key, *needle));
        }
        out
    }

    fn add(&mut self, sensitivity: Sensitivity, text: &[u8]) {
        let folded = Folded::of(text);
        let bare = folded.bare().bytes;
        let folded = folded.bytes.trim_ascii().to_vec();
        if folded.len() < SHORTEST {
            return;
        }
        let number = self.known.len();
        if folded.len() < RUN {
            insert(&mut self.folded, number, 0, &folded);
            if bare.len() >= SHORTEST_BARE {
                insert(&mut self.bare, number, 0, &bare);
            }
        } else {
            // Of personal data only the beginning is searched for: the end of an email address is a domain, which is public.
            let runs = if sensitivity == Sensitivity::Personal { 1 } else { usize::MAX };
            let mut before = 0;
            for (start, run) in folded.windows(RUN).enumerate().take(runs) {
                insert(&mut self.folded, number, start, run);
                let letters: Vec<u8> = run.iter().copied().filter(|byte| is_bare(*byte)).collect();
                if letters.len() >= BARE_RUN {
                    insert(&mut self.bare, number, before, &letters);
                }
                before += usize::from(run.first().is_some_and(|byte| is_bare(*byte)));
            }
        }
        let is_word = sensitivity == Sensitivity::Personal && bare.len() < SHORTEST_BARE && folded.is_ascii();
        self.known.push(Needle { sensitivity, folded, bare, is_word });
    }

    /// Finds the texts in a view. With `whole`, parts of texts do not count.
    pub(super) fn find(&self, view: &View, whole: bool, mut found: impl FnMut(Found)) {
        if self.known.is_empty() {
            return;
        }
        let folded = Folded::of(&view.bytes);
        self.search(&self.folded, &folded, whole, |needle| &needle.folded, &mut found);
        if !self.bare.is_empty() {
            self.search(&self.bare, &folded.bare(), whole, |needle| &needle.bare, &mut found);
        }
    }

    fn search(
        &self,
        tables: &[Table],
        text: &Folded,
        whole: bool,
        of: fn(&Needle) -> &Vec<u8>,
        found: &mut impl FnMut(Found),
    ) {
        let mut window = 0_u128;
        for (end, byte) in (1..).zip(&text.bytes) {
            window = window << 8 | u128::from(*byte);
            for table in tables.iter().filter(|table| table.length <= end) {
                let key = window & mask(table.length);
                let from = table.runs.partition_point(|(run, _, _)| *run < key);
                let same = table.runs.iter().skip(from).take_while(|(run, _, _)| *run == key);
                for (_, number, offset) in same {
                    let start = end - table.length;
                    let Some(needle) = self.known.get(*number) else { continue };
                    let rest = text.bytes.get(end..).unwrap_or_default();
                    let after = of(needle).get(offset + table.length..).unwrap_or_default();
                    let more = rest.iter().zip(after).take_while(|(a, b)| a == b).count();
                    if (whole && (*offset > 0 || more < after.len()))
                        || (needle.is_word && !stands_alone(text, start, end))
                    {
                        continue;
                    }
                    let (Some((from, _)), Some((_, to))) = (text.places.get(start), text.places.get(end + more - 1))
                    else {
                        continue;
                    };
                    found(Found { at: *from..*to, sensitivity: needle.sensitivity });
                }
            }
        }
    }
}

fn insert(tables: &mut Vec<Table>, needle: usize, start: usize, run: &[u8]) {
    let key = run.iter().fold(0_u128, |key, byte| key << 8 | u128::from(*byte));
    let at = tables.iter().position(|table| table.length == run.len()).unwrap_or_else(|| {
        tables.push(Table { length: run.len(), runs: Vec::new() });
        tables.len() - 1
    });
    if let Some(table) = tables.get_mut(at) {
        table.runs.push((key, needle, start));
    }
}

fn mask(length: usize) -> u128 {
    if length >= RUN { u128::MAX } else { (1 << (8 * length)) - 1 }
}

/// Whether no letter or digit is beside it.
fn stands_alone(text: &Folded, start: usize, end: usize) -> bool {
    let is_bare_at = |at: usize| text.bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    !start.checked_sub(1).is_some_and(is_bare_at) && !is_bare_at(end)
}

/// Decodes hexadecimal.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let byte = |pair: &[u8]| match pair {
        [high, low] => u8::try_from(digit(high)? << 4 | digit(low)?).ok(),
        _ => None,
    };
    text.as_bytes().chunks(2).map(byte).collect()
}

/// A PEM text without its BEGIN and END lines, which all have in common.
fn without_armour(text: &str) -> String {
    if !text.contains("-----BEGIN ") {
        return text.to_owned();
    }
    let parts = text.split("-----").filter(|part| !part.starts_with("BEGIN ") && !part.starts_with("END "));
    parts.map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}
