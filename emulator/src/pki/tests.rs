//! The authority, read back by a parser of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use super::request::Names;
use super::*;
use x509_parser::pem::Pem;
use x509_parser::prelude::{FromDer, X509Certificate};

const NOW: i64 = 1_767_323_045;
const EC_CERTIFICATE: &str = include_str!("../../tests/data/pki/ec.pem");
const EC_SEC1: &str = include_str!("../../tests/data/pki/ec-sec1.key");
const EC_PKCS8: &str = include_str!("../../tests/data/pki/ec-pkcs8.key");
const OTHER_SEC1: &str = include_str!("../../tests/data/pki/p384-sec1.key");
const CSR: &str = include_str!("../../tests/data/pki/csr-rsa-2048.pem");

fn wanted<'a>(domains: &'a [String], public: &'a rcgen::SubjectPublicKeyInfo) -> Wanted<'a> {
    Wanted { domains, subject: None, level: Level::Dv, public, days: 365, serial_of: "order/1" }
}

/// Every certificate of PEM texts, in DER.
fn all(texts: &[&str]) -> Vec<Vec<u8>> {
    let blocks =
        texts.iter().flat_map(|text| Pem::iter_from_buffer(text.as_bytes()).map(|block| block.unwrap().contents));
    blocks.collect()
}

#[test]
fn a_certificate_its_chain_and_its_key_belong_together() {
    let pki = Pki::new(7);
    let key = pki.key("order/1", Algorithm::Rsa).unwrap();
    let domains = ["*.example.com".to_owned(), "example.com".to_owned()];
    let issued = pki.issue(&wanted(&domains, &key.public().unwrap()), NOW).unwrap();

    let chain = all(&[&issued.chain(), &pki.root(NOW).unwrap()]);
    let certificates: Vec<_> = chain.iter().map(|der| X509Certificate::from_der(der).unwrap().1).collect();
    let [leaf, intermediate, root] = certificates.as_slice() else { panic!("{} certificates", certificates.len()) };
    leaf.verify_signature(Some(intermediate.public_key())).unwrap();
    intermediate.verify_signature(Some(root.public_key())).unwrap();
    root.verify_signature(None).unwrap();
    assert!(leaf.verify_signature(Some(root.public_key())).is_err(), "the root does not sign leaves");
    assert_eq!(leaf.issuer(), intermediate.subject());
    assert_eq!(intermediate.issuer(), root.subject());

    assert!(root.is_ca() && intermediate.is_ca() && !leaf.is_ca());
    assert_eq!(intermediate.basic_constraints().unwrap().unwrap().value.path_len_constraint, Some(0));
    let usage = leaf.key_usage().unwrap().unwrap().value;
    assert!(usage.digital_signature() && usage.key_encipherment() && !usage.key_cert_sign());
    assert!(leaf.extended_key_usage().unwrap().unwrap().value.server_auth);
    for (inner, outer) in [(leaf, intermediate), (intermediate, root)] {
        assert!(outer.validity().not_before <= inner.validity().not_before);
        assert!(inner.validity().not_after <= outer.validity().not_after);
    }
    belongs(&issued.chain(), &key.pem).unwrap();
    belongs(&issued.leaf, &pki.key("order/2", Algorithm::Rsa).unwrap().pem).unwrap_err();
}

#[test]
fn what_is_printed_of_a_certificate_is_what_was_asked_for() {
    let pki = Pki::new(7);
    let key = Key::make(Algorithm::Ecc, 7, "").unwrap();
    let domains = ["www.example.com".to_owned(), "api.example.com".to_owned()];
    let public = key.public().unwrap();
    let who = Subject { organization: "Example Ltd".into(), state: "Zhejiang".into(), city: "Hangzhou".into() };
    let asked = Wanted { subject: Some(&who), level: Level::Ov, days: 90, ..wanted(&domains, &public) };
    let reading = Reading::of(&pki.issue(&asked, NOW).unwrap().leaf).unwrap();
    assert_eq!(reading.common, "www.example.com");
    assert_eq!(reading.sans, domains);
    assert_eq!((reading.from, reading.to), (NOW, NOW + 90 * 86_400 - 1));
    assert_eq!(reading.issuer, "Cloudcert Emulator");
    assert_eq!(reading.organization.as_deref(), Some("Example Ltd"));
    assert_eq!((reading.city.as_deref(), reading.province.as_deref()), (Some("Hangzhou"), Some("Zhejiang")));

    let unnamed = pki.issue(&wanted(&domains, &public), NOW).unwrap();
    assert_eq!(Reading::of(&unnamed.leaf).unwrap().organization, None, "a DV certificate names nobody");
}

#[test]
fn a_foreign_certificate_is_read_as_openssl_prints_it() {
    let reading = Reading::of(EC_CERTIFICATE).unwrap();
    assert_eq!(reading.fingerprint, "AE625B567E503D56FB63C57F3666441850D6A719");
    assert_eq!(reading.serial, "261306A0ADE42F91151B6B439951577BB70A656C");
    assert_eq!((reading.common.as_str(), reading.country.as_deref()), ("api.example.com", Some("CN")));
    assert_eq!(reading.sans, ["api.example.com", "example.com"]);
    assert_eq!(reading.issuer, "Example Ltd");
}

#[test]
fn the_same_seed_makes_the_same_rsa_keys_and_certificates() {
    let domains = ["www.example.com".to_owned()];
    let made = |seed| {
        let pki = Pki::new(seed);
        let key = pki.key("order/1", Algorithm::Rsa).unwrap();
        (pki.issue(&wanted(&domains, &key.public().unwrap()), NOW).unwrap().chain(), key.pem)
    };
    let first = made(1);
    assert_eq!(first, made(1));
    assert_ne!(first.1, made(2).1);
}

#[test]
fn keys_are_read_in_every_form_that_openssl_writes() {
    belongs(EC_CERTIFICATE, EC_SEC1).unwrap();
    belongs(EC_CERTIFICATE, EC_PKCS8).unwrap();
    for wrong in [OTHER_SEC1, EC_CERTIFICATE, "", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
        belongs(EC_CERTIFICATE, wrong).unwrap_err();
    }
    for wrong in [EC_SEC1, CSR, "", "-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n"] {
        belongs(wrong, EC_SEC1).unwrap_err();
    }
}

#[test]
fn a_request_is_read_and_its_key_certified() {
    let request = Request::read(CSR).unwrap();
    assert_eq!(request.names.common, "www.example.com");
    assert_eq!(request.names.others, ["www.example.com", "example.com"]);
    let domains = ["www.example.com".to_owned()];
    let issued = Pki::new(1).issue(&wanted(&domains, &public_key(&request.key).unwrap()), NOW).unwrap();
    let der = all(&[&issued.leaf]).remove(0);
    assert_eq!(X509Certificate::from_der(&der).unwrap().1.public_key().raw, request.key);
}

#[test]
fn requests_that_no_authority_takes_are_refused_with_a_reason() {
    let cases = [
        (include_str!("../../tests/data/pki/csr-rsa-1024.pem"), "1024 bits"),
        (include_str!("../../tests/data/pki/csr-ed25519.pem"), "neither RSA nor EC"),
        (include_str!("../../tests/data/pki/csr-p521.pem"), "neither on P-256 nor on P-384"),
        (include_str!("../../tests/data/pki/csr-no-name.pem"), "no common name"),
        (EC_CERTIFICATE, "holds something else"),
        ("no request", "not in PEM"),
    ];
    for (text, reason) in cases {
        let trouble = Request::read(text).unwrap_err().to_string();
        assert!(trouble.contains(reason), "{trouble}");
    }
}

#[test]
fn a_request_that_was_changed_after_signing_is_refused() {
    let (_, mut der) = reading::first_block(CSR).unwrap();
    let last = der.len() - 1;
    der[last] ^= 1;
    let changed = rsa::pkcs8::spki::der::pem::encode_string("CERTIFICATE REQUEST", rsa::pkcs8::LineEnding::LF, &der);
    let trouble = Request::read(&changed.unwrap()).unwrap_err().to_string();
    assert!(trouble.contains("does not fit its key"), "{trouble}");
}

#[test]
fn the_request_of_a_service_is_for_its_key() {
    let key = Key::make(Algorithm::Rsa, 1, "x").unwrap();
    let request = Request::read(&system_request(&key, "*.example.com").unwrap()).unwrap();
    assert_eq!(request.names, Names { common: "*.example.com".into(), others: Vec::new() });
    assert_eq!(request.key, rcgen::PublicKeyData::subject_public_key_info(&key.pair));
}

#[test]
fn an_archive_holds_its_texts() {
    let bytes = archive(&[("a.pem", "first"), ("b/c.key", "second")]).unwrap();
    assert_eq!(bytes, archive(&[("a.pem", "first"), ("b/c.key", "second")]).unwrap());
    let mut read = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    assert_eq!(read.len(), 2);
    let text = std::io::read_to_string(read.by_name("b/c.key").unwrap()).unwrap();
    assert_eq!(text, "second");
}
