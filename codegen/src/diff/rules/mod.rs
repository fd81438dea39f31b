//! The rules as data: what kinds of changes there are, and what each does to users.

/// Declares rules: `"id" / "mirror": wire source bump; "what happened" "why it matters" "both in Chinese";`.
macro_rules! rules {
    ($($id:literal / $mirror:literal: $wire:ident $source:ident $bump:ident; $title:literal $why:literal $zh:literal;)*) => {
        use crate::diff::{Bump, Level};
        use super::ChangeRule;

        pub(super) const RULES: &[ChangeRule] = &[$(ChangeRule {
            id: $id,
            mirror: $mirror,
            wire: Level::$wire,
            source: Level::$source,
            bump: Bump::$bump,
            title: $title,
            why: $why,
            zh: $zh,
        },)*];
    };
}

mod actions;
mod docs;
mod fields;
mod flows;
mod groups;
mod parameters;
mod services;
mod types;

use super::{Bump, Level};
use serde::Serialize;

/// A kind of change.
///
/// `wire` is what happens to a program with the SDK from before the change when it meets the service after the change. `source` is what
/// happens to the source of a program when its SDK is replaced by one generated after the change. Both are the usual case. A finding can be
/// milder, or worse where a structure is both sent and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ChangeRule {
    /// Its name: stable, for waivers and scripts.
    pub id: &'static str,
    /// The rule of the same change made backwards.
    pub mirror: &'static str,
    /// What it does to existing programs, on the wire.
    pub wire: Level,
    /// What it does to the source of programs.
    pub source: Level,
    /// The release that it needs.
    pub bump: Bump,
    /// What happened, in English.
    pub title: &'static str,
    /// Why it matters, in English.
    pub why: &'static str,
    /// Both in Chinese.
    pub zh: &'static str,
}

const FAMILIES: [&[ChangeRule]; 8] = [
    services::RULES,
    types::RULES,
    groups::RULES,
    actions::RULES,
    parameters::RULES,
    fields::RULES,
    flows::RULES,
    docs::RULES,
];

/// The rule for changes that no other rule covers.
pub(super) const UNCLASSIFIED: &ChangeRule = &docs::UNCLASSIFIED;

/// All rules, those about services first.
pub fn rules() -> impl Iterator<Item = &'static ChangeRule> {
    FAMILIES.into_iter().flatten().chain(std::iter::once(UNCLASSIFIED))
}

/// A rule by name.
#[must_use]
pub fn rule(id: &str) -> Option<&'static ChangeRule> {
    rules().find(|rule| rule.id == id)
}
