//! What is in the store after certificates were stored.

use super::authority::Authority;
use super::order;
use cloudcert_orders::Name;
use cloudcert_orders::store::Store;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs;

fn www() -> Name {
    "www".parse().unwrap()
}

#[test]
fn a_stored_certificate_is_found_again() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(store.current(&www()).unwrap(), None);
    assert_eq!(store.list().unwrap(), []);
    let new = authority.issue(&["www.example.com", "example.com"]);
    let stored = store.put(&order(7), &new).unwrap();
    assert_eq!(store.current(&www()).unwrap().unwrap(), stored);
    assert_eq!(store.generation(&order(7)).unwrap().unwrap(), stored);
    assert_eq!(store.generation(&order(8)).unwrap(), None);
    assert_eq!(store.list().unwrap(), std::slice::from_ref(&stored));
    assert_eq!(Store::open(folder.path()).unwrap().current(&www()).unwrap().unwrap(), stored);

    let (_, section) = x509_parser::pem::parse_x509_pem(new.certificate.as_bytes()).unwrap();
    let digest = Sha256::digest(&section.contents);
    let digits: Vec<_> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(stored.fingerprint, digits.concat());
    assert_eq!(stored.names, ["www.example.com", "example.com"]);
    assert_eq!(stored.not_after.to_string(), "2100-01-01T00:00:00Z");
    assert_eq!(stored.folder, folder.path().join("live/www/generations/7"));
    assert_eq!(fs::canonicalize(&stored.current).unwrap(), fs::canonicalize(&stored.folder).unwrap());
    assert_eq!(fs::read_to_string(stored.cert()).unwrap(), new.certificate);
    assert_eq!(fs::read_to_string(stored.chain()).unwrap(), new.chain);
    assert_eq!(fs::read_to_string(stored.privkey()).unwrap(), new.key.expose());
    assert_eq!(fs::read_to_string(stored.fullchain()).unwrap(), new.certificate.clone() + &new.chain);
    let meta: Value = serde_json::from_slice(&fs::read(stored.folder.join("meta.json")).unwrap()).unwrap();
    assert_eq!(meta["version"], 1);
    assert_eq!(meta["certificate"], "www");
    assert_eq!(meta["cycle"], 7);
    assert_eq!(meta["fingerprint"], stored.fingerprint);
    assert_eq!(meta["not_after"], "2100-01-01T00:00:00Z");
    let texts = store.texts(&stored).unwrap();
    assert_eq!(texts.key.expose(), new.key.expose());
    assert!(!format!("{texts:?}").contains("PRIVATE"));
}

#[test]
fn three_generations_stay_and_storing_again_changes_nothing() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for cycle in 1..=5 {
        let new = authority.issue(&["www.example.com"]);
        let first = store.put(&order(cycle), &new).unwrap();
        let written = fs::metadata(first.privkey()).unwrap().modified().unwrap();
        assert_eq!(store.put(&order(cycle), &new).unwrap(), first);
        assert_eq!(fs::metadata(first.privkey()).unwrap().modified().unwrap(), written);
        let expected: Vec<u32> = (cycle.saturating_sub(2).max(1)..=cycle).collect();
        assert_eq!(store.generations(&www()).unwrap(), expected);
    }
    let names = fs::read_dir(folder.path().join("live/www/generations")).unwrap();
    assert_eq!(names.count(), 3);
}

#[test]
fn what_a_crash_left_is_removed() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let new = authority.issue(&["www.example.com"]);
    store.put(&order(1), &new).unwrap();
    let www = folder.path().join("live/www");
    for left in ["generations/.cloudcert-new-2", "generations/.cloudcert-old-1"] {
        fs::create_dir(www.join(left)).unwrap();
        fs::write(www.join(left).join("privkey.pem"), "half").unwrap();
    }
    std::os::unix::fs::symlink("generations/9", www.join(".cloudcert-current")).unwrap();
    store.put(&order(1), &new).unwrap();
    let names = |at: &str| fs::read_dir(www.join(at)).unwrap().count();
    assert_eq!((names("."), names("generations")), (2, 1));
}

#[test]
fn a_generation_is_never_overwritten() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let new = authority.issue(&["www.example.com"]);
    let stored = store.put(&order(1), &new).unwrap();
    let failure = store.put(&order(1), &authority.issue(&["www.example.com"])).unwrap_err();
    assert!(failure.message().contains("is there already"), "{failure}");
    assert_eq!(fs::read_to_string(stored.cert()).unwrap(), new.certificate);
    fs::remove_file(stored.chain()).unwrap();
    let failure = store.put(&order(1), &new).unwrap_err();
    assert!(failure.message().contains("lacks chain.pem"), "{failure}");
}

#[test]
fn a_key_of_another_certificate_in_the_store_is_found() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let stored = store.put(&order(1), &authority.issue(&["www.example.com"])).unwrap();
    let other = authority.issue(&["www.example.com"]);
    fs::write(stored.privkey(), other.key.expose()).unwrap();
    let failure = store.texts(&stored).unwrap_err();
    assert!(failure.message().contains("another certificate"), "{failure}");
    assert!(!format!("{failure:?}").contains("BEGIN"), "{failure}");
}

#[test]
fn current_leads_back_to_an_older_generation_until_the_next_one_is_stored() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let put = |cycle| store.put(&order(cycle), &authority.issue(&["www.example.com"])).unwrap();
    let (first, second) = (put(1), put(2));
    store.make_current(&first).unwrap();
    assert_eq!(store.current(&www()).unwrap().unwrap(), first);
    store.make_current(&first).unwrap();
    put(3);
    assert_eq!(store.current(&www()).unwrap().unwrap().order.cycle, 3);
    store.make_current(&first).unwrap();
    put(4);
    put(5);
    assert_eq!(store.generations(&www()).unwrap(), [3, 4, 5]);
    assert_eq!(store.generation(&second.order).unwrap(), None);
}

#[test]
fn a_generation_is_checked_before_it_is_deployed_again() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let new = authority.issue(&["www.example.com"]);
    let stored = store.put(&order(1), &new).unwrap();
    let names = |name: &str| vec![name.to_owned()];
    store.check(&stored, &names("www.example.com"), new.now).unwrap();
    let failure = store.check(&stored, &names("api.example.com"), new.now).unwrap_err();
    assert!(failure.message().contains("is not for api.example.com"), "{failure}");
    let failure = store.check(&stored, &[], stored.not_after).unwrap_err();
    assert!(failure.message().contains("has expired"), "{failure}");
    fs::remove_file(stored.privkey()).unwrap();
    let failure = store.check(&stored, &[], new.now).unwrap_err();
    assert!(failure.message().contains("missing") && failure.to_string().contains("privkey.pem"), "{failure}");
}
