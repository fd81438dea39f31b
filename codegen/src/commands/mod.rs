//! The commands that have options of their own.

pub(crate) mod compare_output;
pub(crate) mod diff;
mod driver;
mod git;
pub(crate) mod tools;
mod tree;

/// A command that reads its words itself.
pub(crate) type Command = fn(&mut lexopt::Parser) -> Result<Outcome, Failure>;

/// What is printed on standard output and on standard error, and the exit status.
pub(crate) struct Outcome {
    pub(crate) text: String,
    pub(crate) notes: String,
    pub(crate) status: u8,
}

impl From<String> for Outcome {
    fn from(text: String) -> Self {
        Self { text, notes: String::new(), status: 0 }
    }
}

/// Why a command ends other than well: what to say, and the exit status.
pub(crate) struct Failure {
    pub(crate) text: String,
    pub(crate) status: u8,
}

impl Failure {
    pub(crate) fn usage(what: impl std::fmt::Display, help: &str) -> Self {
        Self { text: format!("error: {what}\n\n{help}"), status: 2 }
    }

    /// A spec that cannot be read or does not load.
    pub(crate) fn tree(what: impl std::fmt::Display) -> Self {
        Self { text: format!("error: {what}\n"), status: 3 }
    }
}
