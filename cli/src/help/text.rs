//! What help says of an action: effect, cost, rules, errors with remedy, an example that runs.

use crate::lang::Lang;
use crate::names;
use crate::options::{self, Opt, Takes};
use cloudcert::model::{Action, Api, CostUnit, Effect, ErrorScope, Need, Type};
use serde_json::{Map, Value};
use std::fmt::Write;

/// What a call does, in a sentence.
pub(crate) fn effect(of: Effect, lang: Lang) -> &'static str {
    match of {
        Effect::Read => lang.say("Changes nothing.", "只读，不做任何更改。"),
        Effect::Idempotent => lang.say("Calling it twice has the same result as once.", "调用两次与调用一次结果相同。"),
        Effect::NameGuarded => lang.say(
            "The service refuses a second call with the same name or id.",
            "名称或 ID 相同的第二次调用会被服务拒绝。",
        ),
        Effect::SubmitOnce => lang.say(
            "Submits something to a third party. It is guarded: the program probes the service before the call, and again if the response is lost.",
            "向第三方提交。受保护：调用前先查询，结果不明时再核实。",
        ),
        Effect::Create => lang.say("Every call creates another object.", "每次调用都会新建一个对象。"),
        Effect::Order => lang.say(
            "Every call places an order. It is guarded: the program probes the service before the call, and again if the response is lost.",
            "每次调用都会下单。受保护：调用前先查询，结果不明时再核实。",
        ),
        Effect::Unknown => lang.say(
            "What a second call does is unknown, so it is treated like an order.",
            "重复调用的后果未知，因此按下单处理。",
        ),
    }
}

/// What is said of a call that takes something away for good.
pub(crate) fn for_good(lang: Lang) -> &'static str {
    lang.say("What it takes away is gone for good.", "所移除的内容无法恢复。")
}

/// The long help of an action, below its options.
pub(super) fn details(api: &Api, action: &Action, command: &str, lang: Lang) -> String {
    let mut out = String::new();
    let mut section = |title: &str, text: &str| {
        if !text.trim().is_empty() {
            let _ = write!(out, "{title}\n{}\n\n", indented(text.trim()));
        }
    };
    section(lang.say("Effect:", "影响："), &effect_and_cost(action, lang));
    section(lang.say("Before it:", "前提："), &preconditions(action, lang));
    section(lang.say("Rules:", "规则："), &rules(action, lang));
    section(lang.say("Errors:", "错误："), &errors(api, action, lang));
    section(lang.say("Waits after it:", "等待："), &waits(action, command, lang));
    section(lang.say("Example:", "示例："), &example(api, action, command));
    let source = action.source.iter().map(|of| match &of.section {
        Some(section) => format!("{} ({section})", of.source),
        None => of.source.clone(),
    });
    let source = source.chain(action.undocumented.0.iter().cloned()).collect::<Vec<_>>().join(", ");
    section(lang.say("Source:", "来源："), &source);
    out.trim_end().to_owned()
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

fn effect_and_cost(action: &Action, lang: Lang) -> String {
    let mut lines = vec![effect(action.effect, lang).to_owned()];
    if action.irreversible {
        lines.push(for_good(lang).to_owned());
    }
    if let Some(cost) = &action.cost {
        let unit = match cost.unit {
            CostUnit::Quota => lang.say("Costs quota:", "消耗配额："),
            CostUnit::Money => lang.say("Costs money:", "产生费用："),
        };
        lines.push(format!("{unit} {}", lang.paragraph(&cost.doc)));
    }
    lines.extend(
        action.replaced_by.iter().map(|text| format!("{} {}", lang.say("Legacy:", "旧版接口："), lang.paragraph(text))),
    );
    lines.join("\n")
}

fn preconditions(action: &Action, lang: Lang) -> String {
    action.preconditions.iter().map(|of| lang.paragraph(&of.doc)).collect::<Vec<_>>().join("\n")
}

fn rules(action: &Action, lang: Lang) -> String {
    let needed = action.parameters.iter().flat_map(|field| {
        field
            .needed_if
            .iter()
            .map(|needed| format!("{}: {}", names::option(&[&field.wire]), lang.paragraph(&needed.doc)))
    });
    let rules = action.rules.iter().map(|rule| lang.paragraph(&rule.doc));
    needed.chain(rules).collect::<Vec<_>>().join("\n")
}

fn errors(api: &Api, action: &Action, lang: Lang) -> String {
    let own = api.errors.iter().filter(|row| row.scope == ErrorScope::Business && action.errors.contains(&row.name));
    let lines = own.map(|row| {
        let inner = row.inner_code.as_ref().map(|inner| format!(" / {inner}")).unwrap_or_default();
        let between = lang.say(" ", "");
        format!(
            "{}{inner}: {}{between}{}",
            row.code.as_str(),
            lang.paragraph(&row.meaning),
            lang.paragraph(&row.remedy)
        )
    });
    let common = lang
        .say("`cloudcert explain CODE` explains any other code.", "其他错误码可用 `cloudcert explain 错误码` 查询。");
    lines.chain([common.to_owned()]).collect::<Vec<_>>().join("\n")
}

fn waits(action: &Action, command: &str, lang: Lang) -> String {
    let api = command.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let lines = action
        .waiters
        .iter()
        .map(|waiter| format!("{api} wait {}: {}", names::command(&waiter.name), lang.paragraph(&waiter.doc)));
    lines.collect::<Vec<_>>().join("\n")
}

/// The first example of the description that is answered, as a command line. Files stand for what options read from files.
pub(crate) fn example(api: &Api, action: &Action, command: &str) -> String {
    let Some(example) = action.examples.iter().find(|example| example.error.is_none()) else { return String::new() };
    let request: Map<String, Value> = example.request.clone().into_iter().collect();
    let words = written(&options::of(api, action), &request, &mut |option, _| format!("{}.txt", option.long));
    std::iter::once(command.to_owned()).chain(words.iter().map(|word| quoted(word))).collect::<Vec<_>>().join(" ")
}

/// A request as options. `file` names the file for a value that options read from files.
pub(crate) fn written(
    options: &[Opt<'_>],
    request: &Map<String, Value>,
    file: &mut dyn FnMut(&Opt<'_>, &Value) -> String,
) -> Vec<String> {
    let mut out = Vec::new();
    for option in options.iter().filter(|option| option.path.len() == 1) {
        let Some(value) = option.path.first().and_then(|name| request.get(*name)) else { continue };
        let with = |text: String| format!("{}={text}", option.shown());
        match (option.takes, value) {
            (_, Value::Null) => {}
            (Takes::Values { .. }, Value::Array(items)) => out.extend(items.iter().map(|item| with(plain(item)))),
            (Takes::Entries, Value::Object(map)) => {
                out.extend(map.iter().map(|(key, value)| with(format!("{key}={}", plain(value)))));
            }
            (Takes::Flag, value) if truth(value) == Some(true) => out.push(option.shown()),
            (Takes::Flag, value) if truth(value) == Some(false) => out.push(with("false".to_owned())),
            (Takes::Objects | Takes::Object | Takes::Json | Takes::File(_) | Takes::Secret { .. }, value) => {
                let name = file(option, value);
                out.push(with(name));
            }
            (Takes::Values { .. }, value) if matches!(option.field.kind, Type::JsonList(_)) => {
                let parsed = value.as_str().and_then(|text| serde_json::from_str::<Vec<Value>>(text).ok());
                out.extend(parsed.into_iter().flatten().map(|item| with(plain(&item))));
            }
            (_, value) => out.push(with(plain(value))),
        }
    }
    out
}

fn truth(value: &Value) -> Option<bool> {
    match plain(value).as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// A value as it is written behind an option.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "-_=./:@,+%".contains(c);
    if !word.is_empty() && word.chars().all(safe) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// Whether a call lacks nothing when the option is absent.
pub(super) fn is_required(option: &Opt<'_>) -> bool {
    option.path.len() == 1 && option.field.need == Need::Required
}
