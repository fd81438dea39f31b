//! Findings: what is wrong with a spec, where, and how to mend it.

mod code;
mod render;

pub use code::Code;
pub use render::render;

use std::ops::Range;
use std::path::Path;

/// One thing that is wrong with the spec.
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
    /// Another place that has to do with it.
    pub related: Option<Related>,
    /// How to mend it.
    pub help: Option<String>,
}

impl Finding {
    /// A finding about a part of a file; an empty span means the file as a whole.
    pub(crate) fn new(code: Code, file: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { code, file: file.to_owned(), span, message: message.into(), related: None, help: None }
    }

    /// Adds how to mend it.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds another place.
    pub(crate) fn related(mut self, related: Related) -> Self {
        self.related = Some(related);
        self
    }
}

/// Another place that has to do with a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The file.
    pub file: String,
    /// The bytes.
    pub span: Range<usize>,
    /// What is there.
    pub label: String,
}

/// All that is wrong with a spec, with the texts that it quotes.
///
/// Its `Display` is the full report, made for people: the same in the command line and in a build error.
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

    /// Says where the spec lies, so that the report names files as the reader's shell knows them.
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
