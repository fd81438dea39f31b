//! Orders whose responses are lost: found out, and never sent twice.

use crate::setup::{Folder, ORDER, called, cloudcert, endpoint, fault, split};
use cloudcert_cli::Exit;
use serde_json::json;

fn orders(all: &[String]) -> usize {
    all.iter().filter(|action| *action == "CreateCertificateRequest").count()
}

#[test]
fn an_order_that_was_executed_is_found() {
    let endpoint = endpoint();
    let folder = Folder::new();
    fault(&endpoint, "CreateCertificateRequest", &json!({ "kind": "close-after-commit" }));
    let done = cloudcert(endpoint.url(), split(ORDER).into_iter().chain(["--yes"])).ends(Exit::Done);
    done.says("the response was lost");
    let found = done.json();
    assert_eq!(found["Outcome"], "executed");
    let id = found["Found"][0]["OrderId"].as_str().unwrap();
    assert_eq!(orders(&called(&endpoint)), 1);
    let listed = cloudcert(endpoint.url(), split("aliyun-cas list-user-certificate-order")).ends(Exit::Done).json();
    assert_eq!(listed["CertificateOrderList"][0]["OrderId"], id);

    assert_eq!(found["OrderId"], id, "a script finds it where the response has it");
    for (kind, file) in [("close-after-commit", "a"), ("truncated", "b")] {
        endpoint.reset();
        fault(&endpoint, "CreateCertificateRequest", &json!({ "kind": kind }));
        let wish = format!("OrderId={}", folder.path(file));
        let words =
            split(ORDER).into_iter().chain(["--yes", "--write", &wish, "--query", "OrderId", "--output", "text"]);
        let done = cloudcert(endpoint.url(), words).ends(Exit::Done);
        assert!(done.out.trim().parse::<u64>().is_ok(), "{kind}: {}", done.out);
        assert_eq!(std::fs::read_to_string(folder.path(file)).unwrap(), done.out.trim());
    }
}

#[test]
fn what_was_found_has_the_form_of_a_nested_response_too() {
    let endpoint = endpoint();
    fault(&endpoint, "ApplyCertificate", &json!({ "kind": "close-after-commit" }));
    let words = "ksyun-kcm apply-certificate --certificate-code SECDV01 --main-domain www.example.com --year-length 1 \
         --domain-count 1 --wildcard-count 0 --yes --query Certificate.CertificateId --output text";
    let id = cloudcert(endpoint.url(), split(words)).ends(Exit::Done).out;
    let listed = cloudcert(endpoint.url(), split("ksyun-kcm list-certificates")).ends(Exit::Done).json();
    assert_eq!(listed["CertificateSet"][0]["CertificateId"], id.trim());
}

#[test]
fn the_id_of_an_order_is_not_lost_if_standard_output_is_closed() {
    let (endpoint, folder) = (endpoint(), Folder::new());
    for (to, words) in [(">&-", ORDER), (">/dev/null", ORDER), (">&-", "aliyun-cas list-csr")] {
        let line = format!("exec {} {words} --yes {to}", crate::setup::PROGRAM);
        let mut shell = std::process::Command::new("sh");
        let shell = shell
            .args(["-c", &line])
            .env_clear()
            .env("HOME", "/nowhere")
            .env("CLOUDCERT_STATE", folder.path("state"))
            .envs(crate::setup::keys(endpoint.url()));
        let output = shell.output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{err}");
        assert_eq!(err.contains("OrderId"), words == ORDER, "{to} {err}");
    }
    // Who wants no output says so.
    let words = split(ORDER).into_iter().chain(["--yes", "--output", "none"]);
    assert_eq!(cloudcert(endpoint.url(), words).ends(Exit::Done).err, "");
}

#[test]
fn the_id_of_an_order_is_not_lost_whatever_is_asked_of_its_output() {
    let endpoint = endpoint();
    let order = |words: &[&str]| cloudcert(endpoint.url(), split(ORDER).iter().chain(&["--yes"]).chain(words).copied());
    for words in [&["--query", "Orderid"][..], &["--output", "text", "--columns", "orderid"], &["--query", "[]"]] {
        order(words).ends(Exit::Done).says("OrderId");
    }
    order(&["--query", "length(OrderId, OrderId)"]).ends(Exit::Failed).says("OrderId");
    let mut full = order(&[]);
    full.command.stdout(std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    full.command.stderr(std::process::Stdio::piped()).stdin(std::process::Stdio::null());
    let output = full.command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && said.contains("OrderId"), "{said}");
}

#[test]
fn an_order_that_nobody_can_find_out_about_is_not_to_be_repeated() {
    let endpoint = endpoint();
    fault(&endpoint, "CreateCertificateRequest", &json!({ "kind": "close-after-commit" }));
    let refusal =
        json!({ "kind": "response", "status": 403, "body": r#"{"Code":"Forbidden","Message":"m","RequestId":"R"}"# });
    for probe in ["ListUserCertificateOrder", "DescribePackageState"] {
        // The probe before the order passes, those after it do not.
        let script: Vec<_> = std::iter::once(json!(null)).chain(std::iter::repeat_n(refusal.clone(), 20)).collect();
        endpoint.inject(serde_json::from_value(json!({ "action": probe, "script": script })).unwrap()).unwrap();
    }
    let done =
        cloudcert(endpoint.url(), split(ORDER).into_iter().chain(["--yes", "--output", "json"])).ends(Exit::Unknown);
    let error: serde_json::Value = serde_json::from_str(done.err.lines().last().unwrap()).unwrap();
    assert_eq!((&error["exit"], &error["error"]["outcome_unknown"]), (&json!(7), &json!(true)));
    done.says("cloudcert order resolve");
    assert_eq!(orders(&called(&endpoint)), 1);
}

#[test]
fn the_same_order_is_not_sent_again_before_the_first_is_settled() {
    let (endpoint, folder) = (endpoint(), Folder::new());
    fault(&endpoint, "CreateCertificateRequest", &json!({ "kind": "close-after-commit" }));
    let refusal =
        json!({ "kind": "response", "status": 403, "body": r#"{"Code":"Forbidden","Message":"m","RequestId":"R"}"# });
    for probe in ["ListUserCertificateOrder", "DescribePackageState"] {
        let script: Vec<_> = std::iter::once(json!(null)).chain(std::iter::repeat_n(refusal.clone(), 3)).collect();
        endpoint.inject(serde_json::from_value(json!({ "action": probe, "script": script })).unwrap()).unwrap();
    }
    let state = folder.path("state");
    let order = |line: &str| {
        let words: Vec<String> = split(line).into_iter().chain(["--yes"]).map(str::to_owned).collect();
        cloudcert(endpoint.url(), words).env("CLOUDCERT_STATE", &state)
    };
    let other = ORDER.replace("www.example.com", "other.example.com");
    let until_done = |line: &str| {
        let mut runs = std::iter::repeat_with(|| order(line).done()).take(4);
        runs.find(|done| done.code == Some(0)).expect("the probes pass at last")
    };
    order(ORDER).ends(Exit::Unknown);
    // Another request has nothing to do with it: its own probe is refused, before it is sent.
    order(&other).ends(Exit::Refused);
    order(ORDER).ends(Exit::Unknown);
    assert_eq!(orders(&called(&endpoint)), 1, "it was sent twice");
    let found = until_done(ORDER).json();
    assert_eq!(found["Outcome"], "executed");
    assert_eq!(orders(&called(&endpoint)), 1, "it was sent twice");
    until_done(&other);
    assert_eq!(orders(&called(&endpoint)), 2);
    let mut files = vec![std::path::PathBuf::from(&state)];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            for personal in ["13800000000", "ops@example.com"] {
                let is_there = bytes.windows(personal.len()).any(|part| part == personal.as_bytes());
                assert!(!is_there, "{personal} is in {}", path.display());
            }
        }
    }
}

#[test]
fn nothing_is_ordered_without_a_usable_state_folder() {
    let endpoint = endpoint();
    let words = split(ORDER).into_iter().chain(["--yes"]);
    cloudcert(endpoint.url(), words).env("CLOUDCERT_STATE", "/dev/null/state").ends(Exit::Unconfigured);
    assert_eq!(orders(&called(&endpoint)), 0);
}

/// Takes 20 seconds: a request may be executed for so long after its sender gave up.
#[test]
fn an_order_that_was_not_executed_may_be_repeated() {
    let endpoint = endpoint();
    fault(&endpoint, "CreateCertificateRequest", &json!({ "kind": "close-before-reading" }));
    let done = cloudcert(endpoint.url(), split(ORDER).into_iter().chain(["--yes"])).ends(Exit::NotNow);
    done.says("next: Run it again.");
    assert!(done.out.is_empty(), "{}", done.out);
    assert_eq!(orders(&called(&endpoint)), 1, "it was sent twice");
}
