//! What items of all kinds have: texts, histories, where they come from.

use crate::diff::Level;
use crate::diff::values::{Changes, short};
use crate::diff::walk::Walk;
use crate::model::History;
use serde_json::Value;

/// Keys whose values are texts for people.
const TEXTS: [&str; 7] = ["doc", "title", "meaning", "cause", "remedy", "replaced_by", "cost_doc"];

/// A value as text, or `None` if it is absent.
pub(super) fn shown(value: &Value) -> Option<String> {
    (!value.is_null()).then(|| short(value))
}

/// Takes a key out of the changes, and reports it under a rule.
pub(super) fn report(walk: &mut Walk<'_>, id: &str, key: &str, changes: &mut Changes) {
    if let Some((before, after)) = changes.take(key) {
        walk.report(id, shown(&before), shown(&after)).at(key);
    }
}

/// Reports all changes of an item as one.
pub(super) fn whole(walk: &mut Walk<'_>, id: &str, changes: &mut Changes) {
    let all = std::mem::take(changes);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (key, (old, new)) in all.rest() {
        before.extend(shown(&old).map(|text| format!("{key}: {text}")));
        after.extend(shown(&new).map(|text| format!("{key}: {text}")));
    }
    if !before.is_empty() || !after.is_empty() {
        walk.report(id, Some(before.join("; ")), Some(after.join("; ")));
    }
}

/// Documentation.
pub(super) fn texts(walk: &mut Walk<'_>, changes: &mut Changes) {
    for key in TEXTS {
        report(walk, "docs-changed", key, changes);
    }
}

/// Reports changes of sources and examples.
pub(super) fn origin(walk: &mut Walk<'_>, changes: &mut Changes) {
    if let Some((before, after)) = changes.take("undocumented") {
        let id = match (before.is_null(), after.is_null()) {
            (false, true) => "became-documented",
            (true, false) => "became-undocumented",
            _ => "provenance-changed",
        };
        walk.report(id, shown(&before), shown(&after)).at("undocumented");
    }
    report(walk, "provenance-changed", "source", changes);
    report(walk, "example-changed", "example", changes);
}

/// Whether an item is deprecated.
pub(super) fn deprecated(history: Option<&History>) -> bool {
    history.is_some_and(|history| history.deprecated.is_some())
}

/// Reports changes of a history: deprecations under the rules of a family, the rest as a note. A rename has been reported.
pub(super) fn history(
    walk: &mut Walk<'_>,
    family: &str,
    base: Option<&History>,
    head: Option<&History>,
    renamed: bool,
    changes: &mut Changes,
) {
    if changes.take("history").is_none() {
        return;
    }
    let of = |history: Option<&History>| history.cloned().unwrap_or_default();
    let (mut old, mut new) = (of(base), of(head));
    if renamed {
        // The name before is the rename itself.
        (old.renamed_from, new.renamed_from) = (None, None);
    }
    let text = |history: &History| {
        history.deprecated.as_ref().map(|deprecated| format!("since {}: {}", deprecated.since, deprecated.doc.en))
    };
    let (before, after) = (text(&old), text(&new));
    match (&old.deprecated, &new.deprecated) {
        (None, Some(_)) => drop(walk.report(&format!("{family}-deprecated"), before, after).at("history")),
        (Some(_), None) => drop(walk.report(&format!("{family}-undeprecated"), before, after).at("history")),
        (old, new) if old != new => drop(walk.report("deprecation-changed", before, after).at("history")),
        _ => {}
    }
    (old.deprecated, new.deprecated) = (None, None);
    if old != new {
        let text = |history: &History| {
            let parts = [
                ("since", &history.since),
                ("renamed_from", &history.renamed_from),
                ("was_required_until", &history.was_required_until),
            ];
            let parts = parts.iter().filter_map(|(key, value)| Some(format!("{key}: {}", value.as_ref()?)));
            parts.collect::<Vec<_>>().join(", ")
        };
        walk.report("history-changed", Some(text(&old)), Some(text(&new))).at("history");
    }
}

/// Compares sensitivity: `hidden` and `shown` are the rules for more and for less of it.
pub(super) fn care(walk: &mut Walk<'_>, [hidden, shown_id]: [&str; 2], changes: &mut Changes) {
    let Some((before, after)) = changes.take("sensitivity") else { return };
    let rank = |value: &Value| match value.as_str() {
        Some("secret") => 2,
        Some(_) => 1,
        None => 0,
    };
    let id = if rank(&after) > rank(&before) { hidden } else { shown_id };
    walk.report(id, shown(&before), shown(&after)).at("sensitive");
}

/// The level for sources, which is none where no code is generated.
pub(super) fn without_code(level: Level, no_code: bool) -> Level {
    if no_code { Level::None } else { level }
}
