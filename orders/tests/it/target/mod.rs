//! Targets: files, commands, servers that are asked, and the clouds, at the local endpoint.

mod cas;
mod files;
mod jobs;
mod kcm;
mod served;

use crate::store::authority::Authority;
use cloudcert::{Config, Credentials};
use cloudcert_emulator::Handle;
use cloudcert_orders::OrderKey;
use cloudcert_orders::hook::Hook;
use cloudcert_orders::store::{NewCertificate, Store, Stored};
use std::time::Duration;
use tempfile::TempDir;

/// A store, and an authority that issues what is in it.
struct Place {
    folder: TempDir,
    store: Store,
    authority: Authority,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("state")).unwrap();
        Self { folder, store, authority: Authority::new() }
    }

    fn issue(&self) -> NewCertificate {
        self.authority.issue(&["www.example.com"])
    }

    fn put(&self, cycle: u32, new: &NewCertificate) -> Stored {
        self.store.put(&OrderKey::new("www".parse().unwrap(), cycle), new).unwrap()
    }
}

fn shell(script: &str) -> Hook {
    let command = ["/bin/sh", "-c", script].map(str::to_owned).to_vec();
    Hook { command, timeout: Duration::from_secs(60), env: Vec::new() }
}

fn aliyun(endpoint: &Handle) -> Config {
    Config::new(Credentials::new("testid", "testsecret")).endpoint(endpoint.url())
}

fn ksyun(endpoint: &Handle) -> Config {
    Config::new(Credentials::new("AKLTtestid", "testsecret")).endpoint(endpoint.url())
}

/// How often an action was executed at the endpoint.
fn executed(endpoint: &Handle, action: &str) -> usize {
    let state = endpoint.state();
    let requests = state["requests"]["latest"].as_array().unwrap();
    requests.iter().filter(|request| request["action"] == action && request["executed"] == true).count()
}

/// Whether a text shows a part of a key.
fn shows(text: &str, new: &NewCertificate) -> bool {
    new.key.expose().lines().filter(|line| !line.starts_with('-')).any(|line| text.contains(line))
}
