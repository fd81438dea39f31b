//! Checks that every text has both languages. The check walks the YAML tree, so it covers every text wherever it is.

use super::{At, Kind};
use crate::diagnostic::{Code, Finding};

/// Keys whose values are texts.
const TEXT_KEYS: &[&str] = &["title", "doc", "meaning", "cause", "remedy", "printed", "read_as", "why", "replaced_by"];

/// Reports every text that lacks a language.
pub(crate) fn missing_translations(at: At<'_>, out: &mut Vec<Finding>) {
    visit(None, at, false, out);
}

fn visit(key: Option<&str>, at: At<'_>, in_example: bool, out: &mut Vec<Finding>) {
    if is_text(key, at) {
        check(at, out);
        return;
    }
    for (key, child) in at.children() {
        // Requests and responses of examples are the vendor's structures, not our texts.
        if !(in_example && matches!(key, Some("request" | "response"))) {
            visit(key, child, key == Some("examples") || (key.is_none() && in_example), out);
        }
    }
}

/// Whether a mapping is a text: it has a language, or is empty where a text belongs. A field may be called `title` too, but it has a type.
fn is_text(key: Option<&str>, at: At<'_>) -> bool {
    let Kind::Mapping(mapping) = at.kind() else { return false };
    let has = |language| mapping.get(language).is_some_and(|e| matches!(e.value.kind, Kind::Scalar(_)));
    if mapping.get("type").is_some() {
        return false;
    }
    has("en") || has("zh") || (mapping.entries().is_empty() && key.is_some_and(|key| TEXT_KEYS.contains(&key)))
}

fn check(at: At<'_>, out: &mut Vec<Finding>) {
    for (key, language) in [("en", "English"), ("zh", "Chinese")] {
        match at.scalar(key) {
            Some(text) if text.trim().is_empty() || text == "~" => {
                out.push(at.get(key).key_finding(Code::MissingTranslation, format!("the {language} text is empty")));
            }
            Some(text) if key == "zh" && !text.chars().any(is_chinese) => out.push(
                at.get(key)
                    .finding(Code::MissingTranslation, "the Chinese text has no Chinese character")
                    .help("write it in Chinese; a name or number that needs no translation belongs in another key"),
            ),
            Some(_) => {}
            None => out.push(
                at.key_finding(Code::MissingTranslation, format!("the {language} text (`{key}`) is missing"))
                    .help(format!("add `{key}: ...` beside the other language")),
            ),
        }
    }
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}
