//! What follows a run of `renew`: a hook is told how it ended, the run is remembered, metrics are written.

use crate::setup::{Done, Folder, cloudcert, endpoint, fault, split};
use crate::workflow::{Machine, config};
use cloudcert_cli::Exit;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::{Duration, Instant};

/// A hook that is told everything, as a script of the shell, with more keys of its table.
struct Mail {
    folder: Folder,
    script: String,
}

impl Mail {
    fn new(script: &str) -> Self {
        let folder = Folder::new();
        let told = folder.path("told");
        let script = folder.file("mail", format!("#!/bin/sh\n{}\n", script.replace("TOLD", &told)));
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder, script }
    }

    /// One that appends what it is told to a file, and its variables to another.
    fn keeping() -> Self {
        Self::new("cat >> TOLD\nenv >> TOLD.env")
    }

    fn config(&self, more: &str) -> String {
        format!("\n[hooks.mail]\ncommand = [\"{}\"]\n{more}\n[notify]\nhook = \"mail\"\n", self.script)
    }

    /// What it was told since it was asked last.
    fn told(&self) -> Vec<Value> {
        let path = self.folder.path("told");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        std::fs::write(path, "").unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn events(told: &[Value]) -> Vec<&str> {
    told.iter().map(|event| event["event"].as_str().unwrap()).collect()
}

/// A second certificate, which was never ordered: each run fails with it.
fn second() -> String {
    let second = config("").replace("[profiles.p]\ncloud = \"aliyun\"\n", "");
    second.replace("certificates.www", "certificates.two").replace("www.example.com", "two.example.com")
}

/// A time so many hours after the one in JSON.
fn after(time: &Value, hours: i64) -> String {
    let time: jiff::Timestamp = time.as_str().unwrap().parse().unwrap();
    (time + jiff::SignedDuration::from_hours(hours)).to_string()
}

#[test]
fn a_hook_is_told_how_runs_ended_and_sees_no_key() {
    let (endpoint, mail) = (endpoint(), Mail::keeping());
    let machine = Machine::new(endpoint.url(), &format!("{}{}", config(""), mail.config("")));
    machine.ends("issue www --yes --no-wait", Exit::Waiting);
    assert_eq!(mail.told(), Vec::<Value>::new(), "a person who orders sees what happens");
    machine.ends("renew", Exit::Done);
    let done = json!({
        "version": 1, "event": "done", "certificate": null, "names": [], "attempt": 1, "renewed": ["www"], "failed": [],
    });
    assert_eq!(mail.told(), [done]);
    machine.ends("renew", Exit::Done);
    assert_eq!(mail.told(), Vec::<Value>::new(), "nothing was done");

    let both = format!("{}{}{}", config("renew = { auto = true }"), second(), mail.config(""));
    machine.folder.file("config.toml", both);
    for attempt in 1..=2 {
        machine.ends("renew", Exit::Mixed);
        let told = mail.told();
        assert_eq!(events(&told), ["failure", "done"]);
        let failure = &told[0];
        assert_eq!((&failure["certificate"], &failure["attempt"]), (&json!("two"), &json!(attempt)));
        assert_eq!(failure["names"], json!(["two.example.com"]));
        assert!(failure["message"].as_str().unwrap().contains("no order"), "{failure}");
        assert!(failure["remedy"].as_str().unwrap().contains("`cloudcert issue two`"), "{failure}");
        assert_eq!((&told[1]["renewed"], &told[1]["failed"]), (&json!([]), &json!(["two"])));
    }

    // Somebody else has ordered the same, so nobody knows whether the journal is whole.
    let stranger = "aliyun-cas create-certificate-request --domain www.example.com --email ops@example.com --phone 13800000000 \
                    --username Ops --validate-type DNS --product-code geotrust-dv-1-starter --yes";
    cloudcert(endpoint.url(), split(stranger)).ends(Exit::Done);
    let due = machine.ends("due www --output json", Exit::Done).json();
    let now = after(&due["certificates"][0]["due"], 1);
    machine.run("renew www").env("CLOUDCERT_NOW", &now).ends(Exit::Unknown);
    let told = mail.told();
    assert_eq!(events(&told), ["attention", "done"]);
    assert_eq!(told[0]["certificate"], "www");

    let key = std::fs::read_to_string(machine.folder.path("state/local/live/www/current/privkey.pem")).unwrap();
    let seen = std::fs::read_to_string(mail.folder.path("told.env")).unwrap();
    assert!(seen.contains("CLOUDCERT_EVENT=attention") && seen.contains("CLOUDCERT_CERTIFICATE=www"), "{seen}");
    for secret in ["testsecret", "testid", key.lines().nth(1).unwrap()] {
        assert!(!seen.contains(secret) && !json!(told).to_string().contains(secret), "{secret}");
    }
}

#[test]
fn a_hook_that_fails_hangs_or_is_gone_changes_nothing_but_warns() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), &config(""));
    machine.ends("issue www --yes", Exit::Done);
    let run = |mail: &Mail, more: &str| -> Done {
        machine.folder.file("config.toml", format!("{}{}{}", config(""), second(), mail.config(more)));
        machine.ends("renew --output json", Exit::Mixed)
    };
    let plain = run(&Mail::keeping(), "");
    assert!(!plain.err.contains("warning:"), "{}", plain.err);
    let failing = run(&Mail::new("cat > /dev/null; echo smtp refused; exit 3"), "");
    failing.says("warning: two: failure: ");
    failing.says("smtp refused");
    let begun = Instant::now();
    let hanging = run(&Mail::new("sleep 600"), "timeout = \"1s\"");
    hanging.says("timeout of 1 s");
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    let gone = Mail::keeping();
    std::fs::remove_file(&gone.script).unwrap();
    let gone = run(&gone, "");
    gone.says("warning: ");
    gone.says("cannot be looked at");
    let mail = Mail::new("cat > /dev/null; echo > TOLD; sleep 600");
    machine.folder.file("config.toml", format!("{}{}{}", config(""), second(), mail.config("timeout = \"5m\"")));
    let child = machine.run("renew --output json").start();
    while !std::path::Path::new(&mail.folder.path("told")).exists() {
        assert!(begun.elapsed() < Duration::from_secs(120), "the hook was not called");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    let stopped = Done::of(child);
    stopped.says("warning: stopped");
    assert_eq!(stopped.code, Some(i32::from(Exit::Mixed.code())), "the run had ended before");
    for done in [failing, hanging, gone, stopped] {
        assert_eq!(done.json()["certificates"], plain.json()["certificates"]);
    }
    let mail = Mail::new("exit 3");
    machine.folder.file("config.toml", format!("{}{}{}", config(""), second(), mail.config("")));
    machine.ends("renew --lang zh", Exit::Mixed).says("警告：");
}

/// A program that a proof needs is gone: nothing is renewed, and nobody reads the log of a timer.
#[test]
fn a_run_that_cannot_begin_is_told_too() {
    let (endpoint, mail) = (endpoint(), Mail::keeping());
    let gone = "[hooks.dns]\ncommand = [\"/no/such/program\"]\n";
    let text = config("").replace("{ manual = \"dns\" }", "{ dns = { hook = \"dns\" } }");
    let machine = Machine::new(endpoint.url(), &format!("{text}{gone}{}", mail.config("")));
    let done = machine.ends("renew --output json", Exit::Unconfigured);
    done.says("/no/such/program");
    assert_eq!(done.json()["certificates"][0]["outcome"], "stopped");
    let told = mail.told();
    assert_eq!(events(&told), ["failure", "done"]);
    assert!(told[0]["message"].as_str().unwrap().contains("/no/such/program"), "{}", told[0]);
    assert_eq!(crate::setup::called(&endpoint), Vec::<String>::new());
}

#[test]
fn a_certificate_that_is_due_soon_is_told_days_before_with_what_is_left_of_its_package() {
    let (endpoint, mail) = (endpoint(), Mail::keeping());
    let machine = Machine::new(endpoint.url(), &format!("{}{}", config(""), mail.config("")));
    machine.ends("issue www --yes", Exit::Done);
    let due = machine.ends("due --output json", Exit::Done).json()["certificates"][0]["due"].clone();
    let run = |hours: i64| {
        let now = after(&due, hours);
        machine.run("renew").env("CLOUDCERT_NOW", &now).ends(Exit::Done);
        mail.told()
    };
    assert_eq!(run(-24 * 8), Vec::<Value>::new());
    let told = run(-24 * 6);
    assert_eq!(events(&told), ["due-soon"]);
    assert_eq!((&told[0]["certificate"], &told[0]["due"], &told[0]["auto"]), (&json!("www"), &due, &json!(false)));
    assert!(told[0]["remaining"].as_i64().is_some_and(|left| left > 0), "{}", told[0]);
    assert_eq!(run(-24 * 5), Vec::<Value>::new(), "once is enough");
    // A service that does not say what is left stops nothing.
    std::fs::remove_file(machine.folder.path("state/local/last-run.json")).unwrap();
    fault(&endpoint, "DescribePackageState", &json!({ "kind": "html", "status": 403 }));
    let told = run(-24 * 4);
    assert_eq!((events(&told), &told[0]["remaining"]), (vec!["due-soon"], &Value::Null));
}

#[test]
fn metrics_have_the_last_run_by_either_command() {
    let endpoint = endpoint();
    let text =
        format!("{}\n[deploy.web]\nkind = \"command\"\ncommand = [\"/bin/false\"]\n", config("deploy = [\"web\"]"));
    let machine = Machine::new(endpoint.url(), &text);
    let file = machine.folder.path("cloudcert.prom");
    let value = |name: &str| -> Option<String> {
        let text = std::fs::read_to_string(&file).unwrap();
        let line = text.lines().find(|line| line.starts_with(&format!("cloudcert_{name}")))?;
        line.rsplit_once(' ').map(|(_, value)| value.to_owned())
    };
    machine.ends(&format!("inventory --output none --metrics {file}"), Exit::Done);
    assert_eq!(value("last_run"), None, "there was none");
    machine.ends("issue www --yes", Exit::Outstanding);
    machine.ends(&format!("renew --metrics {file}"), Exit::Outstanding);
    assert_eq!(value("last_run_failed").as_deref(), Some("1"));
    assert_eq!(value("deploy_outstanding{account=\"p\",name=\"www.example.com\"").as_deref(), Some("1"));
    assert!(value("package_remaining{account=\"p\",product=\"geotrust-dv-1-starter\"}").is_some());
    assert!(value("certificate_not_after_timestamp_seconds{account=\"p\"").is_some());
    let first = value("last_run_timestamp_seconds").unwrap();
    machine.ends(&format!("inventory --output none --metrics {file}"), Exit::Done);
    assert_eq!((value("last_run_timestamp_seconds"), value("last_run_failed").as_deref()), (Some(first), Some("1")));

    machine.folder.file("config.toml", text.replace("/bin/false", "/bin/true"));
    machine.ends(&format!("renew www --metrics {file}"), Exit::Done);
    assert_eq!(value("last_run_failed").as_deref(), Some("0"));
    assert_eq!(value("deploy_outstanding{account=\"p\"").as_deref(), Some("0"));
    // The run has ended as it has; that its metrics are missing is said nevertheless.
    machine.ends("renew --metrics /nowhere/at.prom", Exit::Failed).says("/nowhere/at.prom");
    machine.folder.file("config.toml", format!("{text}{}", second()));
    machine.ends("renew two --metrics /nowhere/at.prom", Exit::Unconfirmed).says("/nowhere/at.prom");
    machine.folder.file("config.toml", text.replace("/bin/false", "/bin/true"));
    let damaged = machine.folder.file("state/local/last-run.json", "{");
    machine.ends(&format!("inventory --output none --metrics {file}"), Exit::Done).says(&damaged);
    assert_eq!(value("last_run"), None);
    machine.ends("renew", Exit::Done).says(&damaged);
    assert!(!machine.ends("renew", Exit::Done).err.contains("last-run.json"));
}

#[test]
fn a_report_has_the_certificates_that_could_not_be_worked_on() {
    let endpoint = endpoint();
    let text = format!("{}{}", config(""), second().replace("profile = \"p\"", "profile = \"q\""));
    let text = format!("{text}\n[profiles.q]\ncloud = \"aliyun\"\ncredentials = \"aliyun-cli:nobody\"\n");
    let machine = Machine::new(endpoint.url(), &text);
    machine.ends("issue www --yes", Exit::Done);
    let file = machine.folder.path("report.json");
    machine.ends(&format!("renew --report {file}"), Exit::Mixed).says("two");
    let report: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let outcomes: Vec<&Value> = report["certificates"].as_array().unwrap().iter().map(|one| &one["outcome"]).collect();
    assert_eq!(outcomes, ["stopped", "nothing"]);
    machine.ends("renew two", Exit::Unconfigured);
}
