//! What the SDK's build script does, as functions that tests can call.

use crate::cargo_features::select;
use crate::emit::{self, Output};
#[cfg(feature = "data")]
use crate::emit::{actions, data};
use crate::{disk, model::Model};
use std::path::Path;

/// Whether a cargo feature of the SDK is on.
pub type IsOn<'a> = &'a dyn Fn(&str) -> bool;

/// Whether cargo runs the build script with this feature.
#[must_use]
pub fn is_on(feature: &str) -> bool {
    std::env::var_os(format!("CARGO_FEATURE_{}", feature.to_uppercase().replace('-', "_"))).is_some()
}

/// Reads and checks the spec in `folder`, and makes the modules that features turn on from it in `out`. Returns whether there is any API
/// version among them.
///
/// # Errors
///
/// The report to print on standard error: every finding, or why a folder cannot be read or written.
pub fn run(folder: &Path, out: &Path, is_on: IsOn<'_>) -> Result<bool, String> {
    let model = load(folder)?;
    let part = select(&model, is_on);
    write(out, &emit::generate_part(&model, &part))?;
    Ok(!part.apis.is_empty())
}

/// As [`run`], with the description itself as data beside the modules.
///
/// # Errors
///
/// Those of [`run`].
#[cfg(feature = "data")]
pub fn run_with_data(folder: &Path, out: &Path, is_on: IsOn<'_>) -> Result<bool, String> {
    let mut model = load(folder)?;
    let part = select(&model, is_on);
    let mut made = emit::generate_part(&model, &part);
    made.push(actions(&part));
    // The description of an API version is whole, whatever of it has methods.
    model.apis.retain(|api| part.apis.iter().any(|part| part.id == api.id));
    made.extend(data(&model).map_err(|error| format!("the description cannot be written as JSON: {error}"))?);
    write(out, &made)?;
    Ok(!part.apis.is_empty())
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
