//! What the SDK's build script does, as a function that tests can call.

use crate::{disk, emit};
use std::path::Path;

/// Reads and checks the spec in `folder`, and makes the SDK's modules from it in `out`; with the description itself as data, if
/// that is wanted.
///
/// # Errors
///
/// The report to print on standard error: every finding, or why a folder cannot be read or written.
pub fn run(folder: &Path, out: &Path, with_data: bool) -> Result<(), String> {
    let files = disk::read(folder).map_err(|error| format!("the spec cannot be read: {error}"))?;
    let model = crate::load(&files).map_err(|findings| {
        let findings = findings.in_folder(&disk::root(folder));
        format!("{findings}\n\nThe SDK is made from the files in `spec/`; spec/README.md explains their language.")
    })?;
    let mut made = emit::generate(&model);
    if with_data {
        made.extend(emit::data(&model).map_err(|error| format!("the description cannot be written as JSON: {error}"))?);
    }
    disk::write(out, &made).map_err(|error| format!("the SDK cannot be written: {error}"))
}
