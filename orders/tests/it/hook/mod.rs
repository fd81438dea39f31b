//! Hooks: what they get, how they end, what is kept of their output.

mod command;
mod end;
mod input;
mod output;

use cloudcert_orders::hook::{Hook, HookEvent, HookRecord, Publish, What};
use std::time::Duration;

/// A hook whose command is a script of the shell.
pub(crate) fn shell(script: &str) -> Hook {
    Hook {
        command: ["/bin/sh", "-c", script].map(str::to_owned).to_vec(),
        timeout: Duration::from_secs(60),
        env: Vec::new(),
    }
}

fn present() -> HookEvent {
    let record = HookRecord {
        name: "_dnsauth.www.example.com".to_owned(),
        host: Some("_dnsauth.www".to_owned()),
        zone: Some("example.com".to_owned()),
        kind: "TXT".to_owned(),
        value: "a \"quoted\" value\nof two lines".to_owned(),
    };
    HookEvent {
        certificate: Some("www".parse().unwrap()),
        names: vec!["www.example.com".to_owned(), "example.com".to_owned()],
        attempt: 1,
        what: What::Present(Publish::Record(record)),
    }
}

fn is_alive(process: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/stat", process.trim()));
    // Dead processes stay until their parent has seen it.
    status.is_ok_and(|status| !status.contains(") Z "))
}

pub(crate) async fn ends(process: &str) {
    for _ in 0..200 {
        if !is_alive(process) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("process {process} goes on");
}
