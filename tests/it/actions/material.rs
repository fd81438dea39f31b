//! Keys, certificates and CSRs, in the place of those that examples make up.

use super::Case;
use cloudcert::model::{Field, Sensitivity, Type};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use serde_json::{Map, Value, json};

const DOMAIN: &str = "www.example.com";

/// A CSR with its key.
pub(super) fn csr() -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let mut request = CertificateParams::new(vec![DOMAIN.to_owned()]).unwrap();
    request.distinguished_name = named();
    (request.serialize_request(&key).unwrap().pem().unwrap(), key.serialize_pem())
}

/// A certificate with its key, different every time.
pub(super) fn certificate() -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let mut wanted = CertificateParams::new(vec![DOMAIN.to_owned()]).unwrap();
    wanted.distinguished_name = named();
    (wanted.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

fn named() -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, DOMAIN);
    name
}

/// Puts real material into a request. A key belongs to what stands beside it.
pub(super) fn put(case: &Case, request: &mut Map<String, Value>) {
    let mut keys = None;
    for (label, make) in [("CERTIFICATE REQUEST", csr as fn() -> (String, String)), ("CERTIFICATE", certificate)] {
        let begins = format!("-----BEGIN {label}-----");
        let made_up = |value: &&mut Value| value.as_str().is_some_and(|text| text.starts_with(&begins));
        let mut places = request.values_mut().filter(made_up).peekable();
        if places.peek().is_some() {
            let (public, private) = make();
            places.for_each(|value| *value = json!(public));
            keys.get_or_insert(private);
        }
    }
    let Some(key) = keys else { return };
    for field in case.action.parameters.iter().filter(|field| is_key(field)) {
        request.entry(&field.wire).and_modify(|redacted| *redacted = json!(key));
    }
}

fn is_key(field: &Field) -> bool {
    field.kind == Type::Pem && field.sensitivity == Some(Sensitivity::Secret)
}
