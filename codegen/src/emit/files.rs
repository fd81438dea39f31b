//! The output of the generator: paths and texts.

use crate::format::format;
use proc_macro2::TokenStream;

/// A generated file: its path below the output folder, with `/` between its parts, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Where it goes.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Collects files. Each becomes text immediately, because the tokens of all files together would take many times the memory.
#[derive(Default)]
pub(super) struct Files(Vec<Output>);

impl Files {
    /// Adds a file.
    pub(super) fn add(&mut self, path: String, tokens: impl Fn() -> TokenStream) {
        self.0.push(Output { path, text: format(tokens) });
    }

    /// All files, sorted by path.
    pub(super) fn sorted(mut self) -> Vec<Output> {
        self.0.sort_by(|a, b| a.path.cmp(&b.path));
        self.0
    }
}
