//! A process is killed again and again while it stores certificates, and another one reads them all the time.

use super::authority::Authority;
use super::memory::Numbers;
use super::order;
use cloudcert_orders::store::Store;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const FOLDER: &str = "CLOUDCERT_TEST_STORE_CRASH";
const ROUNDS: usize = 12;

/// Stores until it is killed. Does nothing unless a parent started it.
#[test]
fn child_that_stores() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let store = Store::open(Path::new(&folder)).unwrap();
    let authority = Authority::new();
    let last = store.generations(&"www".parse().unwrap()).unwrap().last().copied().unwrap_or_default();
    for cycle in last + 1.. {
        store.put(&order(cycle), &authority.issue(&["www.example.com"])).unwrap();
    }
}

#[test]
fn key_and_certificate_always_fit_under_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let name = "www".parse().unwrap();
    let (mut reads, mut newest, mut numbers) = (0, 0, Numbers(7));
    for _ in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "store::crash::child_that_stores"]).env(FOLDER, folder.path());
        let mut child = child.stdout(std::process::Stdio::null()).spawn().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let (before, started) = (newest, Instant::now());
        let mut end = None;
        // It is killed at a random moment after its first certificate, however slow this machine is.
        while end.is_none_or(|end| Instant::now() < end) {
            assert!(started.elapsed() < Duration::from_secs(60), "the child stores nothing");
            let Some(stored) = store.current(&name).unwrap() else { continue };
            assert!(stored.order.cycle >= newest, "{} after {newest}", stored.order.cycle);
            newest = stored.order.cycle;
            match store.texts(&stored) {
                Ok(_) => reads += 1,
                // Three newer ones were stored since the link was read.
                Err(failure) => assert!(store.generation(&stored.order).unwrap().is_none(), "{failure}"),
            }
            if newest > before && end.is_none() {
                end = Some(Instant::now() + Duration::from_millis(u64::try_from(numbers.below(300)).unwrap()));
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let stored = store.current(&name).unwrap().unwrap();
        store.texts(&stored).unwrap();
    }
    assert!(reads >= ROUNDS && newest >= u32::try_from(ROUNDS).unwrap(), "{reads} reads of {newest} certificates");
}
