//! `compare-output`: what a change does to the generated code.
//!
//! The output of a revision is read from its committed snapshots and not generated anew. Generating would need the generator of
//! that revision as well as its spec, and with the generator of today a change of the generator would not show at all. A test holds
//! the snapshots equal to the output, so they are as good as the output itself. The working tree is different: its snapshots may
//! not be updated yet, but this program is its generator.

use super::git::Revision;
use super::{Failure, Outcome};
use cloudcert_codegen::review::{self, Text, compare::compare};
use cloudcert_codegen::source::SourceFile;
use cloudcert_codegen::{disk, emit, load};
use lexopt::{Parser, ValueExt};
use std::path::Path;

pub(crate) const DETAILS: &str = "\
Public items come first, then code, then documentation, then a line of counts. A new or removed file is named and not shown.

BASE and HEAD are git revisions: `origin/main`, `HEAD~1`, or `:` for what is staged. The generated code of a revision is read from
its snapshots in codegen/tests/snapshots/own; `REVISION:FOLDER` names another folder. Without HEAD, this program generates the code
from the folder `spec`, so the snapshots need not be updated first.

Exit status: 0 the code is the same, 1 it changes, 2 wrong usage, 3 a side cannot be read.
";

/// Where the snapshots of the SDK's generated code are.
const SNAPSHOTS: &str = "codegen/tests/snapshots/own";

/// Compares two revisions, or a revision and the working tree.
pub(crate) fn run(parser: &mut Parser) -> Result<Outcome, Failure> {
    let (words, _) = super::words(parser, None)?;
    let words = words.into_iter().map(ValueExt::string).collect::<Result<Vec<String>, _>>()?;
    let (base, head) = match words.as_slice() {
        [base] => (base, None),
        [base, head] => (base, Some(head)),
        _ => return Err(Failure::usage("`compare-output` takes one or two revisions")),
    };
    let old = committed(base)?;
    let new = head.map_or_else(generated, |head| committed(head))?;
    let comparison = compare(&old, &new);
    let text = comparison.report(base, head.map_or("the working tree", String::as_str));
    Ok(Outcome { text, notes: String::new(), status: u8::from(!comparison.is_empty()) })
}

/// The generated code of a revision, from its snapshots.
fn committed(name: &str) -> Result<Vec<Text>, Failure> {
    let failed = |why: String| Failure::unreadable(format!("`{name}` cannot be read: {why}"));
    let (revision, folder) = name.split_once(':').unwrap_or((name, ""));
    let folder = if folder.is_empty() { SNAPSHOTS } else { folder };
    let revision = Revision { folder: Path::new("."), name: revision };
    revision.check().map_err(failed)?;
    let files = revision.files(folder).map_err(failed)?;
    if files.is_empty() {
        return Err(failed(format!("it has no snapshots in `{folder}`")));
    }
    files.into_iter().map(|file| snapshot(file).map_err(failed)).collect()
}

/// The text in a snapshot, without the head that insta writes.
fn snapshot(file: SourceFile) -> Result<Text, String> {
    let text = String::from_utf8(file.bytes).map_err(|_| format!("{} is not UTF-8", file.path))?;
    let body =
        text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).map_or(text.as_str(), |(_, body)| body);
    Ok(trimmed(file.path.trim_end_matches(".snap"), body))
}

/// What this program generates from the working tree.
fn generated() -> Result<Vec<Text>, Failure> {
    let folder = Path::new("spec");
    let files = disk::read(folder).map_err(|error| Failure::unreadable(format!("the spec cannot be read: {error}")))?;
    let model = load(&files).map_err(|findings| {
        Failure::unreadable(format!(
            "the spec of the working tree does not load\n\n{}",
            findings.in_folder(&disk::root(folder))
        ))
    })?;
    Ok(review::files(&emit::generate(&model)).iter().map(|text| trimmed(&text.path, &text.text)).collect())
}

/// Insta does not keep blank lines at the end.
fn trimmed(path: &str, text: &str) -> Text {
    Text { path: path.to_owned(), text: format!("{}\n", text.trim_end()) }
}
