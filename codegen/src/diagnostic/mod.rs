//! Findings: what is wrong with a spec, where, and how to fix it.

mod code;
mod render;

pub use code::Code;
pub use render::render;

use std::ops::Range;
use std::path::Path;

/// One mistake in a spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of finding it is.
    pub code: Code,
    /// The file it is in, relative to the spec folder; empty for a finding about the spec as a whole.
    pub file: String,
    /// The bytes it is about; empty for a finding about the file as a whole.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// A related place.
    pub related: Option<Related>,
    /// How to fix it.
    pub help: Option<String>,
}

impl Finding {
    /// A finding about a part of a file; an empty span means the file as a whole.
    pub(crate) fn new(code: Code, file: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { code, file: file.to_owned(), span, message: message.into(), related: None, help: None }
    }

    /// Adds how to fix it.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a suggestion, if there is one.
    pub(crate) fn suggest(self, near: Option<&str>) -> Self {
        match near {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// Adds a related place.
    pub(crate) fn related(mut self, related: Related) -> Self {
        self.related = Some(related);
        self
    }
}

/// A place related to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The file.
    pub file: String,
    /// The bytes.
    pub span: Range<usize>,
    /// What is there.
    pub label: String,
}

/// All findings about a spec, with the texts that they quote.
///
/// Its `Display` is the full report for people, the same on the command line and in a build error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    items: Vec<Finding>,
    texts: Vec<(String, String)>,
    folder: String,
}

impl Findings {
    /// Sorts findings by place; `texts` are the files that they quote.
    pub(crate) fn new(mut items: Vec<Finding>, texts: Vec<(String, String)>) -> Self {
        items.sort_by(|a, b| {
            (&a.file, a.span.start, a.code, &a.message).cmp(&(&b.file, b.span.start, b.code, &b.message))
        });
        items.dedup();
        Self { items, texts, folder: String::new() }
    }

    /// The findings, by file and position.
    #[must_use]
    pub fn items(&self) -> &[Finding] {
        &self.items
    }

    /// Sets the folder of the spec, so that the report prints paths that the reader's shell can open.
    #[must_use]
    pub fn in_folder(mut self, folder: &Path) -> Self {
        self.folder = folder.display().to_string();
        self
    }

    /// A file's path as it is shown.
    pub(crate) fn shown(&self, file: &str) -> String {
        match (self.folder.as_str(), file) {
            ("", "") => "spec".to_owned(),
            ("", file) => file.to_owned(),
            (folder, "") => folder.to_owned(),
            (folder, file) => Path::new(folder).join(file).display().to_string(),
        }
    }

    /// The text of a file that findings quote.
    pub(crate) fn text(&self, file: &str) -> Option<&str> {
        self.texts.iter().find(|(path, _)| path == file).map(|(_, text)| text.as_str())
    }
}

impl std::fmt::Display for Findings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&render(self))
    }
}

impl std::error::Error for Findings {}
