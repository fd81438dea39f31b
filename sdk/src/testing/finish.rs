//! The report at the end of a test: replies that were not used, and calls without a reply.

use crate::wire::first_of;
use std::fmt;

/// What is left over at the end of a test: replies that were not used, and calls that had no reply.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unfinished {
    /// Replies that were not used.
    pub left: Vec<String>,
    /// Calls that had no reply.
    pub unanswered: Vec<String>,
}

impl Unfinished {
    /// An error if anything is left over.
    pub(super) fn check(left: Vec<String>, unanswered: Vec<String>) -> Result<(), Self> {
        if left.is_empty() && unanswered.is_empty() { Ok(()) } else { Err(Self { left, unanswered }) }
    }
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if !self.unanswered.is_empty() {
            parts.push(format!("calls without a reply: {}", first_of(&self.unanswered, self.unanswered.len(), "; ")));
        }
        if !self.left.is_empty() {
            parts.push(format!("replies that were not used: {}", first_of(&self.left, self.left.len(), "; ")));
        }
        f.write_str(&parts.join(". "))
    }
}

impl std::error::Error for Unfinished {}
