//! Reads, checks and resolves the API descriptions that the cloudcert SDK is generated from.
//!
//! A spec passes through these stages, in one direction: [`source`] (bytes) -> `yaml` (a tree with positions) -> [`spec`] (serde
//! structs, no logic) -> `resolve` (named passes) -> [`model`] (closed types, nothing left to decide). [`load`] runs all of them: a
//! pure function from files to a model, or to all findings at once. [`emit`] turns a model into code, or the part of it that
//! [`cargo_features`] turn on. Only [`disk`] touches files;
//! build scripts and the command line call it.
//!
//! This crate is a tool of the cloudcert repository: its API follows the needs of that repository and may change in any
//! release.
//!
//! ```
//! use cloudcert_codegen::{load, source::SourceFile};
//!
//! let findings = load(&[SourceFile::new("acme-ca-2026-01-01/service.yaml", "spec: 2\nuse: []\n")]).unwrap_err();
//! assert!(findings.to_string().contains("did you mean `uses`?"));
//! ```

pub mod build_script;
pub mod cargo_features;
#[cfg(feature = "cli")]
pub mod coverage;
#[cfg(feature = "cli")]
pub mod defects;
pub mod diagnostic;
#[cfg(feature = "cli")]
pub mod diff;
pub mod disk;
pub mod emit;
#[cfg(feature = "cli")]
pub mod explain;
mod format;
#[cfg(feature = "import")]
pub mod import;
#[cfg(feature = "cli")]
pub mod listing;
mod naming;
pub mod reserved;
mod resolve;
#[cfg(feature = "cli")]
pub mod review;
#[cfg(feature = "cli")]
pub mod schema;
#[cfg(feature = "cli")]
pub mod skeleton;
pub mod source;
pub mod spec;
#[cfg(feature = "cli")]
pub mod summary;
mod yaml;

pub use cloudcert_model as model;

use diagnostic::Findings;
use model::Model;
use source::{Limits, SourceFile};

/// Reads one file of a spec by itself: only its form is checked.
///
/// # Errors
///
/// Returns all findings at once if there is any.
#[cfg(feature = "cli")]
pub fn read<T: serde::de::DeserializeOwned>(file: &SourceFile) -> Result<T, Findings> {
    let (limits, mut findings) = (Limits::default(), Vec::new());
    let (text, parsed) = yaml::read(file, &limits, &mut findings);
    match parsed.and_then(|parsed| yaml::typed(&parsed, &limits, &mut findings)) {
        Some(read) => Ok(read),
        None => Err(Findings::new(findings, text.map(|text| (file.path.clone(), text)).into_iter().collect())),
    }
}

/// Reads a whole spec, with the usual limits.
///
/// # Errors
///
/// Returns all findings at once if there is any.
pub fn load(files: &[SourceFile]) -> Result<Model, Findings> {
    load_with(files, &Limits::default())
}

/// Reads a whole spec, with limits of your own.
///
/// # Errors
///
/// Returns all findings at once if there is any.
pub fn load_with(files: &[SourceFile], limits: &Limits) -> Result<Model, Findings> {
    resolve::resolve(files, limits)
}
