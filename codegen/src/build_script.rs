//! What the SDK's build script does, as a function that tests can call.

use crate::model::Model;
use std::path::Path;

/// Reads and checks the spec in `folder`.
///
/// # Errors
///
/// The report to print on standard error: every finding, or why the folder cannot be read.
pub fn run(folder: &Path) -> Result<Model, String> {
    let files = crate::disk::read(folder).map_err(|error| format!("the spec cannot be read: {error}"))?;
    crate::load(&files).map_err(|findings| {
        let findings = findings.in_folder(&crate::disk::root(folder));
        format!("{findings}\n\nThe SDK is made from the files in `spec/`; spec/README.md explains their language.")
    })
}
