//! What a test did not do although it was meant to, or did although it was not.

use crate::wire::first_of;
use std::fmt;

/// What is left over at the end of a test: answers that nobody asked for, and calls that had no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unfinished {
    /// Answers that nobody asked for.
    pub left: Vec<String>,
    /// Calls that had no answer.
    pub unanswered: Vec<String>,
}

impl Unfinished {
    /// An error, if anything is left over.
    pub(super) fn check(left: Vec<String>, unanswered: Vec<String>) -> Result<(), Self> {
        if left.is_empty() && unanswered.is_empty() { Ok(()) } else { Err(Self { left, unanswered }) }
    }
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if !self.unanswered.is_empty() {
            parts.push(format!("calls without an answer: {}", first_of(&self.unanswered, self.unanswered.len(), "; ")));
        }
        if !self.left.is_empty() {
            parts.push(format!("answers that nobody asked for: {}", first_of(&self.left, self.left.len(), "; ")));
        }
        f.write_str(&parts.join(". "))
    }
}

impl std::error::Error for Unfinished {}
