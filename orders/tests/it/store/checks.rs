//! What is checked before a certificate is stored.

use super::authority::Authority;
use super::order;
use cloudcert::Secret;
use cloudcert_orders::store::{NewCertificate, Store};
use cloudcert_orders::{Failure, Kind};

fn refusal(new: &NewCertificate) -> Failure {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("state")).unwrap();
    let failure = store.put(&order(1), new).unwrap_err();
    let live = folder.path().join("state/live");
    assert_eq!(live.read_dir().unwrap().count(), 0, "{failure}");
    assert!(failure.next().is_some(), "{failure}");
    for secret in new.key.expose().lines().filter(|line| !line.starts_with('-')) {
        assert!(!format!("{failure:?} {failure} {new:?}").contains(secret), "{failure}");
    }
    failure
}

#[test]
fn what_does_not_belong_together_is_refused_and_nothing_is_written() {
    let authority = Authority::new();
    let (good, other) = (authority.issue(&["www.example.com"]), authority.issue(&["www.example.com"]));
    let cases = [
        (NewCertificate { key: other.key.clone(), ..good.clone() }, "belongs to another certificate"),
        (NewCertificate { key: Secret::from(""), ..good.clone() }, "private key is missing"),
        (NewCertificate { key: Secret::from("no key"), ..good.clone() }, "cannot be stored"),
        (NewCertificate { certificate: String::new(), ..good.clone() }, "cannot be stored"),
        (NewCertificate { names: vec!["api.example.com".to_owned()], ..good.clone() }, "not for api.example.com"),
        (authority.issue_between(&["www.example.com"], (2020, 2021)), "has expired"),
        (authority.issue_between(&["www.example.com"], (2090, 2100)), "not valid before 2090"),
    ];
    for (new, why) in &cases {
        let failure = refusal(new);
        assert_eq!(failure.kind(), Kind::Failed);
        assert!(failure.message().contains(why), "{failure}");
    }
}

#[test]
fn a_chain_of_somebody_else_is_refused() {
    let good = Authority::new().issue(&["www.example.com"]);
    // A certificate that is not an issuer, and whose name is not that of one.
    let pair = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::default();
    params.distinguished_name.push(rcgen::DnType::CommonName, "Nobody");
    let chain = params.self_signed(&pair).unwrap().pem();
    let failure = refusal(&NewCertificate { chain, ..good });
    assert!(failure.message().contains("chain"), "{failure}");
}

#[test]
fn the_chain_is_put_in_order() {
    let authority = Authority::new();
    let mut new = authority.issue(&["www.example.com"]);
    let ordered = authority.chain();
    let (first, second) = ordered.split_at(new.chain.len());
    new.chain = format!("{second}\r\n{first}");
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let stored = store.put(&order(1), &new).unwrap();
    let normal = |text: &str| text.replace('\r', "");
    assert_eq!(std::fs::read_to_string(stored.chain()).unwrap(), normal(&ordered));
    let full = std::fs::read_to_string(stored.fullchain()).unwrap();
    assert_eq!(full, normal(&format!("{}{ordered}", new.certificate)));
}

#[test]
fn a_name_may_be_covered_by_a_wildcard_of_its_level() {
    let authority = Authority::new();
    let mut new = authority.issue(&["*.example.com", "example.com"]);
    new.names = ["example.com", "*.example.com", "API.example.com"].map(str::to_owned).to_vec();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.put(&order(1), &new).unwrap();
    new.names = vec!["a.b.example.com".to_owned()];
    assert!(store.put(&order(2), &new).unwrap_err().message().contains("not for a.b.example.com"));
}
