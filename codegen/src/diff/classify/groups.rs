//! Groups of actions and the cargo features that follow from them.
//!
//! What a feature turns on is followed to its end, in both models: a change is milder than its rule where the old feature still turns on what it
//! did, by way of another.
//!
//! Together the findings miss no loss. Take an action and the chain of features that turned it on. If neither its group nor a link of the chain
//! changed, the chain is still there. Each change of one of them is a finding, and milder only if nothing behind it is lost.

use crate::cargo_features::{self, Feature, of_group, reached_by};
use crate::diff::values::Changes;
use crate::diff::walk::Walk;
use crate::diff::{Bump, Level};
use crate::model::{Action, Api, Group};

/// The feature of a group. One of a shared file may have actions in another API version only, and has none here.
fn feature(api: &Api, group: &Group) -> Option<Feature> {
    cargo_features::of(api).into_iter().skip(1).find(|feature| feature.name == of_group(api, &group.name))
}

/// The rule for a new group, and its feature. The mirror of the rule is for one that is gone.
pub(super) fn added(walk: &Walk<'_>, group: &Group, gone: bool) -> (&'static str, String) {
    let api = if gone { walk.pair.base } else { walk.pair.head };
    match feature(api, group) {
        Some(feature) => ("group-added", feature.name),
        None => ("group-added-silent", group.name.clone()),
    }
}

pub(super) fn group(walk: &mut Walk<'_>, base: &Group, head: &Group) {
    match (feature(walk.pair.base, base), feature(walk.pair.head, head)) {
        (Some(old), Some(new)) => dependencies(walk, &old, &new),
        (Some(old), None) => drop(walk.report("group-removed", Some(old.name), None)),
        (None, Some(new)) => drop(walk.report("group-added", None, Some(new.name))),
        (None, None) => {}
    }
}

/// The features that a group's feature implies, because its actions name those of other groups.
fn dependencies(walk: &mut Walk<'_>, old: &Feature, new: &Feature) {
    let (base, head) = (walk.pair.base, walk.pair.head);
    let implies = |feature: &Feature, api: &Api, name: &str| {
        feature.implies.iter().any(|other| other.strip_prefix(&api.id) == Some(name))
    };
    let still = reached_by(head, &new.name);
    for name in &old.implies {
        if implies(new, head, name.strip_prefix(&base.id).unwrap_or(name)) {
            continue;
        }
        let lost = |action: &&str| head.action(action).is_some() && !still.contains(action);
        let lost = reached_by(base, name).iter().any(lost);
        let finding = walk.report("group-dependency-removed", Some(name.clone()), None);
        if !lost {
            let hint = "It still turns on the same actions, by way of other features. Nothing has to be done.";
            finding.source(Level::Compatible).bump(Bump::Patch).hint(hint);
        }
    }
    for name in &new.implies {
        if !implies(old, base, name.strip_prefix(&head.id).unwrap_or(name)) {
            walk.report("group-dependency-added", None, Some(name.clone()));
        }
    }
}

/// The group of an action.
pub(super) fn of_action(walk: &mut Walk<'_>, base: &Action, head: &Action, changes: &mut Changes) {
    if changes.take("group").is_none() {
        return;
    }
    let (old, new) = (walk.pair.base, walk.pair.head);
    let (before, after) = (cargo_features::of_action(old, base), cargo_features::of_action(new, head));
    let id = match (&base.group, &head.group) {
        (None, _) => "action-group-added",
        (_, None) => "action-group-removed",
        _ => "action-group-changed",
    };
    let former = base.group.as_ref().map(|group| of_group(new, group));
    let kept = former.is_some_and(|feature| reached_by(new, &feature).contains(head.name.as_str()));
    let finding = walk.report(id, Some(before), Some(after)).at("group");
    if kept {
        let hint = "The feature of its old group turns on its new one. Nothing has to be done.";
        finding.source(Level::Compatible).bump(Bump::Minor).hint(hint);
    }
}
