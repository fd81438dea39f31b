//! The docs of an action: what it does, its effect, its cost, what must come first, and which errors it gives.

use super::docs::Docs;
use super::facts::{Facts, source as label_of};
use super::prose::prose;
use super::words::codes;
use super::{cooldown, effects, error_docs, hosts, shapes};
use crate::cargo_features;
use crate::model::{Action, Api, CostUnit, Method, SourceRef, Text};

/// The docs of an action's module: its title, a link to the full docs, and its group.
pub(super) fn brief(api: &Api, action: &Action) -> Docs {
    let mut facts = in_full(action);
    group(api, action, &mut facts);
    Docs::text(&action.title).facts(&facts)
}

/// The group of an action, as a link to the list of all.
fn group(api: &Api, action: &Action, facts: &mut Facts) {
    if let Some(group) = action.group.as_ref().and_then(|name| api.group(name)) {
        let (en, zh) = (prose(&group.title.en), prose(&group.title.zh));
        let feature = cargo_features::of_action(api, action);
        facts.add(
            format!("Group: [{en}](super#operations). Feature: `{feature}`."),
            format!("分组：[{zh}](super#operations)。Feature：`{feature}`。"),
        );
    }
}

/// The link to the full docs of an action.
pub(super) fn in_full(action: &Action) -> Facts {
    let method = &action.method;
    let link = format!("[`Client::{method}`](super::Client::{method})");
    let mut facts = Facts::default();
    facts.add(format!("{link} documents the action in full."), format!("完整说明见 {link}。"));
    facts
}

/// The full docs of an action, for the method of the client.
pub(super) fn action(api: &Api, action: &Action) -> Docs {
    let mut docs = Docs::text(&action.title);
    if !(action.title.is_unwritten() && action.doc.is_unwritten()) {
        docs = docs.both(&action.doc);
    }
    docs = docs.both(&effects::words(action));
    if let Some(cost) = &action.cost {
        let [en, zh] = match cost.unit {
            CostUnit::Quota => ["Costs quota", "消耗配额"],
            CostUnit::Money => ["Costs money", "产生费用"],
        };
        docs = docs.paragraph(&format!("{en}: {}", cost.doc.en)).paragraph(&format!("{zh}：{}", cost.doc.zh));
    }
    if action.irreversible {
        docs = docs.paragraph("What it takes away is gone for good.").paragraph("所移除的内容无法恢复。");
    }
    if let Some(Text { en, zh }) = &action.nothing_shows {
        docs = docs
            .paragraph(&format!(
                "If the response is lost, no action shows whether the call was executed, so there is no `guard`: {en}"
            ))
            .paragraph(&format!("若响应丢失，没有接口能表明此调用是否已执行，因此没有 `guard` 方法：{zh}"));
    }
    for precondition in &action.preconditions {
        let Text { en, zh } = &precondition.doc;
        docs = docs.paragraph(&format!("Precondition: {en}")).paragraph(&format!("前提：{zh}"));
        if let (Some(after), Some(seconds)) = (&precondition.after, precondition.wait_seconds) {
            docs = docs.both(&cooldown::words(action, after, seconds));
        }
    }
    if let Some(replaced) = &action.replaced_by {
        docs = docs.paragraph(&format!("Legacy: {}", replaced.en)).paragraph(&format!("旧版接口：{}", replaced.zh));
    }
    docs = hosts::from_response(docs, api, action);
    docs.facts(&carriage(api, action)).markdown(&error_docs::section(api, action))
}

/// The group, the HTTP methods, the history, and the source of an action.
fn carriage(api: &Api, action: &Action) -> Facts {
    let mut facts = Facts::default();
    group(api, action, &mut facts);
    let methods = shapes::methods(api, action).map(|method| match method {
        Method::Get => "GET",
        Method::Post => "POST",
    });
    let methods = codes(methods, "or");
    facts.add(format!("HTTP: {}.", methods.en), format!("HTTP 方法：{}。", methods.zh));
    let mut facts = facts.seen(&action.undocumented).history(action.history.as_ref());
    if !action.source.is_empty() {
        let all = |comma: &str| action.source.iter().map(|of| source(of, comma)).collect::<Vec<_>>();
        facts.add(format!("Source: {}.", all(", ").join("; ")), format!("来源：{}。", all("，").join("；")));
    }
    facts
}

/// A place in a document, by the label that the docs of the API version explain.
fn source(of: &SourceRef, comma: &str) -> String {
    let label = label_of(&of.source);
    of.section.as_ref().map_or_else(|| label.clone(), |section| format!("{label}{comma}{}", prose(section)))
}
