//! Brings a change of a vendor's API into the spec: reads official material from a disk and edits the YAML of an API version.
//!
//! Three steps with the plain model between them: a reader for each format makes a [`plain::Api`] of a source, [`lay`] lays several over each other,
//! and `write` turns the result into edits of the text. Nothing panics on a source, however broken: what cannot be read is a
//! [`Remark`], and the rest is taken.
//!
//! The readers of Python and Go are our own. They read what two generators print, line by line, comments included; a parser of the
//! language drops the comments, which hold what is required, and the ones that exist need a newer compiler than ours or are not
//! kept any more.

mod api_docs;
mod budget;
mod cli_metadata;
mod go_ksyun;
mod lay;
mod notes;
pub mod plain;
mod python;
mod python_ksyun;
mod remark;
mod report;
mod scan;
mod sensitive;
mod sentence;
mod write;

pub use lay::lay;
pub use notes::notes;
pub use remark::{Remark, Remarks, Subject};
pub use report::report;
pub use write::{Changed, Outcome, Refusal, Row, write};

use crate::diagnostic::Code;
use crate::source::SourceFile;
use plain::Api;

/// What a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// An unpacked Python package of Alibaba Cloud, of either generation.
    Python,
    /// `api-docs.json` of Alibaba Cloud's portal.
    ApiDocs,
    /// The metadata of Alibaba Cloud's command line.
    CliMetadata,
    /// A client of Kingsoft Cloud's SDK for Go.
    GoKsyun,
    /// A client of Kingsoft Cloud's SDK for Python.
    PythonKsyun,
}

impl Format {
    /// Every format.
    pub const ALL: &[Self] = &[Self::Python, Self::ApiDocs, Self::CliMetadata, Self::GoKsyun, Self::PythonKsyun];

    /// Its name in arguments.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::ApiDocs => "api-docs",
            Self::CliMetadata => "cli-metadata",
            Self::GoKsyun => "go-ksyun",
            Self::PythonKsyun => "python-ksyun",
        }
    }

    /// The label in `sources` that is used if none is given.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Python => "pypi",
            Self::ApiDocs => "api-docs",
            Self::CliMetadata => "cli-metadata",
            Self::GoKsyun => "sdk-go",
            Self::PythonKsyun => "sdk-python",
        }
    }

    /// The word for its kind in `sources`.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Python | Self::GoKsyun | Self::PythonKsyun => "official-client",
            Self::ApiDocs | Self::CliMetadata => "metadata",
        }
    }

    /// The title in `sources` of a source that does not tell its own.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Python => "Alibaba Cloud SDK for Python",
            Self::ApiDocs => "api-docs.json",
            Self::CliMetadata => "aliyun/aliyun-openapi-meta",
            Self::GoKsyun => "kingsoftcloud/sdk-go",
            Self::PythonKsyun => "kingsoftcloud-sdk-python",
        }
    }

    /// Whether it is a package of Python, unpacked into a folder, whose `METADATA` has its name and version.
    #[must_use]
    pub fn is_package(self) -> bool {
        matches!(self, Self::Python | Self::PythonKsyun)
    }

    /// Whether a file is of use to the reader.
    #[must_use]
    pub fn wants(self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let ends = |end: &str| name.len() > end.len() && name.ends_with(end);
        match self {
            Self::Python | Self::PythonKsyun => ends(".py") || name == "METADATA",
            Self::ApiDocs | Self::CliMetadata => ends(".json"),
            Self::GoKsyun => ends(".go"),
        }
    }
}

/// A source as it was read from a disk.
#[derive(Debug)]
pub struct Input {
    /// Its label in `sources` of the spec.
    pub label: String,
    /// What it is.
    pub format: Format,
    /// Its files.
    pub files: Vec<SourceFile>,
}

/// Limits on a source: our largest product has 3 MB of Python, the vendor's largest 40.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most bytes of a file.
    pub file_bytes: usize,
    /// Most bytes of all files.
    pub source_bytes: usize,
    /// Most files.
    pub files: usize,
    /// Most structures inside each other.
    pub depth: usize,
    /// Most items, each counted at every place that has it.
    pub items: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 32 << 20, source_bytes: 128 << 20, files: 50_000, depth: 24, items: 200_000 }
    }
}

/// Reads a source. What cannot be read becomes a remark.
#[must_use]
pub fn read(input: &Input, limits: &Limits, remarks: &mut Remarks) -> Api {
    let mut texts = Vec::new();
    let mut size = 0;
    for file in &input.files {
        size += file.bytes.len();
        if file.bytes.len() > limits.file_bytes || size > limits.source_bytes || texts.len() >= limits.files {
            remarks.broken(Code::TooLarge, &file.path, 0, "the file is beyond the limits, so it was not read");
            size -= file.bytes.len();
            continue;
        }
        match std::str::from_utf8(&file.bytes) {
            Ok(text) => texts.push((file.path.as_str(), text.strip_prefix('\u{feff}').unwrap_or(text))),
            Err(error) => {
                let good = file.bytes.get(..error.valid_up_to()).unwrap_or_default();
                let line = good.split(|byte| *byte == b'\n').count();
                remarks.broken(Code::InvalidUtf8, &file.path, line, "the file is not UTF-8, so it was not read");
            }
        }
    }
    let mut out = scan::Out { label: &input.label, remarks, budget: budget::Budget::new(limits) };
    let api = match input.format {
        Format::Python => python::read(&texts, &mut out),
        Format::ApiDocs => api_docs::read(&texts, &mut out),
        Format::CliMetadata => cli_metadata::read(&texts, &mut out),
        Format::GoKsyun => go_ksyun::read(&texts, &mut out),
        Format::PythonKsyun => python_ksyun::read(&texts, &mut out),
    };
    if api.actions.is_empty() {
        out.remarks.broken(Code::MissingFile, &input.label, 0, "no action was found in this source");
    }
    api
}

/// The name and version of a Python package, from its `METADATA`.
#[must_use]
pub fn package(input: &Input) -> Option<(String, String)> {
    let file = input.files.iter().find(|file| file.path.rsplit('/').next() == Some("METADATA"))?;
    let text = std::str::from_utf8(&file.bytes).ok()?;
    let head = || text.lines().take_while(|line| !line.trim().is_empty());
    let value = |key: &str| head().find_map(|line| line.strip_prefix(key)?.strip_prefix(": ")).map(str::trim);
    Some((value("Name")?.to_owned(), value("Version")?.to_owned()))
}
