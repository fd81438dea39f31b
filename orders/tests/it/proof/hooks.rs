//! Commands publish proofs: what they are told, what they return, and how they fail.

use crate::proof::dns::Dns;
use crate::proof::{context, file, record};
use cloudcert_orders::Kind;
use cloudcert_orders::hook::{Hook, HookEvent, HookRun};
use cloudcert_orders::journal::event::Challenge;
use cloudcert_orders::proof::dns::client::Client;
use cloudcert_orders::proof::dns::lookup::Lookup;
use cloudcert_orders::proof::hook::HookSolver;
use cloudcert_orders::proof::solver::Solver;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A hook that runs these lines of a shell.
fn shell(script: &str) -> Hook {
    let command = ["/bin/sh", "-c", script].map(str::to_owned).to_vec();
    Hook { command, timeout: Duration::from_secs(20), env: Vec::new() }
}

/// A hook that keeps what it is told in a file, a line for each run, and returns the id of a record.
fn keeping(told: &Path) -> Hook {
    shell(&format!("cat >> '{}'; echo working; echo '{{\"id\": \"42\"}}'", told.display()))
}

fn told(file: &Path) -> Vec<Value> {
    std::fs::read_to_string(file).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn a_hook_is_told_all_and_gets_its_state_back_and_twice_is_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("told");
    let dns = Dns::start("zone com\nzone example.com");
    let lookup = Lookup::new(Client::new(), vec![dns.address()]);
    let solver = HookSolver::new(keeping(&kept)).lookup(lookup);
    solver.check().unwrap();
    let challenge = record("proof");
    assert!(!solver.is_manual(&challenge));
    let state = solver.present(&context(), &challenge).await.unwrap();
    assert_eq!(state, json!({"id": "42"}));
    assert_eq!(solver.present(&context(), &challenge).await.unwrap(), state);
    for _ in 0..2 {
        solver.cleanup(&context(), &challenge, &state).await.unwrap();
    }
    let told = told(&kept);
    let expected = json!({
        "version": 1, "event": "present", "certificate": "www", "names": ["www.example.com"], "attempt": 1,
        "record": {"name": "_dnsauth.www.example.com", "host": "_dnsauth.www", "zone": "example.com", "type": "TXT", "value": "proof"},
    });
    assert_eq!(told[0], expected);
    assert_eq!(told[0], told[1]);
    assert_eq!(
        (&told[2]["event"], &told[2]["state"], &told[2]["record"]),
        (&json!("cleanup"), &state, &expected["record"])
    );
    assert_eq!(told[2], told[3]);
}

#[tokio::test]
async fn a_zone_that_is_not_known_is_null() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("told");
    let dns = Dns::start("!refuse everything");
    let lookup = Lookup::new(Client::new(), vec![dns.address()]);
    for solver in [HookSolver::new(keeping(&kept)), HookSolver::new(keeping(&kept)).lookup(lookup)] {
        solver.present(&context(), &record("proof")).await.unwrap();
    }
    for told in told(&kept) {
        assert_eq!((&told["record"]["zone"], &told["record"]["host"]), (&Value::Null, &Value::Null));
    }
}

#[tokio::test]
async fn a_record_of_the_zone_itself_and_a_file_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("told");
    let dns = Dns::start("zone example.com");
    let solver = HookSolver::new(keeping(&kept)).lookup(Lookup::new(Client::new(), vec![dns.address()]));
    let apex = Challenge::Dns {
        domain: "example.com".to_owned(),
        name: "example.com".to_owned(),
        raw: "@".to_owned(),
        kind: "TXT".to_owned(),
        value: "v".to_owned(),
    };
    solver.present(&context(), &apex).await.unwrap();
    solver.present(&context(), &file("/a/b.txt", "content")).await.unwrap();
    let told = told(&kept);
    assert_eq!((&told[0]["record"]["host"], &told[0]["record"]["zone"]), (&json!("@"), &json!("example.com")));
    assert_eq!(told[1]["file"], json!({"host": "www.example.com", "path": "/a/b.txt", "content": "content"}));
}

#[tokio::test]
async fn what_a_hook_prints_can_be_logged_also_if_it_fails() {
    for (script, ends) in [("echo one; echo two >&2; echo '{}'", true), ("echo one; echo two >&2; exit 3", false)] {
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = log.clone();
        let listener = move |event: &HookEvent, run: &HookRun| {
            kept.lock().unwrap().push((event.kind(), run.result.log.len(), run.failure.is_none()));
        };
        let solver = HookSolver::new(shell(script)).listener(Arc::new(listener));
        assert_eq!(solver.present(&context(), &record("x")).await.is_ok(), ends);
        assert_eq!(*log.lock().unwrap(), [("present", 2, ends)]);
    }
}

#[tokio::test]
async fn a_hook_that_fails_or_asks_for_later_is_told_apart() {
    for (script, kind) in [("exit 75", Kind::NotNow), ("exit 1", Kind::Failed)] {
        let solver = HookSolver::new(shell(script));
        let failure = solver.present(&context(), &record("x")).await.unwrap_err();
        assert_eq!(failure.kind(), kind, "{failure}");
        let failure = solver.cleanup(&context(), &record("x"), &Value::Null).await.unwrap_err();
        assert_eq!(failure.kind(), kind, "{failure}");
    }
    let state = HookSolver::new(shell("cat > /dev/null")).present(&context(), &record("x")).await.unwrap();
    assert_eq!(state, Value::Null);
    let command = vec!["/nowhere/hook".to_owned()];
    let missing = Hook { command, timeout: Duration::from_secs(1), env: Vec::new() };
    assert_eq!(HookSolver::new(missing).check().unwrap_err().kind(), Kind::Unconfigured);
}
