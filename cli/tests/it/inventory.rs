//! `cloudcert inventory`, with certificates at both clouds.

use crate::setup::{Done, Folder, Run, bare, cloudcert, endpoint, fault, keys, split};
use crate::workflow::{Machine, config};
use cloudcert_cli::Exit;
use cloudcert_emulator::Handle;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;

/// An endpoint with a certificate that ends in about 90 days.
fn issued() -> Handle {
    let endpoint = endpoint();
    issue(&endpoint);
    endpoint
}

/// Orders a certificate by the workflow, whose state nobody keeps.
fn issue(endpoint: &Handle) {
    Machine::new(endpoint.url(), &config("")).ends("issue www --yes", Exit::Done);
}

/// The program without keys, on a machine that is none of the cloud.
fn keyless(line: &str, endpoint: &Handle) -> Run {
    let run = bare(split(line)).env("CLOUDCERT_ENDPOINT_URL", endpoint.url());
    run.env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
}

/// A fault that no retry mends.
fn refused() -> Value {
    json!({ "kind": "html", "status": 403 })
}

fn inventory(endpoint: &Handle, rest: &str) -> Run {
    cloudcert(endpoint.url(), split("inventory").into_iter().chain(split(rest)))
}

fn with_end(done: &Done) -> Vec<Value> {
    let rows = done.json()["rows"].as_array().unwrap().clone();
    rows.into_iter().filter(|row| !row["to"].is_null()).collect()
}

#[test]
fn it_prints_a_table_and_json() {
    let endpoint = issued();
    let table = inventory(&endpoint, "").ends(Exit::Done).out;
    let header: Vec<&str> = table.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(header[..6], ["account", "source", "id", "names", "product", "status"]);
    assert!(table.contains("cas-certificate,cas-order") && table.contains("www.example.com"), "{table}");
    let json = inventory(&endpoint, "--output json").ends(Exit::Done);
    assert_eq!((&json.json()["version"], &json.json()["problems"]), (&json!(1), &json!([])));
    let rows = with_end(&json);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!((&rows[0]["account"], &rows[0]["names"]), (&json!("default"), &json!(["www.example.com"])));
    let none = inventory(&endpoint, "--expires-within 1d --output json").ends(Exit::Done);
    assert_eq!(none.json()["rows"], json!([]));
    let lines = inventory(&endpoint, "--expires-within 1000d --output jsonl").ends(Exit::Done).out;
    assert_eq!(lines.lines().count(), 1, "{lines}");
}

#[test]
fn a_cloud_that_fails_is_named() {
    let endpoint = issued();
    for rest in ["", "--check"] {
        fault(&endpoint, "ListUserCertificates", &refused());
        let done = inventory(&endpoint, rest).ends(Exit::Mixed);
        done.says("default: kcm: ");
        assert!(done.out.contains("www.example.com"), "{}", done.out);
        endpoint.clear_faults();
    }
}

#[test]
fn it_ends_as_monitoring_wants() {
    let endpoint = issued();
    inventory(&endpoint, "--check").ends(Exit::Done);
    inventory(&endpoint, "--check --warning 400d").ends(Exit::Expiring).says("1 certificates");
    inventory(&endpoint, "--check --warning 400d --critical 400d").ends(Exit::Critical);
    inventory(&endpoint, "--warning 1d --critical 2d").ends(Exit::Usage);
    inventory(&endpoint, "--check --nagios").ends(Exit::Usage);
    for (rest, code, word) in [
        ("--nagios", 0, "OK - 1 certificates, next www.example.com in "),
        ("--nagios --warning 400d", 1, "WARNING - "),
        ("--nagios --warning 400d --critical 400d", 2, "CRITICAL - "),
    ] {
        let done = inventory(&endpoint, rest).done();
        assert_eq!((done.code, done.out.lines().count()), (Some(code), 1), "{rest}: {}", done.all());
        assert!(done.out.starts_with(word), "{rest}: {}", done.out);
    }
    fault(&endpoint, "ListUserCertificates", &refused());
    let done = inventory(&endpoint, "--nagios").done();
    assert_eq!(done.code, Some(3), "{}", done.all());
    assert!(done.out.starts_with("UNKNOWN - "), "{}", done.out);
    let done = keyless("inventory --nagios", &endpoint).done();
    assert_eq!((done.code, done.out.lines().count()), (Some(3), 1), "{}", done.all());
}

#[test]
fn files_are_replaced_as_a_whole() {
    let (endpoint, folder) = (issued(), Folder::new());
    for name in ["out.prom", "out.html"] {
        folder.file(name, "old");
    }
    let words = "--metrics out.prom --html out.html --output none --lang zh";
    inventory(&endpoint, words).folder(&folder).ends(Exit::Done);
    let text = |name: &str| std::fs::read_to_string(folder.path(name)).unwrap();
    assert!(text("out.prom").contains("cloudcert_certificate_not_after_timestamp_seconds{account=\"default\""));
    assert!(text("out.html").contains("<html lang=\"zh\">") && text("out.html").contains("www.example.com"));
    for name in ["out.prom", "out.html"] {
        assert_eq!(std::fs::metadata(folder.path(name)).unwrap().permissions().mode() & 0o777, 0o644);
    }
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 2, "nothing else is left");
    // A process of the same number may have left its unfinished file, as in containers. A link there is not followed.
    let script = "ln -s out.html .out.prom.$$.tmp && exec \"$0\" inventory --metrics out.prom --output none";
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", script, crate::setup::PROGRAM]).current_dir(&folder.0);
    shell.env_clear().env("HOME", "/nowhere").envs(crate::setup::keys(endpoint.url()));
    assert!(shell.output().unwrap().status.success());
    assert!(text("out.html").contains("<html") && text("out.prom").contains("cloudcert_certificate_"));
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 2, "nothing else is left");
    let done = inventory(&endpoint, "--metrics nowhere/out.prom").folder(&folder).ends(Exit::Failed);
    done.says("nowhere/out.prom");
}

#[test]
fn what_is_no_file_is_written_to_and_stays_what_it_is() {
    let (endpoint, folder) = (issued(), Folder::new());
    let pipe = folder.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let read = || {
        let pipe = pipe.clone();
        std::thread::spawn(move || std::fs::read_to_string(pipe).unwrap())
    };
    let reader = read();
    inventory(&endpoint, &format!("--metrics {pipe} --html /dev/null --output none")).ends(Exit::Done);
    assert!(reader.join().unwrap().contains("cloudcert_certificate_not_after_timestamp_seconds"));
    let (machine, reader) = (Machine::new(endpoint.url(), &config("renew = { auto = true }")), read());
    machine.run(&format!("renew --report {pipe}")).done();
    assert!(reader.join().unwrap().contains("\"certificates\""));
    for path in [pipe.as_str(), "/dev/null"] {
        assert!(!std::fs::metadata(path).unwrap().is_file(), "{path}");
    }
}

#[test]
fn the_configuration_says_what_is_due_and_the_journal_is_joined() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), &config("renew = { before = \"20d\" }"));
    machine.ends("issue www --yes", Exit::Done);
    let rows = with_end(&machine.ends("inventory --output json", Exit::Done));
    assert_eq!(rows.len(), 1, "{rows:?}");
    let row = &rows[0];
    for source in ["cas-certificate", "cas-order", "journal", "live"] {
        assert!(row["sources"].as_array().unwrap().contains(&json!(source)), "{source}: {row}");
    }
    assert_eq!((&row["account"], &row["key"], &row["live"]), (&json!("p"), &json!("here"), &json!(true)));
    let at = |name: &str| row[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let days = (at("to").as_second() - at("due").as_second()) / 86_400;
    assert!((19..=21).contains(&days), "{days}: {row}");

    let metrics = machine.folder.path("out.prom");
    machine.ends(&format!("inventory --output none --metrics {metrics}"), Exit::Done);
    let text = std::fs::read_to_string(&metrics).unwrap();
    assert!(text.contains("cloudcert_package_remaining{account=\"p\",product=\"geotrust-dv-1-starter\"} "), "{text}");
    fault(&endpoint, "DescribePackageState", &refused());
    let done = machine.ends(&format!("inventory --output none --metrics {metrics}"), Exit::Mixed);
    done.says("p: package geotrust-dv-1-starter: ");

    // A state that others can write to is a problem, and both clouds are still shown.
    let local = machine.folder.0.join("state/local");
    std::fs::set_permissions(&local, std::fs::Permissions::from_mode(0o777)).unwrap();
    let done = machine.ends("inventory --output json", Exit::Mixed);
    assert_eq!(done.json()["problems"][0]["source"], "this machine");
    assert_eq!(with_end(&done).len(), 1);
}

#[test]
fn a_cloud_without_keys_is_left_out_and_one_with_wrong_keys_is_named() {
    let endpoint = issued();
    let aliyun = |run: Run| {
        let run = run.env("ALIBABA_CLOUD_ACCESS_KEY_ID", "testid");
        run.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testsecret")
    };
    aliyun(keyless("inventory", &endpoint)).ends(Exit::Done);
    let half = aliyun(keyless("inventory", &endpoint)).env("KSYUN_ACCESS_KEY", "AKLTtestid");
    half.ends(Exit::Mixed).says("default: kcm: ");
}

#[test]
fn every_profile_is_an_account() {
    let (endpoint, folder) = (issued(), Folder::new());
    let text = format!(
        "[profiles.one]\ncloud = \"aliyun\"\ncredentials = \"env\"\nendpoint = \"{0}\"\n\
         [profiles.two]\ncloud = \"ksyun\"\ncredentials = \"env\"\nendpoint = \"{0}\"\n",
        endpoint.url()
    );
    folder.file("config.toml", text);
    let run = |rest: &str, without: &str| {
        let mut run = bare(split("inventory --config config.toml --output json").into_iter().chain(split(rest)));
        run.command.envs(keys(endpoint.url()));
        run.command.env_remove("CLOUDCERT_ENDPOINT_URL").env_remove(without);
        run.folder(&folder)
    };
    assert_eq!(with_end(&run("", "").ends(Exit::Done))[0]["account"], "one");
    // A profile whose keys are gone is a problem, and not an account without certificates.
    let done = run("", "KSYUN_SECRET_KEY").ends(Exit::Mixed);
    assert_eq!(done.json()["problems"][0]["source"], "two: kcm");
    run("--profile one", "KSYUN_SECRET_KEY").ends(Exit::Done);
    keyless("inventory", &endpoint).ends(Exit::Unconfigured).says("whoami");
}

#[test]
fn the_help_is_in_both_languages() {
    for (lang, text) in [("en", "a part is never taken for the whole"), ("zh", "绝不把部分当作全部")] {
        let help = bare(["inventory", "--help", "--lang", lang]).ends(Exit::Done).out;
        assert!(help.contains(text) && help.contains("--nagios"), "{help}");
    }
}
