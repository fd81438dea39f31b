//! What the generator makes of the small spec and of every feature compiles with the real runtime, without a warning. All of it is
//! one crate, in which each spec is a module. The first run also checks the SDK's dependencies, if nothing has done so before.

#[path = "../../../tests/it/compile.rs"]
mod compile;

use crate::features::{Made, made};
use crate::fixture::{base, repository};
use cloudcert_codegen::emit::{Output, generate};
use cloudcert_codegen::{disk, load};
use compile::{Diagnostic, Package, check};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

fn module(spec: &Made) -> String {
    spec.name.replace('-', "_")
}

/// What the compiler says about a crate that has each of these specs as a module.
fn said(package: &str, specs: &[Made]) -> Vec<Diagnostic> {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = temporary.join(format!("{package}-generated"));
    let (mut files, mut root, mut features) = (Vec::new(), String::new(), BTreeSet::new());
    for spec in specs {
        let module = module(spec);
        let path = folder.join(&module).join("mod.rs");
        let _ = writeln!(root, "/// A spec.\npub mod {module} {{ include!({:?}); }}", path.to_str().unwrap());
        let output = generate(&spec.model).into_iter();
        files.extend(output.map(|file| Output { path: format!("{module}/{}", file.path), ..file }));
        features.extend(spec.model.apis.iter().map(|api| api.id.clone()));
    }
    disk::write(&folder, &files).unwrap();
    check(&Package {
        repository: &repository().canonicalize().unwrap(),
        temporary,
        name: package,
        // In a module of its own, no name can meet one of the runtime.
        generated: format!("/// All specs.\npub mod all {{\n{root}}}\n"),
        features: features.into_iter().collect(),
        programs: Vec::new(),
    })
}

#[test]
fn the_output_of_every_fixture_compiles_without_a_warning() {
    let (faulty, mut sound): (Vec<Made>, Vec<Made>) = made().into_iter().partition(|spec| spec.fault.is_some());
    sound.push(Made { name: "small".to_owned(), model: load(&base()).unwrap(), fault: None });
    let complaints: String = said("fixtures", &sound).iter().map(|d| d.rendered.as_str()).collect();
    assert!(complaints.is_empty(), "{complaints}");

    // A known fault that has been mended is none any more.
    let said = said("faulty-fixtures", &faulty);
    for spec in faulty {
        let place = format!("/{}/", module(&spec));
        let compiles = !said.iter().any(|d| d.rendered.contains(&place));
        assert!(!compiles, "{} compiles, so take its fault out: {}", spec.name, spec.fault.unwrap_or_default());
    }
}
