//! Bundles are saved by the usual names, and no key is lost.

use cloudcert::pem::{Bundle, Save};
use rcgen::{CertificateParams, KeyPair};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

/// A folder of its own for each test. It does not exist yet.
fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("saved-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    path
}

fn signed(key: &KeyPair) -> String {
    CertificateParams::new(["www.example.com".to_owned()]).unwrap().self_signed(key).unwrap().pem()
}

fn with_key(key: &KeyPair) -> Bundle {
    Bundle::read([signed(key), key.serialize_pem()]).unwrap()
}

/// The files of a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn the_files_have_the_usual_names_and_are_read_back() {
    let folder = folder("usual").join("deep");
    let mut bundle = with_key(&KeyPair::generate().unwrap());
    bundle.chain = vec![signed(&KeyPair::generate().unwrap())];
    bundle.save(&folder).unwrap();
    assert_eq!(names(&folder), ["cert.pem", "chain.pem", "fullchain.pem", "privkey.pem"]);
    assert_eq!(read(&folder, "cert.pem"), bundle.certificate);
    assert_eq!(read(&folder, "chain.pem"), bundle.chain.concat());
    assert_eq!(read(&folder, "fullchain.pem"), bundle.fullchain());
    assert_eq!(read(&folder, "privkey.pem"), bundle.key.as_ref().unwrap().expose());
    // What no longer exists is not left beside what does.
    bundle.chain.clear();
    bundle.save(&folder).unwrap();
    assert_eq!(names(&folder), ["cert.pem", "fullchain.pem", "privkey.pem"]);
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_a_key() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder("modes");
    let bundle = with_key(&KeyPair::generate().unwrap());
    Save::to(&folder).combined("haproxy.pem").write(&bundle).unwrap();
    let mode = |name: &str| fs::metadata(folder.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!([mode("privkey.pem"), mode("haproxy.pem")], [0o600, 0o600]);
    // A key that others could read cannot be read any more once it is replaced.
    fs::set_permissions(folder.join("privkey.pem"), fs::Permissions::from_mode(0o644)).unwrap();
    Save::to(&folder).replace_key().write(&with_key(&KeyPair::generate().unwrap())).unwrap();
    assert_eq!(mode("privkey.pem"), 0o600);
}

#[test]
fn another_key_is_overwritten_only_when_told() {
    let folder = folder("other");
    let (old, new) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    with_key(&old).save(&folder).unwrap();
    let before = ["cert.pem", "fullchain.pem", "privkey.pem"].map(|name| read(&folder, name));
    let error = with_key(&new).save(&folder).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert!(error.to_string().contains("privkey.pem holds another key"), "{error}");
    let error = Bundle::read([signed(&new)]).unwrap().save(&folder).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "a certificate beside the key of another one: {error}");
    assert_eq!(["cert.pem", "fullchain.pem", "privkey.pem"].map(|name| read(&folder, name)), before);
    assert_eq!(names(&folder).len(), 3, "nothing else is left");
    Save::to(&folder).replace_key().write(&with_key(&new)).unwrap();
    assert_eq!(read(&folder, "privkey.pem"), new.serialize_pem().replace("\r\n", "\n"));
}

#[test]
fn what_may_be_a_key_is_not_overwritten_either() {
    let bundle = with_key(&KeyPair::generate().unwrap());
    for (name, text) in [
        ("encrypted", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"),
        ("damaged", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
        ("strange", "canary"),
    ] {
        let folder = folder(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("privkey.pem"), text).unwrap();
        let error = bundle.save(&folder).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{name}");
        assert!(!error.to_string().contains("canary"), "{error}");
        assert_eq!(names(&folder), ["privkey.pem"], "{name}");
    }
}

#[test]
fn a_key_that_belongs_to_the_certificate_stays_as_it_is() {
    let folder = folder("same");
    let key = KeyPair::generate().unwrap();
    fs::create_dir_all(&folder).unwrap();
    let own = format!("# made before the order\n{}", key.serialize_pem());
    fs::write(folder.join("privkey.pem"), &own).unwrap();
    // The certificate of a request of our own comes without key, and the renewal with the same one.
    for bundle in [Bundle::read([signed(&key)]).unwrap(), with_key(&key)] {
        Save::to(&folder).combined("all.pem").write(&bundle).unwrap();
        assert_eq!(read(&folder, "privkey.pem"), own);
        assert_eq!(read(&folder, "cert.pem"), bundle.certificate);
        assert_eq!(Bundle::read([read(&folder, "all.pem")]).unwrap().key.unwrap().expose(), plain(&key));
    }
}

fn plain(key: &KeyPair) -> String {
    key.serialize_pem().replace("\r\n", "\n")
}

#[test]
fn the_combined_file_needs_a_key_and_a_plain_name_and_loses_no_key() {
    let folder = folder("combined");
    let key = KeyPair::generate().unwrap();
    let refused = |name: &str, bundle: &Bundle| Save::to(&folder).combined(name).write(bundle).unwrap_err().kind();
    for name in ["", "..", "../up.pem", "a/b.pem", "/tmp/b.pem", "a\\b.pem", "privkey.pem", "fullchain.pem"] {
        assert_eq!(refused(name, &with_key(&key)), ErrorKind::InvalidInput, "{name}");
    }
    assert_eq!(refused("all.pem", &Bundle::read([signed(&key)]).unwrap()), ErrorKind::InvalidInput);
    assert!(!folder.exists(), "nothing is written");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("all.pem"), KeyPair::generate().unwrap().serialize_pem()).unwrap();
    assert_eq!(refused("all.pem", &with_key(&key)), ErrorKind::AlreadyExists);
    assert_eq!(names(&folder), ["all.pem"]);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let file = folder("file");
    fs::write(&file, "x").unwrap();
    let error = with_key(&KeyPair::generate().unwrap()).save(file.join("below")).unwrap_err();
    assert!(error.to_string().contains("saved-file-"), "{error}");
}

#[test]
fn a_bundle_tells_its_validity() {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(["www.example.com".to_owned()]).unwrap();
    // Both forms of times in certificates: up to 2049, and later.
    params.not_before = rcgen::date_time_ymd(2026, 1, 2);
    params.not_after = rcgen::date_time_ymd(2061, 3, 4);
    let bundle = Bundle::read([params.self_signed(&key).unwrap().pem()]).unwrap();
    assert_eq!(bundle.not_before(), Some(UNIX_EPOCH + Duration::from_secs(1_767_312_000)));
    assert_eq!(bundle.not_after(), Some(UNIX_EPOCH + Duration::from_secs(2_877_120_000)));
    let mut broken = bundle;
    broken.certificate = "no certificate".to_owned();
    assert_eq!(broken.not_after(), None);
}
