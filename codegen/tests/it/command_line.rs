//! The maintainers' command line, as a program.

use crate::fixture::{base, repository};
use crate::snapshots::compare;
use std::path::Path;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cloudcert-codegen")).args(arguments).current_dir(repository()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A folder of its own with a spec in it, removed at the end.
struct Folder(std::path::PathBuf);

impl Folder {
    fn with_base(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&folder);
        for file in base() {
            let path = folder.join(&file.path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file.bytes).unwrap();
        }
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn check_prints_what_the_spec_holds() {
    let output = run(&["check"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    compare(".", "check", None, &text(&output.stdout));
}

#[test]
fn check_takes_the_folder_of_one_api_version() {
    let output = run(&["check", "spec/aliyun-cas-2020-04-07"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("aliyun-cas-2020-04-07"));
    assert!(!text(&output.stdout).contains("ksyun"));
}

#[test]
fn findings_go_to_standard_error_with_the_path_as_the_shell_knows_it() {
    let folder = Folder::with_base("findings");
    let order = folder.0.join("acme-ca-2026-01-01/Order.yaml");
    let broken = std::fs::read_to_string(&order).unwrap().replace("effect: order", "effect: orders");
    std::fs::write(&order, broken).unwrap();
    let output = run(&["check", folder.0.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let report = text(&output.stderr);
    assert!(report.contains(&format!("{}:8:9", order.display())), "{report}");
    assert!(report.contains("did you mean `order`?"), "{report}");
}

#[test]
fn the_build_script_says_the_same_as_the_command_line() {
    let folder = Folder::with_base("build-script");
    std::fs::write(folder.0.join("defects.yaml"), "spec: one\n").unwrap();
    let out = folder.0.join("../build-script-out");
    let report = cloudcert_codegen::build_script::run(&folder.0, &out, &|_| true).unwrap_err();
    let printed = text(&run(&["check", folder.0.to_str().unwrap()]).stderr);
    assert!(report.starts_with(printed.trim_end()), "{report}\n\n{printed}");
    assert!(report.contains("spec/README.md"));
    assert!(!out.exists(), "nothing is written from a broken spec");
}

#[test]
fn model_prints_json() {
    let output = run(&["model", "spec/ksyun-kcm-2016-03-04"]);
    let model: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(model["apis"][0]["modules"][1], "v2016_03_04");
}

#[test]
fn wrong_usage_is_not_a_finding() {
    for arguments in [&[][..], &["chek"], &["check", "a", "b"], &["check", "--fast"]] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains("Usage:"), "{arguments:?}");
    }
    let output = run(&["check", "no/such/folder"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("no/such/folder"));
    assert!(text(&run(&["--help"]).stdout).contains("Usage:"));
}

/// Help and usage errors come from the table of commands.
#[test]
fn each_command_has_a_line_of_help_and_a_page_of_its_own() {
    let help = text(&run(&["--help"]).stdout);
    let lines = help.split_once("Commands:\n").unwrap().1.split_once("\n\n").unwrap().0;
    let names: Vec<&str> = lines.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    assert!(names.len() > 10 && names.contains(&"diff") && names.contains(&"compare-output"), "{names:?}");
    assert!(lines.lines().all(|line| line.len() <= 132), "{lines}");
    for name in names {
        let usage = format!("\n\nUsage: cloudcert-codegen {name} ");
        let page = text(&run(&[name, "--help"]).stdout);
        assert!(page.contains(&usage), "{page}");
        assert!(page.lines().all(|line| line.len() <= 132), "{page}");
        assert_eq!(text(&run(&[name, "-h"]).stdout), page);
        let output = run(&[name, "--no-such-option", "x"]);
        let report = text(&output.stderr);
        assert!(output.status.code() == Some(2) && report.ends_with(&page), "{report}");
        assert!(report.starts_with("error: invalid option '--no-such-option'\n"), "{report}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn generate_writes_the_modules_and_takes_away_what_is_left_over() {
    let folder = Folder::with_base("generate");
    let spec = folder.0.to_str().unwrap();
    let out = folder.0.with_file_name("generate-out");
    let _ = std::fs::remove_dir_all(&out);
    std::fs::create_dir_all(out.join("old")).unwrap();
    std::fs::write(out.join("old/left_over.rs"), "// Made from spec/ by cloudcert-codegen; do not edit.\n\n").unwrap();
    std::fs::write(out.join("old/mine.rs"), "fn main() {}").unwrap();
    let output = run(&["generate", spec, "--out", out.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(out.join("acme_ca/v2026_01_01/order.rs").is_file());
    assert!(!out.join("old/left_over.rs").exists());
    assert!(out.join("old/mine.rs").exists(), "what was not generated is not deleted");
    assert_eq!(run(&["generate", spec]).status.code(), Some(2));
    assert_eq!(run(&["check", spec, "--out", "x"]).status.code(), Some(2));
}

#[test]
fn a_code_is_explained_in_either_language() {
    let explained = |arguments: &[&str]| {
        let output = run(&[&["explain"], arguments].concat());
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (_, error, _) = explained(&["NotRemainCount"]);
    assert!(error.contains("Remedy: Delete failed orders") && error.contains("Retry: never."), "{error}");
    let (_, error, _) = explained(&["Throttling.Api", "--lang", "zh"]);
    assert!(error.contains("重试: throttle。") || error.contains("重试: throttle."), "{error}");
    let (_, rule, _) = explained(&["param-became-required"]);
    assert!(rule.contains("wire: breaking, source: breaking, release: major"), "{rule}");
    let (_, finding, _) = explained(&["dangling-reference", "--lang", "zh"]);
    assert!(finding.contains("引用了没有定义的名称"), "{finding}");
    let (code, out, said) = explained(&["NoSuchCode"]);
    assert!(
        code == Some(1) && out.is_empty() && said.contains("there is no error code, rule or finding `NoSuchCode`"),
        "{said}"
    );
    assert_eq!(explained(&["NotRemainCount", "--lang", "fr"]).0, Some(2));
    assert_eq!(explained(&[]).0, Some(2));
}

/// The skeleton of an action is sound once what `check` names is filled.
#[test]
fn a_new_action_is_sound_once_its_blanks_are_filled() {
    let folder = Folder::with_base("new-action");
    let place = folder.0.join("acme-ca-2026-01-01");
    let new = |name: &str| run(&["new", "action", name, place.to_str().unwrap()]);
    let output = new("CheckDomain");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let path = place.join("CheckDomain.yaml");
    let skeleton = std::fs::read_to_string(&path).unwrap();
    // A test refuses comments below the first line.
    assert!(skeleton.lines().skip(1).all(|line| !line.contains('#')), "{skeleton}");
    assert!(skeleton.contains("\ngroup:\n"), "{skeleton}");
    let report = text(&run(&["check", folder.0.to_str().unwrap()]).stderr);
    let blanks = skeleton.matches("\"\"").count();
    assert_eq!(report.matches("error[missing-translation]").count(), blanks, "{report}");
    for key in ["effect:", "source:"] {
        assert!(report.contains("error[wrong-type]") && report.contains(key), "{report}");
    }
    let filled = |group: &str| {
        skeleton
            .replace("_zh: \"\"", "_zh: 文字。")
            .replace("\"\"", "A text.")
            .replace("effect:\n", "effect: read\nmethods: [POST]\n")
            .replace("group:\n", group)
            .replace("source:\n", "source: M\n")
    };
    std::fs::write(&path, filled("group:\n")).unwrap();
    let report = text(&run(&["check", folder.0.to_str().unwrap()]).stderr);
    assert!(
        report.contains("error[missing-group]") && report.contains("\n1 finding in 1 file of the spec\n"),
        "{report}"
    );
    let filled = filled("group: orders\n");
    std::fs::write(&path, &filled).unwrap();
    let output = run(&["check", folder.0.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    // Nothing is written over, and no name that cannot be one is taken.
    let refused = || {
        for (name, said) in [
            ("CheckDomain", "already"),
            ("check-domain", "`CheckDomain` is"),
            ("Order", "already"),
            ("", "begin with a capital letter"),
            ("2nd", "begin with a capital letter"),
        ] {
            let output = new(name);
            assert!(output.status.code() == Some(2) && text(&output.stderr).contains(said), "{}", text(&output.stderr));
        }
    };
    refused();
    // With findings in the folder too. A good name then says why nothing was written.
    std::fs::write(&path, &skeleton).unwrap();
    refused();
    let output = new("SignDomain");
    let report = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert!(report.ends_with("\nno skeleton was written: mend these first\n"), "{report}");
    assert!(!place.join("SignDomain.yaml").exists());
    std::fs::write(&path, &filled).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), filled);
    assert_eq!(run(&["new", "action", "A", folder.0.to_str().unwrap()]).status.code(), Some(2));
    assert_eq!(run(&["new", "enum", "A", place.to_str().unwrap()]).status.code(), Some(2));
}

/// Where an API version has no groups, an empty `group:` would have to be deleted by hand.
#[test]
fn a_new_action_has_a_group_to_fill_in_only_where_there_are_groups() {
    for api in &crate::fixture::model().apis {
        let skeleton = cloudcert_codegen::skeleton::action(api, "NoSuchAction").unwrap();
        assert_eq!(skeleton.lines().any(|line| line == "group:"), !api.groups.is_empty(), "{}", api.id);
    }
}

#[test]
fn coverage_has_a_row_for_each_action() {
    let output = run(&["coverage"]);
    let rows = text(&output.stdout);
    for (api, action) in
        crate::fixture::model().apis.iter().flat_map(|api| api.actions.iter().map(move |action| (api, action)))
    {
        let row = rows
            .lines()
            .find(|line| line.split_whitespace().next() == Some(&action.name))
            .unwrap_or_else(|| panic!("{}", action.name));
        let last: usize = row.split_whitespace().last().unwrap().parse().unwrap();
        let answer = row.split_whitespace().find(|word| ["played", "described"].contains(word)).unwrap();
        // The tests of every action treat those that are answered from the description, which need none of their own.
        assert!(last > 0 || answer == "described", "no test names {} of {}:\n{rows}", action.name, api.id);
    }
    let row = rows.lines().find(|line| line.contains("CreateCertificateRequest")).unwrap();
    assert!(row.contains("6 + 1"), "{row}");
}

#[test]
fn coverage_names_the_group_of_each_action() {
    let folder = Folder::with_base("groups");
    let output = run(&["coverage", folder.0.to_str().unwrap()]);
    let rows = text(&output.stdout);
    let cells = |action: &str| -> Vec<String> {
        let row = rows.lines().find(|line| line.split_whitespace().next() == Some(action));
        row.unwrap_or_else(|| panic!("{rows}")).split_whitespace().take(2).map(str::to_owned).collect()
    };
    assert_eq!(
        [cells("action"), cells("Order"), cells("ListOrders")],
        [["action", "group"], ["Order", "orders"], ["ListOrders", "-"]]
    );
}
