//! The docs of pages, waits and guarded calls.

use super::errors::codes as error_codes;
use super::facts::Facts;
use super::links;
use super::words::{codes, value};
use crate::model::{Action, Api, Given, PageKind, Paginator, Probe, Reconcile, Text, Waiter};

/// How a list is read.
pub(super) fn list_facts(of: &Paginator) -> Facts {
    let mut facts = Facts::default();
    let position = &of.position;
    let first = of.first.unwrap_or_default();
    match of.kind {
        PageKind::Page => facts
            .add(format!("`{position}` counts pages from {first}."), format!("`{position}` 为页码，从 {first} 开始。")),
        PageKind::Index => facts.add(
            format!("`{position}` counts the items that were read, from {first}."),
            format!("`{position}` 为已读取的项数，从 {first} 开始。"),
        ),
        PageKind::Token => {
            let next = of.next.as_deref().unwrap_or_default().join(".");
            facts.add(
                format!("`{position}` gets the token from `{next}` of the page before. The list ends with a page that has none."),
                format!("`{position}` 取上一页 `{next}` 中的令牌；某页没有令牌时列表结束。"),
            );
        }
    }
    if let Some(size) = &of.size {
        facts.add(format!("Set the size of a page with `{size}`."), format!("每页的项数由 `{size}` 设置。"));
    }
    let items = of.items.join(".");
    facts.add(format!("The items are in `{items}`."), format!("各项位于 `{items}`。"));
    if let Some(total) = &of.total {
        let total = total.join(".");
        facts.add(format!("`{total}` says how many there are."), format!("`{total}` 为总项数。"));
    }
    facts
}

/// What ends a wait, and how often it polls.
pub(super) fn wait_facts(api: &Api, action: &Action, waiter: &Waiter) -> Facts {
    let mut facts = Facts::default();
    let states = |values: &[String]| codes(values.iter().map(String::as_str), "or");
    let (field, success) = (waiter.field.join("."), states(&waiter.success));
    let (method, poll, most) = (links::method(action), &waiter.poll, duration(waiter.poll.deadline_seconds));
    let (first, longest) = (poll.first_seconds, poll.most_seconds);
    facts.add(
        format!(
            "Polls {method} until `{field}` is {}, for at most {}, unless you set another deadline. The intervals grow from {first} s to {longest} s.",
            success.en, most.en
        ),
        format!(
            "轮询 {method}，直到 `{field}` 为 {}；未另设期限时最多等待 {}。轮询间隔从 {first} 秒增至 {longest} 秒。",
            success.zh, most.zh
        ),
    );
    if !waiter.failure.is_empty() {
        let failure = states(&waiter.failure);
        facts.add(format!("Failure: {}.", failure.en), format!("表示失败：{}。", failure.zh));
    }
    if !waiter.going.is_empty() {
        let going = states(&waiter.going);
        facts.add(format!("Still going: {}.", going.en), format!("仍在进行：{}。", going.zh));
    }
    if let Some(present) = &waiter.present {
        let present = present.join(".");
        facts.add(
            format!("Also ends well while it is going, once `{present}` is there."),
            format!("进行中时，一旦返回 `{present}`，等待也成功结束。"),
        );
    }
    if let Some(reason) = &waiter.reason {
        let reason = reason.join(".");
        facts.add(
            format!("The error shows `{reason}` as the reason."),
            format!("失败时错误中给出 `{reason}` 作为原因。"),
        );
    }
    if !waiter.tolerate.is_empty() {
        let errors: Vec<String> = error_codes(api, &waiter.tolerate).collect();
        let errors = codes(errors.iter().map(String::as_str), "and");
        facts.add(
            format!("Ignores {} until the first response without an error, for a minute by default.", errors.en),
            format!("在首个无错误的响应之前忽略 {}，默认最长一分钟。", errors.zh),
        );
    }
    facts.add("Set options, then `.await` the wait.", "设置选项后对其 `.await`。");
    facts
}

/// A time in the largest unit that divides it.
fn duration(seconds: u32) -> Text {
    let (count, en, zh) = match seconds {
        _ if seconds.is_multiple_of(86_400) => (seconds / 86_400, "day", "天"),
        _ if seconds.is_multiple_of(3_600) => (seconds / 3_600, "hour", "小时"),
        _ if seconds.is_multiple_of(60) => (seconds / 60, "minute", "分钟"),
        _ => (seconds, "second", "秒"),
    };
    Text { en: format!("{count} {en}{}", if count == 1 { "" } else { "s" }), zh: format!("{count} {zh}") }
}

/// What a recipe reads, and what proves the one or the other.
pub(super) fn recipe_facts(api: &Api, recipe: &Reconcile) -> Facts {
    let mut facts = Facts::default();
    let action = api.action(&recipe.action).map_or_else(|| format!("`{}`", recipe.action), links::method);
    let passed = recipe.with.iter().filter_map(|(theirs, given)| match given {
        Given::Parameter(ours) => Some((theirs.as_str(), ours.as_str())),
        Given::Value(_) => None,
    });
    let (theirs, with): (Vec<_>, Vec<_>) = passed.unzip();
    if with.is_empty() {
        facts.add(format!("Probes with {action}."), format!("通过 {action} 查询。"));
    } else {
        let (theirs, with) = (codes(theirs, "and"), codes(with, "and"));
        facts.add(
            format!("Probes with {action}, whose {} gets the value of {}.", theirs.en, with.en),
            format!("通过 {action} 查询，其 {} 取 {} 的值。", theirs.zh, with.zh),
        );
    }
    for (theirs, given) in &recipe.with {
        if let Given::Value(of) = given {
            let of = value(of);
            facts.add(format!("Its `{theirs}` is always {of}."), format!("其 `{theirs}` 固定为 {of}。"));
        }
    }
    match &recipe.probe {
        Probe::Counter { field } => {
            let field = field.join(".");
            facts.add(format!("Executed: `{field}` is one higher."), format!("已执行：`{field}` 增加 1。"));
        }
        Probe::State { field, before, executed, not_executed, executed_errors } => {
            let field = field.join(".");
            let mut add = |values: &[String], en: &str, zh: &str| {
                if !values.is_empty() {
                    let values = codes(values.iter().map(String::as_str), "or");
                    facts.add(
                        format!("{en}: `{field}` is {}.", values.en),
                        format!("{zh}：`{field}` 为 {}。", values.zh),
                    );
                }
            };
            add(before, "Before the call", "调用之前");
            add(executed, "Executed", "已执行");
            add(not_executed, "Not executed", "未执行");
            if !executed_errors.is_empty() {
                let errors: Vec<String> = error_codes(api, executed_errors).collect();
                let errors = codes(errors.iter().map(String::as_str), "or");
                facts.add(
                    format!("Executed too: the error {}.", errors.en),
                    format!("错误 {} 也说明已执行。", errors.zh),
                );
            }
        }
        Probe::Listing { items, matching, compare_before, may_lag } => {
            let items = items.join(".");
            let theirs = codes(matching.keys().map(String::as_str), "and");
            let ours = codes(matching.values().map(String::as_str), "and");
            let [en, zh] = if *compare_before { [" more than before", "比之前多"] } else { ["", "有"] };
            facts.add(
                format!("Executed: `{items}` has an item{en} whose {} equals {}.", theirs.en, ours.en),
                format!("已执行：`{items}` 中{zh}一项，其 {} 等于 {}。", theirs.zh, ours.zh),
            );
            if *may_lag {
                facts.add(
                    "Not executed: a missing item does not prove it, as it may be listed late.",
                    "未执行：列表中没有该项并不能说明，因为它可能较晚才出现。",
                );
            }
        }
    }
    facts
}
