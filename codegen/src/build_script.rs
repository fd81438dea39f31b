//! What the SDK's build script does, as functions that tests can call.

use crate::emit::{self, Output};
#[cfg(feature = "data")]
use crate::emit::{actions, data};
use crate::{disk, model::Model};
use std::path::Path;

/// Reads and checks the spec in `folder`, and makes the SDK's modules from it in `out`.
///
/// # Errors
///
/// The report to print on standard error: every finding, or why a folder cannot be read or written.
pub fn run(folder: &Path, out: &Path) -> Result<(), String> {
    write(out, &emit::generate(&load(folder)?))
}

/// As [`run`], with the description itself as data beside the modules.
///
/// # Errors
///
/// Those of [`run`].
#[cfg(feature = "data")]
pub fn run_with_data(folder: &Path, out: &Path) -> Result<(), String> {
    let model = load(folder)?;
    let mut made = emit::generate(&model);
    made.extend(data(&model).map_err(|error| format!("the description cannot be written as JSON: {error}"))?);
    made.push(actions(&model));
    write(out, &made)
}

/// Writes the list of all actions to `actions.rs` in `out`, for programs that treat all actions alike; see [`actions`].
///
/// # Errors
///
/// Those of [`run`].
#[cfg(feature = "data")]
pub fn list_actions(folder: &Path, out: &Path) -> Result<(), String> {
    write(out, &[actions(&load(folder)?)])
}

fn load(folder: &Path) -> Result<Model, String> {
    let files = disk::read(folder).map_err(|error| format!("the spec cannot be read: {error}"))?;
    crate::load(&files).map_err(|findings| {
        let findings = findings.in_folder(&disk::root(folder));
        format!("{findings}\n\nThe SDK is made from the files in `spec/`; spec/README.md explains their language.")
    })
}

fn write(out: &Path, made: &[Output]) -> Result<(), String> {
    disk::write(out, made).map_err(|error| format!("the SDK cannot be written: {error}"))
}
