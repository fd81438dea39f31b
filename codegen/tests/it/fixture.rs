//! Specs to test with: the small one under `tests/data/base`, edited, and our own.

use cloudcert_codegen::disk;
use cloudcert_codegen::source::SourceFile;
use std::path::{Path, PathBuf};

/// The folder of test data.
pub(crate) fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// The repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The small sound spec that shows every part of the language.
pub(crate) fn base() -> Vec<SourceFile> {
    disk::read(&data().join("base")).unwrap()
}

/// Our own spec.
pub(crate) fn own() -> Vec<SourceFile> {
    disk::read(&repository().join("spec")).unwrap()
}

/// The text of a file in a spec.
pub(crate) fn text<'a>(files: &'a [SourceFile], path: &str) -> &'a str {
    let file = files
        .iter()
        .find(|f| f.path == path)
        .unwrap_or_else(|| panic!("there is no file {path}"));
    std::str::from_utf8(&file.bytes).unwrap()
}

/// A spec with one place of one file replaced. The place must be there once.
pub(crate) fn edited(mut files: Vec<SourceFile>, path: &str, from: &str, to: &str) -> Vec<SourceFile> {
    let old = text(&files, path);
    assert_eq!(old.matches(from).count(), 1, "in {path} there must be one\n{from}");
    let new = old.replace(from, to);
    put(&mut files, path, new);
    files
}

/// Adds or replaces a file.
pub(crate) fn put(files: &mut Vec<SourceFile>, path: &str, bytes: impl Into<Vec<u8>>) {
    files.retain(|f| f.path != path);
    files.push(SourceFile::new(path, bytes));
    files.sort_by(|a, b| a.path.cmp(&b.path));
}
