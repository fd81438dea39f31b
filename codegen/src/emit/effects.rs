//! The effect of an action in its docs, with its conditions, in both languages.

use crate::model::{Action, Condition, Effect, Field, Format, Text};
use serde_json::Value;

/// One paragraph a language: the effect, or each effect with its condition, in the order in which they are tested.
pub(super) fn words(action: &Action) -> Text {
    let [en, zh] = effect(action.effect);
    if action.effect_when.is_empty() {
        return Text { en: format!("Effect: {en}"), zh: format!("影响：{zh}") };
    }
    let under = action.effect_when.iter().map(|(when, then)| {
        let (when, [en, zh]) = (condition(action, when), effect(*then));
        (format!("if {}: {en}", when.en), format!("若{}，则{zh}", when.zh))
    });
    let (conditions, conditions_zh): (Vec<String>, Vec<String>) = under.unzip();
    Text {
        en: format!("Effect {} Otherwise: {en}", conditions.join(" Otherwise, ")),
        zh: format!("影响：{}否则：{zh}", conditions_zh.join("否则，")),
    }
}

fn effect(of: Effect) -> [&'static str; 2] {
    match of {
        Effect::Read => ["read-only.", "只读。"],
        Effect::Idempotent => {
            ["changes data. Calling it twice has the same effect as once.", "会修改数据。调用两次与调用一次效果相同。"]
        }
        Effect::NameGuarded => [
            "the service refuses a second call with the same name or id. Not retried once it may have been executed.",
            "名称或 ID 相同的第二次调用会被服务拒绝。只要可能已经执行，就不会自动重试。",
        ],
        Effect::SubmitOnce => [
            "submits something to a third party. Not retried once it may have been executed.",
            "会向第三方提交。只要可能已经执行，就不会自动重试。",
        ],
        Effect::Order => [
            "every call places an order. Not retried once it may have been executed.",
            "每次调用都会下单。只要可能已经执行，就不会自动重试。",
        ],
    }
}

/// A condition in words.
fn condition(action: &Action, of: &Condition) -> Text {
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
        Condition::All(list) => joined(action, list, " and ", "且"),
        Condition::Any(list) => joined(action, list, " or ", "或"),
        Condition::Not(inner) => {
            let inner = condition(action, inner);
            text(format!("it is not true that {}", inner.en), format!("并非{}", inner.zh))
        }
    }
}

/// An absent parameter with a default counts as its default.
fn one_of(action: &Action, path: &[String], values: &[Value]) -> Text {
    let name = path.join(".");
    let default = path.first().filter(|_| path.len() == 1).and_then(|name| action.parameter(name)).and_then(default);
    let absent = default.is_some_and(|default| values.contains(default));
    let quoted = values.iter().map(|value| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("`{text}`")
    });
    let mut quoted: Vec<String> = quoted.collect();
    let chinese = format!(" `{name}` {}为 {}", if absent { "未给出或" } else { "" }, quoted.join("、"));
    if absent {
        quoted.insert(0, "absent".to_owned());
    }
    let list = match quoted.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => quoted.concat(),
    };
    Text { en: format!("`{name}` is {list}"), zh: chinese }
}

fn default(field: &Field) -> Option<&Value> {
    field.default.as_ref()
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
fn shape(format: Format) -> [&'static str; 2] {
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
