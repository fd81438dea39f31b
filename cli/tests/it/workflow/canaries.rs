//! Secrets: after orders, renewals, deployments and revocations in every way they stand in the files of keys and nowhere else.

use super::Machine;
use super::proofs::program;
use super::ways::{BY_HAND, Way, paid};
use crate::setup::{Done, Folder, Run, bare, split};
use cloudcert_cli::Exit;
use cloudcert_emulator::{Cloud, Credential, Emulator, Handle};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The secret of the access keys.
const SECRET: &str = "CANARYaccesskeysecret0123456789";
/// A variable that no hook was promised.
const OTHER: &str = "CANARYofanothervariable";
/// A variable that a hook was promised.
const PROMISED: &str = "CANARYpromised";
const PHONE: &str = "13912345678";
const EMAIL: &str = "canary.person@example.com";

/// Keeps what it is told, its arguments and its environment, as anybody on the machine could see them.
const WATCHER: &str = "#!/bin/sh\n{ cat; printf '\\n'; env; tr '\\0' ' ' < /proc/$$/cmdline; tr '\\0' ' ' < /proc/$PPID/cmdline; printf '\\n'; } >> \"$1\"\n";

/// An endpoint with keys that are canaries, and a machine that deploys by a command and copies files.
struct Place {
    endpoint: Handle,
    machine: Machine,
    seen: PathBuf,
    tls: PathBuf,
    _folder: Folder,
}

impl Place {
    fn new(way: Way) -> Self {
        let folder = Folder::new();
        let seen = folder.0.join("seen");
        let tls = folder.0.join("tls");
        let watcher = program(&folder, "watcher", WATCHER);
        let key = |cloud, id| Credential::new(cloud, id, SECRET);
        let endpoint = Emulator::new()
            .polls_until_verified(1)
            .credential(key(Cloud::Aliyun, "testid"))
            .credential(key(Cloud::Ksyun, "AKLTtestid"))
            .serve_blocking()
            .unwrap();
        let more = "renew = { auto = true }\ndeploy = [\"web\", \"files\", \"upload\"]";
        // The contact of an instance is made with the keys of this endpoint.
        let text = if way == Way::Instance {
            with_contact(&endpoint, &way.config(Emulator::start_blocking().unwrap().url(), BY_HAND, more))
        } else {
            way.config(endpoint.url(), BY_HAND, more)
        };
        let text = text.replace("13800000000", PHONE).replace("ops@example.com", EMAIL);
        let text = format!(
            "{text}\n[deploy.web]\nkind = \"command\"\ncommand = [\"{watcher}\", \"{seen}\"]\nenv = [\"HOOK_SECRET\"]\n\n\
             [deploy.files]\nkind = \"files\"\nfolder = \"{tls}\"\n\n[deploy.upload]\nkind = \"cas-upload\"\nprofile = \"up\"\n\n\
             [profiles.up]\ncloud = \"aliyun\"\n",
            seen = seen.display(),
            tls = tls.display()
        );
        Self { machine: Machine::new(endpoint.url(), &text), endpoint, seen, tls, _folder: folder }
    }

    fn run(&self, line: &str) -> Run {
        let run = self.machine.run(line).env("RUST_LOG", "trace").env("RUST_BACKTRACE", "1");
        secrets(run)
    }
}

/// The keys of the endpoint, and other secrets of the environment.
fn secrets(run: Run) -> Run {
    run.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET)
        .env("KSYUN_SECRET_KEY", SECRET)
        .env("OTHER_SECRET", OTHER)
        .env("HOOK_SECRET", PROMISED)
}

/// A configuration whose contact is one of this endpoint.
fn with_contact(endpoint: &Handle, text: &str) -> String {
    let words = ["aliyun-cas", "create-contact", "--name", "Li Lei", "--mobile", PHONE, "--email", EMAIL, "--yes"];
    let made = secrets(crate::setup::cloudcert(endpoint.url(), words)).ends(Exit::Done).json();
    let id = made["ContactId"].as_str().map_or_else(|| made["ContactId"].to_string(), str::to_owned);
    let lines = text.lines().map(|line| {
        if line.starts_with("contact = ") { format!("contact = {{ ids = [{id}] }}") } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// All files below a folder, without links.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut out = Vec::new();
    for entry in entries.map(Result::unwrap) {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            out.extend(files(&entry.path()));
        } else if kind.is_file() {
            out.push(entry.path());
        }
    }
    out
}

/// Whether a file may hold private keys.
fn is_of_keys(path: &Path) -> bool {
    path.ends_with("privkey.pem") || path.parent().unwrap().parent().unwrap().ends_with("keys")
}

/// The lines of all private keys that a machine has: each of them tells the key.
fn key_lines(machine: &Machine) -> BTreeSet<String> {
    let state = machine.folder.0.join("state");
    let keys = files(&state).into_iter().filter(|path| is_of_keys(path));
    let lines = keys.flat_map(|path| {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().filter(|line| !line.starts_with("-----")).map(str::to_owned).collect::<Vec<_>>()
    });
    lines.filter(|line| line.len() > 20).collect()
}

#[track_caller]
fn free_of(what: &str, text: &str, words: &BTreeSet<String>) {
    for word in words {
        assert!(!text.contains(word.as_str()), "{what} has `{word}`:\n{text}");
    }
}

/// What a token, a link or a key of an access would show.
fn canaries() -> BTreeSet<String> {
    [SECRET, OTHER, PHONE, EMAIL, "PRIVATE KEY-----"].map(str::to_owned).into()
}

#[test]
fn secrets_stand_in_the_files_of_keys_and_nowhere_else() {
    for way in Way::ALL {
        let place = Place::new(way);
        let mut told: Vec<(String, Done)> = Vec::new();
        let mut run = |line: &str| told.push((line.to_owned(), place.run(line).done()));
        run("issue www --yes --no-wait");
        run("resume www");
        run("deploy www");
        for line in ["due", "fetch www", "resume www", "order verify", "order show www", "order list www --output json"]
        {
            run(line);
        }
        let later = let_it_be_due_with(&place);
        for line in ["renew --output json --report REPORT", "due", "renew"] {
            let line = line.replace("REPORT", &place.machine.folder.path("report.json"));
            told.push((line.clone(), later(&line).done()));
        }
        let mut run = |line: &str| told.push((line.to_owned(), place.run(line).done()));
        run("revoke www --reason test --even-if-deployed --yes");
        run("order export www");
        run("order export www --json-lines");
        let (metrics, html) = (place.machine.folder.path("metrics.prom"), place.machine.folder.path("report.html"));
        run(&format!("inventory --output json --metrics {metrics} --html {html}"));
        for kind in ["systemd", "cron"] {
            run(&format!("units {kind}"));
        }
        run("config show");
        run("whoami");
        assert_eq!(told[1].1.code, Some(0), "{way:?} {}", told[1].1.all());
        assert!(told.iter().any(|(line, done)| line.starts_with("renew") && done.code == Some(0)), "{way:?} {told:#?}");
        assert!(paid(&place.endpoint).iter().any(|paid| *paid > 1), "{way:?}");

        let keys = key_lines(&place.machine);
        assert!(keys.len() >= 2, "{way:?}: two private keys were made");
        let mut words: BTreeSet<String> = canaries().into_iter().chain(keys).collect();
        words.insert(PROMISED.to_owned());
        for (line, done) in &told {
            free_of(&format!("{way:?}: {line}"), &done.all(), &words);
        }
        for path in files(&place.machine.folder.0) {
            // The configuration has the contact, and no key.
            if path.ends_with("config.toml") {
                continue;
            }
            if is_of_keys(&path) {
                assert_eq!(mode(&path) & 0o077, 0, "{}", path.display());
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            free_of(&format!("{way:?}: {}", path.display()), &String::from_utf8_lossy(&bytes), &words);
        }
        for path in files(&place.tls).into_iter().filter(|path| !is_of_keys(path)) {
            free_of(&format!("{way:?}: {}", path.display()), &std::fs::read_to_string(&path).unwrap(), &words);
        }
        // What a hook sees: its own variable, and no other secret.
        let seen = std::fs::read_to_string(&place.seen).unwrap();
        assert!(seen.contains(PROMISED) && seen.contains("\"event\":\"deploy\""), "{seen}");
        words.remove(PROMISED);
        free_of(&format!("{way:?}: the hook"), &seen, &words);
        // The links of Kingsoft Cloud, and tokens, lie in no journal.
        let journal = String::from_utf8_lossy(&journal_bytes(&place.machine)).into_owned();
        for word in ["DownloadUrl", "/download", "\"Token\"", "Signature="] {
            assert!(!journal.contains(word), "{way:?}: the journal has {word}");
        }
    }
}

fn let_it_be_due_with(place: &Place) -> impl Fn(&str) -> Run + '_ {
    // The same step with the keys of this endpoint.
    let due = place.run("due --output json").ends(Exit::Done).json();
    let due: jiff::Timestamp = due["certificates"][0]["due"].as_str().unwrap().parse().unwrap();
    let due = due + jiff::SignedDuration::from_hours(1);
    place.endpoint.clock().advance(due.duration_since(jiff::Timestamp::now()).unsigned_abs());
    move |line| place.run(line).env("CLOUDCERT_NOW", &due.to_string())
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().unwrap().permissions().mode()
}

fn journal_bytes(machine: &Machine) -> Vec<u8> {
    let all = files(&machine.folder.0).into_iter().filter(|path| path.to_string_lossy().contains("journal.sqlite3"));
    all.flat_map(|path| std::fs::read(path).unwrap()).collect()
}

#[test]
fn a_refused_or_lost_call_tells_no_secret() {
    // A lost response is probed for, which takes its time: so all at once.
    std::thread::scope(|scope| {
        for way in Way::ALL {
            let kinds: &[&str] =
                if way == Way::Package { &["close-after-commit", "internal", "truncated"] } else { &["internal"] };
            for kind in kinds {
                scope.spawn(move || tells_no_secret_after(way, kind));
            }
        }
    });
}

fn tells_no_secret_after(way: Way, kind: &str) {
    let place = Place::new(way);
    crate::setup::fault(&place.endpoint, way.order(), &serde_json::json!({ "kind": kind }));
    for line in ["issue www --yes --no-wait", "renew", "order find-out www", "order export www --json-lines"] {
        let done = place.run(line).done();
        let words: BTreeSet<String> = canaries().into_iter().chain(key_lines(&place.machine)).collect();
        free_of(&format!("{way:?} {kind}: {line}"), &done.all(), &words);
    }
    let words: BTreeSet<String> = canaries().into_iter().chain(key_lines(&place.machine)).collect();
    free_of("the journal", &String::from_utf8_lossy(&journal_bytes(&place.machine)), &words);
}

#[test]
fn help_and_man_pages_have_no_secret_of_the_environment() {
    let folder = Folder::new();
    for line in ["issue --help", "revoke --help", "order --help", "completions bash"] {
        let done = secrets(bare(split(line))).done();
        assert!(!done.all().contains("CANARY"), "{line}");
    }
    let mut man = Command::new(crate::setup::PROGRAM);
    man.args(["man", &folder.path("man")]).env("OTHER_SECRET", OTHER).env("KSYUN_SECRET_KEY", SECRET);
    let output = man.output().unwrap();
    assert!(!String::from_utf8_lossy(&output.stdout).contains("CANARY"));
    for path in files(&folder.0) {
        assert!(!std::fs::read_to_string(&path).unwrap().contains("CANARY"), "{}", path.display());
    }
}
