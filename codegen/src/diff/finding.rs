//! A finding: one change, with what a reviewer needs to know about it.

use super::{Bump, ChangeRule, Level};
use crate::model::Place;
use serde::Serialize;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffFinding {
    /// What kind of change it is.
    pub rule: &'static ChangeRule,
    /// What it does on the wire.
    pub wire: Level,
    /// What it does to the source of programs.
    pub source: Level,
    /// The release that it needs.
    pub bump: Bump,
    /// What changed.
    pub subject: Subject,
    /// The old value. `None` for something new.
    pub before: Option<String>,
    /// The new value. `None` for something removed.
    pub after: Option<String>,
    /// How the generated code changes.
    pub rust: Option<RustChange>,
    /// Its place in the first tree.
    pub base: Option<Place>,
    /// Its place in the second tree.
    pub head: Option<Place>,
    /// Actions that use what changed, if several share it.
    pub affected: Vec<String>,
    /// Other API versions that share what changed.
    pub also: Vec<String>,
    /// The number of items inside it that were added or removed with it and are not listed.
    pub inside: usize,
    /// What to do about it.
    pub hint: Option<String>,
    /// Identifies this change, independent of order and wording.
    pub fingerprint: String,
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Subject {
    /// The API version, by folder.
    pub api: String,
    /// The action, if it belongs to one.
    pub action: Option<String>,
    /// Its path in the spec: `acme-ca-2026-01-01/Order/parameters/Domain`.
    pub path: String,
}

/// An item of the generated code before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RustChange {
    /// Its path: `acme_ca::v2026_01_01::order::Builder::domain`.
    pub item: String,
    /// The declaration before. `None` for a new item.
    pub before: Option<String>,
    /// The declaration after. `None` for a removed item.
    pub after: Option<String>,
}

impl DiffFinding {
    /// The worse of both axes.
    #[must_use]
    pub fn level(&self) -> Level {
        self.wire.max(self.source)
    }

    /// Whether only documentation and notes show it.
    #[must_use]
    pub fn is_docs(&self) -> bool {
        self.level() == Level::None
    }

    /// The name of what changed, the last parts of its path.
    #[must_use]
    pub fn name(&self) -> &str {
        let rest = self.subject.path.strip_prefix(self.subject.api.as_str()).unwrap_or(&self.subject.path);
        let rest = rest.trim_start_matches('/');
        let action = self.subject.action.as_deref().and_then(|action| rest.strip_prefix(action));
        match action.map(|rest| rest.trim_start_matches('/')) {
            // An API version as a whole.
            Some("") | None if rest.is_empty() => &self.subject.path,
            Some("") | None => rest,
            Some(rest) => rest,
        }
    }

    /// Computes the fingerprint from its rule, its path, and the values before and after.
    pub(super) fn seal(&mut self) {
        let none = "\u{0}";
        let parts = [
            self.rule.id,
            &self.subject.path,
            self.before.as_deref().unwrap_or(none),
            self.after.as_deref().unwrap_or(none),
        ];
        // FNV-1a, 64 bits: it must be short and stable, but not safe against forgery.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in parts.iter().flat_map(|part| part.bytes().chain([0x1f])) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        self.fingerprint = format!("{hash:016x}");
    }
}
