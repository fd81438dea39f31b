//! Certificates and keys are sorted out of texts that contain them in any order.

use crate::setup::config::ksyun_keys;
use crate::setup::futures::run;
use cloudcert::ErrorKind;
use cloudcert::pem::Bundle;
use proptest::prelude::*;
use rcgen::{BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair};
use std::sync::OnceLock;

/// A root, an authority below it, and a certificate with its key.
struct Chain {
    root: String,
    middle: String,
    leaf: String,
    key: String,
}

fn named(name: &str, ca: bool) -> CertificateParams {
    let mut params = CertificateParams::new([format!("{name}.example.com")]).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    if ca {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    params
}

impl Chain {
    fn new(name: &str) -> Self {
        let key = || KeyPair::generate().unwrap();
        let (root, middle, leaf) = (named(&format!("{name}-root"), true), named(&format!("{name}-ca"), true), key());
        let top = Issuer::new(root.clone(), key());
        let root = root.self_signed(top.key()).unwrap().pem();
        let below = key();
        let signed = middle.signed_by(&below, &top).unwrap().pem();
        let certificate = named(name, false).signed_by(&leaf, &Issuer::new(middle, below)).unwrap();
        Self { root, middle: signed, leaf: certificate.pem(), key: leaf.serialize_pem() }
    }

    fn shared() -> &'static Self {
        static CHAIN: OnceLock<Chain> = OnceLock::new();
        CHAIN.get_or_init(|| Self::new("www"))
    }
}

/// PEM without the ends of its lines, which are not always the same.
fn plain(pem: &str) -> String {
    pem.replace("\r\n", "\n")
}

fn check(bundle: &Bundle, of: &Chain, with_root: bool) {
    assert_eq!(bundle.certificate, plain(&of.leaf));
    let chain = if with_root { vec![plain(&of.middle), plain(&of.root)] } else { vec![plain(&of.middle)] };
    assert_eq!(bundle.chain, chain);
    assert_eq!(bundle.fullchain(), format!("{}{}", plain(&of.leaf), chain.concat()));
}

#[test]
fn a_chain_is_sorted_and_duplicates_count_once() {
    let of = Chain::shared();
    let Chain { root, middle, leaf, key } = of;
    let full = format!("{leaf}{middle}");
    let orders: [&[&str]; 6] = [
        &[leaf, middle, key],
        &[key, middle, leaf],
        &[&full, leaf, middle, key, key],
        &[&format!("{key}{middle}{leaf}")],
        &[&format!("Bag Attributes\n  friendlyName: x\n{leaf}\nsubject=/CN=x\n{middle}"), key],
        &[&full.replace('\n', "\r\n"), &key.replace('\n', "\r\n")],
    ];
    for texts in orders {
        let bundle = Bundle::read(texts).unwrap();
        check(&bundle, of, false);
        assert_eq!(bundle.key.as_ref().unwrap().expose(), plain(key));
        let shown = format!("{bundle:?} {bundle:#?}");
        assert!(!shown.contains(&key[60..100]), "{shown}");
    }
    check(&Bundle::read([root, leaf, middle]).unwrap(), of, true);
    assert!(Bundle::read([leaf]).unwrap().key.is_none());
    // A root alone is a certificate as any other.
    assert_eq!(Bundle::read([root]).unwrap().certificate, plain(root));
}

#[test]
fn the_key_selects_one_of_several_certificates() {
    let (of, other) = (Chain::shared(), Chain::new("mail"));
    let texts = [&other.leaf, &of.leaf, &other.middle, &of.middle, &other.root];
    let error = Bundle::read(texts).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    assert!(error.message().contains("2 certificates that could be meant"), "{error}");
    check(&Bundle::read(texts.into_iter().chain([&of.key])).unwrap(), of, false);
    check(&Bundle::read(texts.into_iter().chain([&other.key])).unwrap(), &other, true);
    let error = Bundle::read([&of.leaf, &of.middle, &other.key]).unwrap_err();
    assert!(error.message().contains("belongs to another certificate"), "{error}");
    // Two keys, one of which fits.
    let bundle = Bundle::read([&of.leaf, &other.key, &of.key]).unwrap();
    assert_eq!(bundle.key.unwrap().expose(), plain(&of.key));
}

/// A throw-away authority of the endpoint makes what rcgen cannot: RSA keys in their old form.
#[test]
fn archives_of_the_endpoint_are_read_with_keys_of_both_kinds() {
    use cloudcert::Config;
    use cloudcert::ksyun_kcm::v2016_03_04::{
        Client, types::Algorithm, types::AuthMethod, types::Contact, types::CsrSource,
    };
    run(async {
        let endpoint = cloudcert_emulator::Emulator::start().await.unwrap();
        let client = Client::new(Config::new(ksyun_keys()).endpoint(endpoint.url())).unwrap();
        for algorithm in [Algorithm::Rsa, Algorithm::Ecc] {
            let apply = client.apply_certificate().main_domain("www.example.com").certificate_code("SECDV01");
            let id =
                apply.domain_count(1).wildcard_count(0).year_length(1).send().await.unwrap().certificate.certificate_id;
            endpoint.clock().advance(std::time::Duration::from_secs(2));
            let mut contact = Contact::default();
            (contact.first_name, contact.last_name) = (Some("Lei".into()), Some("Li".into()));
            (contact.phone, contact.email) = (Some("13800000000".into()), Some("ops@example.com".into()));
            let update = client.update_certificate().certificate_id(id.clone()).auth_method(AuthMethod::Dns);
            let update = update.csr_source(CsrSource::System).algorithm(algorithm.clone()).contact(contact);
            let update = update.company_name("Example Ltd").state("Beijing").city("Beijing").address("1 Example Road");
            update.postal_code("100000").is_submit(true).send().await.unwrap();
            let interval = std::time::Duration::ZERO;
            client
                .wait_until_certificate_issued(id.clone())
                .initial_interval(interval)
                .max_interval(interval)
                .await
                .unwrap();
            let link = client.get_download_link().certificate_id(id).send().await.unwrap().download_url;
            let archive = client.download(link).await.unwrap().archive().unwrap();
            let names: Vec<&str> = archive.files().iter().map(cloudcert::archive::File::name).collect();
            assert_eq!(names, ["certificate.pem", "chain.pem", "fullchain.pem", "private.key"]);
            let bundle = archive.bundle().unwrap();
            assert_eq!(bundle.fullchain().as_bytes(), archive.file("fullchain.pem").unwrap().expose());
            let key = bundle.key.unwrap();
            assert_eq!(key.expose().as_bytes(), archive.file("private.key").unwrap().expose());
            assert_eq!(key.expose().contains("RSA PRIVATE KEY"), algorithm == Algorithm::Rsa);
        }
    });
}

#[test]
fn damage_and_missing_parts_are_reported_without_quoting_them() {
    let Chain { leaf, key, .. } = Chain::shared();
    let body = |label: &str, text: &str| format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n");
    for (text, why) in [
        (String::new(), "there is no certificate"),
        ("canary".into(), "there is no certificate"),
        (key.clone(), "there is no certificate"),
        (body("CERTIFICATE", "canary!"), "damaged PEM"),
        (body("CERTIFICATE", "Y2FuYXJ5"), "a certificate is damaged"),
        (body("CERTIFICATE", "MIGA"), "a certificate is damaged"),
        (format!("{leaf}-----BEGIN PRIVATE KEY-----\ncanary"), "damaged PEM"),
        (format!("{leaf}-----BEGIN canary\n"), "damaged PEM"),
    ] {
        let error = Bundle::read([&text]).unwrap_err();
        assert!(error.message().contains(why), "{text}: {error}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    }
    for (label, why) in
        [("PRIVATE KEY", "private key is damaged"), ("ENCRYPTED PRIVATE KEY", "(ENCRYPTED PRIVATE KEY)")]
    {
        let error = Bundle::read([leaf.as_str(), &body(label, "MAMCAQA=")]).unwrap_err();
        assert!(error.message().contains(why), "{error}");
    }
    let many: Vec<String> =
        (0..51).map(|i| named(&format!("n{i}"), false).self_signed(other_key()).unwrap().pem()).collect();
    assert!(Bundle::read(&many).unwrap_err().message().contains("more than 50"));
}

fn other_key() -> &'static KeyPair {
    static KEY: OnceLock<KeyPair> = OnceLock::new();
    KEY.get_or_init(|| KeyPair::generate().unwrap())
}

/// Issues a certificate that ends in a year.
fn until(params: &CertificateParams, year: i32, key: &KeyPair, by: &Issuer<'_, &KeyPair>) -> String {
    let mut params = params.clone();
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(year, 1, 1);
    plain(&params.signed_by(key, by).unwrap().pem())
}

#[test]
fn the_certificate_that_expires_last_wins() {
    let keys: Vec<KeyPair> = (0..4).map(|_| KeyPair::generate().unwrap()).collect();
    let [key, below, top, stranger] = keys.as_slice() else { panic!() };
    let (root, middle, leaf) = (named("root", true), named("ca", true), named("www", false));
    let by_root = Issuer::new(root.clone(), top);
    let by_middle = Issuer::new(middle.clone(), below);
    // Both forms of years: from 2050 on they are written out.
    for (early, late) in [(2026, 2027), (2049, 2050), (2050, 2051), (2027, 2060)] {
        let leaves = [until(&leaf, early, key, &by_middle), until(&leaf, late, key, &by_middle)];
        let middles = [until(&middle, early, below, &by_root), until(&middle, late, below, &by_root)];
        let private = key.serialize_pem();
        for order in [[0, 1], [1, 0]] {
            let texts: Vec<&str> = order.iter().flat_map(|at| [leaves[*at].as_str(), middles[*at].as_str()]).collect();
            for keyed in [true, false] {
                let texts = texts.iter().copied().chain(keyed.then_some(private.as_str()));
                let bundle = Bundle::read(texts).unwrap();
                assert_eq!(bundle.certificate, leaves[1], "{early} {late}");
                assert_eq!(bundle.chain, [middles[1].clone()], "{early} {late}");
                assert_eq!(bundle.key.is_some(), keyed);
            }
        }
    }
    // A certificate that was renewed without an issuer.
    let own = Issuer::new(leaf.clone(), key);
    let selves = [until(&leaf, 2026, key, &own), until(&leaf, 2027, key, &own)];
    for texts in [[&selves[0], &selves[1]], [&selves[1], &selves[0]]] {
        let bundle = Bundle::read(texts).unwrap();
        assert_eq!((&bundle.certificate, bundle.chain.len()), (&selves[1], 0));
    }
    // Another key decides by itself, however long its certificate lasts.
    let another = until(&leaf, 2060, stranger, &by_middle);
    let first = until(&leaf, 2026, key, &by_middle);
    let bundle = Bundle::read([&another, &first, &key.serialize_pem()]).unwrap();
    assert_eq!(bundle.certificate, first);
    let error = Bundle::read([&another, &first]).unwrap_err();
    assert!(error.message().contains("2 certificates that could be meant"), "{error}");
    let error = Bundle::read([&another, &first, &key.serialize_pem(), &stranger.serialize_pem()]).unwrap_err();
    assert!(error.message().contains("several certificates with private keys of their own"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_text_makes_a_bundle_panic(places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8), garbage in "\\PC{0,60}") {
        let Chain { leaf, middle, key, .. } = Chain::shared();
        let mut bytes = format!("{garbage}\n{leaf}{key}{middle}").into_bytes();
        for (place, byte) in places {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = Bundle::read([&bytes]);
    }

    #[test]
    fn no_der_makes_a_bundle_panic(places in prop::collection::vec((0..400_usize, any::<u8>()), 1..5), cut in 0..500_usize) {
        use base64::Engine;
        let base64 = base64::engine::general_purpose::STANDARD;
        let body: String = Chain::shared().leaf.lines().filter(|line| !line.starts_with('-')).collect();
        let mut der = base64.decode(body).unwrap();
        for (place, byte) in places {
            let at = place % der.len();
            der[at] = byte;
        }
        der.truncate(cut.max(1));
        let _ = Bundle::read([format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", base64.encode(der))]);
    }
}
