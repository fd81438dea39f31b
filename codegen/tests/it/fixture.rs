//! Specs to test with: the small one under `tests/data/base`, edited, and our own.

use cloudcert_codegen::model::{Action, Field, Model};
use cloudcert_codegen::source::SourceFile;
use cloudcert_codegen::{disk, load};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

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
    let file = files.iter().find(|f| f.path == path).unwrap_or_else(|| panic!("there is no file {path}"));
    std::str::from_utf8(&file.bytes).unwrap()
}

/// Adds or replaces a file.
pub(crate) fn put(files: &mut Vec<SourceFile>, path: &str, bytes: impl Into<Vec<u8>>) {
    files.retain(|f| f.path != path);
    files.push(SourceFile::new(path, bytes));
    files.sort_by(|a, b| a.path.cmp(&b.path));
}

/// The model of our own spec.
pub(crate) fn model() -> &'static Model {
    static MODEL: LazyLock<Model> = LazyLock::new(|| load(&own()).unwrap_or_else(|findings| panic!("{findings}")));
    &MODEL
}

/// An action of an API version.
pub(crate) fn action<'a>(model: &'a Model, api: &str, name: &str) -> &'a Action {
    model.api(api).and_then(|api| api.action(name)).unwrap_or_else(|| panic!("{api} has no {name}"))
}

/// Fields with the members that they define in place.
pub(crate) fn flat(fields: &[Field]) -> Box<dyn Iterator<Item = &Field> + '_> {
    Box::new(fields.iter().flat_map(|f| {
        let members = f.defines.as_ref().map_or(&[][..], |s| s.fields.as_slice());
        std::iter::once(f).chain(flat(members))
    }))
}
