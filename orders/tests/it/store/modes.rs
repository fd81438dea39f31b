//! Who may read the store, from the first byte, whatever the mask of the process.

use super::authority::Authority;
use super::order;
use cloudcert_orders::base::watch::{Watch, Watched};
use cloudcert_orders::store::{Access, Store, SystemDisk, access};
use rustix::fs::Mode;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const FOLDER: &str = "CLOUDCERT_TEST_STORE_FOLDER";
const MASK: &str = "CLOUDCERT_TEST_STORE_MASK";

/// Everything in a folder that is not a link, with its mode.
fn modes(folder: &Path) -> Vec<(PathBuf, u32)> {
    let mut all = vec![(folder.to_owned(), fs::metadata(folder).unwrap().mode() & 0o7777)];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let found = fs::symlink_metadata(&path).unwrap();
        match (found.is_dir(), found.is_symlink()) {
            (true, _) => all.extend(modes(&path)),
            (false, true) => {}
            (false, false) => all.push((path, found.mode() & 0o7777)),
        }
    }
    all
}

struct Private(PathBuf, AtomicUsize);

impl Watch for Private {
    fn reach(&self, point: &str) {
        if self.0.exists() {
            for (path, mode) in modes(&self.0) {
                assert_eq!(mode & 0o077, 0, "{point}: {} has {mode:o}", path.display());
                self.1.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// Runs only as a child of the test below: a mask belongs to the process.
#[test]
fn child_with_a_mask() {
    let (Some(folder), Ok(mask)) = (std::env::var_os(FOLDER), std::env::var(MASK)) else { return };
    rustix::process::umask(Mode::from_raw_mode(u32::from_str_radix(&mask, 8).unwrap()));
    let folder = PathBuf::from(folder).join("state");
    let watch = Arc::new(Private(folder.clone(), AtomicUsize::new(0)));
    let store = Store::with(&folder, Arc::new(SystemDisk), Watched::by(watch.clone())).unwrap();
    store.put(&order(1), &Authority::new().issue(&["www.example.com"])).unwrap();
    assert!(watch.1.load(Ordering::Relaxed) > 100);
}

#[test]
fn nobody_else_can_read_anything_at_any_time() {
    for mask in ["000", "022", "077", "277"] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "store::modes::child_with_a_mask"]).env(FOLDER, folder.path()).env(MASK, mask);
        let output = child.output().unwrap();
        assert!(output.status.success(), "{mask}: {output:?}");
        for (path, mode) in modes(&folder.path().join("state")) {
            assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{mask}: {}", path.display());
        }
    }
}

#[test]
fn a_group_may_read_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let mut new = Authority::new().issue(&["www.example.com"]);
    store.put(&order(1), &new).unwrap();
    new.access = Access { owner: None, group: Some(rustix::process::getegid().as_raw()), key_mode: Some(0o640) };
    let stored = store.put(&order(2), &new).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o7777;
    for file in [stored.cert(), stored.chain(), stored.fullchain(), stored.privkey()] {
        assert_eq!(mode(&file), 0o640);
    }
    for folder in [&stored.folder, stored.folder.parent().unwrap(), &folder.path().join("live/www")] {
        assert_eq!(mode(folder), 0o750);
    }
}

#[test]
fn a_mode_that_shows_the_key_to_everybody_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let mut new = Authority::new().issue(&["www.example.com"]);
    for mode in [0o644, 0o660, 0o666, 0o604, 0o700, 0o4600, 0] {
        new.access.key_mode = Some(mode);
        let failure = store.put(&order(1), &new).unwrap_err();
        assert!(failure.message().contains("cannot have the mode"), "{failure}");
    }
    assert_eq!(fs::read_dir(folder.path().join("live")).unwrap().count(), 0);
}

#[test]
fn users_and_groups_have_names_or_numbers() {
    assert_eq!((access::user("root").unwrap(), access::group("root").unwrap()), (0, 0));
    assert_eq!((access::user("1234").unwrap(), access::group("5678").unwrap()), (1234, 5678));
    assert!(access::user("no-such-user").unwrap_err().message().contains("/etc/passwd"));
    assert!(access::group("no-such-group").unwrap_err().message().contains("/etc/group"));
}

#[test]
fn a_folder_that_others_can_write_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let new = Authority::new().issue(&["www.example.com"]);
    let set = |at: &str, mode| fs::set_permissions(folder.path().join(at), fs::Permissions::from_mode(mode)).unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.put(&order(1), &new).unwrap();
    for at in [".", "live"] {
        for mode in [0o777, 0o770, 0o720, 0o702] {
            set(at, mode);
            let failure = Store::open(folder.path()).unwrap_err();
            assert!(failure.message().contains("other users can write"), "{failure}");
        }
        set(at, 0o755);
    }
    for at in ["live/www", "live/www/generations"] {
        set(at, 0o770);
        let failure = store.put(&order(1), &new).unwrap_err();
        assert!(failure.message().contains("other users can write"), "{failure}");
        set(at, 0o700);
    }
    store.put(&order(1), &new).unwrap();
}
