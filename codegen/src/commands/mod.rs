//! The commands, and what they share: arguments, outcomes and failures.

pub(crate) mod check;
pub(crate) mod compare_output;
pub(crate) mod coverage;
pub(crate) mod diff;
mod driver;
pub(crate) mod generate;
mod git;
pub(crate) mod import;
pub(crate) mod new;
pub(crate) mod show;
mod tree;

use cloudcert_codegen::model::Model;
use cloudcert_codegen::{disk, load};
use lexopt::{Arg, Parser};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A row in the table of commands.
pub(crate) struct Command {
    pub(crate) name: &'static str,
    /// The arguments as the usage shows them.
    pub(crate) arguments: &'static str,
    /// What it does, in a line without a stop.
    pub(crate) about: &'static str,
    /// What its own help says after the usage; may be empty.
    pub(crate) details: &'static str,
    pub(crate) run: fn(&mut Parser) -> Result<Outcome, Failure>,
}

impl Command {
    /// The help of this command.
    pub(crate) fn help(&self) -> String {
        let about = self.about.split_at_checked(1).map(|(first, rest)| first.to_uppercase() + rest).unwrap_or_default();
        let details = if self.details.is_empty() { String::new() } else { format!("\n{}", self.details) };
        format!("{about}.\n\nUsage: cloudcert-codegen {} {}\n{details}", self.name, self.arguments)
    }
}

/// The standard output, the standard error and the exit status of a command.
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

/// Why a command could not do its work: what to print on standard error, and the exit status.
pub(crate) struct Failure {
    pub(crate) text: String,
    pub(crate) status: u8,
}

impl Failure {
    /// The exit status of wrong usage.
    const USAGE: u8 = 2;

    /// Wrong arguments. The help of the command is printed below.
    pub(crate) fn usage(what: impl std::fmt::Display) -> Self {
        Self { text: format!("error: {what}\n"), status: Self::USAGE }
    }

    /// A file or folder that cannot be read or written, or a spec that must load and does not.
    pub(crate) fn unreadable(what: impl std::fmt::Display) -> Self {
        Self { text: format!("error: {what}\n"), status: 3 }
    }

    /// Adds the help, if the usage was wrong.
    pub(crate) fn with(self, help: &str) -> Self {
        if self.status == Self::USAGE { Self { text: format!("{}\n{help}", self.text), ..self } } else { self }
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::usage(error)
    }
}

/// The arguments that are not options, and the value of one option if the command has it.
fn words(parser: &mut Parser, option: Option<&str>) -> Result<(Vec<OsString>, Option<OsString>), Failure> {
    let mut words = Vec::new();
    let mut value = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Value(word) => words.push(word),
            Arg::Long(name) if option == Some(name) => value = Some(parser.value()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok((words, value))
}

/// The only argument: a folder, `spec` if absent.
fn folder(parser: &mut Parser) -> Result<PathBuf, Failure> {
    folder_of(&words(parser, None)?.0)
}

fn folder_of(words: &[OsString]) -> Result<PathBuf, Failure> {
    match words {
        [] => Ok(PathBuf::from("spec")),
        [folder] => Ok(PathBuf::from(folder)),
        [_, unexpected, ..] => Err(Failure::usage(format!(
            "unexpected argument `{}`: name one folder at most",
            unexpected.to_string_lossy()
        ))),
    }
}

/// The spec in a folder. Its findings are a failure with status 1.
fn model(folder: &Path) -> Result<Model, Failure> {
    let files = disk::read(folder).map_err(|error| Failure::unreadable(format!("the spec cannot be read: {error}")))?;
    load(&files)
        .map_err(|findings| Failure { text: format!("{}\n", findings.in_folder(&disk::root(folder))), status: 1 })
}
