//! Proofs as files: at their place, with their modes, and nowhere else whatever the service wants.

use crate::proof::{context, file, record};
use cloudcert_orders::base::watch::{Watch, Watched};
use cloudcert_orders::journal::event::Challenge;
use cloudcert_orders::proof::solver::Solver;
use cloudcert_orders::proof::webroot::Webroot;
use cloudcert_orders::{Failure, Kind};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::Arc;

const PATH: &str = "/.well-known/pki-validation/fileauth.txt";

async fn present(root: &Path, challenge: &Challenge) -> Result<Value, Failure> {
    Webroot::new(root).present(&context(), challenge).await
}

async fn cleanup(root: &Path, challenge: &Challenge) -> Result<(), Failure> {
    Webroot::new(root).cleanup(&context(), challenge, &Value::Null).await
}

/// All files and folders below a folder, hidden ones too.
fn all(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            names.extend(all(&entry.path()).into_iter().map(|below| format!("{name}/{below}")));
        }
        names.push(name);
    }
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[tokio::test]
async fn a_file_appears_and_goes_and_twice_is_harmless() {
    let root = tempfile::tempdir().unwrap();
    let place = root.path().join(&PATH[1..]);
    let challenge = file(PATH, "proof");
    let first = present(root.path(), &challenge).await.unwrap();
    assert_eq!(fs::read_to_string(&place).unwrap(), "proof");
    assert_eq!(first["file"], place.to_str().unwrap());
    assert_eq!(
        (mode(&place), mode(place.parent().unwrap()), mode(&root.path().join(".well-known"))),
        (0o644, 0o755, 0o755)
    );
    let names = all(root.path());
    assert_eq!(present(root.path(), &challenge).await.unwrap(), first);
    assert_eq!(all(root.path()), names, "no temporary file is left");
    present(root.path(), &file(PATH, "newer")).await.unwrap();
    assert_eq!(fs::read_to_string(&place).unwrap(), "newer");
    cleanup(root.path(), &challenge).await.unwrap();
    assert!(place.exists(), "only what has the content of this proof is removed");
    cleanup(root.path(), &file(PATH, "newer")).await.unwrap();
    assert!(!place.exists());
    cleanup(root.path(), &file(PATH, "newer")).await.unwrap();
    cleanup(root.path(), &file("/never/there", "x")).await.unwrap();
    assert!(!root.path().join("never").exists(), "cleaning makes no folders");
    let gone = root.path().join("gone");
    cleanup(&gone, &challenge).await.unwrap();
    let failure = present(&gone, &challenge).await.unwrap_err();
    assert_eq!((failure.kind(), failure.next().unwrap().starts_with("Create the folder")), (Kind::Unconfigured, true));
}

/// Stands for the process that dies: at one point it panics, and nothing after it happens.
struct Death(&'static str);

impl Watch for Death {
    fn reach(&self, point: &str) {
        assert_ne!(point, self.0, "dies here");
    }
}

#[tokio::test]
async fn a_process_may_die_at_every_point() {
    let points = [
        "before make web folder",
        "before rename web folder",
        "after make web folder",
        "before write web file",
        "before rename web file",
        "after write web file",
    ];
    for point in points {
        let root = tempfile::tempdir().unwrap();
        let challenge = file(PATH, "proof");
        let dying = Webroot::new(root.path()).watched(Watched::by(Arc::new(Death(point))));
        let failure = dying.present(&context(), &challenge).await.unwrap_err();
        assert!(failure.message().contains("interrupted"), "{failure}");
        present(root.path(), &challenge).await.unwrap();
        let place = root.path().join(&PATH[1..]);
        assert_eq!(fs::read_to_string(&place).unwrap(), "proof");
        assert_eq!(all(root.path()), [".well-known", ".well-known/pki-validation", &PATH[1..]], "after {point}");
        assert_eq!(mode(place.parent().unwrap()), 0o755);
        let dying = Webroot::new(root.path()).watched(Watched::by(Arc::new(Death("after remove web file"))));
        dying.cleanup(&context(), &challenge, &Value::Null).await.unwrap_err();
        cleanup(root.path(), &challenge).await.unwrap();
        assert!(!place.exists());
    }
}

#[tokio::test]
async fn what_cannot_be_put_in_its_place_leaves_nothing() {
    let root = tempfile::tempdir().unwrap();
    let challenge = file("/a.txt", "proof");
    fs::create_dir(root.path().join("a.txt")).unwrap();
    let failure = present(root.path(), &challenge).await.unwrap_err();
    assert!(failure.message().starts_with("cannot put the file in its place"), "{failure}");
    assert_eq!(all(root.path()), ["a.txt"], "a failure leaves nothing behind");
}

#[tokio::test]
async fn hostile_paths_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    fs::create_dir(&root).unwrap();
    let long = format!("/{}", "a".repeat(256));
    let deep = "/a".repeat(9);
    let paths = [
        "",
        "/",
        "a",
        "//a",
        "/a/",
        "/a//b",
        "/.",
        "/..",
        "/../a",
        "/a/../../b",
        "/a/./b",
        "/a/..",
        "..",
        "../a",
        "/a\0b",
        "/a\nb",
        "/a\\..\\b",
        "/%2e%2e/a",
        "/a?b",
        "/a#b",
        "/a b",
        "/~root/é",
        "/c:/a",
        "http://example.com/a",
        &long,
        &deep,
    ];
    for path in paths {
        for result in [present(&root, &file(path, "x")).await.map(|_| ()), cleanup(&root, &file(path, "x")).await] {
            let failure = result.unwrap_err();
            assert_eq!(failure.kind(), Kind::Failed, "{path:?}");
            assert!(!failure.to_string().contains(['\0', '\n']), "{failure}");
        }
    }
    assert_eq!(all(folder.path()), ["root"]);
    let failure = present(&root, &file("/a", &"x".repeat(70_000))).await.unwrap_err();
    assert!(failure.message().contains("too large"), "{failure}");
    let failure = present(&root, &record("x")).await.unwrap_err();
    assert_eq!(failure.kind(), Kind::Unconfigured, "{failure}");
}

#[test]
fn nothing_is_ever_written_outside() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    fs::create_dir(&root).unwrap();
    fs::create_dir(folder.path().join("outside")).unwrap();
    symlink("../outside", root.join("link")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let part =
        prop_oneof!["[a-c.]{1,3}", Just("..".to_owned()), Just("link".to_owned()), Just(String::new()), "\\PC{0,4}"];
    let path = proptest::collection::vec(part, 0..6);
    let config = Config { cases: 1_000, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let result = runner.run(&path, |parts| {
        let challenge = file(&format!("/{}", parts.join("/")), "x");
        let presented = runtime.block_on(present(&root, &challenge));
        prop_assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        prop_assert_eq!(fs::read_dir(folder.path().join("outside")).unwrap().count(), 0);
        if presented.is_ok() {
            prop_assert!(root.join(parts.join("/")).is_file());
            runtime.block_on(cleanup(&root, &challenge)).unwrap();
            prop_assert!(!root.join(parts.join("/")).exists());
        }
        Ok(())
    });
    result.unwrap();
}

#[tokio::test]
async fn links_below_the_root_are_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let (root, outside) = (folder.path().join("root"), folder.path().join("outside"));
    fs::create_dir_all(root.join("inside")).unwrap();
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret"), "proof").unwrap();
    symlink(&outside, root.join("out")).unwrap();
    symlink("inside", root.join("in")).unwrap();
    fs::write(root.join("plain"), "x").unwrap();
    for path in ["/out/a", "/in/a", "/plain/a"] {
        let failure = present(&root, &file(path, "proof")).await.unwrap_err();
        assert_eq!(failure.kind(), Kind::Unconfigured);
        assert!(failure.next().unwrap().contains("hook"), "{failure}");
    }
    cleanup(&root, &file("/out/secret", "proof")).await.unwrap_err();
    assert_eq!(all(&outside), ["secret"]);
    // A link in the place of the file is replaced, and its target stays.
    symlink(outside.join("secret"), root.join("file")).unwrap();
    cleanup(&root, &file("/file", "proof")).await.unwrap();
    assert!(root.join("file").is_symlink(), "it is not our file");
    present(&root, &file("/file", "new")).await.unwrap();
    assert!(root.join("file").is_file() && !root.join("file").is_symlink());
    assert_eq!(fs::read_to_string(outside.join("secret")).unwrap(), "proof");
    // The root itself may be a link.
    symlink(&root, folder.path().join("web")).unwrap();
    present(&folder.path().join("web"), &file("/b", "proof")).await.unwrap();
    assert_eq!(fs::read_to_string(root.join("b")).unwrap(), "proof");
}

#[test]
fn settings_are_checked_without_a_change() {
    let folder = tempfile::tempdir().unwrap();
    Webroot::new(folder.path()).check().unwrap();
    assert!(all(folder.path()).is_empty());
    fs::write(folder.path().join("file"), "").unwrap();
    for root in [Path::new("relative"), &folder.path().join("nothing"), &folder.path().join("file")] {
        let failure = Webroot::new(root).check().unwrap_err();
        assert_eq!(failure.kind(), Kind::Unconfigured);
        assert!(failure.next().is_some() && failure.place().is_some(), "{failure}");
    }
}
