//! The command `import`, as a program.

use super::files;
use crate::fixture::{FOLDER, base, data};
use cloudcert_codegen::disk;
use cloudcert_codegen::import::Format;
use cloudcert_codegen::source::SourceFile;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder of its own with the small spec and the sources of the invented product in it, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
        let _ = std::fs::remove_dir_all(&folder.0);
        for file in base() {
            folder.put(&format!("spec/{}", file.path), &file.bytes);
        }
        for (source, format) in [("python", Format::Python), ("api-docs", Format::ApiDocs)] {
            for file in files(&data().join("import").join(source), format) {
                let text = String::from_utf8(file.bytes).unwrap().replace("2026-02-03", "2026-01-01");
                folder.put(&format!("{source}/{}", file.path), text.as_bytes());
            }
        }
        folder
    }

    fn put(&self, path: &str, bytes: &[u8]) {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    fn spec(&self) -> Vec<SourceFile> {
        disk::read(&self.0.join("spec")).unwrap()
    }

    /// The exit status, and what is printed on both outputs.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_cloudcert-codegen"))
            .arg("import")
            .args(arguments)
            .current_dir(&self.0)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    fn import(&self, more: &[&str]) -> (Option<i32>, String, String) {
        let into = format!("spec/{FOLDER}");
        let all = ["--into", &into, "--source", "python:python", "--source", "api-docs@2025-12:api-docs"];
        self.run(&[&all, more].concat())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_check_writes_nothing_and_fails_while_something_is_new() {
    let folder = Folder::new("import-check");
    let before = folder.spec();
    let (status, report, said) = folder.import(&["--check"]);
    assert_eq!(status, Some(1), "{said}");
    assert!(report.starts_with("2 new actions, 0 new items, 0 changed facts, 2 gone, "), "{report}");
    assert!(report.contains("\nNew actions\n  SendParcel\n  CountParcels\n"), "{report}");
    assert!(report.contains("\nGone from the sources, and still in the spec\n"), "{report}");
    assert!(report.contains("  pypi 1.2.3\n  api-docs 2025-12\n"), "{report}");
    // The diff of before and after, as in any other review.
    assert!(
        report.contains(&format!("\nspec/{FOLDER} -> after this import\nMinor release needed"))
            && report.contains("[action-added]"),
        "{report}"
    );
    assert_eq!(folder.spec(), before);
}

#[test]
fn importing_twice_changes_nothing() {
    let folder = Folder::new("import-twice");
    let (status, report, said) = folder.import(&[]);
    assert_eq!(status, Some(0), "{report}{said}");
    let once = folder.spec();
    if let Err(findings) = cloudcert_codegen::load(&once) {
        panic!("{findings}");
    }
    assert!(once.iter().any(|file| file.path == format!("{FOLDER}/SendParcel.yaml")));
    for more in [&["--check"][..], &[], &["--accept"]] {
        let (status, report, said) = folder.import(more);
        assert_eq!(status, Some(0), "{report}{said}");
        assert!(report.starts_with("0 new actions, 0 new items, 0 changed facts, 2 gone, "), "{report}");
        assert_eq!(folder.spec(), once);
    }
}

/// The vendor's sentences go to a file that nobody can commit by accident, and nowhere else.
#[test]
fn sentences_go_to_the_notes_outside_of_the_repository() {
    let folder = Folder::new("import-notes");
    let (status, _, said) = folder.import(&["--notes", "notes.md"]);
    assert_eq!(status, Some(2));
    assert!(said.contains("notes.md is in the repository"), "{said}");
    assert!(!folder.0.join("notes.md").exists());
    let notes = std::env::temp_dir().join(format!("cloudcert-import-notes-{}.md", std::process::id()));
    let (status, report, said) = folder.import(&["--notes", notes.to_str().unwrap()]);
    let text = std::fs::read_to_string(&notes).unwrap();
    std::fs::remove_file(&notes).unwrap();
    assert_eq!(status, Some(0), "{report}{said}");
    assert!(text.contains("### parameters.From\n\n> Where it comes from.\n"), "{text}");
    assert!(text.contains("\n> 寄件城市。\n") && text.contains("Values: express, slow, fast\n"), "{text}");
    assert!(text.contains("Values (from a sentence: look at them): red, green, blue\n"), "{text}");
    assert!(!text.contains("rm -rf") && !text.contains("access_token"), "{text}");
    let sentences = ["Where it comes from", "寄件城市", "The weight", "Sends a parcel"];
    for file in folder.spec() {
        let yaml = String::from_utf8(file.bytes).unwrap();
        assert!(sentences.iter().all(|sentence| !yaml.contains(sentence)), "{yaml}");
    }
    assert!(sentences.iter().all(|sentence| !report.contains(sentence)), "{report}");
}

#[test]
fn wrong_usage_says_what_to_do() {
    let folder = Folder::new("import-usage");
    folder.put("acme.whl", b"PK");
    let into = format!("spec/{FOLDER}");
    for (arguments, what) in [
        (&["--source", "python:python"][..], "`--into` is missing"),
        (&["--into", &into], "`--source` is missing"),
        (&["--into", "spec", "--source", "python:python"], "it has no service.yaml"),
        (&["--into", &into, "--source", "python"], "needs a format and a path"),
        (&["--into", &into, "--source", "perl:python"], "there is no format `perl`"),
        (&["--into", &into, "--source", "a b=python:python"], "cannot be the label"),
        (&["--into", &into, "--source", "api-docs:api-docs"], "name it, `api-docs@VERSION:api-docs`"),
        (&["--into", &into, "--source", "python:python", "--source", "python:python"], "the same label"),
        (&["--into", &into, "--source", "python:acme.whl"], "acme.whl is a file: unpack it first"),
        (&["--into", &into, "--source", "python@1.2.3:acme.whl"], "acme.whl is a file: unpack it first"),
        (
            &["--into", &into, "--source", "python:python/acme_parcel20260203"],
            "has no METADATA: name the folder with both",
        ),
    ] {
        let (status, _, said) = folder.run(arguments);
        assert_eq!(status, Some(2), "{said}");
        assert!(said.contains(what) && said.contains("Usage:"), "{said}");
    }
    let (status, _, said) = folder.run(&["--into", &into, "--source", "python:no/such"]);
    assert_eq!(status, Some(3));
    assert!(said.contains("no/such"), "{said}");
}

/// A source that was not read must not look like one that has nothing new.
#[test]
fn an_import_that_reads_nothing_fails_and_writes_nothing() {
    let folder = Folder::new("import-nothing");
    let before = folder.spec();
    let into = format!("spec/{FOLDER}");
    let good = ["--source", "python:python"];
    for (sources, said) in [
        (&["--source", "python-ksyun@1:python"][..], "no action was found in the source `sdk-python`"),
        (&["--source", "api-docs@1:python"], "python has no files of the format `api-docs`"),
        (&[&good[..], &["--source", "api-docs@1:python"]].concat(), "no action was found in the source `api-docs`"),
    ] {
        for more in [&[][..], &["--check"], &["--accept"]] {
            let (status, report, error) = folder.run(&[&["--into", &into], sources, more].concat());
            assert_eq!((status, report.as_str()), (Some(3), ""), "{error}");
            assert!(error.contains(said) && error.contains("nothing was imported"), "{error}");
            assert_eq!(folder.spec(), before);
        }
    }
    // Of another version of the API.
    let service = folder.0.join(&into).join("service.yaml");
    let text = std::fs::read_to_string(&service).unwrap();
    std::fs::write(&service, text.replace("2026-01-01", "2026-01-02")).unwrap();
    let before = folder.spec();
    for more in [&[][..], &["--check"]] {
        let (status, report, error) = folder.import(more);
        assert_eq!((status, report.as_str()), (Some(3), ""), "{error}");
        assert!(error.contains("are of version `2026-01-01`, the spec of `2026-01-02`"), "{error}");
        assert_eq!(folder.spec(), before);
    }
}

/// A broken spec is reported as by `check`, and nothing is written.
#[test]
fn a_broken_spec_is_not_written_to() {
    let folder = Folder::new("import-broken");
    folder.put(&format!("spec/{FOLDER}/Order.yaml"), b"action: [\n");
    let before = folder.spec();
    let (status, _, said) = folder.import(&[]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("Order.yaml") && said.contains("error[syntax]"), "{said}");
    assert_eq!(folder.spec(), before);
}
