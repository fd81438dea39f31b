//! What changes for users between two descriptions: on the wire, in their source, and in the version of the crate.
//!
//! One direction: two models -> [`compare`] -> findings -> [`Report`] (verdict, waivers) -> [`mod@print`]. `walk` visits both models side by
//! side and knows no rules. `classify` maps each difference to a rule. [`rules`] is the table of rules with their levels.
//!
//! # No change is silent
//!
//! Items are compared in their serialized form, without the items inside them. A classifier removes each difference that it reports. What is
//! left becomes `unclassified-change`. The two largest items are taken apart by patterns that name every field, so a new field does not compile
//! until somebody has decided about it. A test changes every leaf of the base spec and expects a finding.
//!
//! # One rule a case
//!
//! If the level depends on more than the key (a required parameter, a guaranteed list), there are two rules, so that the level can be looked up
//! in the table. One function names what was added; what was removed is its mirror.
//!
//! # Levels are proved
//!
//! A test derives a program from each finding that names or reads the item as it was, or takes one from the test case. rustc must accept it
//! before the change and reject it after. One program that uses the whole API proves that the other changes break nothing. What a change does to
//! programs that have only some cargo features on is proved feature by feature.
//!
//! # Places
//!
//! An item's place in the model and the indents below it give the lines of most parts. Only files of a whole service are parsed again.

mod attributes;
mod classify;
mod contents;
mod finding;
mod item;
mod level;
mod locate;
mod order;
pub mod print;
mod report;
mod rules;
mod shell;
mod usage;
mod values;
pub mod waivers;
mod walk;

pub use finding::{DiffFinding, RustChange, Subject};
pub use level::{Bump, Level};
pub use report::{Axis, Release, Report, Waived};
pub use rules::{ChangeRule, rule, rules};

use crate::model::{Api, Model};
use crate::source::SourceFile;
use item::Item;
use locate::Locator;
use walk::{Found, Pair, Walk};

/// One side of a comparison.
#[derive(Debug, Clone, Copy)]
pub struct Tree<'a> {
    /// The model of its description.
    pub model: &'a Model,
    /// The files it was read from, for places.
    pub files: &'a [SourceFile],
}

/// All changes from one description to another, by API version and place.
///
/// Order, comments and formatting do not count. If each tree holds one version of one service, these are compared, whatever
/// their numbers are.
#[must_use]
pub fn compare(base: Tree<'_>, head: Tree<'_>) -> Vec<DiffFinding> {
    let mut found = Vec::new();
    let pairs = pairs(&base.model.apis, &head.model.apis);
    for (old, new) in &pairs {
        match (old, new) {
            (Some(old), Some(new)) => {
                let pair = Pair::new(old, new);
                let mut walk = Walk::new(&pair);
                walk.items(Item::Api(old), Item::Api(new));
                found.extend(located(walk.found, (base, &old.id), (head, &new.id)));
            }
            (Some(old), None) => found.extend(alone(old, true, base)),
            (None, Some(new)) => found.extend(alone(new, false, head)),
            (None, None) => {}
        }
    }
    found.extend(register(base, head));
    once(found)
}

/// API versions and their counterparts.
fn pairs<'a>(base: &'a [Api], head: &'a [Api]) -> Vec<(Option<&'a Api>, Option<&'a Api>)> {
    if let ([old], [new]) = (base, head)
        && (&old.provider, &old.service) == (&new.provider, &new.service)
    {
        return vec![(Some(old), Some(new))];
    }
    let twin = |of: &Api, others: &'a [Api]| others.iter().find(|other| other.id == of.id);
    let gone = base.iter().filter(|old| twin(old, head).is_none()).map(|old| (Some(old), None));
    head.iter().map(|new| (twin(new, base), Some(new))).chain(gone).collect()
}

/// An API version that was added or removed.
fn alone(api: &Api, gone: bool, tree: Tree<'_>) -> Vec<DiffFinding> {
    let pair = Pair::new(api, api);
    let mut walk = Walk::new(&pair);
    walk.alone(Item::Api(api), gone, None);
    located(walk.found, (tree, &api.id), (tree, &api.id))
}

/// Defects that touch no item.
fn register(base: Tree<'_>, head: Tree<'_>) -> Vec<DiffFinding> {
    let Some(api) = head.model.apis.first().or(base.model.apis.first()) else { return Vec::new() };
    let pair = Pair::new(api, api);
    let mut walk = Walk::new(&pair);
    walk.children(
        base.model.register.iter().map(Item::Defect).collect(),
        head.model.register.iter().map(Item::Defect).collect(),
    );
    // Not the files of an API version, which has defects of its own.
    let mut found = located(walk.found, (base, ""), (head, ""));
    for finding in &mut found {
        finding.subject.api = String::new();
        finding.subject.path = finding.subject.path.replacen(&format!("{}/", api.id), "", 1);
        finding.seal();
    }
    found
}

/// Findings with their places and marks, from the files of both trees and the ids of the API versions in them.
fn located(found: Vec<Found>, base: (Tree<'_>, &str), head: (Tree<'_>, &str)) -> Vec<DiffFinding> {
    let (mut old, mut new) = (Locator::new(base.0.files, base.1), Locator::new(head.0.files, head.1));
    let place = |found: Found| {
        let mut finding = found.finding;
        let [before, after] = found.steps;
        finding.base = found.base_way.and_then(|way| old.place(&way, finding.base.as_ref(), before));
        finding.head = found.head_way.and_then(|way| new.place(&way, finding.head.as_ref(), after));
        // A removed item has a place in the first tree only.
        match (&finding.before, &finding.after) {
            (Some(_), None) if finding.base.is_some() => finding.head = None,
            (None, Some(_)) if finding.head.is_some() => finding.base = None,
            _ => {}
        }
        finding.seal();
        finding
    };
    found.into_iter().map(place).collect()
}

/// Reports a change in a shared file once, however many API versions use it.
fn once(found: Vec<DiffFinding>) -> Vec<DiffFinding> {
    let mut kept: Vec<DiffFinding> = Vec::new();
    let mut shared: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for finding in found {
        let place = finding.head.as_ref().or(finding.base.as_ref());
        let Some(place) = place.filter(|place| place.file.starts_with("shared/")) else {
            kept.push(finding);
            continue;
        };
        let way = finding.subject.path.strip_prefix(finding.subject.api.as_str()).unwrap_or_default();
        let key = format!("{} {} {way} {:?} {:?}", finding.rule.id, place.file, finding.before, finding.after);
        let twin = shared.get(&key).and_then(|index| kept.get_mut(*index));
        if let Some(twin) = twin {
            twin.wire = twin.wire.max(finding.wire);
            twin.source = twin.source.max(finding.source);
            twin.bump = twin.bump.max(finding.bump);
            let api = &finding.subject.api;
            twin.affected.extend(finding.affected.iter().map(|action| format!("{api}/{action}")));
            twin.also.push(api.clone());
        } else {
            shared.insert(key, kept.len());
            kept.push(finding);
        }
    }
    kept
}
