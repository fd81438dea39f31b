//! What a hook gets: an event on standard input, few variables, and nothing else.

use super::{is_alive, present, shell};
use cloudcert_orders::hook::{Hook, HookEvent, Publish, Trouble, What};
use cloudcert_orders::{Failure, Kind, Text};
use serde_json::{Value, json};
use std::process::Command;

async fn read_back(event: &HookEvent) -> Value {
    let state = shell("cat").run(event).await.unwrap().state;
    Value::Object(state.unwrap())
}

fn with(what: What) -> HookEvent {
    HookEvent { what, ..present() }
}

#[tokio::test]
async fn a_hook_reads_one_object() {
    let event = read_back(&present()).await;
    let record = json!({
        "name": "_dnsauth.www.example.com", "host": "_dnsauth.www", "zone": "example.com", "type": "TXT",
        "value": "a \"quoted\" value\nof two lines",
    });
    let names = json!(["www.example.com", "example.com"]);
    let expected =
        json!({"version": 1, "event": "present", "certificate": "www", "names": names, "attempt": 1, "record": record});
    assert_eq!(event, expected);
}

#[tokio::test]
async fn each_event_has_its_members() {
    let file = Publish::File {
        host: "example.com".to_owned(),
        path: "/.well-known/pki-validation/a.txt".to_owned(),
        content: "x".to_owned(),
    };
    let event = read_back(&with(What::Cleanup { proof: file, state: json!({"id": 5}) })).await;
    assert_eq!(event["event"], "cleanup");
    assert_eq!(event["file"]["path"], "/.well-known/pki-validation/a.txt");
    assert_eq!(event["state"]["id"], 5);

    let path = |name: &str| std::path::PathBuf::from(format!("/live/www/current/{name}.pem"));
    let deploy = What::Deploy {
        folder: "/live/www/current".into(),
        cert: path("cert"),
        chain: path("chain"),
        fullchain: path("fullchain"),
        privkey: path("privkey"),
        fingerprint: "ab".repeat(32),
        state: Value::Null,
    };
    let event = read_back(&with(deploy)).await;
    assert_eq!(event["event"], "deploy");
    assert_eq!(event["folder"], "/live/www/current");
    for name in ["cert", "chain", "fullchain", "privkey"] {
        assert_eq!(event[name], format!("/live/www/current/{name}.pem"));
    }

    let failure = Failure::new(Kind::Refused, Text::quote("no\u{1b}[31m quota"))
        .at("www/3")
        .remedy(Text::quote("Buy a package."))
        .code("NoQuota");
    for (what, kind) in
        [(What::Failure(Trouble::from(&failure)), "failure"), (What::Attention(Trouble::from(&failure)), "attention")]
    {
        let event = read_back(&with(what)).await;
        assert_eq!(event["event"], kind);
        assert_eq!(event["code"], "NoQuota");
        assert_eq!(event["message"], "www/3: no\\u{1b}[31m quota");
        assert_eq!(event["remedy"], "Buy a package.");
    }

    let done = What::Done { renewed: vec!["www".parse().unwrap()], failed: vec!["api".parse().unwrap()] };
    let event = read_back(&HookEvent { certificate: None, names: Vec::new(), attempt: 1, what: done }).await;
    assert_eq!(
        (&event["certificate"], &event["renewed"], &event["failed"]),
        (&Value::Null, &json!(["www"]), &json!(["api"]))
    );

    let not_after = "2027-01-02T03:04:05Z".parse().unwrap();
    let due = "2026-12-01T00:00:00Z".parse().unwrap();
    let event = read_back(&with(What::DueSoon { not_after, due, auto: true, remaining: Some(0) })).await;
    assert_eq!((&event["event"], &event["not_after"]), (&json!("due-soon"), &json!("2027-01-02T03:04:05Z")));
    assert_eq!(
        (&event["due"], &event["auto"], &event["remaining"]),
        (&json!("2026-12-01T00:00:00Z"), &json!(true), &json!(0))
    );
}

#[tokio::test]
async fn arguments_reach_the_program_as_they_are() {
    let mut hook = shell("printf '%s|' \"$@\"; echo");
    hook.command.extend(["name", "a b", "$HOME", "*", "'\"", "--", ""].map(str::to_owned));
    let log = hook.run(&present()).await.unwrap().log;
    assert_eq!(log, ["a b|$HOME|*|'\"|--||"]);
}

#[tokio::test]
async fn a_hook_may_be_called_twice_with_the_same_input() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("input");
    let hook = shell(&format!("cat >> {}", at.display()));
    hook.run(&present()).await.unwrap();
    hook.run(&present()).await.unwrap();
    let text = std::fs::read_to_string(&at).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0], lines[1]);
}

const CHILD: &str = "CLOUDCERT_TEST_HOOK_ENVIRONMENT";
const CANARY: &str = "canary-5f0b";
const KEYS: [&str; 16] = [
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
    "ALIBABA_CLOUD_CREDENTIALS_URI",
    "ALIBABA_CLOUD_CREDENTIALS_FILE",
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
    "ALICLOUD_ACCESS_KEY",
    "ALICLOUD_SECRET_KEY",
    "KSYUN_ACCESS_KEY",
    "KSYUN_SECRET_KEY",
    "KSYUN_SECURITY_TOKEN",
    "KS_ACCESS_KEY_ID",
    "KS_SECRET_ACCESS_KEY",
    "KS_SECURITY_TOKEN",
    "KS_SESSION_TOKEN",
    "KS_SHARED_CREDENTIALS_FILE",
];

/// The environment is that of a child, since tests that run at the same time share theirs.
#[test]
fn a_hook_sees_few_variables_and_no_access_key_even_if_it_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "hook::input::child_that_runs_a_hook"]);
    child.env_clear().env(CHILD, file.path()).env("PATH", "/usr/bin:/bin").env("HOME", "/home/it");
    child.env("LC_ALL", "C.UTF-8").env("TZ", "UTC").env("DNS_TOKEN", "wanted").env("UNNAMED", CANARY);
    child.envs(KEYS.map(|key| (key, CANARY)));
    let output = child.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = std::fs::read_to_string(file.path()).unwrap();
    let mut seen: Vec<_> = text.lines().collect();
    seen.sort_unstable();
    let expected = [
        "CLOUDCERT_CERTIFICATE=www",
        "CLOUDCERT_EVENT=present",
        "CLOUDCERT_FOLDER=",
        "CLOUDCERT_NAMES=www.example.com,example.com",
        "DNS_TOKEN=wanted",
        "HOME=/home/it",
        "LC_ALL=C.UTF-8",
        "PATH=/usr/bin:/bin",
        "TZ=UTC",
    ];
    assert_eq!(seen, expected);
}

/// Runs only as a child of the test above.
#[tokio::test]
async fn child_that_runs_a_hook() {
    let Some(file) = std::env::var_os(CHILD) else { return };
    let env = KEYS.into_iter().chain(["DNS_TOKEN"]).map(str::to_owned).collect();
    // A shell would add variables of its own.
    let hook = Hook { command: vec!["env".to_owned()], env, ..shell("") };
    let log = hook.run(&present()).await.unwrap().log;
    std::fs::write(file, log.join("\n")).unwrap();
}

#[tokio::test]
async fn a_hook_that_keeps_running_does_not_keep_a_lock() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let lock = std::fs::File::open(file.path()).unwrap();
    lock.try_lock().unwrap();
    let log = shell("ls -l /proc/self/fd | sed -n 's/.*-> //p'; sleep 600 > /dev/null 2>&1 & echo $!")
        .run(&present())
        .await
        .unwrap()
        .log;
    let name = file.path().to_str().unwrap();
    assert!(!log.iter().any(|line| line.contains(name)), "{log:?}");
    drop(lock);
    std::fs::File::open(file.path()).unwrap().try_lock().unwrap();
    let process = log.last().unwrap();
    assert!(is_alive(process), "{log:?}");
    Command::new("kill").arg(process).status().unwrap();
}
