//! The generated code depends on the files of the spec, and not on where they lie.

use crate::disk::Folder;
use crate::fixture::{base, model, own};
use cloudcert_codegen::build_script::run_with_data;
use cloudcert_codegen::cargo_features::select;
use cloudcert_codegen::source::SourceFile;
use cloudcert_codegen::{disk, emit, load};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Names of files and what they hold.
type Files = BTreeMap<String, String>;

/// What a build with all features generates from our own spec, made in memory.
fn expected() -> Files {
    let mut made = emit::generate_part(model(), &select(model(), &|_| true));
    made.push(emit::actions(&select(model(), &|_| true)));
    made.extend(emit::data(model()).unwrap());
    made.into_iter().map(|file| (file.path, file.text)).collect()
}

/// All files below a folder.
fn contents(folder: &Path) -> Files {
    let mut found = Files::new();
    let mut left = vec![folder.to_owned()];
    while let Some(next) = left.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(name, std::fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

/// Fails with the names of files that differ, and not with megabytes of code.
fn assert_same(found: &Files, expected: &Files, place: &str) {
    let all: BTreeSet<&String> = found.keys().chain(expected.keys()).collect();
    let differ: Vec<_> = all.into_iter().filter(|name| found.get(*name) != expected.get(*name)).collect();
    assert!(differ.is_empty(), "{place}: {differ:?} are other files than in memory");
}

#[test]
#[cfg(unix)]
fn a_folder_that_is_read_only_linked_and_named_in_chinese_gives_the_same_code() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let root = Folder::new("read-only");
    for file in own() {
        root.put(&format!("一个 带空格的 目录/spec/{}", file.path), file.bytes);
    }
    let real = root.0.join("一个 带空格的 目录/spec");
    let protect = |mode| {
        for place in std::fs::read_dir(&real).unwrap().map(|entry| entry.unwrap().path()).chain([real.clone()]) {
            std::fs::set_permissions(place, PermissionsExt::from_mode(mode)).unwrap();
        }
    };
    protect(0o555);
    let before = listing(&real);
    let (spec, out) = (root.0.join("link to it"), root.0.join("输出 folder/generated"));
    symlink(&real, &spec).unwrap();
    assert!(run_with_data(&spec, &out, &|_| true).unwrap());
    assert_same(&contents(&out), &expected(), "the linked folder");
    // A second run of the same changes nothing.
    let made = listing(&out);
    assert!(run_with_data(&real, &out, &|_| true).unwrap());
    assert_eq!(listing(&out), made);
    assert_eq!(listing(&real), before, "the sources were touched");
    protect(0o755);
}

/// All files with the times of their last changes.
fn listing(folder: &Path) -> Vec<(String, std::time::SystemTime)> {
    let changed = |name: &String| std::fs::metadata(folder.join(name)).unwrap().modified().unwrap();
    contents(folder).keys().map(|name| (name.clone(), changed(name))).collect()
}

#[test]
fn no_two_files_of_the_spec_or_the_output_differ_by_case_alone() {
    let mut seen = BTreeMap::new();
    let spec = own().into_iter().map(|file| format!("spec/{}", file.path));
    for path in spec.chain(expected().into_keys()) {
        if let Some(twin) = seen.insert(path.to_lowercase(), path.clone()) {
            panic!("{twin} and {path} are one file where case does not count");
        }
    }
}

#[test]
fn files_that_differ_by_case_alone_are_refused() {
    for (path, twin) in [("ListOrders", "listOrders"), ("ListOrders", "listorders"), ("service", "SERVICE")] {
        let mut files = base();
        let file = files.iter().find(|file| file.path.ends_with(&format!("/{path}.yaml"))).unwrap();
        let text = String::from_utf8(file.bytes.clone()).unwrap().replace(path, twin);
        files.push(SourceFile::new(file.path.replace(path, twin), text));
        let findings = load(&files).unwrap_err().to_string();
        assert!(findings.contains(twin), "{findings}");
    }
}

/// `.ci/caseless` names a folder in which case does not count.
#[test]
fn a_folder_without_case() {
    let Some(folder) = std::env::var_os("CLOUDCERT_CASELESS_FOLDER").map(PathBuf::from) else {
        return;
    };
    std::fs::write(folder.join("Probe"), "").unwrap();
    assert!(folder.join("pROBE").exists(), "case counts in {}", folder.display());
    for file in own() {
        let path = folder.join("spec").join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &file.bytes).unwrap();
    }
    assert_eq!(disk::read(&folder.join("SPEC")).unwrap(), own());
    run_with_data(&folder.join("SPEC"), &folder.join("out/generated"), &|_| true).unwrap();
    assert_same(&contents(&folder.join("out/generated")), &expected(), "a folder without case");
    // What is stale goes, whatever its case; what is generated stays.
    run_with_data(&folder.join("spec"), &folder.join("OUT/generated"), &|_| true).unwrap();
    assert_same(&contents(&folder.join("out/generated")), &expected(), "the second run");
}
