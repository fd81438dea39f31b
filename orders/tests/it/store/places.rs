//! Folders that are not what they seem.

use super::authority::Authority;
use super::memory::{Memory, USER};
use super::order;
use cloudcert_orders::base::watch::Watched;
use cloudcert_orders::store::{Access, Disk, Store};
use cloudcert_orders::{Failure, Kind};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;

fn open(disk: &Arc<Memory>, folder: &str) -> Result<Store, Failure> {
    Store::with(Path::new(folder), disk.clone(), Watched::default())
}

fn disk_with_link() -> Arc<Memory> {
    let disk = Arc::new(Memory::new());
    disk.make_folder(Path::new("/real"), &Access::default()).unwrap();
    disk.link(Path::new("/real"), Path::new("/link")).unwrap();
    disk
}

#[test]
fn a_link_of_the_user_or_of_root_may_be_the_state_folder() {
    for owner in [USER, 0] {
        let disk = disk_with_link();
        disk.give("/link", owner);
        open(&disk, "/link").unwrap();
    }
}

#[test]
fn a_link_or_folder_of_somebody_else_is_refused() {
    let disk = disk_with_link();
    disk.give("/link", USER + 1);
    let failure = open(&disk, "/link").unwrap_err();
    assert_eq!(failure.kind(), Kind::Unconfigured);
    assert!(failure.message().contains("a link that another user owns"), "{failure}");

    let disk = disk_with_link();
    disk.give("/real", USER + 1);
    for folder in ["/link", "/real"] {
        let failure = open(&disk, folder).unwrap_err();
        assert!(failure.message().contains("another user owns this folder"), "{failure}");
    }

    let disk = disk_with_link();
    disk.set_mode("/real", 0o777);
    let failure = open(&disk, "/link").unwrap_err();
    assert!(failure.message().contains("other users can write"), "{failure}");
}

#[test]
fn links_and_files_inside_the_store_are_refused_and_not_followed() {
    let new = Authority::new().issue(&["www.example.com"]);
    for at in ["live", "live/www", "live/www/generations"] {
        let (state, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let link = state.path().join(at);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(elsewhere.path(), &link).unwrap();
        let result = Store::open(state.path()).and_then(|store| store.put(&order(1), &new));
        assert!(result.unwrap_err().message().contains("this is a link"), "{at}");
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0, "{at}");
        fs::remove_file(&link).unwrap();
        fs::write(&link, "").unwrap();
        Store::open(state.path()).and_then(|store| store.put(&order(1), &new)).unwrap_err();
    }
}

#[test]
fn what_has_the_name_of_the_link_is_not_replaced_if_it_is_a_folder() {
    let state = tempfile::tempdir().unwrap();
    let store = Store::open(state.path()).unwrap();
    fs::create_dir_all(state.path().join("live/www/current/mine")).unwrap();
    for folder in ["live/www/current", "live/www"] {
        let private = <fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o700);
        fs::set_permissions(state.path().join(folder), private).unwrap();
    }
    let new = Authority::new().issue(&["www.example.com"]);
    store.put(&order(1), &new).unwrap_err();
    assert!(state.path().join("live/www/current/mine").exists());
    assert!(store.current(&"www".parse().unwrap()).is_err());
}

#[test]
fn a_link_that_leads_out_of_the_store_is_an_error() {
    let state = tempfile::tempdir().unwrap();
    let store = Store::open(state.path()).unwrap();
    let new = Authority::new().issue(&["www.example.com"]);
    store.put(&order(1), &new).unwrap();
    let link = state.path().join("live/www/current");
    for target in ["/etc", "generations/../../..", "generations/x", "generations/2"] {
        fs::remove_file(&link).unwrap();
        symlink(target, &link).unwrap();
        let failure = store.current(&"www".parse().unwrap()).unwrap_err();
        assert!(failure.message().contains("this link leads to"), "{failure}");
    }
    store.put(&order(1), &new).unwrap();
    assert_eq!(store.current(&"www".parse().unwrap()).unwrap().unwrap().order, order(1));
}

#[test]
fn a_state_folder_that_is_a_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    fs::write(&file, "").unwrap();
    Store::open(&file).unwrap_err();
}
