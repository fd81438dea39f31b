//! The verdict over findings: what counts, what was waived, which release is needed.

use super::waivers::{Trouble, Waiver};
use super::{Bump, DiffFinding, Level};
use serde::Serialize;
use std::fmt;

/// The axes that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Axis {
    /// Only what happens on the wire.
    Wire,
    /// Only what happens to sources.
    Source,
    /// Both.
    Both,
}

impl Axis {
    /// The level of a finding on this axis.
    #[must_use]
    pub fn level(self, finding: &DiffFinding) -> Level {
        match self {
            Self::Wire => finding.wire,
            Self::Source => finding.source,
            Self::Both => finding.level(),
        }
    }
}

/// A version of the crate: three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release(pub u32, pub u32, pub u32);

impl Release {
    /// Reads `1.2.3`, without anything after a `-` or `+`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.split(['-', '+']).next()?;
        let mut parts = text.split('.').map(|part| part.parse().ok());
        let release = Self(parts.next()??, parts.next()??, parts.next()??);
        parts.next().is_none().then_some(release)
    }

    /// The lowest release after this one that may have a change. Before 1.0 each change is one step lower.
    #[must_use]
    pub fn after(self, bump: Bump) -> Self {
        let Self(major, minor, patch) = self;
        match (bump, major) {
            (Bump::None, _) => self,
            (Bump::Major, 1..) => Self(major + 1, 0, 0),
            (Bump::Major, 0) | (Bump::Minor, 1..) => Self(major, minor + 1, 0),
            (Bump::Minor, 0) | (Bump::Patch, _) => Self(major, minor, patch + 1),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// An accepted finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waived {
    /// The change.
    pub finding: DiffFinding,
    /// Who or what accepts it, and why.
    pub waiver: Waiver,
}

/// The result of comparing two trees.
#[derive(Debug, Clone)]
pub struct Report {
    /// The first tree, as the caller called it.
    pub base: String,
    /// The second tree.
    pub head: String,
    /// Changes that count, the worst first.
    pub findings: Vec<DiffFinding>,
    /// Changes that were waived.
    pub waived: Vec<Waived>,
    /// What is wrong with the waivers.
    pub troubles: Vec<Trouble>,
    /// The axis that counts.
    pub axis: Axis,
    /// The version that the first tree declares.
    pub base_release: Option<Release>,
    /// The version that the second tree declares.
    pub head_release: Option<Release>,
}

/// How many changes there are, by level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// What worked fails.
    pub breaking: usize,
    /// What worked may fail.
    pub dangerous: usize,
    /// What worked still works.
    pub compatible: usize,
    /// Only documentation and notes.
    pub docs: usize,
    /// Accepted.
    pub waived: usize,
}

impl Report {
    /// Changes that count on both axes, sorted. Nothing is waived.
    #[must_use]
    pub fn new(base: impl Into<String>, head: impl Into<String>, findings: Vec<DiffFinding>) -> Self {
        let mut report = Self {
            base: base.into(),
            head: head.into(),
            findings,
            waived: Vec::new(),
            troubles: Vec::new(),
            axis: Axis::Both,
            base_release: None,
            head_release: None,
        };
        report.sort();
        report
    }

    /// Sorts changes: worst first, then by place.
    pub fn sort(&mut self) {
        let axis = self.axis;
        let worst = |f: &DiffFinding| (std::cmp::Reverse(axis.level(f)), std::cmp::Reverse(f.bump));
        self.findings.sort_by(|a, b| {
            let same = || (&a.subject, a.rule.id, &a.fingerprint).cmp(&(&b.subject, b.rule.id, &b.fingerprint));
            worst(a).cmp(&worst(b)).then_with(same)
        });
    }

    /// The counts by level on the axis that counts.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts { waived: self.waived.len(), ..Counts::default() };
        for finding in &self.findings {
            match self.axis.level(finding) {
                Level::Breaking => counts.breaking += 1,
                Level::Dangerous => counts.dangerous += 1,
                Level::Compatible => counts.compatible += 1,
                Level::None => counts.docs += 1,
            }
        }
        counts
    }

    /// The release that the changes need, including waived ones: a waiver accepts a change but does not undo it.
    #[must_use]
    pub fn bump(&self) -> Bump {
        let waived = self.waived.iter().map(|waived| waived.finding.bump);
        self.findings.iter().map(|finding| finding.bump).chain(waived).max().unwrap_or(Bump::None)
    }

    /// The least version that may hold the changes, if the first tree declares one.
    #[must_use]
    pub fn needed(&self) -> Option<Release> {
        self.base_release.map(|release| release.after(self.bump()))
    }

    /// Whether the second tree declares a version that may hold the changes; none if a version is not known.
    #[must_use]
    pub fn is_sufficient(&self) -> Option<bool> {
        Some(self.head_release? >= self.needed()?)
    }

    /// The worst level of what counts.
    #[must_use]
    pub fn worst(&self) -> Level {
        self.findings.iter().map(|finding| self.axis.level(finding)).max().unwrap_or(Level::None)
    }
}
