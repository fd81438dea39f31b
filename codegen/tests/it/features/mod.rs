//! The generator, feature by feature: each file in `tests/data/features` adds one part of the language to the minimal spec in
//! `tests/data/minimal`. Its snapshot shows the lines of the output that this changes, and nothing else.
//!
//! A file says what it is `about`, what there is before (`given`) and what is added (`then`). Both are merged into the files that
//! they name: `Ask` and `service` stand beside each other in the minimal spec's folder.

mod described;
mod difference;
mod mutation;
mod readers;
mod record;

use crate::fixture::{data, merged};
use crate::language::shapes;
use crate::snapshots::{compare, none_left_over};
use cloudcert_codegen::emit::generate;
use cloudcert_codegen::model::Model;
use cloudcert_codegen::source::SourceFile;
use cloudcert_codegen::spec::{Action, DefectRegister, Service};
use cloudcert_codegen::{disk, load, read};
use record::{Parts, parts};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_yaml::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A feature of the generator.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Feature {
    /// What it shows.
    about: String,
    /// What there is before, by file.
    #[serde(default)]
    given: BTreeMap<String, Value>,
    /// What is added, by file.
    then: BTreeMap<String, Value>,
    /// The generator makes nothing of it: the snapshot would be empty, and there is none.
    #[serde(default)]
    silent: bool,
    /// Why the output does not compile, until the generator is mended.
    fault: Option<String>,
}

impl Feature {
    fn before(&self) -> Vec<SourceFile> {
        merged(minimal(), &self.given)
    }

    fn after(&self) -> Vec<SourceFile> {
        merged(self.before(), &self.then)
    }
}

/// Features by name.
fn features() -> BTreeMap<String, Feature> {
    let files = std::fs::read_dir(data().join("features")).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: &Path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let feature = serde_yaml::from_str(&std::fs::read_to_string(path).unwrap());
        (name.clone(), feature.unwrap_or_else(|e| panic!("{name}: {e}")))
    };
    files.map(|path| read(&path)).collect()
}

/// The least that the loader takes: one action without parameters.
fn minimal() -> Vec<SourceFile> {
    disk::read(&data().join("minimal")).unwrap()
}

fn loaded(name: &str, files: &[SourceFile]) -> Model {
    load(files).unwrap_or_else(|findings| panic!("{name}: {findings}"))
}

/// What a feature makes of the minimal spec.
pub(crate) struct Made {
    pub(crate) name: String,
    pub(crate) model: Model,
    /// Why its output does not compile.
    pub(crate) fault: Option<String>,
}

/// The whole spec of each feature.
pub(crate) fn made() -> Vec<Made> {
    let made = |(name, feature): (String, Feature)| Made {
        model: loaded(&name, &feature.after()),
        fault: feature.fault,
        name,
    };
    features().into_iter().map(made).collect()
}

#[test]
fn each_feature_is_a_sound_spec_before_and_after() {
    let mut wrong = Vec::new();
    for (name, feature) in features() {
        for (when, files) in [("before", feature.before()), ("after", feature.after())] {
            wrong.extend(load(&files).err().map(|findings| format!("{name}, {when}: {findings}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_feature_changes_these_lines_of_the_output() {
    let features = features();
    for (name, feature) in features.iter().filter(|(_, feature)| !feature.silent) {
        let [before, after] = [feature.before(), feature.after()].map(|files| generate(&loaded(name, &files)));
        let difference = difference::between(&before, &after);
        assert!(!difference.is_empty(), "{name} changes nothing: if that is right it is `silent`");
        compare("features", name, Some(&feature.about), &difference);
    }
    none_left_over("features", features.iter().filter(|(_, feature)| !feature.silent).map(|(name, _)| name.as_str()));
}

#[test]
fn what_is_silent_changes_no_output() {
    for (name, feature) in features().iter().filter(|(_, feature)| feature.silent) {
        let [before, after] = [feature.before(), feature.after()].map(|files| generate(&loaded(name, &files)));
        let difference = difference::between(&before, &after);
        assert!(difference.is_empty(), "{name} is silent no more; give what shows a file of its own:\n{difference}");
    }
}

/// The struct of the language that a file is.
pub(crate) fn language_of(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or_default();
    match name {
        "defects.yaml" => "DefectRegister",
        _ if path.starts_with("shared/") || name.starts_with(|c: char| c.is_ascii_lowercase()) => "Service",
        _ => "Action",
    }
}

/// What the files of a spec say, as structs with keys and enums with words.
fn said(files: &[SourceFile]) -> Parts {
    fn of<T: DeserializeOwned + Serialize>(file: &SourceFile) -> Parts {
        parts(&read::<T>(file).unwrap_or_else(|findings| panic!("{findings}")))
    }
    let file = |file: &SourceFile| match language_of(&file.path) {
        "DefectRegister" => of::<DefectRegister>(file),
        "Service" => of::<Service>(file),
        _ => of::<Action>(file),
    };
    files.iter().flat_map(file).collect()
}

/// What the minimal spec has, and what a feature adds to what there is before.
fn shown(of: impl Fn(&[SourceFile]) -> Parts) -> Parts {
    let mut shown = of(&minimal());
    for feature in features().values() {
        let (before, after) = (of(&feature.before()), of(&feature.after()));
        shown.extend(after.difference(&before).cloned());
    }
    shown
}

#[test]
fn every_key_and_word_of_the_language_is_shown_by_a_feature() {
    let shown = shown(said);
    let shapes = shapes();
    let all = shapes.structs.iter().chain(&shapes.enums);
    let pairs = all.flat_map(|(of, parts)| parts.iter().map(|part| ((*of).to_owned(), (*part).to_owned())));
    let missing: Vec<String> =
        pairs.filter(|pair| !shown.contains(pair)).map(|(of, part)| format!("{of}: {part}")).collect();
    assert!(missing.is_empty(), "no file in tests/data/features adds:\n{}", missing.join("\n"));
}

/// Enums of the model with their variants, out of its source: a new variant is there without being written down here.
fn variants() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/src")).unwrap() {
        let file = syn::parse_file(&std::fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap();
        for item in file.items {
            if let syn::Item::Enum(of) = item {
                found.extend(
                    of.variants.iter().map(|variant| (of.ident.to_string(), folded(&variant.ident.to_string()))),
                );
            }
        }
    }
    found
}

/// `RequireOneOf` and `require-one-of` are one.
fn folded(variant: &str) -> String {
    variant.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

#[test]
fn every_variant_of_the_model_is_shown_by_a_feature() {
    let modelled = |files: &[SourceFile]| {
        let parts = parts(&load(files).unwrap_or_else(|findings| panic!("{findings}")));
        parts.into_iter().map(|(of, variant)| (of, folded(&variant))).collect::<Parts>()
    };
    let (all, shown) = (variants(), shown(modelled));
    assert!(all.len() > 40, "only {} variants", all.len());
    let missing: Vec<_> = all.difference(&shown).collect();
    assert!(missing.is_empty(), "no file in tests/data/features brings {missing:?}");
}
