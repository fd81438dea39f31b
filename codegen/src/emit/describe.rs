//! The docs of an action: what it does, its effect, its cost, and what must come first.

use super::docs::Docs;
use super::{cooldown, effects, hosts};
use crate::model::{Action, CostUnit};

/// What the module and the builder say about an action: one line, and where the rest stands.
pub(super) fn brief(action: &Action) -> Docs {
    let method = &action.method;
    Docs::text(&action.title)
        .markdown(&format!("Everything about this action stands on [`Client::{method}`](super::Client::{method})."))
}

/// All about an action, for the method of the client.
pub(super) fn action(action: &Action) -> Docs {
    let mut docs = Docs::text(&action.title).both(&action.doc);
    docs = docs.both(&effects::words(action));
    if let Some(cost) = &action.cost {
        let unit = match cost.unit {
            CostUnit::Quota => "Costs quota",
            CostUnit::Money => "Costs money",
        };
        docs = docs.paragraph(&format!("{unit}: {}", cost.doc.en)).paragraph(&cost.doc.zh);
    }
    for precondition in &action.preconditions {
        docs = docs.both(&precondition.doc);
        if let (Some(after), Some(seconds)) = (&precondition.after, precondition.wait_seconds) {
            docs = docs.paragraph(&cooldown::words(action, after, seconds));
        }
    }
    if let Some(replaced) = &action.replaced_by {
        docs = docs.paragraph(&format!("Legacy: {}", replaced.en)).paragraph(&replaced.zh);
    }
    docs = hosts::from_response(docs, action);
    let sources = action.source.iter().map(|source| match &source.section {
        Some(section) => format!("{}, {section}", source.source),
        None => source.source.clone(),
    });
    docs.paragraph(&format!("Source: document {}.", sources.collect::<Vec<_>>().join("; ")))
}
