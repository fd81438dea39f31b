//! Proofs that are really published: by a hook, at a DNS server that the endpoint asks, and as a file of a web server.

use super::Machine;
use super::ways::{Way, paid};
use crate::dns::Dns;
use crate::setup::Folder;
use cloudcert_cli::Exit;
use cloudcert_emulator::{Emulator, Handle};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

const ZONES: &str = "zone example.com\nexample.com NS ns1.example.com\nns1.example.com A 127.0.0.1\n";

/// Edits the file of the zones, which is its first argument, as a hook of a DNS provider would call an API. Keeps what it was told beside it.
const SCRIPT: &str = r#"#!/bin/sh
read -r told
printf '%s\n' "$told" >> "$1.told"
part() { printf '%s' "$told" | sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }
line="$(part name) $(part type) $(part value)"
[ -e "$1.broken" ] && { echo "the provider is on holiday"; exit "$(cat "$1.broken")"; }
case $CLOUDCERT_EVENT in
present) grep -qxF "$line" "$1" || printf '%s\n' "$line" >> "$1" ;;
cleanup) grep -vxF "$line" "$1" > "$1.new"; mv "$1.new" "$1" ;;
esac
echo '{"id": "record 1"}'
"#;

/// Writes a program.
pub(super) fn program(folder: &Folder, name: &str, text: &str) -> String {
    let path = folder.file(name, text);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    path
}

/// A DNS server, an endpoint that asks it, and a machine with a hook that edits its zones.
struct Domain {
    zones: PathBuf,
    dns: Dns,
    endpoint: Handle,
    machine: Machine,
}

impl Domain {
    fn new(way: Way) -> Self {
        let place = Folder::new();
        let zones = PathBuf::from(place.file("zones", ZONES));
        let dns = Dns::of_file(&zones);
        let endpoint = Emulator::new().dns(dns.address()).serve_blocking().unwrap();
        let hook = program(&place, "hook", SCRIPT);
        let text = format!(
            "{}\n[hooks.zone]\ncommand = [\"{hook}\", \"{}\"]\n\n[dns]\nservers = [\"{}\"]\n",
            way.config(endpoint.url(), "{ dns = { hook = \"zone\" } }", ""),
            zones.display(),
            dns.address()
        );
        let machine = Machine::new(endpoint.url(), &text);
        std::mem::forget(place);
        Self { zones, dns, endpoint, machine }
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.zones.with_file_name(format!("zones.{name}"))
    }

    fn told(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.beside("told")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Drop for Domain {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.zones.parent().unwrap());
    }
}

#[test]
fn a_hook_publishes_the_record_that_the_service_looks_up() {
    for way in Way::ALL {
        let domain = Domain::new(way);
        domain.machine.ends("issue www --yes", Exit::Done);
        assert!(domain.machine.stored("fullchain.pem").starts_with("-----BEGIN CERTIFICATE-----"));
        assert_eq!(way.orders(&domain.endpoint), 1, "{way:?}");
        assert!(domain.dns.asked().iter().any(|asked| asked.contains("TXT")), "{way:?} {:?}", domain.dns.asked());
        assert_eq!(std::fs::read_to_string(&domain.zones).unwrap(), ZONES, "{way:?}: the record is taken away");
        let told = domain.told();
        let events: Vec<&str> = told.iter().map(|one| one["event"].as_str().unwrap()).collect();
        assert_eq!(events, ["present", "cleanup"], "{way:?}");
        assert_eq!(told[1]["state"], json!({ "id": "record 1" }), "{way:?}");
        for one in &told {
            assert_eq!(one["certificate"], "www");
            assert_eq!(one["names"], json!(["www.example.com"]));
            let record = &one["record"];
            assert_eq!(record["zone"], "example.com", "{way:?} {record}");
            let name = format!("{}.example.com", record["host"].as_str().unwrap());
            assert_eq!(record["name"], name, "{way:?} {record}");
        }
    }
}

#[test]
fn a_hook_that_fails_keeps_the_order_and_the_next_run_goes_on() {
    let domain = Domain::new(Way::Package);
    std::fs::write(domain.beside("broken"), "3").unwrap();
    let done = domain.machine.ends("issue www --yes", Exit::Failed);
    done.says("exit code 3");
    done.says("the provider is on holiday");
    done.says("next: ");
    std::fs::write(domain.beside("broken"), "75").unwrap();
    domain.machine.ends("renew", Exit::NotNow).says("exit code 75");
    std::fs::remove_file(domain.beside("broken")).unwrap();
    domain.machine.ends("renew", Exit::Done);
    assert_eq!(paid(&domain.endpoint), [1, 0, 0, 0]);
}

#[test]
fn a_record_that_is_not_there_is_waited_for_and_is_cleaned_up_after_a_cancellation() {
    let domain = Domain::new(Way::Package);
    // The provider takes the record, and its servers do not show it.
    domain.machine.folder.file("config.toml", {
        let text = std::fs::read_to_string(domain.machine.folder.path("config.toml")).unwrap();
        let (zones, hidden) = (domain.zones.display().to_string(), domain.beside("hidden").display().to_string());
        text.replace(&format!("\"{zones}\"]"), &format!("\"{hidden}\"]"))
    });
    let done = domain.machine.ends("issue www --yes --wait 1s", Exit::Waiting);
    done.says("the domain is not proved yet");
    domain.machine.ends("resume www --no-wait", Exit::Waiting);
    assert_eq!(paid(&domain.endpoint), [1, 0, 0, 0]);
    domain.machine.ends("cancel www --yes", Exit::Done);
    assert!(domain.machine.ends("order show www", Exit::Done).out.contains("cleaned"));
}

/// A web server that shows a folder. It serves until the tests end.
fn serve(folder: &Path) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, folder) = (listener.local_addr().unwrap(), folder.to_owned());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut line = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let _ = reader.read_line(&mut line);
            let mut rest = String::new();
            while reader.read_line(&mut rest).unwrap_or(0) > 2 {
                rest.clear();
            }
            let path = line.split(' ').nth(1).unwrap_or("/").trim_start_matches('/');
            let (status, body) = match std::fs::read(folder.join(path)) {
                Ok(body) => ("200 OK", body),
                Err(_) => ("404 Not Found", Vec::new()),
            };
            let _ = stream.write_all(format!("HTTP/1.0 {status}\r\n\r\n").as_bytes());
            let _ = stream.write_all(&body);
        }
    });
    address
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn a_web_root_shows_the_file_that_the_service_looks_up() {
    for way in Way::ALL {
        let root = Folder::new();
        let endpoint = Emulator::new().file_host(serve(&root.0)).serve_blocking().unwrap();
        let prove = format!("{{ webroot = \"{}\" }}", root.0.display());
        let machine = Machine::new(endpoint.url(), &way.config(endpoint.url(), &prove, ""));
        machine.ends("issue www --yes", Exit::Done);
        assert_eq!(way.orders(&endpoint), 1, "{way:?}");
        assert_eq!(files(&root.0), Vec::<PathBuf>::new(), "{way:?}: the file is taken away");
        let shown = machine.ends("order show www", Exit::Done);
        assert!(shown.out.contains(".well-known"), "{way:?} {}", shown.out);
    }
}

#[test]
fn a_web_root_that_goes_keeps_the_order_and_a_new_one_goes_on() {
    let place = Folder::new();
    let root = place.0.join("root");
    std::fs::create_dir(&root).unwrap();
    let endpoint = Emulator::new().file_host(serve(&root)).serve_blocking().unwrap();
    let prove = format!("{{ webroot = \"{}\" }}", root.display());
    let machine = Machine::new(endpoint.url(), &Way::Package.config(endpoint.url(), &prove, ""));
    // A link on the way of the file leads elsewhere: nothing is written there.
    let elsewhere = Folder::new();
    std::os::unix::fs::symlink(&elsewhere.0, root.join(".well-known")).unwrap();
    let done = machine.ends("issue www --yes", Exit::Unconfigured);
    done.says("symbolic link");
    done.says("next: ");
    assert_eq!(files(&elsewhere.0), Vec::<PathBuf>::new());
    std::fs::remove_dir_all(&root).unwrap();
    machine.ends("renew", Exit::Unconfigured).says("config.toml:4: ");
    std::fs::create_dir(&root).unwrap();
    machine.ends("renew", Exit::Done);
    assert_eq!(paid(&endpoint), [1, 0, 0, 0]);
}
