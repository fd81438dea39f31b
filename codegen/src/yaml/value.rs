//! From the tree to the value that serde reads, without parsing the text a second time.
//!
//! `serde_yaml` decides what an unquoted word means (a number, `true`, nothing); it is asked about each word that may not be a text. If its
//! answer is unexpected, it reads the whole text instead.

use super::tree::{Kind, Node};
use serde_yaml::{Mapping, Value};

/// The value of a tree. `None` if `serde_yaml` must read the whole text to tell.
pub(super) fn value(node: &Node) -> Option<Value> {
    match &node.kind {
        Kind::Scalar(text) => scalar(text, node.plain),
        Kind::Sequence(items) => items.iter().map(value).collect::<Option<_>>().map(Value::Sequence),
        Kind::Mapping(mapping) => {
            let mut map = Mapping::with_capacity(mapping.entries().len());
            for entry in mapping.entries() {
                // Whether a key may be left out altogether depends on the syntax.
                let key = scalar(&entry.key, entry.plain).filter(|key| !key.is_null())?;
                map.insert(key, value(&entry.value)?);
            }
            Some(Value::Mapping(map))
        }
    }
}

fn scalar(text: &str, plain: bool) -> Option<Value> {
    // The two parsers disagree about the other characters that an unquoted word may begin with.
    if plain
        && text.starts_with([
            '|', '>', '@', '`', '%', '&', '*', '!', '#', ',', '[', ']', '{', '}', '\'', '"', '?', ':', '=',
        ])
    {
        return None;
    }
    if !plain || !is_doubtful(text) {
        return Some(Value::String(text.to_owned()));
    }
    if let Some(known) = usual(text) {
        return Some(known);
    }
    let value: Value = serde_yaml::from_str(text).ok()?;
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Some(value),
        Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => None,
    }
}

/// Whether an unquoted word may be something other than a text: a number, or `true`, `false` or `null` in any case.
fn is_doubtful(text: &str) -> bool {
    match text.bytes().next() {
        None | Some(b'0'..=b'9' | b'+' | b'-' | b'.' | b'~') => true,
        Some(_) => ["true", "false", "null"].iter().any(|word| text.eq_ignore_ascii_case(word)),
    }
}

/// Reads the common forms of such words without asking `serde_yaml`.
fn usual(text: &str) -> Option<Value> {
    match text {
        "true" => return Some(Value::Bool(true)),
        "false" => return Some(Value::Bool(false)),
        _ => {}
    }
    let short = text.len() < 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = short && (text == "0" || !text.starts_with('0'));
    number.then(|| text.parse::<u64>().ok()).flatten().map(Value::from)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

    use super::*;
    use crate::source::{Limits, SourceFile};
    use std::path::Path;

    /// The tree must give the same value as `serde_yaml`.
    fn same(name: &str, text: &str) {
        let file = SourceFile::new(name, text);
        let (_, parsed) = crate::yaml::read(&file, &Limits::default(), &mut Vec::new());
        let Some(parsed) = parsed else { return };
        let Some(made) = value(&parsed.root) else { return };
        let read: Value =
            serde_yaml::from_str(&parsed.text).unwrap_or_else(|error| panic!("{name}: {made:?}, but {error}"));
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
        let words = [
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
        for word in words {
            same(word, &format!("a: {word}\n"));
            same(word, &format!("a: [x, {word}]\n"));
            if !word.contains('\n') {
                same(word, &format!("{word}: a\n"));
            }
        }
    }
}
