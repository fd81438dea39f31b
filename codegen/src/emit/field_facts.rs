//! The facts about a parameter, a response field or a member of a structure.

use super::facts::{Facts, severity, source as label_of};
use super::index::Indexed;
use super::prose::prose;
use super::shapes::Role;
use super::words::{codes, condition, value};
use super::{limits, links};
use crate::model::{Action, Api, Field, Fill, Need, Sensitivity, Text, TimeLayout, TimeZone, Type};
use serde_json::Value;

/// The longest example that is shown beside a field.
const LONGEST_EXAMPLE: usize = 80;

/// The facts about a field. Only parameters and response fields belong to an action.
pub(super) fn field(api: &Indexed<'_>, action: Option<&Action>, field: &Field, role: Role) -> Facts {
    let mut facts = Facts::default();
    let wire = &field.wire;
    let [en, zh] = match &field.kind {
        Type::Boolean { digits: true } => [" as `1` or `0`", "，取 `1` 或 `0`"],
        Type::CommaList(_) => [" as one text with commas", "，以逗号连接成一个文本"],
        Type::JsonText(_) | Type::JsonList(_) | Type::JsonMap(_) => [" as JSON in a text", "，为 JSON 文本"],
        _ => ["", ""],
    };
    facts.add(format!("On the wire: `{wire}`{en}."), format!("报文中的名称：`{wire}`{zh}。"));
    need(field, role, &mut facts);
    if let Some(default) = field.default.as_ref().filter(|_| !matches!(field.need, Need::Defaulted(_))) {
        let default = value(default);
        facts.add(format!("Default: {default}."), format!("默认值：{default}。"));
    }
    if let Some(action) = action {
        for needed in &field.needed_if {
            let (when, [en, zh]) = (condition(action, &needed.when), severity(needed.severity));
            facts.add(
                format!("Required if {} ({en}). {}", when.en, prose(&needed.doc.en)),
                format!("若{}，则必填（{zh}）。{}", when.zh, prose(&needed.doc.zh)),
            );
        }
    }
    match field.fill {
        Some(Fill::RepeatKey) => facts.add(
            "Makes a repeated call count once: the client fills in a random text, the same over all attempts. Set an empty text to send none.",
            "使重复的调用只生效一次：客户端自动填入随机文本，各次尝试相同。设为空文本则不使用。",
        ),
        Some(Fill::Region) => facts.add("If absent, the region of the client is sent.", "未设置时发送客户端的地域。"),
        None => {}
    }
    if let Some(preset) = &field.preset {
        let preset = value(preset);
        facts.add(format!("If absent, the client sends {preset}."), format!("未设置时客户端发送 {preset}。"));
    }
    limits::add(field, &mut facts);
    kind(api, field, &mut facts);
    if field.guaranteed {
        facts.add("Guaranteed: a response without it is an error.", "必有：缺少它的响应视为错误。");
    }
    match field.sensitivity {
        Some(Sensitivity::Pii) => facts.add("Personal data: debug output hides it.", "个人信息：调试输出会隐去。"),
        Some(Sensitivity::Secret) => {
            facts.add("A secret: it is never printed or put into a URL.", "机密：不会被打印，也不会出现在 URL 中。");
        }
        None => {}
    }
    if let Some(example) = field.example.as_ref().and_then(short).filter(|_| field.sensitivity.is_none()) {
        facts.add(format!("Example: {example}."), format!("示例：{example}。"));
    }
    links::of_field(api, action, field, role, &mut facts);
    if let Some(source) = &field.source {
        let label = label_of(&source.source);
        let [en, zh] = source.section.as_ref().map_or_else(Default::default, |section| {
            [format!(", {}", prose(section)), format!("，{}", prose(section))]
        });
        facts.add(format!("Source: {label}{en}."), format!("来源：{label}{zh}。"));
    }
    // What holds for the whole action stands in its docs.
    if action.is_none_or(|action| action.undocumented != field.undocumented) {
        facts = facts.seen(&field.undocumented);
    }
    facts.history(field.history.as_ref())
}

/// Whether a request may lack it. Members of structures say so only if they may not be absent.
fn need(field: &Field, role: Role, facts: &mut Facts) {
    match &field.need {
        Need::Optional if role == Role::Request => facts.add("Optional.", "可选。"),
        Need::Optional => {}
        Need::Required => facts.add("Required.", "必填。"),
        Need::Defaulted(default) => {
            let default = value(default);
            facts.add(
                format!("Required by the service: {default} is sent if you do not set it."),
                format!("服务要求此参数；未设置时发送 {default}。"),
            );
        }
    }
}

/// What its type does not show: the values that are expected, the table of its enum, and the form of a time.
fn kind(api: &Api, field: &Field, facts: &mut Facts) {
    if !field.values.is_empty() {
        let Text { en, zh } = codes(field.values.iter().map(String::as_str), "and");
        facts.add(format!("Expected here: {en}."), format!("此处的取值：{zh}。"));
    }
    let item = field.kind.element().unwrap_or(&field.kind);
    match item {
        Type::Enum(name) if api.tables.iter().any(|table| table.key == *name) => facts.add(
            format!("[`{name}`](super::types::{name}#table) has a table of its values."),
            format!("取值的明细见 [`{name}`](super::types::{name}#table)。"),
        ),
        Type::Time { layout, zone } => {
            let [en, zh] = time(*layout, *zone);
            facts.add(en, zh);
        }
        _ => {}
    }
}

/// How a time is written.
fn time(layout: TimeLayout, zone: TimeZone) -> [String; 2] {
    let printed = match layout {
        TimeLayout::Date => "2026-01-02",
        TimeLayout::DateTime => "2026-01-02 03:04:05",
        TimeLayout::Rfc3339 => "2026-01-02T03:04:05Z",
        TimeLayout::Compact => "20260102T030405Z",
        TimeLayout::UnixSeconds => {
            return ["Seconds since 1970 in UTC.", "自 1970 年（UTC）起的秒数。"].map(str::to_owned);
        }
        TimeLayout::UnixMilliseconds => {
            return ["Milliseconds since 1970 in UTC.", "自 1970 年（UTC）起的毫秒数。"].map(str::to_owned);
        }
        TimeLayout::Unix => {
            let en = "Seconds or milliseconds since 1970 in UTC: the sources contradict each other, so more than 11 digits are read as milliseconds.";
            let zh = "自 1970 年（UTC）起的秒数或毫秒数：各来源说法不一，超过 11 位的按毫秒读取。";
            return [en, zh].map(str::to_owned);
        }
    };
    let [en, zh] = match zone {
        TimeZone::Utc => ["in UTC", "为 UTC 时间"],
        TimeZone::Unstated => ["in a zone that no document states", "文档未说明时区"],
    };
    [format!("Written like `{printed}`, {en}."), format!("格式如 `{printed}`，{zh}。")]
}

/// An example that fits on a line.
fn short(example: &Value) -> Option<String> {
    let shown = value(example);
    let fits = shown.chars().count() <= LONGEST_EXAMPLE
        && !shown.contains('\n')
        && !example.as_str().is_some_and(str::is_empty);
    fits.then_some(shown)
}
