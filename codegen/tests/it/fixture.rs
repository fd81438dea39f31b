//! Specs to test with: the small one under `tests/data/base`, edited, and our own.

use cloudcert_codegen::model::{Action, Field, Model};
use cloudcert_codegen::source::SourceFile;
use cloudcert_codegen::{disk, load};
use serde_yaml::{Mapping, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The folder of the one API version in the test data.
pub(crate) const FOLDER: &str = "acme-ca-2026-01-01";

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

/// Merges more keys into the YAML files of a spec. A name without a slash is that of a file in the folder of the one API version, except
/// `defects`, which is that of the whole spec; `null` instead of the contents removes the file.
pub(crate) fn merged(mut files: Vec<SourceFile>, more: &BTreeMap<String, Value>) -> Vec<SourceFile> {
    for (name, value) in more {
        let path =
            if name.contains('/') || name == "defects" { name.clone() } else { format!("{FOLDER}/{name}") } + ".yaml";
        if value.is_null() {
            files.retain(|file| file.path != path);
            continue;
        }
        let old = files.iter().find(|file| file.path == path);
        let mut whole =
            old.map_or_else(|| Value::Mapping(Mapping::new()), |file| serde_yaml::from_slice(&file.bytes).unwrap());
        merge(&mut whole, value);
        put(&mut files, &path, serde_yaml::to_string(&whole).unwrap());
    }
    files
}

/// Mappings merge recursively, other values replace, and `null` removes the key.
fn merge(old: &mut Value, new: &Value) {
    match (old, new) {
        (Value::Mapping(old), Value::Mapping(new)) => {
            for (key, value) in new {
                match old.get_mut(key) {
                    _ if value.is_null() => drop(old.shift_remove(key)),
                    Some(inner) => merge(inner, value),
                    None => drop(old.insert(key.clone(), value.clone())),
                }
            }
        }
        (old, new) => *old = new.clone(),
    }
}
