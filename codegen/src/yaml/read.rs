//! Bytes to a text, and to a tree.

use super::events::Reader;
use super::tree::{At, Node};
use crate::diagnostic::{Code, Finding};
use crate::source::{Limits, SourceFile};

/// A file whose YAML is sound.
#[derive(Debug)]
pub(crate) struct ParsedFile {
    /// Its path.
    pub(crate) path: String,
    /// Its text, without a byte order mark.
    pub(crate) text: String,
    /// Its content.
    pub(crate) root: Node,
    /// Where its lines begin, in bytes.
    lines: Vec<usize>,
}

impl ParsedFile {
    /// A cursor at its root.
    pub(crate) fn at(&self) -> At<'_> {
        At::root(self)
    }

    /// Line and column in characters, both from 1, of a byte.
    pub(crate) fn position(&self, byte: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= byte);
        let start = line.checked_sub(1).and_then(|i| self.lines.get(i)).copied().unwrap_or(0);
        (line, self.text.get(start..byte).unwrap_or_default().chars().count() + 1)
    }
}

/// Reads the text of a file, and its tree if there are no findings.
pub(crate) fn read(file: &SourceFile, limits: &Limits, out: &mut Vec<Finding>) -> (Option<String>, Option<ParsedFile>) {
    let whole = |code, message: String| Finding::new(code, &file.path, 0..0, message);
    if file.bytes.len() > limits.file_bytes {
        let (size, most) = (file.bytes.len(), limits.file_bytes);
        out.push(whole(Code::TooLarge, format!("the file has {size} bytes, more than {most}")).help("split the file"));
        return (None, None);
    }
    let text = match std::str::from_utf8(&file.bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text).to_owned(),
        Err(error) => {
            let good = error.valid_up_to();
            let line = file.bytes.iter().take(good).filter(|b| **b == b'\n').count() + 1;
            let message = format!("the file is not UTF-8 (byte {} in line {line})", good + 1);
            out.push(whole(Code::InvalidUtf8, message).help("save the file as UTF-8"));
            return (None, None);
        }
    };
    let mut reader = Reader::new(&file.path, &text, limits);
    let root = reader.document();
    let sound = reader.findings.is_empty();
    out.append(&mut reader.findings);
    let parsed = root.filter(|_| sound).map(|root| ParsedFile {
        path: file.path.clone(),
        lines: std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect(),
        text: text.clone(),
        root,
    });
    (Some(text), parsed)
}
