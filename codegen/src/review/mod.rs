//! The generated code as reviewers read it: its public items, its code without documentation, and its documentation as text.
//!
//! [`files`] splits the output into small texts, a few for each generated file. The snapshots of the tests hold these texts, and
//! [`compare`] shows what differs between two sets of them. Nothing is lost on the way: code and documentation together are the
//! whole output.

pub mod compare;
mod lines;
mod split;

pub use split::{Documented, Split, split};

use crate::emit::Output;
use crate::listing;
use std::fmt::Write as _;

/// What a text shows of the generated code. The order is that of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// The public items of an API version, one a line.
    Items,
    /// A generated file without its documentation.
    Code,
    /// The documentation of a generated file.
    Docs,
}

impl View {
    /// The view that the path of a text belongs to: `acme_ca/v1/code/order` shows code.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        match (folders.rsplit('/').next(), name) {
            (Some("code"), _) => Some(Self::Code),
            (Some("docs"), _) => Some(Self::Docs),
            (_, "api") => Some(Self::Items),
            _ => None,
        }
    }
}

/// A text to review. Its path ends in `api`, `code/NAME` or `docs/NAME`, below the folder of the API version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Where it goes, without an ending.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// All texts about an output, sorted by path.
#[must_use]
pub fn files(output: &[Output]) -> Vec<Text> {
    let mut texts = Vec::new();
    for file in output {
        let stem = file.path.trim_end_matches(".rs");
        let (folder, name) = stem.rsplit_once('/').map_or(("", stem), |(folder, name)| (folder, name));
        let module = if name == "mod" { folder.rsplit('/').next().unwrap_or(name) } else { name };
        let below = |view: &str| format!("{folder}/{view}/{name}").trim_start_matches('/').to_owned();
        let split = split(module, &file.text);
        texts.push(Text { path: below("code"), text: split.code });
        if !split.docs.is_empty() {
            texts.push(Text { path: below("docs"), text: documentation(&split.docs) });
        }
    }
    // A file lies in the folder of its API version; what lies above declares modules, and has no items.
    for files in output.chunk_by(|a, b| folder(a) == folder(b)) {
        let items = listing::api(files);
        if let Some(folder) = files.first().map(folder).filter(|_| !items.is_empty()) {
            texts.push(Text { path: format!("{folder}/api"), text: items });
        }
    }
    texts.sort_by(|a, b| a.path.cmp(&b.path));
    texts
}

fn folder(file: &Output) -> &str {
    file.path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Each item's path, and below it, four columns to the right, what its documentation says.
fn documentation(items: &[Documented]) -> String {
    let mut out = String::new();
    for item in items {
        let _ = writeln!(out, "{}", item.path);
        for line in &item.lines {
            let _ = writeln!(out, "{}", format!("    {line}").trim_end());
        }
        out.push('\n');
    }
    out
}
