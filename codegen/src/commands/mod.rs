//! The commands that have options of their own.

pub(crate) mod diff;
mod driver;
mod git;
mod tree;

/// Why a command ends other than well: what to say, and the exit status.
pub(crate) struct Failure {
    pub(crate) text: String,
    pub(crate) status: u8,
}

impl Failure {
    pub(crate) fn usage(what: impl std::fmt::Display) -> Self {
        Self { text: format!("error: {what}\n\n{}", diff::HELP), status: 2 }
    }

    /// A spec that cannot be read or does not load.
    pub(crate) fn tree(what: impl std::fmt::Display) -> Self {
        Self { text: format!("error: {what}\n"), status: 3 }
    }
}
