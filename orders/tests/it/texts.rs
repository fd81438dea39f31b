//! Every text of the library has its Chinese: read from the sources, where each stands in both languages.

use crate::rooms::sources;
use cloudcert_orders::base::text::spoken;
use cloudcert_orders::{Failure, Kind, Lang, Text, text};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What stands behind `text!(`.
struct Pair {
    place: String,
    en: String,
    zh: String,
}

/// The literal at the beginning of some code, and what follows it.
fn literal(code: &str) -> Option<(String, &str)> {
    let code = code.trim_start().strip_prefix('"')?;
    let mut escaped = false;
    let end = code.find(|c| {
        let is_end = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        is_end
    })?;
    let text = code[..end].replace("\\\"", "\"").replace("\\\\", "\\");
    let lines: Vec<&str> = text.split("\\\n").map(str::trim_start).collect();
    Some((lines.concat(), &code[end + 1..]))
}

fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    text.lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

fn pairs() -> Vec<Pair> {
    let mut pairs = Vec::new();
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        for behind in code(&file).split("text!(").skip(1) {
            let place = format!("{}: {}", file.display(), behind.chars().take(80).collect::<String>());
            let (en, rest) = literal(behind).unwrap_or_else(|| panic!("{place}"));
            let (zh, _) = rest.strip_prefix(',').and_then(literal).unwrap_or_else(|| panic!("{place}"));
            pairs.push(Pair { place, en, zh });
        }
    }
    assert!(pairs.len() > 300, "the test reads next to nothing: {} texts", pairs.len());
    pairs
}

/// Splits a text into the names in its braces and the rest.
fn names(text: &str) -> (BTreeSet<String>, String) {
    let (mut names, mut rest) = (BTreeSet::new(), String::new());
    let text = text.replace("{{", "\u{1}").replace("}}", "\u{2}");
    for (number, part) in text.split(['{', '}']).enumerate() {
        if number % 2 == 0 {
            rest.push_str(part);
            rest.push('\u{0}');
        } else {
            names.insert(part.split(':').next().unwrap().to_owned());
        }
    }
    (names, rest)
}

/// The text without what stands in quotes, which is written as it is.
fn unquoted(text: &str) -> String {
    text.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> BTreeSet<String> {
    let all = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.chars().any(char::is_alphabetic));
    all.map(str::to_ascii_lowercase).collect()
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[test]
fn each_text_is_in_both_languages() {
    let mut wrong = Vec::new();
    for Pair { place, en, zh } in pairs() {
        let ((mut of_en, plain_en), (of_zh, plain_zh)) = (names(&en), names(&zh));
        if !words(&unquoted(&plain_en)).is_empty() && !is_chinese(&plain_zh) {
            wrong.push(format!("{place}: its second text is not Chinese"));
        }
        if is_chinese(&plain_en) {
            wrong.push(format!("{place}: its first text is not English"));
        }
        // What another library says in English is told in English alone.
        of_en.remove("words");
        if of_en != of_zh {
            wrong.push(format!("{place}: the languages have different names: {of_en:?}, {of_zh:?}"));
        }
        let known = words(&plain_en);
        let strange: Vec<String> =
            words(&unquoted(&plain_zh)).into_iter().filter(|word| !known.contains(word)).collect();
        if !strange.is_empty() {
            wrong.push(format!("{place}: its Chinese has words that are no names: {strange:?}"));
        }
        if en.len() > 1 && en.ends_with('.') != zh.ends_with('。') {
            wrong.push(format!("{place}: one of both is a sentence, and the other is not"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn quotations_are_not_sentences_of_the_library() {
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        for behind in code(&file).split("Text::quote(").skip(1) {
            let behind = behind.trim_start().trim_start_matches("format!(");
            if let Some((text, _)) = literal(behind) {
                assert!(words(&names(&text).1).len() < 2, "{}: write `{text}` with `text!`", file.display());
            }
        }
    }
}

#[test]
fn a_failure_speaks_both_languages() {
    let why = text!("the disk is full", "磁盘已满");
    let failure = Failure::new(Kind::Failed, text!("not written: {why}", "未写入：{why}"; why)).at("/var/lib/x");
    let failure = failure.remedy(text!("Make room on {}.", "请在 {} 上腾出空间。", "/var"));
    assert_eq!(failure.to_string(), "/var/lib/x: not written: the disk is full. Make room on /var.");
    assert_eq!(failure.whole().of(Lang::Zh), "/var/lib/x: 未写入：磁盘已满。请在 /var 上腾出空间。");
    assert_eq!((failure.message(), failure.next()), ("not written: the disk is full", Some("Make room on /var.")));
}

#[test]
fn json_has_both_languages_or_the_one_that_was_asked_for() {
    let all =
        json!([text!("done", "完成"), Text::quote("NoQuota"), { "why": text!("no", "否") }, { "en": 1, "zh": 2 }]);
    assert_eq!(all[0], json!({ "en": "done", "zh": "完成" }));
    assert_eq!(spoken(all.clone(), Lang::Zh), json!(["完成", "NoQuota", { "why": "否" }, { "en": 1, "zh": 2 }]));
    assert_eq!(spoken(all.clone(), Lang::En), json!(["done", "NoQuota", { "why": "no" }, { "en": 1, "zh": 2 }]));
    for (at, of) in [(0, text!("done", "完成")), (1, Text::quote("NoQuota"))] {
        assert_eq!(serde_json::from_value::<Text>(all[at].clone()).unwrap(), of);
    }
}
