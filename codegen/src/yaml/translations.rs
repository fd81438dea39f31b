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

/// Keys below which the vendor's names stand in place of ours.
const FOREIGN: &[&str] = &["sources", "rows", "with", "match"];

/// Reports every text that lacks a language.
pub(crate) fn missing_translations(at: At<'_>, out: &mut Vec<Finding>) {
    visit(at, false, out);
}

fn visit(at: At<'_>, in_example: bool, out: &mut Vec<Finding>) {
    for (key, child) in at.children() {
        let Some(key) = key else {
            visit(child, in_example, out);
            continue;
        };
        if matches!(child.kind(), Kind::Scalar(_)) {
            match key.strip_suffix(CHINESE) {
                Some(english) if is_text_key(english) => chinese(at, english, child, out),
                _ if is_text_key(key) => english(at, key, child, out),
                _ => {}
            }
            continue;
        }
        let foreign = FOREIGN.contains(&key) || (in_example && matches!(key, "request" | "response"));
        if !foreign {
            visit(child, key == "examples", out);
        }
    }
}

fn english(around: At<'_>, key: &str, at: At<'_>, out: &mut Vec<Finding>) {
    let other = format!("{key}{CHINESE}");
    if is_empty(around, key) {
        out.push(at.key_finding(Code::MissingTranslation, format!("the English text (`{key}`) is empty")));
    }
    if around.scalar(&other).is_none() {
        out.push(missing("Chinese", &other, at));
    }
}

fn chinese(around: At<'_>, english: &str, at: At<'_>, out: &mut Vec<Finding>) {
    let key = format!("{english}{CHINESE}");
    if around.scalar(english).is_none() {
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
