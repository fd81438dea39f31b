//! `compare-output` as a program: what it shows, where it reads, and how it ends.

use crate::repository::{Repository, write};
use cloudcert_codegen::emit::generate;
use cloudcert_codegen::{disk, load, review};

const ORDER: &str = "acme-ca-2026-01-01/Order.yaml";

/// A repository whose first commit has the snapshots of its spec.
fn repository(name: &str) -> Repository {
    let repository = Repository::new(&format!("compare-output-{name}"));
    update(&repository);
    commit(&repository);
    repository
}

/// Writes the snapshots that the working tree should have.
fn update(repository: &Repository) {
    let folder = repository.0.join("codegen/tests/snapshots/own");
    let _ = std::fs::remove_dir_all(&folder);
    let model = load(&disk::read(&repository.0.join("spec")).unwrap()).unwrap();
    for text in review::files(&generate(&model)) {
        let snapshot = format!("---\nsource: codegen/tests/it/snapshots.rs\n---\n{}\n", text.text.trim_end());
        write(&folder.join(format!("{}.snap", text.path)), snapshot.as_bytes());
    }
}

fn commit(repository: &Repository) {
    repository.git(&["add", "--all", "."]);
    repository.commit();
}

#[test]
fn code_comes_first_documentation_apart_and_counts_last() {
    let repository = repository("order");
    let (code, out, err) = repository.run(&["compare-output", "HEAD"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(out, "The generated code is the same in HEAD and the working tree.\n");

    repository.edit(ORDER, "max: 9", "max: 8");
    repository.edit(ORDER, "doc: The domain.", "doc: A domain.");
    let (code, out, err) = repository.run(&["compare-output", "HEAD"]);
    assert_eq!((code, err.as_str()), (Some(1), ""));
    let place = |part: &str| out.find(part).unwrap_or_else(|| panic!("no {part} in\n{out}"));
    assert!(!out.contains("== Public items"), "{out}");
    let parts = [
        "== Code without documentation\n\nacme_ca/v2026_01_01/code/order\n@ impl crate::Operation for Request { fn problems",
        "Some(9)",
        "Some(8)",
        "== Documentation\n\nacme_ca/v2026_01_01/docs/order\n",
        "@ Request::domain\n-    The domain.\n+    A domain.\n",
        "\n\nFrom HEAD to the working tree: public items unchanged; code +1 -1 lines in 1 file; documentation +",
    ];
    let places = parts.map(place);
    assert!(places.is_sorted(), "{out}");
}

#[test]
fn a_revision_is_read_from_its_snapshots_and_the_working_tree_is_generated() {
    let repository = repository("sides");
    repository.edit(ORDER, "max: 9", "max: 8");
    let run = |arguments: &[&str]| repository.run(&[&["compare-output"], arguments].concat());
    // Nothing is staged, and the snapshots are still the old ones.
    assert_eq!(run(&["HEAD", ":"]).0, Some(0));
    assert_eq!(run(&["HEAD"]).0, Some(1));
    update(&repository);
    repository.git(&["add", "--all", "."]);
    let (code, out, err) = run(&["HEAD", ":"]);
    assert!(code == Some(1) && out.contains("code +1 -1 lines in 1 file; documentation"), "{out}{err}");
    repository.commit();
    let (code, out, _) = run(&["HEAD~1", "HEAD"]);
    assert!(code == Some(1) && out.contains("From HEAD~1 to HEAD: "), "{out}");
    assert_eq!(run(&["HEAD"]).0, Some(0));
    let named = "HEAD:codegen/tests/snapshots/own";
    assert_eq!(run(&[named, "HEAD"]).0, Some(0));
    let output = crate::repository::run(&repository.0.join("spec"), &["compare-output", "HEAD~1", "HEAD"]);
    assert_eq!(output.status.code(), Some(1), "paths are those of the repository, wherever one stands");
}

/// A change of the generator shows although the spec is the same.
#[test]
fn a_change_of_the_generator_shows_in_the_snapshots() {
    let repository = repository("generator");
    let path = repository.0.join("codegen/tests/snapshots/own/acme_ca/v2026_01_01/code/order.snap");
    let old = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, old.replace("fn problems(&self)", "fn check(&self)")).unwrap();
    repository.commit();
    let (code, out, _) = repository.run(&["compare-output", "HEAD~1", "HEAD"]);
    assert_eq!(code, Some(1));
    assert!(out.contains("@ impl crate::Operation for Request {\n-    fn problems(&self)"), "{out}");
    assert!(out.contains("+    fn check(&self)"), "{out}");
}

#[test]
fn new_and_removed_files_are_named_and_counted() {
    let repository = repository("files");
    let ask = "action: Ask\ngroup: none\ntitle: A\ntitle_zh: 甲\ndoc: A.\ndoc_zh: 甲。\neffect: read\nmethods: [POST]\nexamples: [{title: A, title_zh: 甲}]\nsource: M\n";
    write(&repository.0.join("spec/acme-ca-2026-01-01/Ask.yaml"), ask.as_bytes());
    let (code, out, err) = repository.run(&["compare-output", "HEAD"]);
    assert!(code == Some(1) && err.is_empty(), "{err}");
    assert!(out.starts_with("== Public items\n\nacme_ca/v2026_01_01/api\n+acme_ca::v2026_01_01::ask::"), "{out}");
    assert!(out.contains("\nacme_ca/v2026_01_01/code/ask: new, "), "{out}");
    assert!(out.contains("\nacme_ca/v2026_01_01/docs/ask: new, "), "{out}");
    update(&repository);
    commit(&repository);
    let (_, out, _) = repository.run(&["compare-output", "HEAD", "HEAD~1"]);
    assert!(out.contains("\nacme_ca/v2026_01_01/code/ask: removed, "), "{out}");
}

#[test]
fn a_side_that_cannot_be_read_is_named() {
    let repository = repository("unreadable");
    let told = |arguments: &[&str], status: i32, part: &str| {
        let (code, out, err) = repository.run(&[&["compare-output"], arguments].concat());
        assert_eq!(code, Some(status), "{arguments:?}: {out}{err}");
        assert!(out.is_empty() && err.contains(part), "{arguments:?}: {out}{err}");
    };
    told(&["v9.9.9"], 3, "`v9.9.9` cannot be read: ");
    told(&["HEAD:nothing", "HEAD"], 3, "`HEAD:nothing` cannot be read: it has no snapshots in `nothing`");
    told(&["HEAD~1", "HEAD"], 3, "`HEAD~1` cannot be read: it has no snapshots in `codegen/tests/snapshots/own`");
    told(&[], 2, "takes one or two revisions");
    told(&["a", "b", "c"], 2, "takes one or two revisions");
    told(&["HEAD", "--format", "json"], 2, "--format");
    repository.edit(ORDER, "effect: order", "effect: orders");
    told(&["HEAD"], 3, "did you mean `order`?");
    let (code, out, _) = repository.run(&["compare-output", "--help"]);
    assert!(code == Some(0) && out.contains("Usage: cloudcert-codegen compare-output BASE [HEAD]"), "{out}");
}
