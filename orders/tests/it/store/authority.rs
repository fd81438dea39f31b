//! An authority that issues certificates for tests.

use cloudcert::Secret;
use cloudcert_orders::store::{Access, NewCertificate};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

/// A root, and an intermediate that issues.
pub(crate) struct Authority {
    root: String,
    intermediate: String,
    issuer: Issuer<'static, KeyPair>,
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

impl Authority {
    pub(crate) fn new() -> Self {
        let (params, pair) = (authority("Example Root"), KeyPair::generate().unwrap());
        let root = params.self_signed(&pair).unwrap().pem();
        let top = Issuer::new(params, pair);
        let (params, pair) = (authority("Example CA 1"), KeyPair::generate().unwrap());
        let intermediate = params.signed_by(&pair, &top).unwrap().pem();
        Self { root, intermediate, issuer: Issuer::new(params, pair) }
    }

    /// The intermediate, then the root.
    pub(crate) fn chain(&self) -> String {
        format!("{}{}", self.intermediate, self.root)
    }

    /// A certificate for these names, valid for years.
    pub(crate) fn issue(&self, names: &[&str]) -> NewCertificate {
        self.issue_between(names, (2020, 2100))
    }

    /// A certificate that is valid from the first day of the first year to that of the other.
    pub(crate) fn issue_between(&self, names: &[&str], (from, to): (i32, i32)) -> NewCertificate {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names.clone()).unwrap();
        params.distinguished_name.push(DnType::CommonName, names[0].clone());
        params.not_before = rcgen::date_time_ymd(from, 1, 1);
        params.not_after = rcgen::date_time_ymd(to, 1, 1);
        let key = KeyPair::generate().unwrap();
        NewCertificate {
            certificate: params.signed_by(&key, &self.issuer).unwrap().pem(),
            chain: self.intermediate.clone(),
            key: Secret::from(key.serialize_pem()),
            names,
            access: Access::default(),
            now: jiff::Timestamp::now(),
        }
    }
}
