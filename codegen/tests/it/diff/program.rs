//! `diff` as a program: sides, options, exit status.

use crate::fixture::repository;
use crate::repository::{Repository, git, run, write};
use std::process::Command;

const ORDER: &str = "acme-ca-2026-01-01/Order.yaml";

#[test]
fn sides_are_folders_and_revisions_whole_trees_and_single_api_versions() {
    let repository = Repository::new("sides");
    repository.edit(ORDER, "max: 9", "max: 8");
    for (base, head, status) in [
        ("HEAD", "spec", 1),
        ("HEAD:spec", "spec", 1),
        ("HEAD:spec/acme-ca-2026-01-01", "spec/acme-ca-2026-01-01", 1),
        ("spec", "HEAD", 0),
        ("HEAD", "HEAD:spec", 0),
        ("HEAD", ":spec", 0),
        ("spec", "spec", 0),
    ] {
        let (code, out, err) = repository.diff(&[base, head]);
        assert_eq!(code, Some(status), "{base} {head}: {out}{err}");
        assert_eq!(out.contains("/range [check-tightened"), status == 1, "{base} {head}: {out}");
    }
    // What is staged is the head of a hook.
    repository.git(&["add", "spec"]);
    let (code, out, _) = repository.diff(&["HEAD", ":spec"]);
    assert!(code == Some(1) && out.contains("check-tightened-error"), "{out}");
    assert!(out.contains("The version is still 0.3.1: raise it to 0.3.2 or later."), "{out}");
    // Seen from a folder below.
    let output = run(&repository.0.join("spec"), &["diff", "HEAD", "."]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn options_choose_what_counts_and_how_it_is_said() {
    let repository = Repository::new("options");
    repository.edit(
        ORDER,
        "    type: i32\n    range: {min: 0, max: 9, severity: error}\n",
        "    type: i64\n    range: {min: 0, max: 9, severity: error}\n",
    );
    let code = |arguments: &[&str]| repository.diff(&[&["HEAD", "spec"], arguments].concat()).0;
    assert_eq!(code(&[]), Some(1));
    assert_eq!(code(&["--axis", "source"]), Some(1));
    assert_eq!(code(&["--axis", "wire"]), Some(0), "old programs go on");
    assert_eq!(code(&["--axis", "wire", "--fail-on", "any"]), Some(1));
    for (format, part) in [
        ("markdown", "## ❌ Major release needed"),
        ("github", "::error file=spec/acme-ca-2026-01-01/Order.yaml,line="),
        ("json", "\"schema_version\": 1"),
    ] {
        let (code, out, _) = repository.diff(&["HEAD", "spec", "--format", format]);
        assert!(code == Some(1) && out.contains(part), "{format}: {out}");
    }
    let (_, out, _) = repository.diff(&["HEAD", "spec", "--changelog"]);
    assert!(out.starts_with("### Breaking\n\n- Order (acme-ca-2026-01-01): `parameters/Count`:"), "{out}");
    let (_, out, _) = repository.diff(&["HEAD", "spec", "--base-version", "1.2.3", "--head-version", "2.0.0"]);
    assert!(out.contains("The version goes from 1.2.3 to 2.0.0, which is enough."), "{out}");
    repository.commit();
    repository.edit(ORDER, "doc: The domain.", "doc: A domain.");
    assert_eq!(code(&[]), Some(0));
    assert_eq!(code(&["--fail-on", "dangerous"]), Some(0));
    assert_eq!(code(&["--fail-on", "any"]), Some(1));
    let (_, out, _) = repository.diff(&["HEAD", "spec", "--docs", "full"]);
    assert!(out.contains("docs-changed") && out.contains("Documentation only"), "{out}");
}

#[test]
fn waivers_are_taken_and_their_troubles_have_a_status_of_their_own() {
    let repository = Repository::new("waivers");
    repository.edit(ORDER, "max: 9", "max: 8");
    let waive = |text: &str| {
        write(&repository.0.join("waivers.yaml"), text.as_bytes());
        repository.diff(&["HEAD", "spec", "--waivers", "waivers.yaml"])
    };
    let good =
        "waivers:\n- {rule: check-tightened-error, path: '**/range', reason: It was so all along., until: 9.0.0}\n";
    let (code, out, err) = waive(good);
    assert!(code == Some(0) && out.contains("It was so all along."), "{out}{err}");
    let (code, _, err) = waive(&good.replace("9.0.0", "2020-01-01"));
    assert!(code == Some(4) && err.contains("waivers.yaml: waiver 1: the waiver of"), "{err}");
    let (code, out, err) = waive(&good.replace("tightened", "tihgtened"));
    assert!(code == Some(4) && out.is_empty() && err.contains("did you mean `check-tightened-error`?"), "{err}");
    let (code, _, err) = repository.diff(&["HEAD", "spec", "--waivers", "none.yaml"]);
    assert!(code == Some(4) && err.starts_with("error: none.yaml: "), "{err}");
}

#[test]
fn what_cannot_be_compared_is_said_once_and_is_no_finding() {
    let repository = Repository::new("broken");
    std::fs::create_dir(repository.0.join("empty")).unwrap();
    let told = |arguments: &[&str], status: i32, part: &str| {
        let (code, out, err) = repository.diff(arguments);
        assert_eq!(code, Some(status), "{arguments:?}: {out}{err}");
        assert!(out.is_empty() && err.contains(part), "{arguments:?}: {out}{err}");
        assert_eq!(err.matches("error: ").count(), 1, "{err}");
    };
    told(&["v9.9.9", "spec"], 3, "`v9.9.9` cannot be read: there is no folder and no git revision `v9.9.9`");
    told(&["HEAD:nothing", "spec"], 3, "it has no folder `nothing`, or the folder is empty");
    told(&["--", "--upload-pack=x", "spec"], 3, "is not a revision");
    told(&["empty", "spec"], 3, "`empty` is not a spec: it has no service.yaml");
    told(&["Cargo.toml", "spec"], 3, "is a file: name a folder");
    told(&["HEAD"], 2, "two trees");
    told(&["HEAD", "spec", "--format", "html"], 2, "takes text, markdown, json or github, not `html`");
    told(&["HEAD", "spec", "--fast", "x"], 2, "invalid option '--fast'");
    repository.edit(ORDER, "effect: order", "effect: orders");
    let (code, out, err) = repository.diff(&["HEAD", "spec"]);
    assert!(code == Some(3) && out.is_empty(), "{out}");
    assert!(err.starts_with("error: `spec` does not load, so nothing was compared\n"), "{err}");
    assert!(err.contains("did you mean `order`?"), "{err}");
}

#[test]
fn rules_and_schema_are_listed() {
    let root = repository();
    let listed = |arguments: &[&str]| {
        let output = run(&root, arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let count = cloudcert_codegen::diff::rules().count();
    assert_eq!(listed(&["diff", "rules"]).lines().count(), count);
    let json: serde_json::Value = serde_json::from_str(&listed(&["diff", "rules", "--format", "json"])).unwrap();
    assert_eq!(json.as_array().unwrap().len(), count);
    assert!(listed(&["diff", "schema"]).contains("$defs"));
    assert!(listed(&["diff", "--help"]).contains("--fail-on"));
}

/// The recipes of CONTRIBUTING.md: git shows a spec file by its changes, and a commit with a break is stopped.
#[test]
fn git_runs_it_as_a_diff_driver_and_as_a_hook() {
    let repository = Repository::new("recipes");
    let program = env!("CARGO_BIN_EXE_cloudcert-codegen");
    write(&repository.0.join(".gitattributes"), b"spec/**/*.yaml diff=spec\n");
    repository.git(&["config", "diff.spec.command", &format!("'{program}' diff driver")]);
    repository.edit(ORDER, "max: 9", "max: 8");
    let shown = String::from_utf8(repository.git(&["diff", "--ext-diff"]).stdout).unwrap();
    assert!(shown.contains("parameters/Count/range [check-tightened-error]"), "{shown}");

    let hook = format!("#!/bin/sh\nexec '{program}' diff HEAD :spec --fail-on breaking\n");
    let path = repository.0.join(".git/hooks/pre-commit");
    write(&path, hook.as_bytes());
    let mode = Command::new("chmod").arg("+x").arg(&path).status().unwrap();
    assert!(mode.success());
    let commit =
        ["-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "-a", "-m", "x", "--no-gpg-sign"];
    let output = git(&repository.0).args(commit).output().unwrap();
    assert!(!output.status.success(), "a break was committed");
    repository.edit(ORDER, "max: 8", "max: 10");
    let output = git(&repository.0).args(commit).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_a_revision_holds_is_measured_before_it_is_read() {
    let repository = Repository::new("sizes");
    let large = repository.0.join("spec/acme-ca-2026-01-01/Large.yaml");
    std::fs::File::create(&large).unwrap().set_len(64 << 20).unwrap();
    repository.git(&["add", "."]);
    repository.commit();
    for side in ["HEAD", ":spec", "HEAD:spec/acme-ca-2026-01-01"] {
        let (code, out, err) = repository.diff(&[side, "HEAD~1"]);
        assert_eq!(code, Some(3), "{side}: {out}{err}");
        assert!(err.contains("Large.yaml has 67108864 bytes: the limit is 1048576"), "{side}: {err}");
    }
    // Each within its limit, and together beyond that of a tree.
    std::fs::remove_file(&large).unwrap();
    for number in 0..20 {
        let text = format!("# {number}\n{}", "#".repeat(1_000_000));
        std::fs::write(repository.0.join(format!("spec/acme-ca-2026-01-01/A{number}.yaml")), text).unwrap();
    }
    repository.git(&["add", "-A", "."]);
    repository.commit();
    let (code, _, err) = repository.diff(&["HEAD", "HEAD~2"]);
    assert!(code == Some(3) && err.contains("the limit is 16777216"), "{err}");
}

#[test]
fn a_revision_holds_files_and_neither_links_nor_submodules_nor_open_merges() {
    let repository = Repository::new("modes");
    let head = String::from_utf8(repository.git(&["rev-parse", "HEAD"]).stdout).unwrap();
    let blob = String::from_utf8(repository.git(&["rev-parse", &format!("HEAD:spec/{ORDER}")]).stdout).unwrap();
    for (mode, object, why) in [
        ("120000", blob.trim(), "is a link: only files can be read"),
        ("160000", head.trim(), "is a submodule: only files can be read"),
    ] {
        let path = "spec/acme-ca-2026-01-01/Other.yaml";
        repository.git(&["update-index", "--add", "--cacheinfo", &format!("{mode},{object},{path}")]);
        let (code, _, err) = repository.diff(&["HEAD", ":spec"]);
        assert!(code == Some(3) && err.contains(&format!("{path} {why}")), "{mode}: {err}");
        repository.git(&["reset", "--quiet"]);
    }
    let stages = format!(
        "0 {} 0\tspec/{ORDER}\n100644 {} 2\tspec/{ORDER}\n100644 {} 3\tspec/{ORDER}\n",
        "0".repeat(40),
        blob.trim(),
        blob.trim()
    );
    let mut child =
        git(&repository.0).args(["update-index", "--index-info"]).stdin(std::process::Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), stages.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    let (code, _, err) = repository.diff(&["HEAD", ":spec"]);
    assert!(code == Some(3) && err.contains("has merge conflicts"), "{err}");
}

#[test]
fn a_file_of_waivers_costs_what_it_is_long() {
    let repository = Repository::new("hostile-waivers");
    repository.edit(ORDER, "max: 9", "max: 8");
    let path = repository.0.join("waivers.yaml");
    let long = format!(
        "waivers: [{{rule: check-tightened-error, path: \"{}\", reason: a, until: 9.9.9}}]\n",
        "**a*".repeat(5_000)
    );
    let of_all =
        "waivers: [{rule: check-tightened-error, path: \"**/p*s/**C*nt/ran*\", reason: a, until: 9.9.9}]\n".to_owned();
    for (text, status, why) in [
        (format!("waivers: {}", "[".repeat(500_000)), 4, "cannot be read"),
        ("#".repeat(2 << 20), 4, "more than 1048576 bytes"),
        (long, 4, "nothing needs the waiver"),
        (of_all, 0, ""),
    ] {
        std::fs::write(&path, text).unwrap();
        let start = std::time::Instant::now();
        let (code, out, err) = repository.diff(&["HEAD", "spec", "--fail-on", "any", "--waivers", "waivers.yaml"]);
        assert!(code == Some(status) && err.contains(why), "{code:?}: {out}{}", &err[..err.len().min(400)]);
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }
}

#[test]
fn what_is_gone_is_shown_where_it_stood() {
    let repository = Repository::new("gone");
    // Another folder and other lines than before: only the first tree has what is gone.
    std::fs::rename(repository.0.join("spec"), repository.0.join("description")).unwrap();
    let order = repository.0.join("description").join(ORDER);
    let text = std::fs::read_to_string(&order).unwrap();
    let line = |text: &str, wanted: &str| 1 + text.lines().position(|line| line.trim_end() == wanted).unwrap();
    let (token, cost) = (line(&text, "  Token:"), line(&text, "cost:"));
    let part = |from: &str, to: &str| text[text.find(from).unwrap()..text.find(to).unwrap()].to_owned();
    let less = text.replace(&part("  Token:\n", "response:\n"), "").replace(&part("rules:\n", "parameters:\n"), "");
    std::fs::write(&order, format!("# one\n# two\n{less}")).unwrap();
    let (_, out, err) = repository.diff(&["HEAD", "description", "--format", "github"]);
    let gone = format!("::error file=spec/{ORDER},line={token},col=3,title=param-removed-optional parameters/Token::");
    assert!(out.contains(&gone), "{out}{err}");
    let rule =
        format!("file=spec/{ORDER},line={},col=3,title=rule-removed-advice rules/counts::", line(&text, "  counts:"));
    assert!(out.contains(&rule), "{out}");
    let (_, out, _) = repository.diff(&["HEAD", "description", "--format", "markdown"]);
    assert!(out.contains(&format!("{ORDER}:{token} before")), "{out}");
    let (_, out, _) = repository.diff(&["HEAD", "description", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let findings = json["findings"].as_array().unwrap();
    let gone = findings.iter().find(|finding| finding["rule"] == "param-removed-optional").unwrap();
    assert_eq!((&gone["base"]["line"], &gone["head"]), (&token.into(), &serde_json::Value::Null), "{gone}");

    // A key that is gone, and a whole file.
    let free = text.replace(&part("cost:\n", "methods:"), "").replace("effect: order", "effect: submit-once");
    std::fs::write(&order, format!("# one\n{free}")).unwrap();
    let (_, out, _) = repository.diff(&["HEAD", "description", "--format", "github"]);
    assert!(out.contains(&format!("file=spec/{ORDER},line={cost},col=1,title=action-cost-removed")), "{out}");
    let ask = "action: Ask\ngroup: none\ntitle: A\ntitle_zh: 甲\ndoc: A.\ndoc_zh: 甲。\neffect: read\nmethods: [POST]\nexamples: [{title: A, title_zh: 甲}]\nsource: M\n";
    let other = Repository::new("gone-file");
    write(&other.0.join("spec/acme-ca-2026-01-01/Ask.yaml"), ask.as_bytes());
    other.git(&["add", "."]);
    other.commit();
    std::fs::remove_file(other.0.join("spec/acme-ca-2026-01-01/Ask.yaml")).unwrap();
    let (_, out, _) = other.diff(&["HEAD:spec", "spec", "--format", "github"]);
    assert!(out.contains("::error file=spec/acme-ca-2026-01-01/Ask.yaml,line=1,col=1,title=action-removed"), "{out}");
}
