//! The program: its options, its one line, its end.

use cloudcert::ksyun_kcm::v2016_03_04::Client;
use cloudcert::{Config, Credentials};
use cloudcert_emulator::{Cloud, Credential, Emulator};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_cloudcert-emulator"))
}

/// A program that serves; it is killed if the test fails.
pub(crate) struct Served(Child, Value);

impl Served {
    /// On a free port.
    pub(crate) fn start() -> Self {
        Self::with(&mut program())
    }

    /// At the time that these tests sign with.
    pub(crate) fn at_the_time_of_the_tests() -> Self {
        Self::with(program().args(["--clock", crate::call::NOW_EXTENDED]))
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.url().trim_start_matches("http://").parse().unwrap()
    }

    /// The most memory that it ever had; nothing where the system does not tell.
    pub(crate) fn peak_megabytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.map_or(0, |line| line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1_024)
    }

    fn with(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        Self(child, serde_json::from_str(&line).unwrap())
    }

    fn url(&self) -> &str {
        self.1["url"].as_str().unwrap()
    }

    /// Sends a signal, and waits for the end.
    fn end(mut self, signal: &str) {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(10) {
            if let Some(status) = self.0.try_wait().unwrap() {
                let mut rest = String::new();
                self.0.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
                assert!(status.success() && rest.is_empty(), "{status} {rest}");
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it does not end");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn token(url: &str, id: &str, secret: &str) -> Result<(), cloudcert::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = Client::new(Config::new(Credentials::new(id, secret)).endpoint(url)).unwrap();
    runtime.block_on(async { client.list_certificates().send().await.map(drop) })
}

#[test]
fn it_says_when_it_is_ready_and_ends_on_signals() {
    for signal in ["-INT", "-TERM"] {
        let served = Served::with(program().args(["--listen", "127.0.0.1:0", "--seed", "3", "--polls", "2"]));
        assert_eq!(served.1["ready"], true);
        assert_eq!(served.1["pid"], served.0.id());
        assert!(served.url().ends_with(&served.1["port"].to_string()));
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

/// What the program says when it refuses its arguments.
fn refused(command: &mut Command) -> String {
    let out: Output = command.output().unwrap();
    assert_eq!((out.status.code(), out.stdout.len()), (Some(2), 0), "{out:?}");
    String::from_utf8(out.stderr).unwrap()
}

#[test]
fn wrong_usage_is_told() {
    let table: [(&[&str], &str); 9] = [
        (&["--secret", "x"], "unknown option --secret"),
        (&["serve"], "unexpected argument"),
        (&["--listen"], "missing argument"),
        (&["--listen", "nowhere"], "must be an address"),
        (&["--seed", "x"], "must be a whole number"),
        (&["--clock", "now"], "must be a time like"),
        (&["--quota", "product"], "must be like"),
        (&["--polls", "-1"], "must be a whole number"),
        (&["--dns", "127.0.0.1"], "must be an address with a port"),
    ];
    for (arguments, part) in table {
        let said = refused(program().args(arguments));
        assert!(said.contains(part) && said.contains("--help"), "{arguments:?}: {said}");
    }
    let out = program().arg("--help").output().unwrap();
    assert!(out.status.success() && String::from_utf8(out.stdout).unwrap().contains("--chaos SEED"));
}

#[test]
fn other_machines_are_kept_out_unless_told_otherwise() {
    let out = program().args(["--listen", "0.0.0.0:0"]).output().unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8(out.stderr).unwrap().contains("other machines can reach 0.0.0.0:0"));
    Served::with(program().args(["--listen", "0.0.0.0:0", "--allow-remote"])).end("-INT");
}
