//! Private keys: what is made, what is read, and what a crash leaves behind.

mod crashes;

use cloudcert_orders::base::watch::Watched;
use cloudcert_orders::keys::{self, KeyKind, Subject};
use cloudcert_orders::{Kind, OrderKey};
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use x509_parser::pem::parse_x509_pem;
use x509_parser::prelude::{FromDer, X509CertificationRequest};

fn order() -> OrderKey {
    "www/1".parse().unwrap()
}

fn state() -> (tempfile::TempDir, PathBuf) {
    let state = tempfile::tempdir().unwrap();
    let path = keys::path(state.path(), &order());
    (state, path)
}

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|text| (*text).to_owned()).collect()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

/// The common name of a request, whose signature is checked too.
fn common_name(csr: &str) -> Option<String> {
    let (_, pem) = parse_x509_pem(csr.as_bytes()).unwrap();
    let (_, request) = X509CertificationRequest::from_der(&pem.contents).unwrap();
    request.verify_signature().unwrap();
    let subject = &request.certification_request_info.subject;
    subject.iter_common_name().next().map(|name| name.as_str().unwrap().to_owned())
}

#[test]
fn a_key_of_each_kind_is_in_a_private_file_and_signs_requests() {
    for kind in KeyKind::ALL {
        let (state, path) = state();
        let key = keys::make(kind, &path, &Watched::default()).unwrap();
        assert_eq!(path, state.path().join("keys/www/1.pem"));
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700), "{kind}");
        assert_eq!(mode(&state.path().join("keys")), 0o700);
        assert_eq!(key.kind(), Some(kind));
        assert!(key.pem().expose().starts_with("-----BEGIN PRIVATE KEY-----\n"), "{kind}");
        assert_eq!(fs::read_to_string(&path).unwrap(), key.pem().expose());

        let names = texts(&["www.example.com", "example.com", "*.xn--fiq228c.example"]);
        let csr = key.csr(&names, &Subject::default()).unwrap();
        assert_eq!(keys::names(&csr).unwrap(), names, "{kind}");
        assert_eq!(common_name(&csr).as_deref(), Some("www.example.com"), "{kind}");
        assert!(key.fits(&csr).unwrap(), "{kind}");

        // As after a restart.
        let again = keys::read(&path, &Watched::default()).unwrap();
        assert_eq!(again.public_sha256(), key.public_sha256());
        assert_eq!(again.kind(), Some(kind));
        let second = again.csr(&names, &Subject::default()).unwrap();
        assert_eq!(keys::names(&second).unwrap(), names);
        assert!(key.fits(&second).unwrap() && again.fits(&csr).unwrap());
    }
}

#[test]
fn the_hash_is_that_of_the_public_key_as_other_tools_see_it() {
    let (_state, path) = state();
    let key = keys::make(KeyKind::EcP256, &path, &Watched::default()).unwrap();
    let csr = key.csr(&texts(&["www.example.com"]), &Subject::default()).unwrap();
    let (_, pem) = parse_x509_pem(csr.as_bytes()).unwrap();
    let (_, request) = X509CertificationRequest::from_der(&pem.contents).unwrap();
    let digest = <sha2::Sha256 as sha2::Digest>::digest(request.certification_request_info.subject_pki.raw);
    let hash = digest.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    assert_eq!(key.public_sha256(), hash);
}

#[test]
fn a_request_has_each_name_once_and_a_common_name_only_if_it_is_short_enough() {
    let (_state, path) = state();
    let key = keys::make(KeyKind::EcP256, &path, &Watched::default()).unwrap();
    let long = format!("{}.{}.example.com", "a".repeat(40), "b".repeat(40));
    let names = [long.clone(), "www.example.com".to_owned(), long.to_uppercase()];
    let csr = key.csr(&names, &Subject::default()).unwrap();
    assert_eq!(keys::names(&csr).unwrap(), names[..2]);
    assert_eq!(common_name(&csr), None);

    let exact = format!("{}.example.com", "a".repeat(52));
    assert_eq!(exact.len(), 64);
    assert_eq!(common_name(&key.csr(std::slice::from_ref(&exact), &Subject::default()).unwrap()), Some(exact));
}

#[test]
fn a_request_says_who_asks() {
    let (_state, path) = state();
    let key = keys::make(KeyKind::EcP384, &path, &Watched::default()).unwrap();
    let subject = Subject {
        organisation: Some("示例有限公司".to_owned()),
        department: Some("IT".to_owned()),
        country: Some("CN".to_owned()),
        province: Some("Zhejiang".to_owned()),
        city: Some("Hangzhou".to_owned()),
    };
    let csr = key.csr(&texts(&["www.example.com"]), &subject).unwrap();
    let (_, pem) = parse_x509_pem(csr.as_bytes()).unwrap();
    let (_, request) = X509CertificationRequest::from_der(&pem.contents).unwrap();
    let shown = request.certification_request_info.subject.to_string();
    for part in ["C=CN", "ST=Zhejiang", "L=Hangzhou", "O=示例有限公司", "OU=IT", "CN=www.example.com"] {
        assert!(shown.contains(part), "{shown}");
    }
    let wrong = Subject { country: Some("China".to_owned()), ..Subject::default() };
    assert_eq!(key.csr(&texts(&["www.example.com"]), &wrong).unwrap_err().kind(), Kind::Invalid);
}

#[test]
fn names_that_are_not_domain_names_are_refused() {
    let (_state, path) = state();
    let key = keys::make(KeyKind::EcP256, &path, &Watched::default()).unwrap();
    for wrong in
        ["", "localhost", "192.0.2.1", "a b.example.com", "中文.example", "www.example.com\0", "*.*.example.com"]
    {
        let failure = key.csr(&texts(&["www.example.com", wrong]), &Subject::default()).unwrap_err();
        assert_eq!(failure.kind(), Kind::Invalid, "{wrong}");
        assert!(failure.next().is_some());
    }
    assert_eq!(key.csr(&[], &Subject::default()).unwrap_err().kind(), Kind::Invalid);
}

#[test]
fn another_key_does_not_fit_and_other_texts_are_neither() {
    let (state, path) = state();
    let key = keys::make(KeyKind::EcP256, &path, &Watched::default()).unwrap();
    let other = keys::make(KeyKind::EcP256, &keys::path(state.path(), &"www/2".parse().unwrap()), &Watched::default());
    let csr = other.unwrap().csr(&texts(&["www.example.com"]), &Subject::default()).unwrap();
    assert!(!key.fits(&csr).unwrap());
    for text in ["", "no PEM", key.pem().expose(), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        assert!(key.fits(text).is_err());
        assert!(keys::names(text).is_err());
    }
    let pair = rcgen::KeyPair::from_pem(key.pem().expose()).unwrap();
    let own = rcgen::CertificateParams::new(["www.example.com".to_owned()]).unwrap().self_signed(&pair).unwrap();
    assert!(key.fits(&own.pem()).unwrap());
    assert_eq!(keys::names(&own.pem()).unwrap(), ["www.example.com"]);
}

#[test]
fn no_key_is_overwritten() {
    let (_state, path) = state();
    let first = keys::make(KeyKind::EcP256, &path, &Watched::default()).unwrap();
    let failure = keys::make(KeyKind::EcP256, &path, &Watched::default()).unwrap_err();
    assert_eq!(failure.kind(), Kind::Failed);
    assert!(keys::keep(&path, KEY_OF_SERVICE, &Watched::default()).is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), first.pem().expose());

    // A link that leads nowhere is something, too.
    fs::remove_file(&path).unwrap();
    symlink("/nowhere/at/all", &path).unwrap();
    assert!(keys::make(KeyKind::EcP256, &path, &Watched::default()).is_err());
    assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
}

#[test]
fn a_key_that_is_there_is_taken_if_it_is_of_the_right_kind() {
    let (_state, path) = state();
    let first = keys::obtain(KeyKind::EcP256, &path, &Watched::default()).unwrap();
    let second = keys::obtain(KeyKind::EcP256, &path, &Watched::default()).unwrap();
    assert_eq!(first.public_sha256(), second.public_sha256());
    let failure = keys::obtain(KeyKind::EcP384, &path, &Watched::default()).unwrap_err();
    assert_eq!(failure.kind(), Kind::Unconfigured);
    assert!(failure.message().contains("ec-p384"));
}

#[test]
fn keys_that_others_can_read_or_replace_are_refused() {
    let (state, path) = state();
    keys::make(KeyKind::EcP256, &path, &Watched::default()).unwrap();
    let set = |path: &Path, mode: u32| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    for bits in [0o640, 0o604, 0o620, 0o601] {
        set(&path, bits);
        let failure = keys::read(&path, &Watched::default()).unwrap_err();
        assert_eq!(failure.kind(), Kind::Unconfigured);
        assert!(failure.next().unwrap().contains("chmod 600"), "{failure}");
    }
    set(&path, 0o600);
    let folder = path.parent().unwrap();
    set(folder, 0o720);
    assert_eq!(keys::read(&path, &Watched::default()).unwrap_err().kind(), Kind::Unconfigured);
    set(folder, 0o755);
    assert!(keys::read(&path, &Watched::default()).is_ok(), "a backup that was restored");
    let next = keys::path(state.path(), &"www/2".parse().unwrap());
    assert_eq!(keys::make(KeyKind::EcP256, &next, &Watched::default()).unwrap_err().kind(), Kind::Unconfigured);
    assert!(!next.exists());
    set(folder, 0o700);
    set(&state.path().join("keys"), 0o750);
    assert_eq!(keys::make(KeyKind::EcP256, &next, &Watched::default()).unwrap_err().kind(), Kind::Unconfigured);
}

#[test]
fn hostile_files_are_refused_and_not_shown() {
    let (state, path) = state();
    keys::make(KeyKind::EcP256, &path, &Watched::default()).unwrap();
    let folder = path.parent().unwrap();
    let canary = "c2VjcmV0LWNhbmFyeQ";
    let pem = |body: &str| format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n").into_bytes();
    let contents = [
        Vec::new(),
        vec![0; 1000],
        vec![0xff; 1000],
        vec![b'A'; 10_000_000],
        pem(canary),
        pem(&"MIIB".repeat(2000)),
        pem(&"\u{0}".repeat(20)),
        canary.as_bytes().to_vec(),
    ];
    for (number, content) in contents.iter().enumerate() {
        let file = folder.join(format!("{}.pem", number + 10));
        fs::write(&file, content).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        let failure = keys::read(&file, &Watched::default()).unwrap_err().to_string();
        assert!(!failure.contains(canary), "{failure}");
    }
    let link = folder.join("30.pem");
    symlink(&path, &link).unwrap();
    assert!(keys::read(&link, &Watched::default()).is_err());
    assert!(keys::read(&state.path().join("keys/www"), &Watched::default()).is_err());
    let pipe = folder.join("31.pem");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::from(0o600)).unwrap();
    assert!(keys::read(&pipe, &Watched::default()).is_err(), "a pipe does not keep anybody waiting");
}

#[test]
fn debug_shows_no_private_key() {
    let (_state, path) = state();
    let key = keys::make(KeyKind::EcP256, &path, &Watched::default()).unwrap();
    let shown = format!("{key:?} {:?}", key.pem());
    for line in key.pem().expose().lines() {
        assert!(!shown.contains(line), "{shown}");
    }
    assert!(shown.contains(&key.public_sha256()));
}

/// Made for this test; it opens nothing.
const KEY_OF_SERVICE: &str = include_str!("service-ec.pem");

#[test]
fn keys_of_services_are_kept_as_they_are() {
    let all = [
        (KEY_OF_SERVICE, KeyKind::EcP384),
        (include_str!("service-rsa.pem"), KeyKind::Rsa2048),
        (include_str!("service-pkcs8.pem"), KeyKind::EcP256),
    ];
    for (pem, kind) in all {
        let (_state, path) = state();
        keys::keep(&path, pem, &Watched::default()).unwrap();
        assert_eq!(mode(&path), 0o600);
        assert_eq!(fs::read_to_string(&path).unwrap(), pem);
        let key = keys::read(&path, &Watched::default()).unwrap();
        assert_eq!(key.kind(), Some(kind));
        let csr = key.csr(&texts(&["www.example.com"]), &Subject::default()).unwrap();
        assert!(key.fits(&csr).unwrap());
        assert!(common_name(&csr).is_some());
        // A run that does not know whether the last one wrote it.
        keys::keep(&path, pem, &Watched::default()).unwrap();
    }
}

#[test]
fn a_key_of_a_service_in_an_unknown_form_is_not_lost() {
    let (_state, path) = state();
    let strange = "-----BEGIN STRANGE PRIVATE KEY-----\r\nAAAA\r\n-----END STRANGE PRIVATE KEY-----";
    keys::keep(&path, strange, &Watched::default()).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), strange);
    assert!(keys::read(&path, &Watched::default()).is_err());
}

#[test]
fn what_is_no_key_is_not_kept() {
    let (_state, path) = state();
    let long = format!("-----BEGIN PRIVATE KEY-----{}", "A".repeat(100_000));
    for text in ["", "[redacted]", "-----BEGIN CERTIFICATE-----", "-----BEGIN PRIVATE KEY-----\0", &long] {
        assert!(keys::keep(&path, text, &Watched::default()).is_err());
    }
    assert!(!path.exists());
}
