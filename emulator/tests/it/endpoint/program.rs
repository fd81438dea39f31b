//! The program: its options, the line that it prints when it is ready, and how it ends.

use crate::setup::sdk;
use crate::setup::served::{Served, program};
use cloudcert_emulator::{Cloud, Credential, Emulator};
use std::process::{Command, Output};

fn token(url: &str, id: &str, secret: &str) -> Result<(), cloudcert::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = sdk::kcm(sdk::config(url, id, secret));
    runtime.block_on(async { client.list_certificates().send().await.map(drop) })
}

#[test]
fn it_says_when_it_is_ready_and_ends_on_signals() {
    for signal in ["-INT", "-TERM"] {
        let served = Served::with(program().args(["--listen", "127.0.0.1:0", "--seed", "3", "--polls", "2"]));
        assert_eq!(served.announced()["ready"], true);
        assert_eq!(served.announced()["pid"], served.id());
        assert!(served.url().ends_with(&served.announced()["port"].to_string()));
        token(served.url(), "AKLTtestid", "testsecret").unwrap();
        served.end(signal);
    }
}

#[test]
fn keys_come_from_the_environment_or_a_file() {
    let variables = [("CLOUDCERT_EMULATOR_KSYUN_ID", "own"), ("CLOUDCERT_EMULATOR_KSYUN_SECRET", "hidden")];
    let served = Served::with(program().envs(variables));
    token(served.url(), "own", "hidden").unwrap();
    assert!(token(served.url(), "AKLTtestid", "testsecret").is_err(), "the test key is not taken beside one's own");
    served.end("-TERM");

    let file = std::env::temp_dir().join(format!("cloudcert-emulator-keys-{}.json", std::process::id()));
    std::fs::write(
        &file,
        r#"[{"cloud":"ksyun","id":"filed","secret":"hidden"},{"cloud":"aliyun","id":"x","secret":"y"}]"#,
    )
    .unwrap();
    let served = Served::with(program().arg("--credentials").arg(&file));
    token(served.url(), "filed", "hidden").unwrap();
    served.end("-TERM");
    std::fs::write(&file, r#"[{"cloud":"ksyun","id":"filed","secert":"hidden"}]"#).unwrap();
    let out = refused(program().arg("--credentials").arg(&file));
    assert!(out.contains("line 1 column") && !out.contains("hidden"), "{out}");
    std::fs::remove_file(&file).unwrap();
    let out = refused(program().arg("--credentials").arg(&file));
    assert!(out.contains("cannot be read"), "{out}");
    let out = refused(program().env("CLOUDCERT_EMULATOR_ALIYUN_ID", "half"));
    assert!(out.contains("must be set together"), "{out}");
    let out = refused(program().env("CLOUDCERT_EMULATOR_ALIYUN_TOKEN", "alone"));
    assert!(out.contains("must be set together"), "{out}");
}

#[test]
fn keys_with_an_empty_part_are_refused() {
    for (part, value) in [("ID", ""), ("SECRET", ""), ("TOKEN", ""), ("SECRET", " \t")] {
        let mut command = program();
        for name in ["ID", "SECRET", "TOKEN"] {
            command.env(format!("CLOUDCERT_EMULATOR_KSYUN_{name}"), if name == part { value } else { "given" });
        }
        let out = refused(&mut command);
        assert!(out.contains(&format!("CLOUDCERT_EMULATOR_KSYUN_{part} is empty")), "{out}");
    }
    let file = std::env::temp_dir().join(format!("cloudcert-emulator-empty-keys-{}.json", std::process::id()));
    for (part, key) in [
        ("id", r#"{"cloud":"ksyun","id":"","secret":"hidden"}"#),
        ("secret", r#"{"cloud":"aliyun","id":"x","secret":""}"#),
        ("secret", r#"{"cloud":"aliyun","id":"x","secret":"\n"}"#),
        ("token", r#"{"cloud":"aliyun","id":"x","secret":"hidden","token":""}"#),
    ] {
        std::fs::write(&file, format!(r#"[{{"cloud":"aliyun","id":"good","secret":"hidden"}},{key}]"#)).unwrap();
        let out = refused(program().arg("--credentials").arg(&file));
        assert!(out.contains(&format!("an access key has an empty {part}")) && !out.contains("hidden"), "{out}");
    }
    std::fs::remove_file(&file).unwrap();
}

#[tokio::test]
async fn the_library_does_not_start_with_an_empty_key() {
    let given = |id: &str, secret: &str| Credential::new(Cloud::Ksyun, id, secret);
    for (key, part) in [
        (given("", "s"), "id"),
        (given("i", ""), "secret"),
        (given("i", " "), "secret"),
        (given("i", "s").token(""), "token"),
    ] {
        let error = Emulator::new().credential(given("good", "s")).credential(key).serve().await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
        assert_eq!(error.to_string(), format!("an access key of Kingsoft Cloud has an empty {part}"));
    }
}

/// Returns what the program prints when it refuses its arguments.
fn refused(command: &mut Command) -> String {
    let out: Output = command.output().unwrap();
    assert_eq!((out.status.code(), out.stdout.len()), (Some(2), 0), "{out:?}");
    String::from_utf8(out.stderr).unwrap()
}

#[test]
fn wrong_usage_is_reported() {
    let table: [(&[&str], &str); 10] = [
        (&["--secret", "x"], "unknown option --secret"),
        (&["serve"], "unexpected argument"),
        (&["--listen"], "missing argument"),
        (&["--listen", "nowhere"], "must be an address"),
        (&["--seed", "x"], "must be a whole number"),
        (&["--clock", "now"], "must be a time like"),
        (&["--quota", "product"], "must be like"),
        (&["--stock", "ws.dv.f"], "must be like"),
        (&["--polls", "-1"], "must be a whole number"),
        (&["--dns", "127.0.0.1"], "must be an address with a port"),
    ];
    for (arguments, part) in table {
        let said = refused(program().args(arguments));
        assert!(said.contains(part) && said.contains("--help"), "{arguments:?}: {said}");
    }
    // What may be a secret is not repeated.
    for (option, value) in [
        ("--credentials", r#"[{"secret":"CANARY"}]"#),
        ("--listen", "-----BEGIN PRIVATE KEY-----\nCANARY"),
        ("--seed", "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAKNwapOQ6rQJHetP+CANARY"),
    ] {
        let said = refused(program().args([&format!("{option}={value}")]));
        assert!(said.contains(option) && !said.contains("CANARY"), "{said}");
    }
    let out = program().arg("--help").output().unwrap();
    assert!(out.status.success() && String::from_utf8(out.stdout).unwrap().contains("--chaos SEED"));
}

#[test]
fn what_cannot_be_bought_is_reported() {
    let out = program().args(["--stock", "ws.dv.f=1", "--stock", "ss.xx=1"]).output().unwrap();
    assert_eq!(out.status.code(), Some(1));
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(said.contains("no instance specification ss.xx") && said.contains("ss.dv.t"), "{said}");
}

#[test]
fn other_machines_are_kept_out_unless_told_otherwise() {
    let out = program().args(["--listen", "0.0.0.0:0"]).output().unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8(out.stderr).unwrap().contains("other machines can reach 0.0.0.0:0"));
    Served::with(program().args(["--listen", "0.0.0.0:0", "--allow-remote"])).end("-INT");
}
