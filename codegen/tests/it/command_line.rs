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
    let report = cloudcert_codegen::build_script::run(&folder.0, &out, false).unwrap_err();
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
