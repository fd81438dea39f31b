//! Texts must speak both languages. Looked for in the tree, so that it holds wherever a text stands.

use super::{At, Entry, Kind};
use crate::diagnostic::{Code, Finding};

/// Reports every text that lacks a language.
pub(crate) fn missing_translations(at: At<'_>, out: &mut Vec<Finding>) {
    visit(at, false, out);
}

fn visit(at: At<'_>, in_example: bool, out: &mut Vec<Finding>) {
    match at.kind() {
        Kind::Mapping(entries) if is_text(entries) => check(at, out),
        Kind::Mapping(entries) => {
            for entry in entries {
                // What an example sends and gets are the vendor's structures, not texts of ours.
                if !(in_example && matches!(entry.key.as_str(), "request" | "response")) {
                    visit(at.get(&entry.key), entry.key == "examples", out);
                }
            }
        }
        Kind::Sequence(items) => {
            for index in 0..items.len() {
                visit(at.index(index), in_example, out);
            }
        }
        Kind::Scalar(_) => {}
    }
}

fn is_text(entries: &[Entry]) -> bool {
    !entries.is_empty()
        && entries
            .iter()
            .all(|e| (e.key == "en" || e.key == "zh") && matches!(e.value.kind, Kind::Scalar(_)))
}

fn check(at: At<'_>, out: &mut Vec<Finding>) {
    for (key, language) in [("en", "English"), ("zh", "Chinese")] {
        match at.scalar(key) {
            Some(text) if text.trim().is_empty() || text == "~" => {
                out.push(
                    at.get(key)
                        .key_finding(Code::MissingTranslation, format!("the {language} text is empty")),
                );
            }
            Some(text) if key == "zh" && !text.chars().any(is_chinese) => out.push(
                at.get(key)
                    .finding(Code::MissingTranslation, "the Chinese text has no Chinese character")
                    .help(
                        "write it in Chinese; a bare name or number needs no translation and belongs into another key",
                    ),
            ),
            Some(_) => {}
            None => out.push(
                at.key_finding(
                    Code::MissingTranslation,
                    format!("this text has no {language} (`{key}`)"),
                )
                .help(format!("add `{key}: ...` beside the other language")),
            ),
        }
    }
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}
