//! Commands that are no action: `call`, `explain`, `whoami`, `emulate`.

use crate::setup::recorder::Recorder;
use crate::setup::{Folder, actions, bare, called, cloudcert, command, endpoint, split};
use cloudcert::model;
use cloudcert_cli::Exit;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
fn whoami_says_whose_keys_and_from_where() {
    let endpoint = endpoint();
    let rows = cloudcert(endpoint.url(), ["whoami"]).ends(Exit::Done).json();
    let ids: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row["access_key_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["testid", "AKLTtestid"]);
    assert!(called(&endpoint).is_empty(), "a local endpoint has no accounts");
    for api in model::apis() {
        for name in [&api.id, &command(api)] {
            let rows = cloudcert(endpoint.url(), ["whoami", name]).ends(Exit::Done).json();
            assert_eq!((&rows[0]["api"], rows.as_array().unwrap().len()), (&json!(api.id), 1));
        }
    }
    let none = bare(["whoami", "ksyun-kcm"]).ends(Exit::Unconfigured);
    let tried = none.json()[0]["tried"].clone();
    assert!(tried.as_array().is_some_and(|tried| tried.len() > 1), "{}", none.out);
}

#[test]
fn explain_knows_every_code_and_action() {
    for row in model::apis().iter().flat_map(|api| &api.errors).step_by(7) {
        let code = row.inner_code.as_deref().unwrap_or_else(|| row.code.as_str());
        for lang in ["en", "zh"] {
            let found = bare(["explain", code, "--lang", lang]).ends(Exit::Done).json();
            assert!(found.as_array().unwrap().iter().any(|of| of["code"] == row.code.as_str()), "{code}: {found}");
        }
    }
    let (api, action) = actions().next().unwrap();
    let found = bare(["explain", &action.name]).ends(Exit::Done).json();
    let own = found.as_array().unwrap().iter().find(|of| of["api"] == api.id.as_str()).unwrap();
    let example = own["example"].as_str().unwrap();
    assert!(example.starts_with(&format!("cloudcert {} ", command(api))), "{own}");
    bare(["explain", "NoSuchCode"]).ends(Exit::Failed).says("NoSuchCode");
}

#[test]
fn call_sends_what_is_written() {
    let recorder = Recorder::answering(|_| json!({ "RequestId": "R", "Later": [1], "PrivateKey": "x" }).to_string());
    let line = "call aliyun-cas BrandNewAction A=1 B=x=y --effect read --output json";
    let done = cloudcert(&recorder.url, split(line)).ends(Exit::Done);
    assert_eq!(done.json(), json!({ "Later": [1], "PrivateKey": cloudcert::REDACTED }));
    let sent = recorder.take().remove(0);
    assert_eq!((sent.action(), &*sent.parameters["A"], &*sent.parameters["B"]), ("BrandNewAction", "1", "x=y"));
    let wrong = cloudcert(&recorder.url, split("call aliyun-cas BrandNewAction A --effect read")).ends(Exit::Usage);
    wrong.says("NAME=VALUE");
    cloudcert(&recorder.url, split("call acme BrandNewAction --effect read")).ends(Exit::Usage);
    cloudcert(&recorder.url, split("call aliyun-cas BrandNewAction")).ends(Exit::Usage).says("--effect");
    let dry =
        cloudcert(&recorder.url, split("call aliyun-cas BrandNewAction A=1 --effect order --dry-run")).ends(Exit::Done);
    assert!(dry.out.contains("BrandNewAction"), "{}", dry.out);
    assert!(recorder.seen().is_empty());
}

#[test]
fn emulate_is_the_local_endpoint() {
    let mut run = bare(split("emulate --listen 127.0.0.1:0 --polls 1"));
    let mut child = run.command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    cloudcert(ready["url"].as_str().unwrap(), split("aliyun-cas list-csr")).ends(Exit::Done);
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    for (flags, exit, said) in [
        ("--nonsense", Exit::Usage, "--nonsense"),
        ("--listen 203.0.113.1:80 --allow-remote", Exit::Failed, "203.0.113.1:80"),
        ("--listen 0.0.0.0:0", Exit::Failed, "--allow-remote"),
    ] {
        let done = bare(split(&format!("emulate {flags}"))).ends(exit);
        done.says(said);
        // The endpoint has told it, and the program adds nothing.
        assert_eq!(done.err.matches("error: ").count(), 1, "{}", done.err);
    }
    for flag in ["--help", "-h"] {
        let help = bare(["emulate", flag, "--lang", "zh"]).done();
        assert!(help.out.contains("--listen") && help.out.contains("用法：cloudcert emulate "), "{}", help.all());
        let english = bare(["emulate", flag]).done().out;
        assert!(english.contains("Usage: cloudcert emulate ["), "{english}");
        let flags = |text: &str| {
            let words = text.split_whitespace().filter(|word| word.starts_with("--"));
            words.map(|word| word.split(['、', '，']).next().unwrap_or(word).to_owned()).collect::<BTreeSet<_>>()
        };
        let lines = |text: &str| text.lines().filter(|line| line.starts_with("  -")).map(flags).collect::<Vec<_>>();
        assert_eq!(lines(&help.out), lines(&english), "each option is in both languages");
    }
}

#[test]
fn a_wait_ends_with_the_last_response() {
    let endpoint = cloudcert_emulator::Emulator::new().polls_until_verified(1).serve_blocking().unwrap();
    let folder = Folder::new();
    let order = split(crate::setup::ORDER).into_iter().chain(split("--yes --query OrderId --output text"));
    let id = cloudcert(endpoint.url(), order).ends(Exit::Done).out;
    let wait = |more: &str| {
        let line = format!("aliyun-cas wait {more} --order-id {}", id.trim());
        cloudcert(endpoint.url(), split(&line)).folder(&folder).ends(Exit::Done)
    };
    let record = wait("ready-for-domain-verification");
    assert_eq!(record.json()["Type"], "domain_verify");
    record.says("domain_verify");
    let issued = wait("certificate_issued --write PrivateKey=key.pem");
    assert_eq!(issued.json()["Type"], "certificate");
    assert!(std::fs::read_to_string(folder.path("key.pem")).unwrap().contains("PRIVATE KEY-----"));
}
