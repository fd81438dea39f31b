//! From the tree to the value that serde reads.
//!
//! What an unquoted word means is settled here, by the core schema of YAML 1.2: a number, `true`, nothing, or else a text. Tests compare it
//! with what `serde_yaml` reads.

use super::tree::{Kind, Node};
use std::fmt;
use std::ops::Range;

/// A value, without its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Self>),
    Mapping(Mapping),
}

/// A number. `Signed` is below zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned(number) => number.fmt(f),
            Self::Signed(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
        }
    }
}

/// Keys and values, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Mapping(pub(super) Vec<(Value, Value)>);

impl Mapping {
    /// The value under a text.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        let found = self.0.iter().find(|(known, _)| matches!(known, Value::Text(known) if known == key));
        found.map(|(_, value)| value)
    }
}

/// A word that has no value: its bytes, what is wrong, and what to do.
pub(super) type Refused = (Range<usize>, String, &'static str);

/// The value of a tree.
pub(super) fn value(node: &Node) -> Result<Value, Refused> {
    Ok(match &node.kind {
        Kind::Scalar(text) => scalar(text, node.plain, &node.span)?,
        Kind::Sequence(items) => Value::List(items.iter().map(value).collect::<Result<_, _>>()?),
        Kind::Mapping(mapping) => {
            let mut map = Vec::with_capacity(mapping.entries().len());
            for entry in mapping.entries() {
                map.push((scalar(&entry.key, entry.plain, &entry.key_span)?, value(&entry.value)?));
            }
            Value::Mapping(Mapping(map))
        }
    })
}

fn scalar(text: &str, plain: bool, span: &Range<usize>) -> Result<Value, Refused> {
    // Parsers of YAML disagree about an unquoted text that begins so, or refuse it.
    if plain
        && text.starts_with(['|', '>', '@', '`', '%', '&', '*', '!', '#', ',', '[', ']', '{', '}', '\'', '"', '?', ':'])
    {
        let message = "not YAML: an unquoted text cannot begin with this sign".to_owned();
        return Err((span.clone(), message, "quote it"));
    }
    if !plain || !is_doubtful(text) {
        return Ok(Value::Text(text.to_owned()));
    }
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text)
            .map_err(|TooLarge| {
                let message = format!("the number {text} is too large: a number has at most 64 bits");
                (span.clone(), message, "quote it if it is a text")
            })?
            .map_or_else(|| Value::Text(text.to_owned()), Value::Number),
    })
}

/// Whether an unquoted word may be something other than a text: a number, or `true`, `false` or `null` in any case.
fn is_doubtful(text: &str) -> bool {
    match text.bytes().next() {
        None | Some(b'0'..=b'9' | b'+' | b'-' | b'.' | b'~') => true,
        Some(_) => ["true", "false", "null"].iter().any(|word| text.eq_ignore_ascii_case(word)),
    }
}

struct TooLarge;

/// A whole number in decimal, hexadecimal, octal or binary digits, or a floating one. `None` for a text.
fn number(text: &str) -> Result<Option<Number>, TooLarge> {
    let (sign, rest) = match text.split_at_checked(1) {
        Some((sign @ ("+" | "-"), rest)) => (sign, rest),
        _ => ("", text),
    };
    let based = [("0x", 16), ("0o", 8), ("0b", 2)];
    let (digits, base) =
        based.iter().find_map(|(prefix, base)| Some((rest.strip_prefix(prefix)?, *base))).unwrap_or((rest, 10));
    let whole = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(base));
    if !whole {
        return Ok(float(text, sign, rest).map(Number::Float));
    }
    // Zeros before other digits make a text.
    if base == 10 && digits.len() > 1 && digits.starts_with('0') {
        return Ok(None);
    }
    if sign != "-" {
        return u64::from_str_radix(digits, base).map(|number| Some(Number::Unsigned(number))).map_err(|_| TooLarge);
    }
    match i64::from_str_radix(&format!("-{digits}"), base) {
        Ok(0) => Ok(Some(Number::Unsigned(0))),
        Ok(number) => Ok(Some(Number::Signed(number))),
        Err(_) => Err(TooLarge),
    }
}

fn float(text: &str, sign: &str, rest: &str) -> Option<f64> {
    match (sign, rest) {
        ("-", ".inf" | ".Inf" | ".INF") => Some(f64::NEG_INFINITY),
        (_, ".inf" | ".Inf" | ".INF") => Some(f64::INFINITY),
        ("", ".nan" | ".NaN" | ".NAN") => Some(f64::NAN),
        _ if rest.starts_with(['+', '-']) => None,
        _ => text.parse().ok().filter(|number: &f64| number.is_finite()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

    use super::*;
    use crate::source::{Limits, SourceFile};
    use std::path::Path;

    /// Words that may be something other than a text.
    const WORDS: [&str; 70] = [
        "1",
        "-1",
        "+1",
        "0x1F",
        "0o17",
        "017",
        "0b11",
        "1e3",
        "1.5",
        ".5",
        "-.inf",
        ".nan",
        "~",
        "null",
        "Null",
        "nULL",
        "true",
        "True",
        "TRUE",
        "tRUE",
        "false",
        "yes",
        "no",
        "on",
        "n",
        "t",
        "2026-01-02",
        "2026-01-02 03:04:05",
        "1_000",
        "12e",
        "0x",
        "-",
        "--",
        "+",
        ".",
        "...x",
        "1:2",
        "99999999999999999999",
        "-9223372036854775809",
        "1e999",
        "-0",
        "+0x1F",
        "-0x1F",
        "-0b11",
        "0xZZ",
        "-017",
        "00.5",
        "+-1",
        "-+1",
        "+.inf",
        "+.nan",
        "inf",
        "1.",
        "+.5e-3",
        "18446744073709551615",
        "-9223372036854775808",
        "0o8",
        "?x",
        ":x",
        "=x",
        "'1'",
        "\"true\"",
        "''",
        "",
        "|\n    1",
        ">-\n    a\n    b",
        "1 2",
        "a#b",
        "-a",
        "域",
    ];

    fn theirs(value: &Value) -> serde_yaml::Value {
        match value {
            Value::Null => serde_yaml::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number(Number::Unsigned(number)) => (*number).into(),
            Value::Number(Number::Signed(number)) => (*number).into(),
            Value::Number(Number::Float(number)) => (*number).into(),
            Value::Text(text) => text.as_str().into(),
            Value::List(items) => items.iter().map(theirs).collect::<Vec<_>>().into(),
            Value::Mapping(map) => {
                map.0.iter().map(|(key, value)| (theirs(key), theirs(value))).collect::<serde_yaml::Mapping>().into()
            }
        }
    }

    /// The tree must give the same value as `serde_yaml`.
    fn same(name: &str, text: &str) {
        let file = SourceFile::new(name, text);
        let (_, parsed) = crate::yaml::read(&file, &Limits::default(), &mut Vec::new());
        let Some(parsed) = parsed else { return };
        let made = value(&parsed.root);
        let Ok(made) = made else { return };
        let read: serde_yaml::Value =
            serde_yaml::from_str(&parsed.text).unwrap_or_else(|error| panic!("{name}: {made:?}, but {error}"));
        let made = theirs(&made);
        assert!(made == read, "{name}:\n{made:#?}\n{read:#?}");
    }

    #[test]
    fn the_tree_means_what_serde_yaml_reads() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut folders = vec![here.join("tests/data"), here.join("../spec")];
        let mut count = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|end| end == "yaml") {
                    let text = std::fs::read_to_string(&path).unwrap();
                    same(&path.display().to_string(), &text);
                    same(&path.display().to_string(), &text.replace('\n', "\r\n"));
                    count += 1;
                }
            }
        }
        assert!(count > 200, "only {count} files");
        for word in WORDS {
            same(word, &format!("a: {word}\n"));
            same(word, &format!("a: [x, {word}]\n"));
            // A key that is left out is refused by one of the parsers, and by every struct.
            if !word.contains('\n') && !word.is_empty() {
                same(word, &format!("{word}: a\n"));
            }
        }
    }
}
