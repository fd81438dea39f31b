//! A power loss, a crash or an error at each operation: the old or the new certificate is there, whole, and the next run ends well.

use super::authority::Authority;
use super::memory::{Fault, Loss, Memory};
use super::order;
use cloudcert_orders::Failure;
use cloudcert_orders::base::watch::Watched;
use cloudcert_orders::store::{NewCertificate, Store};
use std::path::Path;
use std::sync::Arc;

const SEEDS: u64 = 10;

fn open(disk: &Arc<Memory>) -> Result<Store, Failure> {
    Store::with(Path::new("/var/lib/cloudcert"), disk.clone(), Watched::default())
}

/// Stores one more certificate.
fn put(disk: &Arc<Memory>, cycle: u32, new: &NewCertificate) -> Result<(), Failure> {
    open(disk)?.put(&order(cycle), new).map(drop)
}

/// Which certificate is there. It must be whole.
fn current(disk: &Arc<Memory>, all: &[NewCertificate]) -> Result<Option<u32>, String> {
    let store = open(disk).map_err(|failure| failure.to_string())?;
    let Some(stored) = store.current(&"www".parse().unwrap()).map_err(|failure| failure.to_string())? else {
        return Ok(None);
    };
    let texts = store.texts(&stored).map_err(|failure| failure.to_string())?;
    let expected = &all[usize::try_from(stored.order.cycle).unwrap() - 1];
    if texts.certificate != expected.certificate || texts.key.expose() != expected.key.expose() {
        return Err(format!("generation {} holds another certificate", stored.order.cycle));
    }
    Ok(Some(stored.order.cycle))
}

fn losses() -> impl Iterator<Item = Loss> {
    [Loss::All, Loss::Nothing].into_iter().chain((0..SEEDS).map(Loss::Some))
}

/// Stores `cycle` on a copy of `disk` with a fault at each operation, and loses the power after it. Returns what was found and how often.
fn try_all(disk: &Memory, cycle: u32, all: &[NewCertificate]) -> Result<[usize; 2], String> {
    let before = (cycle > 1).then(|| cycle - 1);
    let new = &all[usize::try_from(cycle).unwrap() - 1];
    let whole = Arc::new(disk.copy(Fault::None));
    put(&whole, cycle, new).unwrap();
    let mut found = [0, 0];
    for operation in 0..=whole.operations() {
        for fault in [Fault::From(operation), Fault::Once(operation)] {
            let broken = Arc::new(disk.copy(fault));
            let result = put(&broken, cycle, new);
            let next = Arc::new(broken.copy(Fault::None));
            put(&next, cycle, new).map_err(|failure| format!("{fault:?}, once more without a loss: {failure}"))?;
            if current(&Arc::new(next.after_power_loss(Loss::All)), all)? != Some(cycle) {
                return Err(format!("{fault:?}: what a crash left was not synced"));
            }
            for loss in losses() {
                let place = format!("{fault:?}, {loss:?}");
                let after = Arc::new(broken.after_power_loss(loss));
                let there = current(&after, all).map_err(|why| format!("{place}: {why}"))?;
                if result.is_ok() && there != Some(cycle) {
                    return Err(format!("{place}: it was stored, and {there:?} is there"));
                }
                if there != Some(cycle) && there != before {
                    return Err(format!("{place}: {there:?} is there"));
                }
                found[usize::from(there == Some(cycle))] += 1;
                put(&after, cycle, new).map_err(|failure| format!("{place}, once more: {failure}"))?;
                let lost = Arc::new(after.after_power_loss(Loss::All));
                if current(&lost, all)? != Some(cycle) {
                    return Err(format!("{place}: it was stored once more, and is not there"));
                }
            }
        }
    }
    Ok(found)
}

#[test]
fn a_power_loss_at_any_operation_leaves_a_whole_certificate() {
    let authority = Authority::new();
    let all: Vec<_> = (0..5).map(|_| authority.issue(&["www.example.com"])).collect();
    let disk = Arc::new(Memory::new());
    // The first makes all folders, the second switches, the fourth and fifth remove one that is too old.
    for cycle in 1..=4 {
        if cycle != 3 {
            let [old, new] = try_all(&disk, cycle, &all).unwrap();
            assert!(old > 100 && new > 20, "{cycle}: {old} {new}");
        }
        put(&disk, cycle, &all[usize::try_from(cycle).unwrap() - 1]).unwrap();
    }
    let store = open(&disk).unwrap();
    assert_eq!(store.generations(&"www".parse().unwrap()).unwrap(), [2, 3, 4]);
}

#[test]
fn a_disk_that_does_not_sync_is_found_out() {
    let authority = Authority::new();
    let all: Vec<_> = (0..2).map(|_| authority.issue(&["www.example.com"])).collect();
    let disk = Arc::new(Memory::new());
    put(&disk, 1, &all[0]).unwrap();
    let lying = disk.copy(Fault::None).lying();
    try_all(&lying, 2, &all).unwrap_err();
}

#[test]
fn an_error_of_the_disk_says_what_failed_and_where() {
    let authority = Authority::new();
    let new = authority.issue(&["www.example.com"]);
    let disk = Memory::new();
    for operation in 0..20 {
        let broken = Arc::new(disk.copy(Fault::Once(operation)));
        let failure = put(&broken, 1, &new).unwrap_err();
        assert!(failure.message().contains("the disk fails"), "{failure}");
        assert!(failure.place().unwrap().starts_with('/'), "{failure}");
        assert!(failure.next().is_some(), "{failure}");
        assert!(!format!("{failure:?}").contains("PRIVATE"), "{failure}");
    }
}
