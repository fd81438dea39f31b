//! `generate`: the generated modules on disk.

use super::{Failure, Outcome};
use cloudcert_codegen::{disk, emit};
use std::path::PathBuf;

pub(crate) const DETAILS: &str = "\
Generated files that are left over in FOLDER from an earlier run are deleted. Other files are never touched.
";

/// Writes the modules to the folder that `--out` names.
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<Outcome, Failure> {
    let (words, out) = super::words(parser, Some("out"))?;
    let out = PathBuf::from(out.ok_or_else(|| Failure::usage("`generate` needs `--out FOLDER`"))?);
    let files = emit::generate(&super::model(&super::folder_of(&words)?)?);
    disk::write(&out, &files).map_err(|error| Failure::unreadable(format!("the code cannot be written: {error}")))?;
    Ok(format!("{} files in {}\n", files.len(), out.display()).into())
}
