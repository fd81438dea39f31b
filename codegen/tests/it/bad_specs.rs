//! Broken specs: each file in `tests/data/bad` is an edit of the sound spec in `tests/data/base`, with the findings it must
//! bring. The snapshots show what the maintainer reads.

use crate::fixture::{base, data, put, text};
use crate::snapshots::{compare, none_left_over};
use cloudcert_codegen::diagnostic::{Code, Findings};
use cloudcert_codegen::load_with;
use cloudcert_codegen::source::{Limits, SourceFile};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    about: String,
    finds: Vec<String>,
    #[serde(default)]
    limits: BTreeMap<String, usize>,
    edits: Vec<Edit>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    file: String,
    replace: Option<String>,
    with: Option<String>,
    append: Option<String>,
    write: Option<String>,
    bytes: Option<Vec<u8>>,
    #[serde(default)]
    remove: bool,
}

fn cases() -> Vec<(String, Case)> {
    let mut cases: Vec<(String, Case)> = std::fs::read_dir(data().join("bad"))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let case = serde_yaml::from_str(&std::fs::read_to_string(&path).unwrap());
            (name.clone(), case.unwrap_or_else(|e| panic!("{name}: {e}")))
        })
        .collect();
    cases.sort_by(|a, b| a.0.cmp(&b.0));
    cases
}

fn apply(name: &str, edits: &[Edit]) -> Vec<SourceFile> {
    let mut files = base();
    for edit in edits {
        let path = edit.file.as_str();
        if edit.remove {
            files.retain(|f| f.path != path);
        } else if let Some(bytes) = &edit.bytes {
            put(&mut files, path, bytes.clone());
        } else if let Some(new) = &edit.write {
            put(&mut files, path, new.as_str());
        } else if let Some(more) = &edit.append {
            let new = format!("{}{more}", text(&files, path));
            put(&mut files, path, new);
        } else {
            let (from, to) = (edit.replace.as_deref().unwrap(), edit.with.as_deref().unwrap());
            let old = text(&files, path);
            assert_eq!(old.matches(from).count(), 1, "{name}: in {path} there must be one\n{from}");
            let new = old.replace(from, to);
            put(&mut files, path, new);
        }
    }
    files
}

fn limits(case: &Case) -> Limits {
    let mut limits = Limits::default();
    for (key, value) in &case.limits {
        match key.as_str() {
            "file_bytes" => limits.file_bytes = *value,
            "tree_bytes" => limits.tree_bytes = *value,
            other => panic!("there is no limit {other}"),
        }
    }
    limits
}

fn findings(name: &str, case: &Case) -> Findings {
    match load_with(&apply(name, &case.edits), &limits(case)) {
        Ok(_) => panic!("{name}: the loader finds nothing"),
        Err(findings) => findings,
    }
}

#[test]
fn the_base_spec_is_sound() {
    if let Err(findings) = load_with(&base(), &Limits::default()) {
        panic!("{findings}");
    }
}

#[test]
fn each_bad_spec_brings_its_findings() {
    let cases = cases();
    assert!(cases.len() >= 40, "only {} bad specs", cases.len());
    let mut wrong = Vec::new();
    for (name, case) in &cases {
        let findings = findings(name, case);
        let mut found: Vec<&str> = findings.items().iter().map(|f| f.code.as_str()).collect();
        let mut wanted: Vec<&str> = case.finds.iter().map(String::as_str).collect();
        found.sort_unstable();
        wanted.sort_unstable();
        if found != wanted {
            wrong.push(format!("{name}: wanted {wanted:?}, found {found:?}\n{findings}\n"));
        }
        compare("bad", name, Some(&case.about), &findings.to_string());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_kind_of_finding_has_a_bad_spec() {
    let shown: BTreeSet<String> = cases().into_iter().flat_map(|(_, case)| case.finds).collect();
    let missing: Vec<&str> = Code::ALL.iter().map(|c| c.as_str()).filter(|c| !shown.contains(*c)).collect();
    assert!(missing.is_empty(), "no bad spec brings {missing:?}");
}

#[test]
fn every_finding_has_a_place_and_says_something() {
    for (name, case) in cases() {
        for finding in findings(&name, &case).items() {
            let whole = finding.span.is_empty() && matches!(finding.code, Code::MissingFile | Code::TooLarge);
            assert!(whole || !finding.file.is_empty(), "{name}: a finding without a file");
            assert!(finding.message.len() > 10, "{name}: {finding:?}");
            assert!(finding.span.start <= finding.span.end, "{name}: {finding:?}");
        }
    }
}

#[test]
fn every_snapshot_belongs_to_a_bad_spec() {
    let cases = cases();
    none_left_over("bad", cases.iter().map(|(name, _)| name.as_str()));
}
