//! The docs of errors: each code with its rows, and the codes that an action returns.

use super::docs::Docs;
use super::facts::Facts;
use super::links;
use super::prose::prose;
use super::words::{code, listed};
use crate::model::{Action, Api, ErrorRow, ErrorScope, Match, Retry};
use std::fmt::Write;

/// The section of an action with the errors of its own.
pub(super) fn section(api: &Api, action: &Action) -> String {
    let (mut english, mut chinese) = (String::new(), String::new());
    for row in action.errors.iter().filter_map(|name| api.errors.iter().find(|row| row.name == *name)) {
        let (link, [en, zh]) = (link(row), retry(row.retry));
        let _ = writeln!(english, "- {link}: {} {en}", prose(&row.meaning.en));
        let _ = writeln!(chinese, "- {link}：{}{zh}", prose(&row.meaning.zh));
    }
    if english.is_empty() {
        return String::new();
    }
    let common = "[`ErrorCode`](super::ErrorCode)";
    format!(
        "# Errors\n\n{english}\nAny action can also return the common errors of {common}.\n\n{chinese}\n\
         任何接口都可能返回 {common} 中的公共错误。"
    )
}

/// A link to the most exact code of a row.
pub(super) fn link(row: &ErrorRow) -> String {
    match (&row.inner_code, &row.inner_code_name) {
        (Some(inner), Some(name)) => format!("[`{inner}`](super::InnerCode::{name})"),
        _ => format!("[{}](super::ErrorCode::{})", wire(row), row.code_name),
    }
}

fn wire(row: &ErrorRow) -> String {
    match &row.code {
        Match::Exact(exact) => code(exact),
        Match::Prefix(start) => format!("`{start}*`"),
    }
}

/// The retry class in words.
fn retry(class: Retry) -> [&'static str; 2] {
    match class {
        Retry::Never => ["Never retried.", "不会重试。"],
        Retry::Throttle => ["Not executed; retried after a backoff.", "未执行，退避后重试。"],
        Retry::Skew => ["Not executed; retried with a corrected clock.", "未执行，校正时钟后重试。"],
        Retry::Renew => ["Not executed; retried once with new credentials.", "未执行，更新凭证后重试一次。"],
        Retry::Transient => ["May have been executed; retried if that does no harm.", "可能已执行，仅在无害时重试。"],
        Retry::Reconcile => ["May have been executed; never retried.", "可能已执行，不会重试。"],
    }
}

/// Adds a row to the docs of its code.
pub(super) fn row(docs: Docs, api: &Api, row: &ErrorRow) -> Docs {
    let (mut when, mut rest) = (Facts::default(), Facts::default());
    when.add(prose(&row.meaning.en), prose(&row.meaning.zh));
    let status: Vec<String> = row.status.iter().map(u16::to_string).collect();
    if !status.is_empty() {
        when.add(format!("HTTP {}.", listed(&status, "or")), format!("HTTP {}。", status.join("、")));
    }
    if let Some(part) = &row.message_contains {
        let part = code(part);
        when.add(format!("The message contains {part}."), format!("消息中含有 {part}。"));
    }
    rest.add(
        format!("Cause: {} Remedy: {}", prose(&row.cause.en), prose(&row.remedy.en)),
        format!("原因：{}处理：{}", prose(&row.cause.zh), prose(&row.remedy.zh)),
    );
    let [en, zh] = retry(row.retry);
    rest.add(en, zh);
    if row.already_done {
        rest.add(
            "After an attempt whose response was lost, this error means that the attempt succeeded.",
            "若此前某次请求的响应丢失，此错误说明那次请求已成功。",
        );
    }
    returned_by(api, row, &mut rest);
    let rest = rest.seen(&row.undocumented);
    docs.markdown(&when.en()).markdown(&rest.en()).markdown(&when.zh()).markdown(&rest.zh())
}

/// The actions that return an error.
fn returned_by(api: &Api, row: &ErrorRow, facts: &mut Facts) {
    if row.scope == ErrorScope::Common {
        facts.add("Any action can return it.", "任何接口都可能返回。");
        return;
    }
    let actions = api.actions.iter().filter(|action| action.errors.contains(&row.name));
    let links: Vec<String> = actions.map(links::method).collect();
    if !links.is_empty() {
        facts.add(format!("Returned by {}.", listed(&links, "and")), format!("返回它的接口：{}。", links.join("、")));
    }
}
