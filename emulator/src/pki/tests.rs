//! What the authority issues, read back by another parser.

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

fn wanted<'a>(domains: &'a [String], public: &'a rcgen::SubjectPublicKeyInfo) -> Template<'a> {
    Template { domains, subject: None, level: Level::Dv, public, days: 365, serial_of: "order/1" }
}

/// Returns every certificate of PEM texts, in DER.
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
    let asked = Template { subject: Some(&who), level: Level::Ov, days: 90, ..wanted(&domains, &public) };
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

/// Everything that openssl writes of one key pair, from the test vectors of the SDK.
#[test]
fn pairs_are_taken_in_every_form_and_strangers_in_none() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/pem");
    let text = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
    for (certificate, keys) in [
        ("p256.pem", &["p256.key", "p256.sec1", "p256.no-public", "p256.compressed"][..]),
        ("p384.pem", &["p384.key", "p384.sec1", "p384.hybrid"]),
        ("p521.pem", &["p521.key", "p521.sec1", "p521.no-public"]),
        ("rsa2048.pem", &["rsa2048.key", "rsa2048.pkcs1"]),
        ("rsa4096.pem", &["rsa4096.key"]),
        ("ed25519.pem", &["ed25519.key"]),
        ("p256.text", &["p256.key"]),
        ("p256.trusted", &["p256.key"]),
    ] {
        Reading::of(&text(certificate)).unwrap();
        for key in keys {
            belongs(&text(certificate), &text(key)).unwrap_or_else(|why| panic!("{certificate} {key}: {why}"));
        }
        let trouble = belongs(&text(certificate), &text("rsa3072.key")).unwrap_err().to_string();
        assert!(trouble.contains("does not belong"), "{trouble}");
    }
    let with_parameters = text("p256.parameters") + &text("p256.sec1");
    belongs(&text("p256.pem"), &with_parameters).unwrap();
    belongs(&format!("\u{feff}{}", text("p256.pem").replace('\n', "\r\n")), &with_parameters.replace('\n', "\r"))
        .unwrap();
    for (key, name) in [
        ("rsa2048.encrypted", "ENCRYPTED PRIVATE KEY"),
        ("rsa2048.encrypted-traditional", "Proc-Type: 4,ENCRYPTED"),
        ("ed448.key", "Ed448"),
        ("secp256k1.key", "secp256k1"),
        ("p256.explicit", "explicit curve parameters"),
        ("p256.pem", "no private key"),
    ] {
        let trouble = belongs(&text("p256.pem"), &text(key)).unwrap_err().to_string();
        assert!(trouble.contains(name), "{key}: {trouble}");
    }
    for (certificate, name) in
        [("p256.key", "PRIVATE KEY"), ("p256.request", "CERTIFICATE REQUEST"), ("p256.pkcs7", "PKCS7")]
    {
        let trouble = Reading::of(&text(certificate)).unwrap_err().to_string();
        assert!(trouble.contains(name), "{certificate}: {trouble}");
    }
}

/// CSRs: the name, the arguments that make it, and the error if it is refused. Keys are those of the SDK's test vectors.
const REQUESTS: [(&str, &str, Option<&str>); 24] = [
    ("p256", "-key p256.key", None),
    ("p384", "-key p384.key", None),
    ("rsa3072", "-key rsa3072.key", None),
    ("rsa4096", "-key rsa4096.key", None),
    ("new-header", "-key p256.key -newhdr", None),
    ("text", "-key p256.key -text", None),
    ("p256-sha1", "-key p256.key -sha1", None),
    ("p256-sha224", "-key p256.key -sha224", None),
    ("p256-sha384", "-key p256.key -sha384", None),
    ("p256-sha512", "-key p256.key -sha512", None),
    ("p384-sha256", "-key p384.key -sha256", None),
    ("p384-sha512", "-key p384.key -sha512", None),
    ("rsa-sha1", "-key rsa2048.key -sha1", None),
    ("rsa-sha512", "-key rsa2048.key -sha512", None),
    ("rsa-pss-padding", "-key rsa2048.key -sigopt rsa_padding_mode:pss", None),
    ("rsa-sha224", "-key rsa2048.key -sha224", None),
    (
        "rsa-pss-padding-sha512",
        "-key rsa3072.key -sha512 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:11",
        None,
    ),
    ("rsa-pss-padding-digest", "-key rsa2048.key -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest", None),
    ("compressed", "-key p256.compressed", None),
    ("p521", "-key p521.key", Some("neither on P-256 nor on P-384")),
    ("rsa-md5", "-key rsa2048.key -md5", Some("signed in a way that is not taken")),
    ("rsa-pss", "-key rsa-pss.key", Some("neither RSA nor EC")),
    ("address", "-key p256.key -addext subjectAltName=IP:1.2.3.4", Some("an address or another name")),
    (
        "mail",
        "-key p256.key -addext subjectAltName=DNS:www.example.com,email:a@example.com",
        Some("an address or another name"),
    ),
];

fn check_request(name: &str, text: &str, refused: Option<&str>) {
    match (Csr::read(text), refused) {
        (Ok(request), None) => {
            assert_eq!(request.names.common, "www.example.com", "{name}");
            let domains = ["www.example.com".to_owned()];
            Pki::new(1).issue(&wanted(&domains, &public_key(&request.key).unwrap()), NOW).unwrap();
        }
        (Err(trouble), Some(why)) => assert!(trouble.to_string().contains(why), "{name}: {trouble}"),
        (read, _) => panic!("{name}: {read:?}"),
    }
}

#[test]
fn requests_are_taken_in_every_form_that_openssl_writes() {
    let keys = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/pem");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pki/requests");
    for (name, arguments, refused) in REQUESTS {
        let arguments = format!("req -new -subj /CN=www.example.com {arguments}");
        let made = std::process::Command::new("openssl").args(arguments.split(' ')).current_dir(&keys).output();
        // Where there is no such program, or one that does not know an argument, the fixed ones must do.
        if let Some(made) = made.ok().filter(|made| made.status.success()) {
            let text = String::from_utf8(made.stdout).unwrap();
            if std::env::var_os("CLOUDCERT_WRITE_PEM_VECTORS").is_some() {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(folder.join(format!("{name}.pem")), &text).unwrap();
            }
            check_request(name, &text, refused);
        }
        check_request(name, &std::fs::read_to_string(folder.join(format!("{name}.pem"))).unwrap(), refused);
    }
}

#[test]
fn a_request_is_read_and_its_key_certified() {
    let request = Csr::read(CSR).unwrap();
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
        let trouble = Csr::read(text).unwrap_err().to_string();
        assert!(trouble.contains(reason), "{trouble}");
    }
}

#[test]
fn a_request_that_was_changed_after_signing_is_refused() {
    let (_, mut der) = reading::first_section(CSR).unwrap();
    let last = der.len() - 1;
    der[last] ^= 1;
    let changed = rsa::pkcs8::spki::der::pem::encode_string("CERTIFICATE REQUEST", rsa::pkcs8::LineEnding::LF, &der);
    let trouble = Csr::read(&changed.unwrap()).unwrap_err().to_string();
    assert!(trouble.contains("does not fit its key"), "{trouble}");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pki/requests");
    for (name, _, refused) in REQUESTS.iter().filter(|(_, _, refused)| refused.is_none()) {
        let text = std::fs::read_to_string(folder.join(format!("{name}.pem"))).unwrap();
        let (_, mut der) = reading::first_section(&text).unwrap();
        // The name that it is for.
        let at = der.windows(15).position(|window| window == b"www.example.com").unwrap();
        der[at] = b'v';
        let changed =
            rsa::pkcs8::spki::der::pem::encode_string("CERTIFICATE REQUEST", rsa::pkcs8::LineEnding::LF, &der);
        let trouble = Csr::read(&changed.unwrap()).unwrap_err().to_string();
        assert!(trouble.contains("does not fit its key") && refused.is_none(), "{name}: {trouble}");
    }
}

#[test]
fn the_request_of_a_service_is_for_its_key() {
    let key = Key::make(Algorithm::Rsa, 1, "x").unwrap();
    let request = Csr::read(&system_request(&key, "*.example.com").unwrap()).unwrap();
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

#[test]
fn a_chain_is_read_link_by_link() {
    let pki = Pki::new(7);
    let key = Key::make(Algorithm::Ecc, 7, "").unwrap();
    let domains = ["www.example.com".to_owned()];
    let issued = pki.issue(&wanted(&domains, &key.public().unwrap()), NOW).unwrap();
    let links = chain(&issued.chain());
    let [leaf, above] = links.as_slice() else { panic!("{links:?}") };
    assert_eq!((leaf.subject.as_str(), leaf.issuer.as_str()), ("www.example.com", above.subject.as_str()));
    assert_eq!((leaf.from, leaf.to), (issued.from, issued.to));
    let shown = |link: &Link| link.key.as_ref().map(|key| (key.algorithm, key.bits));
    assert_eq!((shown(leaf), shown(above)), (Some(("ECC", 256)), Some(("RSA", 2048))));
    assert_ne!(leaf.sha256, above.sha256);
    assert!(chain("nothing").is_empty());
    let mixed = format!("{}{}", key.pem, issued.leaf);
    assert_eq!(chain(&mixed).len(), 1, "the key is left out");
}

#[test]
fn a_private_key_is_compared_with_a_public_one_in_any_form() {
    let certificate = all(&[EC_CERTIFICATE]).remove(0);
    let certificate = X509Certificate::from_der(&certificate).unwrap().1;
    let public = certificate.public_key().raw;
    for key in [EC_SEC1, EC_PKCS8] {
        pairs(public, key).unwrap();
    }
    for other in [OTHER_SEC1, "nothing", EC_CERTIFICATE] {
        let why = pairs(public, other).unwrap_err().to_string();
        assert_eq!(why, "The private key does not belong to the CSR.");
    }
    let rsa = Key::make(Algorithm::Rsa, 1, "x").unwrap();
    let csr = Csr::read(&system_request(&rsa, "example.com").unwrap()).unwrap();
    pairs(&csr.key, &rsa.pem).unwrap();
    pairs(&csr.key, EC_SEC1).unwrap_err();
    assert_eq!((csr.facts.algorithm, csr.facts.bits), ("RSA", 2048));
}

#[test]
fn the_applicant_of_a_csr_is_read_as_it_was_written() {
    let key = Key::make(Algorithm::Ecc, 1, "").unwrap();
    let names = Names { common: "example.com".to_owned(), others: vec!["www.example.com".to_owned()] };
    let text = |text: &str| Some(text.to_owned());
    let applicant = Applicant {
        organization: text("示例公司"),
        unit: None,
        city: text("Hangzhou"),
        province: text("Zhejiang"),
        country: text("CN"),
    };
    let csr = Csr::read(&applicants_request(&key, &names, &applicant).unwrap()).unwrap();
    assert_eq!((csr.names, csr.applicant), (names, applicant));
    let names = Names { common: "example.com".to_owned(), others: vec!["例子.com".to_owned()] };
    assert!(applicants_request(&key, &names, &Applicant::default()).is_err(), "domains are in ASCII");
}
