//! What an import has to say: what is broken in a source, and what sources say against each other.

use crate::diagnostic::Code;

/// What a remark is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Subject {
    /// A part of a source that cannot be read; the rest of it is.
    Broken(Code),
    /// Sources that contradict each other; the message says whose word was taken.
    Contradiction,
    /// A type that the language lacks; the nearest one was taken.
    Unsayable,
    /// Something that was left out on purpose.
    LeftOut,
    /// Something that was guessed and needs a look.
    Guess,
}

impl Subject {
    /// The word that the report prints.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Broken(code) => code.as_str(),
            Self::Contradiction => "contradiction",
            Self::Unsayable => "unsayable",
            Self::LeftOut => "left-out",
            Self::Guess => "guess",
        }
    }
}

/// One remark, with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// What it is about.
    pub subject: Subject,
    /// The file, or the label of a source.
    pub file: String,
    /// The line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// What was met, and what was done about it. It quotes names, never sentences or values of a source.
    pub message: String,
}

impl std::fmt::Display for Remark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let subject = self.subject.as_str();
        match (self.file.as_str(), self.line) {
            ("", _) => write!(f, "{subject}: {}", self.message),
            (file, 0) => write!(f, "{file}: {subject}: {}", self.message),
            (file, line) => write!(f, "{file}:{line}: {subject}: {}", self.message),
        }
    }
}

/// Remarks as they come up, up to a limit.
#[derive(Debug, Default)]
pub struct Remarks {
    items: Vec<Remark>,
    more: usize,
}

/// Most remarks that are kept; the others are counted.
const KEPT: usize = 5_000;

impl Remarks {
    /// Adds a remark about a place.
    pub(crate) fn add(&mut self, subject: Subject, file: &str, line: usize, message: impl Into<String>) {
        if self.items.len() < KEPT {
            self.items.push(Remark { subject, file: file.to_owned(), line, message: message.into() });
        } else {
            self.more += 1;
        }
    }

    /// Adds a remark about something broken.
    pub(crate) fn broken(&mut self, code: Code, file: &str, line: usize, message: impl Into<String>) {
        self.add(Subject::Broken(code), file, line, message);
    }

    /// The remarks that were kept, in the order in which they came up.
    #[must_use]
    pub fn items(&self) -> &[Remark] {
        &self.items
    }

    /// How many were not kept.
    #[must_use]
    pub fn more(&self) -> usize {
        self.more
    }
}
