//! The docs of an action: what it does, its effect, its cost, and what must come first.

use super::docs::Docs;
use super::{cooldown, effects, hosts};
use crate::model::{Action, CostUnit, Text};

/// The docs of an action's module: its title, and a link to the full docs.
pub(super) fn brief(action: &Action) -> Docs {
    let method = &action.method;
    Docs::text(&action.title)
        .markdown(&format!("[`Client::{method}`](super::Client::{method}) documents the action in full."))
}

/// The full docs of an action, for the method of the client.
pub(super) fn action(action: &Action) -> Docs {
    let mut docs = Docs::text(&action.title).both(&action.doc);
    docs = docs.both(&effects::words(action));
    if let Some(cost) = &action.cost {
        let [en, zh] = match cost.unit {
            CostUnit::Quota => ["Costs quota", "消耗配额"],
            CostUnit::Money => ["Costs money", "产生费用"],
        };
        docs = docs.paragraph(&format!("{en}: {}", cost.doc.en)).paragraph(&format!("{zh}：{}", cost.doc.zh));
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
    docs = hosts::from_response(docs, action);
    let sources = action.source.iter().map(|source| match &source.section {
        Some(section) => format!("{}, {section}", source.source),
        None => source.source.clone(),
    });
    docs.paragraph(&format!("Source: document {}.", sources.collect::<Vec<_>>().join("; ")))
}
