//! The docs of an action: what it does, its effect, its costs, and what must be there before.

use super::docs::Docs;
use super::{cooldown, effects};
use crate::model::{Action, CostUnit};

/// What the module, the client's method and the builder say about an action.
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
    let sources = action.source.iter().map(|source| match &source.section {
        Some(section) => format!("{}, {section}", source.source),
        None => source.source.clone(),
    });
    docs.paragraph(&format!("Source: document {}.", sources.collect::<Vec<_>>().join("; "))).defects(&action.defects)
}
