//! Each exit code, and what is said with it.

use crate::setup::{Done, ORDER, Run, bare, called, cloudcert, endpoint, fault, split};
use crate::workflow::EXITS;
use cloudcert_cli::Exit;
use cloudcert_emulator::Handle;
use serde_json::{Value, json};
use std::process::Command;
use std::time::{Duration, Instant};

/// A read that goes to the endpoint.
const READ: &str = "aliyun-cas list-csr";

/// An order that stays open.
const APPLICATION: &str = "ksyun-kcm apply-certificate --certificate-code SECDV01 --main-domain www.example.com --year-length 1 \
     --domain-count 1 --wildcard-count 0";

/// A command that ends so.
fn example(exit: Exit, endpoint: &Handle) -> Done {
    let run = |line: &str| cloudcert(endpoint.url(), split(line)).done();
    match exit {
        Exit::Done => run(READ),
        Exit::Failed => run("explain NoSuchCode"),
        Exit::Usage => run("aliyun-cas make-coffee"),
        Exit::Invalid => run("aliyun-cas describe-certificate-state"),
        Exit::Unconfigured => {
            bare(split("ksyun-kcm list-certificates")).env("CLOUDCERT_ENDPOINT_URL", endpoint.url()).done()
        }
        Exit::Refused => run("aliyun-cas describe-certificate-state --order-id 1"),
        Exit::NotNow => {
            fault(endpoint, "ListCsr", &json!({ "kind": "throttle", "retry_after_ms": 1 }));
            run(READ)
        }
        Exit::Unknown => {
            fault(endpoint, "CreateCsr", &json!({ "kind": "close-after-commit" }));
            run("call aliyun-cas CreateCsr CommonName=www.example.com Algorithm=RSA KeySize=2048 --effect order --yes")
        }
        Exit::Waiting => {
            let id = run(&format!("{APPLICATION} --yes --query Certificate.CertificateId --output text")).out;
            run(&format!(
                "ksyun-kcm wait certificate-issued --deadline 1s --output none --certificate-id {}",
                id.trim()
            ))
        }
        Exit::Unconfirmed => run(ORDER),
        Exit::Busy | Exit::Outstanding | Exit::Mixed | Exit::Due | Exit::Expiring | Exit::Critical => {
            unreachable!("a command of the order workflow has it")
        }
        Exit::Interrupted => stopped(cloudcert(endpoint.url(), split(READ)), endpoint, "ListCsr", "-INT"),
        Exit::Terminated => stopped(cloudcert(endpoint.url(), split(READ)), endpoint, "ListCsr", "-TERM"),
    }
}

/// Stops a run by a signal while the endpoint keeps its call waiting.
fn stopped(mut run: Run, endpoint: &Handle, action: &str, signal: &str) -> Done {
    fault(endpoint, action, &json!({ "kind": "stall", "ms": 20_000 }));
    let child = run.start();
    let begun = Instant::now();
    while !called(endpoint).iter().any(|name| name == action) {
        assert!(begun.elapsed() < Duration::from_secs(20), "{action} was not called");
        std::thread::sleep(Duration::from_millis(20));
    }
    // The response is on its way, and the program waits for the rest of it.
    std::thread::sleep(Duration::from_millis(200));
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    let done = Done::of(child);
    assert!(begun.elapsed() < Duration::from_secs(15), "it did not stop at once");
    done
}

#[test]
fn every_code_has_its_case() {
    // Those of the order workflow have theirs in `workflow`.
    for exit in Exit::ALL.into_iter().filter(|exit| !EXITS.contains(exit)) {
        let endpoint = endpoint();
        let done = example(exit, &endpoint);
        assert_eq!(done.code, Some(i32::from(exit.code())), "{exit:?}: {} {}", done.out, done.err);
        assert_eq!(done.err.is_empty(), exit == Exit::Done, "{exit:?} says {}", done.err);
        assert_eq!(done.out.is_empty(), exit != Exit::Done, "{exit:?} prints {}", done.out);
    }
}

#[test]
fn a_stopped_read_may_be_repeated_and_a_stopped_order_may_not() {
    let endpoint = endpoint();
    let read = stopped(cloudcert(endpoint.url(), split(READ)), &endpoint, "ListCsr", "-INT");
    read.says("run the command again.");
    endpoint.clear_faults();
    let words = split(ORDER).into_iter().chain(["--yes", "--output", "json"]);
    let order = stopped(cloudcert(endpoint.url(), words), &endpoint, "CreateCertificateRequest", "-TERM");
    assert_eq!(order.code, Some(143));
    let error: Value = serde_json::from_str(order.err.trim()).unwrap();
    assert_eq!((&error["exit"], &error["error"]["outcome_unknown"]), (&json!(143), &json!(true)));
    order.says("it may have been executed");
    order.says("before you repeat the command");
}

#[test]
fn what_was_surely_not_executed_is_told_apart() {
    // Nobody listens here.
    let gone = "http://127.0.0.1:9";
    let done = cloudcert(gone, split(READ)).ends(Exit::NotNow);
    done.says("--endpoint");
    let words = split(ORDER).into_iter().chain(["--yes"]);
    cloudcert(gone, words).ends(Exit::NotNow);
}

#[test]
fn nothing_is_sent_without_consent() {
    let endpoint = endpoint();
    for line in [
        ORDER,
        "aliyun-cas delete-csr --csr-id 1",
        "aliyun-cas sign --message aGVsbG8= --cert-identifier 1-cn --message-type RAW --signing-algorithm SHA256withRSA",
        "call aliyun-cas CreateCsr --effect create",
        // What the description knows counts, whatever is said here.
        "call aliyun-cas DeleteCsr CsrId=1 --effect idempotent",
    ] {
        cloudcert(endpoint.url(), split(line)).ends(Exit::Unconfirmed).says("--yes");
        assert_eq!(called(&endpoint), Vec::<String>::new(), "{line}");
    }
}

#[test]
fn what_the_description_calls_irreversible_needs_consent() {
    let recorder = crate::setup::recorder::Recorder::start();
    let mut asked = 0;
    for (api, action) in crate::setup::actions().filter(|(_, action)| action.irreversible) {
        let known = bare(["explain", &action.name, "--query", "[].irreversible"]).ends(Exit::Done).json();
        assert!(known.as_array().unwrap().contains(&json!(true)), "{}", action.name);
        let help = bare([&crate::setup::command(api), &action.name, "--help"]).ends(Exit::Done).out;
        assert!(help.contains("What it takes away is gone for good."), "{help}");
        let call = ["call", &api.id, &action.name, "--effect", "read"];
        // What could be submitted twice has to go through the journal.
        let is_once = action.effect == cloudcert::model::Effect::SubmitOnce;
        cloudcert(&recorder.url, call).ends(if is_once { Exit::Usage } else { Exit::Unconfirmed });
        let command = [&crate::setup::command(api), &action.name, "--skip-validation"];
        cloudcert(&recorder.url, command).ends(Exit::Unconfirmed);
        asked += 1;
    }
    assert!(asked > 0 && recorder.seen().is_empty());
}

#[test]
fn an_extra_parameter_of_the_signature_is_a_mistake_in_the_request() {
    let recorder = crate::setup::recorder::Recorder::start();
    for name in ["Action", "Version", "Signature"] {
        let words = ["aliyun-cas".to_owned(), "list-csr".to_owned(), "--extra".to_owned(), format!("{name}=x")];
        cloudcert(&recorder.url, words).ends(Exit::Invalid).says(name);
    }
    assert!(recorder.seen().is_empty());
}

#[test]
fn a_wait_on_an_id_that_never_existed_ends_as_refused() {
    let endpoint = endpoint();
    for (api, action) in crate::setup::actions() {
        for waiter in action.waiters.iter().filter(|waiter| !waiter.tolerate.is_empty()) {
            let mut words = vec![
                crate::setup::command(api),
                "wait".to_owned(),
                waiter.name.clone(),
                "--not-found-for=1s".to_owned(),
            ];
            let request = crate::setup::words::example(api, action);
            let given = request.iter().filter(|(name, _)| action.parameter(name).is_some());
            words.extend(given.map(|(name, value)| {
                format!("--{name}={}", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            }));
            let done = cloudcert(endpoint.url(), &words).ends(Exit::Refused);
            done.says("next: ");
        }
    }
    // An id that is known ends the tolerance; a wait without such errors has no use for it.
    cloudcert(endpoint.url(), split("aliyun-cas wait application-pending --instance-id i --not-found-for 1s"))
        .ends(Exit::Usage);
}

#[test]
fn a_refusal_says_what_the_description_knows() {
    let endpoint = endpoint();
    let line = "aliyun-cas describe-certificate-state --order-id 1";
    let text = cloudcert(endpoint.url(), split(line)).ends(Exit::Refused);
    for part in ["error: ", "cause: ", "next: "] {
        text.says(part);
    }
    let json = cloudcert(endpoint.url(), split(line)).env("CLOUDCERT_OUTPUT", "jsonl").ends(Exit::Refused);
    let error: Value = serde_json::from_str(json.err.trim()).unwrap();
    assert_eq!(error["exit"], 5);
    let report = &error["error"];
    for member in ["message", "code", "cause", "remedy", "request_id", "status"] {
        assert!(!report[member].is_null(), "{member} is absent in {error}");
    }
    // The option wins over the variable.
    let words = split(line).into_iter().chain(["--output", "table"]);
    let done = cloudcert(endpoint.url(), words).env("CLOUDCERT_OUTPUT", "json").ends(Exit::Refused);
    assert!(done.err.starts_with("error: "), "{}", done.err);
    let code = report["code"].as_str().unwrap();
    let explained = bare(["explain", code]).ends(Exit::Done).json();
    assert!(explained.as_array().unwrap().iter().any(|row| row["remedy"] == report["remedy"]), "{explained}");
}

#[test]
fn a_call_ends_at_its_timeout() {
    let endpoint = endpoint();
    let stall = json!({ "kind": "stall", "ms": 20_000 });
    fault(&endpoint, "ListCsr", &stall);
    cloudcert(endpoint.url(), split("aliyun-cas list-csr --timeout 1s")).ends(Exit::NotNow);
    fault(&endpoint, "CreateCsr", &stall);
    let line = "call aliyun-cas CreateCsr CommonName=www.example.com Algorithm=RSA KeySize=2048 --effect create --yes --timeout 1s";
    cloudcert(endpoint.url(), split(line)).ends(Exit::Unknown);
    cloudcert(endpoint.url(), split("aliyun-cas list-csr --timeout soon")).ends(Exit::Usage).says("--timeout");
}
