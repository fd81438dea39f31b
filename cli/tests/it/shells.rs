//! Completions and manual pages.

use crate::setup::words::kebab;
use crate::setup::{Folder, PROGRAM, actions, bare, command};
use cloudcert_cli::Exit;
use std::process::Command;

/// A shell of this machine, if it is installed.
fn has(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

#[test]
fn completions_load_without_errors() {
    let folder = Folder::new();
    for (shell, check) in [
        ("bash", "source SCRIPT && complete -p cloudcert"),
        ("zsh", "autoload -U compinit && compinit -D && source SCRIPT"),
        ("fish", "source SCRIPT"),
    ] {
        let script = bare(["completions", shell]).ends(Exit::Done);
        assert!(script.err.is_empty(), "{}", script.err);
        for (api, action) in actions() {
            assert!(script.out.contains(&kebab(&action.name)), "{shell}: {}", action.name);
            assert!(script.out.contains(&command(api)));
        }
        if !has(shell) {
            continue;
        }
        let file = folder.file(shell, &script.out);
        let output = Command::new(shell).args(["-c", &check.replace("SCRIPT", &file)]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{shell}: {said}");
    }
    bare(["completions", "csh"]).ends(Exit::Usage);
}

#[test]
fn bash_completes_an_action() {
    let folder = Folder::new();
    let script = folder.file("bash", bare(["completions", "bash"]).ends(Exit::Done).out);
    let line = format!(
        "source {script}; COMP_WORDS=(cloudcert aliyun-cas create-cert); COMP_CWORD=2; _cloudcert cloudcert create-cert aliyun-cas; echo ${{COMPREPLY[@]}}"
    );
    let output = Command::new("bash").args(["-c", &line]).output().unwrap();
    let replies = String::from_utf8(output.stdout).unwrap();
    assert!(replies.contains("create-certificate-request"), "{replies} {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = Folder::new();
    let done = bare(["man", &folder.path("man1")]).ends(Exit::Done);
    assert!(done.all().trim().is_empty());
    for (api, action) in actions() {
        let page = folder.0.join("man1").join(format!("cloudcert-{}-{}.1", command(api), kebab(&action.name)));
        let text = std::fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        // Hyphens and apostrophes are escaped in roff.
        let plain = text.replace("\\*(Aq", "'").replace('\\', "");
        for part in [action.title.en.trim(), "--skip-validation", "Effect:"] {
            assert!(plain.contains(part), "{part} is not in {}", page.display());
        }
    }
    for page in ["cloudcert.1", "cloudcert-whoami.1", "cloudcert-aliyun-cas-wait-certificate-issued.1"] {
        assert!(std::fs::exists(folder.0.join("man1").join(page)).unwrap(), "{page}");
    }
    let file = folder.file("file", "");
    bare(["man", &file]).ends(Exit::Failed);
}

#[test]
fn a_reader_may_stop_early() {
    for line in ["completions bash", "aliyun-cas --help", "explain Throttling"] {
        let command = format!("{PROGRAM} {line} | head -n 1");
        let output = Command::new("sh").args(["-c", &command]).output().unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
