//! Checks that every text has both languages: `doc` in English, `doc_zh` in Chinese. The check walks the YAML tree, so it covers every text
//! wherever it is.

use super::{At, Kind};
use crate::diagnostic::{Code, Finding};

/// Keys whose values are texts.
const TEXT_KEYS: &[&str] = &["title", "doc", "meaning", "cause", "remedy", "printed", "read_as", "why", "replaced_by"];
/// What the key of the Chinese half ends in.
pub(crate) const CHINESE: &str = "_zh";

/// Whether a text stands under this key.
pub(crate) fn is_text_key(key: &str) -> bool {
    TEXT_KEYS.contains(&key)
}

/// Keys below which everything is the vendor's, or a value.
const FOREIGN: &[&str] =
    &["source", "sources", "rows", "with", "match", "within", "example", "default", "equals", "one_of", "value"];

/// Keys below which there is a mapping whose keys are names, and no words of the language.
const NAMED: &[&str] = &[
    "parameters",
    "response",
    "fields",
    "common_parameters",
    "common_response",
    "ids",
    "enums",
    "values",
    "types",
    "tables",
    "columns",
    "errors",
    "groups",
    "rules",
    "waiters",
    "states",
    "cases",
    "defects",
];

/// What the keys of a mapping are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// Words of the language.
    Words,
    /// The same, in a call of the examples.
    WordsOfExample,
    /// Names.
    Names,
}

/// Reports every text that lacks a language.
pub(crate) fn missing_translations(at: At<'_>, out: &mut Vec<Finding>) {
    visit(at, Keys::Words, out);
}

fn visit(at: At<'_>, keys: Keys, out: &mut Vec<Finding>) {
    for (key, child) in at.children() {
        let Some(key) = key else {
            visit(child, keys, out);
            continue;
        };
        if keys == Keys::Names {
            visit(child, Keys::Words, out);
            continue;
        }
        if matches!(child.kind(), Kind::Scalar(_)) {
            match key.strip_suffix(CHINESE) {
                Some(english) if is_text_key(english) => chinese(at, english, child, out),
                _ if is_text_key(key) => english(at, key, child, out),
                _ => {}
            }
            continue;
        }
        match key {
            "request" | "response" if keys == Keys::WordsOfExample => {}
            "examples" => visit(child, Keys::WordsOfExample, out),
            key if NAMED.contains(&key) => visit(child, Keys::Names, out),
            key if !FOREIGN.contains(&key) => visit(child, Keys::Words, out),
            _ => {}
        }
    }
}

fn english(around: At<'_>, key: &str, at: At<'_>, out: &mut Vec<Finding>) {
    let other = format!("{key}{CHINESE}");
    if is_empty(around, key) {
        out.push(at.key_finding(Code::MissingTranslation, format!("the English text (`{key}`) is empty")));
    }
    if !has(around, &other) {
        out.push(missing("Chinese", &other, at));
    }
}

fn chinese(around: At<'_>, english: &str, at: At<'_>, out: &mut Vec<Finding>) {
    let key = format!("{english}{CHINESE}");
    if !has(around, english) {
        out.push(missing("English", english, at));
    }
    if is_empty(around, &key) {
        out.push(at.key_finding(Code::MissingTranslation, format!("the Chinese text (`{key}`) is empty")));
    } else if !around.scalar(&key).is_some_and(|text| text.chars().any(is_chinese)) {
        out.push(
            at.finding(Code::MissingTranslation, "the Chinese text has no Chinese character")
                .help("write it in Chinese; a name or number that needs no translation belongs in another key"),
        );
    }
}

/// Whether there is such a key. What is wrong with its value is reported elsewhere.
fn has(around: At<'_>, key: &str) -> bool {
    matches!(around.kind(), Kind::Mapping(mapping) if mapping.get(key).is_some())
}

fn is_empty(around: At<'_>, key: &str) -> bool {
    around.scalar(key).is_some_and(|text| text.trim().is_empty() || text == "~")
}

fn missing(language: &str, key: &str, at: At<'_>) -> Finding {
    at.key_finding(Code::MissingTranslation, format!("the {language} text (`{key}`) is missing"))
        .help(format!("add `{key}: ...` beside the other language"))
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}
