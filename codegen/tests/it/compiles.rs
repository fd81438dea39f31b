//! What the generator makes of the small spec and of every feature compiles with the real runtime, without a warning. All of it is
//! one crate, in which each spec is a module. The first run also checks the SDK's dependencies, if nothing has done so before.

#[path = "../../../tests/it/house/compile.rs"]
pub(crate) mod compile;

use crate::features::{Made, made};
use crate::fixture::{base, repository};
use cloudcert_codegen::emit::{Output, generate};
use cloudcert_codegen::{disk, load};
use compile::{Diagnostic, Package, cargo, check};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn module(spec: &Made) -> String {
    spec.name.replace('-', "_")
}

/// Makes a crate that has each of these specs as a module, with programs that use it, and hands it to a test.
pub(crate) fn with_crate<T>(
    name: &str,
    specs: &[Made],
    programs: Vec<PathBuf>,
    test: impl FnOnce(&Package<'_>) -> T,
) -> T {
    with_members(name, specs, programs, &[], test)
}

/// As [`with_crate`], with packages of the workspace that the programs use besides, by their folders.
pub(crate) fn with_members<T>(
    name: &str,
    specs: &[Made],
    programs: Vec<PathBuf>,
    members: &[&str],
    test: impl FnOnce(&Package<'_>) -> T,
) -> T {
    let modules = specs.iter().map(|spec| (module(spec), generate(&spec.model))).collect();
    let features = specs.iter().flat_map(|spec| &spec.model.apis).map(|api| api.id.clone()).collect();
    with_modules(name, modules, features, programs, members, test)
}

/// As [`with_members`], with the code of each module by its name, and the features that the code needs.
pub(crate) fn with_modules<T>(
    name: &str,
    modules: Vec<(String, Vec<Output>)>,
    features: BTreeSet<String>,
    programs: Vec<PathBuf>,
    members: &[&str],
    test: impl FnOnce(&Package<'_>) -> T,
) -> T {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = temporary.join(format!("{name}-generated"));
    let (mut files, mut root) = (Vec::new(), String::new());
    for (module, output) in modules {
        let path = folder.join(&module).join("mod.rs");
        let _ = writeln!(root, "/// A spec.\npub mod {module} {{ include!({:?}); }}", path.to_str().unwrap());
        let output = output.into_iter();
        files.extend(output.map(|file| Output { path: format!("{module}/{}", file.path), ..file }));
    }
    disk::write(&folder, &files).unwrap();
    let repository = repository().canonicalize().unwrap();
    test(&Package {
        repository: &repository,
        temporary,
        name,
        // In a module of its own, no name can meet one of the runtime.
        generated: format!("/// All specs.\npub mod all {{\n{root}}}\n"),
        features: features.into_iter().collect(),
        programs,
        members,
    })
}

/// What a program that uses all that is deprecated is warned of.
const DEPRECATED: [(&str, &str); 9] = [
    ("field", "kind"),
    ("field", "name"),
    ("method", "ask"),
    ("method", "kind"),
    ("method", "other"),
    ("method", "wait_until_order_issued"),
    ("struct", "Person"),
    ("struct", "Request"),
    ("unit variant", "Wild"),
];

/// What is deprecated, out of "use of deprecated field `a::b::name`: Use another."
fn deprecated(headline: &str) -> Option<(&str, &str)> {
    let (kind, rest) = headline.strip_prefix("use of deprecated ")?.split_once(" `")?;
    let (path, note) = rest.rsplit_once("`: ")?;
    (note == "Use another.").then_some((kind, path.rsplit("::").next()?))
}

#[test]
fn the_output_of_every_fixture_compiles_without_a_warning_and_does_what_it_should() {
    let (faulty, mut sound): (Vec<Made>, Vec<Made>) = made().into_iter().partition(|spec| spec.fault.is_some());
    sound.push(Made { name: "small".to_owned(), model: load(&base()).unwrap(), fault: None });
    let programs = ["behaviour", "deprecated"]
        .map(|name| repository().canonicalize().unwrap().join(format!("codegen/tests/programs/{name}.rs")));
    with_crate("fixtures", &sound, programs.to_vec(), |package| {
        let (warned, said): (Vec<Diagnostic>, Vec<Diagnostic>) =
            check(package).into_iter().partition(|diagnostic| diagnostic.target == "deprecated");
        let complaints: String = said.iter().map(|d| d.rendered.as_str()).collect();
        assert!(complaints.is_empty(), "{complaints}");
        let warned: Option<BTreeSet<_>> = warned.iter().map(|diagnostic| deprecated(&diagnostic.headline)).collect();
        assert_eq!(warned, Some(BTreeSet::from(DEPRECATED)));

        let run = ["run", "--quiet", "--offline", "--example", "behaviour"];
        let output = cargo(package, &package.temporary.join(package.name), &run);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    });
    if faulty.is_empty() {
        return;
    }
    // A known fault that has been mended is none any more.
    let said = with_crate("faulty-fixtures", &faulty, Vec::new(), check);
    for spec in faulty {
        let place = format!("/{}/", module(&spec));
        let compiles = !said.iter().any(|d| d.rendered.contains(&place));
        assert!(!compiles, "{} compiles, so take its fault out: {}", spec.name, spec.fault.unwrap_or_default());
    }
}
