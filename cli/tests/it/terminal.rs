//! Questions and progress on a terminal, through Python's module pty. Without Python these tests check nothing.

use crate::setup::{Folder, ORDER, PROGRAM, called, endpoint, keys, split};
use std::process::Command;

/// Runs the program on a terminal, types a line when it is asked, and prints all that stood on the terminal, then the exit code.
const DRIVER: &str = r#"
import os, pty, select, sys, time
answer, arguments = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execv(arguments[0], arguments)
seen, asked, end = b"", False, time.time() + 30
while time.time() < end:
    if not select.select([terminal], [], [], 1)[0]:
        continue
    try:
        part = os.read(terminal, 4096)
    except OSError:
        break
    if not part:
        break
    seen += part
    if not asked and seen.endswith(b"`: "):
        asked = True
        os.write(terminal, answer.encode() + b"\n")
status = os.waitpid(pid, 0)[1]
sys.stdout.buffer.write(seen)
print(f"\nEXIT {os.waitstatus_to_exitcode(status)}")
"#;

/// What stood on the terminal, with the exit code at its end. `None` without Python.
fn on_a_terminal(url: &str, answer: &str, words: &[&str]) -> Option<String> {
    let python = ["python3", "python"].into_iter().find(|name| Command::new(name).arg("--version").output().is_ok())?;
    let folder = Folder::new();
    let mut command = Command::new(python);
    command.args(["-c", DRIVER, answer, PROGRAM]).args(words);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let output = command.env_clear().env("PATH", path).env("HOME", &folder.0).envs(keys(url)).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_question_names_effect_and_cost_and_takes_the_name_alone() {
    let endpoint = endpoint();
    for wrong in ["yes", "y", "", "create-certificate"] {
        let Some(seen) = on_a_terminal(endpoint.url(), wrong, &split(ORDER)) else { return };
        assert!(seen.contains("EXIT 10"), "{seen}");
        assert!(seen.contains("Every call places an order."), "{seen}");
        assert!(seen.contains("One certificate of the package for every call"), "{seen}");
        assert_eq!(called(&endpoint), Vec::<String>::new());
    }
    let seen = on_a_terminal(endpoint.url(), "create-certificate-request", &split(ORDER)).unwrap();
    assert!(seen.contains("EXIT 0") && seen.contains("OrderId"), "{seen}");
    assert!(called(&endpoint).contains(&"CreateCertificateRequest".to_owned()));
}

#[test]
fn call_asks_like_the_command_of_the_action() {
    let endpoint = endpoint();
    let csr = "call aliyun-cas CreateCsr CommonName=www.example.com Algorithm=RSA KeySize=2048 CountryCode=CN Province=Beijing Locality=Beijing \
               --effect order";
    // What the description knows counts, whatever is said here.
    let gone = "call aliyun-cas DeleteCsr CsrId=1 --effect read";
    for (line, says) in [(csr, "Every call places an order."), (gone, "What it takes away is gone for good.")] {
        let Some(seen) = on_a_terminal(endpoint.url(), "yes", &split(line)) else { return };
        assert!(seen.contains("EXIT 10") && seen.contains(says), "{seen}");
    }
    assert_eq!(called(&endpoint), Vec::<String>::new());
    let seen = on_a_terminal(endpoint.url(), "CreateCsr", &split(csr)).unwrap();
    assert!(seen.contains("EXIT 0") && seen.contains("CsrId"), "{seen}");
    let unknown = "call aliyun-cas BrandNewAction --effect create";
    let seen = on_a_terminal(endpoint.url(), "no", &split(unknown)).unwrap();
    assert!(seen.contains("EXIT 10") && seen.contains("BrandNewAction: Every call creates another object."), "{seen}");
}

#[test]
fn a_question_in_chinese() {
    let endpoint = endpoint();
    let words: Vec<&str> = split(ORDER).into_iter().chain(["--lang", "zh"]).collect();
    let Some(seen) = on_a_terminal(endpoint.url(), "no", &words) else { return };
    assert!(seen.contains("若要继续，请输入") && seen.contains("未确认") && seen.contains("EXIT 10"), "{seen}");
}

#[test]
fn progress_moves_on_a_terminal_only() {
    let endpoint = endpoint();
    let words = split("aliyun-cas list-instances --show-size 5 --all --output none");
    let Some(seen) = on_a_terminal(endpoint.url(), "", &words) else { return };
    assert!(seen.contains("\r\u{1b}[K"), "{seen:?}");
    // Nothing of it stays.
    let rest = seen.rsplit("\u{1b}[K").next().unwrap();
    assert_eq!(rest.trim(), "EXIT 0");
    let elsewhere = crate::setup::cloudcert(endpoint.url(), words).done();
    assert!(!elsewhere.err.contains('\u{1b}') && !elsewhere.err.is_empty(), "{:?}", elsewhere.err);
}

#[test]
fn an_error_begins_where_progress_was() {
    let endpoint = endpoint();
    let order = split(ORDER).into_iter().chain(split("--yes --query OrderId --output text"));
    let id = crate::setup::cloudcert(endpoint.url(), order).done().out;
    let line = format!("aliyun-cas wait certificate-issued --deadline 1s --order-id {}", id.trim());
    let Some(seen) = on_a_terminal(endpoint.url(), "", &split(&line)) else { return };
    assert!(seen.contains("EXIT 8") && seen.contains("\r\u{1b}[Kerror: "), "{seen:?}");
}
