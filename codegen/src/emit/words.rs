//! Conditions, shapes and lists of values in words, in both languages.

use crate::model::{Action, Condition, Format, Text};
use serde_json::Value;

/// A text as code in Markdown.
pub(super) fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// A value as code in Markdown: a text without its quotes, anything else as JSON.
pub(super) fn value(of: &Value) -> String {
    code(&of.as_str().map_or_else(|| of.to_string(), str::to_owned))
}

/// Texts as code, `a`, `b` and `c`, with this word before the last.
pub(super) fn codes<'a>(texts: impl IntoIterator<Item = &'a str>, last: &str) -> Text {
    let quoted: Vec<String> = texts.into_iter().map(code).collect();
    Text { en: listed(&quoted, last), zh: quoted.join("、") }
}

/// `a, b or c`.
pub(super) fn listed(items: &[String], last: &str) -> String {
    match items.split_last() {
        Some((end, others)) if !others.is_empty() => format!("{} {last} {end}", others.join(", ")),
        _ => items.concat(),
    }
}

/// Paths of parameters as code.
pub(super) fn paths(of: &[Vec<String>], last: &str) -> Text {
    let names: Vec<String> = of.iter().map(|path| path.join(".")).collect();
    codes(names.iter().map(String::as_str), last)
}

/// A condition in words.
pub(super) fn condition(action: &Action, of: &Condition) -> Text {
    let text = |en: String, zh: String| Text { en, zh };
    match of {
        Condition::OneOf { path, values } => one_of(action, path, values),
        Condition::Present(path) => {
            let name = path.join(".");
            text(format!("`{name}` is given"), format!("给出了 `{name}`"))
        }
        Condition::Absent(path) => {
            let name = path.join(".");
            text(format!("`{name}` is not given"), format!("未给出 `{name}`"))
        }
        Condition::Is { path, format } => {
            let (name, [en, zh]) = (path.join("."), shape(*format));
            text(format!("`{name}` is {en}"), format!(" `{name}` 是{zh}"))
        }
        Condition::All(list) => joined(action, list, " and ", "，且"),
        Condition::Any(list) => joined(action, list, " or ", "，或"),
        Condition::Not(inner) => {
            let inner = condition(action, inner);
            text(format!("it is not true that {}", inner.en), format!("并非{}", inner.zh))
        }
    }
}

/// An absent parameter with a default counts as its default.
fn one_of(action: &Action, path: &[String], values: &[Value]) -> Text {
    let name = path.join(".");
    let field = path.first().filter(|_| path.len() == 1).and_then(|name| action.parameter(name));
    let absent = field.and_then(|field| field.default.as_ref()).is_some_and(|default| values.contains(default));
    let mut quoted: Vec<String> = values.iter().map(value).collect();
    let chinese = format!(" `{name}` {}为 {}", if absent { "未给出或" } else { "" }, quoted.join("、"));
    if absent {
        quoted.insert(0, "absent".to_owned());
    }
    Text { en: format!("`{name}` is {}", listed(&quoted, "or")), zh: chinese }
}

fn joined(action: &Action, list: &[Condition], en: &str, zh: &str) -> Text {
    let parts: Vec<Text> = list
        .iter()
        .map(|part| {
            let words = condition(action, part);
            if matches!(part, Condition::All(_) | Condition::Any(_)) {
                Text { en: format!("({})", words.en), zh: format!("（{}）", words.zh) }
            } else {
                words
            }
        })
        .collect();
    let all = |of: fn(&Text) -> &str, with: &str| parts.iter().map(of).collect::<Vec<_>>().join(with);
    Text { en: all(|text| &text.en, en), zh: all(|text| &text.zh, zh) }
}

/// A shape, in the words that follow `is`.
pub(super) fn shape(format: Format) -> [&'static str; 2] {
    match format {
        Format::Domain => ["a domain name", "域名"],
        Format::SingleDomain => ["a domain name without a wildcard", "不带通配符的域名"],
        Format::WildcardDomain => ["a wildcard domain", "通配符域名"],
        Format::Email => ["an email address", "邮箱地址"],
        Format::Phone => ["a phone number", "电话号码"],
        Format::Ip => ["an IP address", "IP 地址"],
        Format::Csr => ["a CSR in PEM", " PEM 格式的 CSR"],
    }
}
