//! What help says of an option.

use super::text::is_required;
use crate::lang::Lang;
use crate::options::{Opt, Takes};
use cloudcert::model::{Api, Demand, Need, Sensitivity, Severity, TimeZone, Type};
use serde_json::Value;

/// The name of a value in usage lines.
pub(super) fn placeholder(option: &Opt<'_>) -> &'static str {
    match (option.takes, &option.field.kind) {
        (Takes::Secret { .. }, _) => "FILE|-|env:NAME",
        (Takes::File(_) | Takes::Object | Takes::Json, _) => "FILE|-",
        (Takes::Objects, _) => "NAME=VALUE,...|FILE|-",
        (Takes::Entries, _) => "KEY=VALUE",
        (Takes::Flag, _) => "true|false",
        (_, Type::I32 | Type::I64 | Type::F64) => "NUMBER",
        (_, Type::Id(_)) => "ID",
        (_, Type::Time { .. }) => "TIME",
        _ => "VALUE",
    }
}

/// The short help: what it is for, in one sentence.
pub(super) fn short(option: &Opt<'_>, lang: Lang) -> String {
    let whole = lang.paragraph(&option.field.doc);
    let end = match lang {
        Lang::En => whole.find(". ").map(|at| at + 1),
        Lang::Zh => whole.find('。').map(|at| at + '。'.len_utf8()),
    };
    end.and_then(|end| whole.get(..end)).unwrap_or(&whole).to_owned()
}

/// The long help: all that the description says of it.
pub(super) fn long(api: &Api, option: &Opt<'_>, lang: Lang) -> String {
    let field = option.field;
    let mut facts = Vec::new();
    let mut say = |en: &str, zh: &str| facts.push(lang.say(en, zh).to_owned());
    if is_required(option) {
        say("Required.", "必填。");
    }
    match option.takes {
        Takes::Values { commas: true } => say("Repeat it, or part values by commas.", "可重复，或用逗号分隔多个值。"),
        Takes::Values { commas: false } | Takes::Entries => {
            say("Repeat it for several values.", "可重复以给出多个值。");
        }
        Takes::Objects => say(
            "Repeat it for several items. A file has an item or a list of items as JSON.",
            "可重复以给出多项；文件为一项或多项的 JSON。",
        ),
        Takes::Object => say(
            "A file has the structure as JSON; options of members win over it.",
            "文件为该结构的 JSON；成员选项优先于文件。",
        ),
        Takes::Json => say("A file has the value as JSON.", "文件为该值的 JSON。"),
        Takes::Secret { .. } => say(
            "Never write it on the command line, where other programs see it.",
            "切勿写在命令行中，以免被其他程序看到。",
        ),
        _ => {}
    }
    if let Type::Time { zone, .. } = &field.kind {
        match zone {
            TimeZone::Unstated => say(
                "As the service prints it, in a zone that no document states; or RFC 3339, which is sent in UTC.",
                "按服务的写法，文档未说明时区；也可写 RFC 3339，按 UTC 发送。",
            ),
            TimeZone::Utc => {
                say("As the service prints it, in UTC; or RFC 3339.", "按服务的写法（UTC），或 RFC 3339。");
            }
        }
    }
    if let (Takes::Secret { .. }, Some((action, _))) = (option.takes, field.obtained_from.first()) {
        facts.push(match lang {
            Lang::En => format!("`auto` gets it by {action}."),
            Lang::Zh => format!("`auto` 通过 {action} 获取。"),
        });
    }
    facts.extend(values(api, option, lang));
    facts.extend(checks(option, lang));
    let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let default = match &field.need {
        Need::Defaulted(value) => Some(value),
        _ => field.preset.as_ref().or(field.default.as_ref()),
    };
    facts.extend(default.map(|value| format!("{} {}.", lang.say("Default:", "默认值："), shown(value))));
    let secret = field.sensitivity == Some(Sensitivity::Secret);
    let example = field.example.as_ref().filter(|value| !secret && !shown(value).contains('\n'));
    facts.extend(example.map(|value| format!("{} {}", lang.say("Example:", "示例："), shown(value))));
    format!("{}\n{}", lang.paragraph(&field.doc), facts.join("\n")).trim_end().to_owned()
}

/// The values of an enum with their texts.
fn values(api: &Api, option: &Opt<'_>, lang: Lang) -> Vec<String> {
    let kind = option.field.kind.element().unwrap_or(&option.field.kind);
    let Type::Enum(name) = kind else { return Vec::new() };
    let expected = &option.field.values;
    let all = api.enumeration(name).map(|of| of.values.as_slice()).unwrap_or_default();
    let all = all.iter().filter(|value| expected.is_empty() || expected.contains(&value.wire));
    all.map(|value| format!("- {}: {}", value.wire, lang.paragraph(&value.doc))).collect()
}

fn checks(option: &Opt<'_>, lang: Lang) -> Vec<String> {
    let between = |what: [&str; 2], min: &Option<i64>, max: &Option<i64>| {
        let what = lang.say(what[0], what[1]);
        match (min, max) {
            (Some(min), Some(max)) => Some(format!("{what} {min}..={max}")),
            (Some(min), None) => Some(format!("{what} >= {min}")),
            (None, Some(max)) => Some(format!("{what} <= {max}")),
            (None, None) => None,
        }
    };
    let words = |check: &cloudcert::model::Check| {
        let text = match &check.demand {
            Demand::Range { min, max } => between(["Number:", "数值："], min, max)?,
            Demand::Length { min, max } => between(["Characters:", "字符数："], min, max)?,
            Demand::Count { min, max } => between(["Values:", "个数："], min, max)?,
            Demand::MaxBytes(bytes) => format!("{} {bytes}", lang.say("At most so many bytes:", "最大字节数：")),
            Demand::Pattern(pattern) => format!("{} {pattern}", lang.say("Pattern:", "格式：")),
            _ => return None,
        };
        let advice = if check.severity == Severity::Advice { lang.say(" (advice)", "（建议）") } else { "" };
        Some(format!("{text}{advice}"))
    };
    option.field.checks.iter().filter_map(words).collect()
}
