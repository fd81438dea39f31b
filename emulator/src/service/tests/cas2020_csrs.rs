//! Stored CSRs of CAS 2020-04-07.

use super::*;
use crate::pki::Csr;
use serde_json::json;

const APPLICANT: [(&str, &str); 3] = [("CountryCode", "CN"), ("Locality", "Hangzhou"), ("Province", "Zhejiang")];

fn service() -> Service {
    Service::new(CAS2020, usual())
}

impl Service {
    fn make(&mut self, common: &str, algorithm: &str, size: &str) -> Result<Fields, Refusal> {
        let own = [("CommonName", common), ("Algorithm", algorithm), ("KeySize", size)];
        self.call("CreateCsr", &[&APPLICANT[..], &own].concat())
    }
}

#[test]
fn a_key_is_made_with_its_csr() {
    let mut cas = service();
    let own = [
        ("CommonName", "www.example.com"),
        ("Sans", "example.com, api.example.com"),
        ("Algorithm", "ECC"),
        ("KeySize", "256"),
        ("Name", "shop.1"),
        ("CorpName", "示例公司"),
        ("Department", "IT"),
    ];
    let made = cas.ok("CreateCsr", &[&APPLICANT[..], &own].concat());
    let csr = Csr::read(made["Csr"].as_str().unwrap()).unwrap();
    assert_eq!((csr.names.common.as_str(), csr.names.others.len()), ("www.example.com", 2));
    let id = made["CsrId"].to_string();
    let detail = cas.ok("GetCsrDetail", &[("CsrId", &id)]);
    assert_eq!(detail["Csr"], made["Csr"]);
    crate::pki::pairs(&csr.key, detail["PrivateKey"].as_str().unwrap()).unwrap();
    let listed = cas.ok("ListCsr", &[]);
    assert_eq!(names(&listed), ["CsrList", "TotalCount"], "position and size come back if they are named");
    assert_eq!(
        listed["CsrList"][0],
        json!({
            "CsrId": made["CsrId"], "Name": "shop.1", "CommonName": "www.example.com", "Sans": "example.com,api.example.com",
            "Algorithm": "ECC", "KeySize": 256, "KeySha2": csr.facts.sha256, "HasPrivateKey": true, "CorpName": "示例公司",
            "Department": "IT", "Locality": "Hangzhou", "Province": "Zhejiang", "CountryCode": "CN",
        })
    );
    assert!(!listed.to_string().contains("BEGIN"), "a list holds no key");
}

#[test]
fn rsa_keys_have_the_size_that_was_asked_for_and_depend_on_the_seed() {
    let made = |seed| {
        let mut cas = Service::new(CAS2020, world(Settings { seed, ..Settings::default() }));
        let made = cas.make("www.example.com", "RSA", "3072").unwrap();
        Csr::read(made["Csr"].as_str().unwrap()).unwrap().facts
    };
    let facts = made(3);
    assert_eq!((facts.algorithm, facts.bits), ("RSA", 3072));
    assert_eq!(facts, made(3));
    assert_ne!(facts, made(4));
}

#[test]
fn what_cannot_be_made_is_refused() {
    let mut cas = service();
    for (common, algorithm, size) in [
        ("www.example.com", "SM2", "256"),
        ("www.example.com", "RSA", "1024"),
        ("www.example.com", "ECC", "2048"),
        ("no domain", "ECC", "256"),
    ] {
        assert_eq!(
            cas.make(common, algorithm, size).unwrap_err().row,
            "parameter-invalid",
            "{common} {algorithm} {size}"
        );
    }
    let own = [("CommonName", "example.com"), ("Algorithm", "ECC"), ("KeySize", "256")];
    let long = "x".repeat(51);
    for wrong in [("Name", "with blanks"), ("Name", long.as_str()), ("Sans", "example.org,no domain")] {
        assert_eq!(
            cas.refused("CreateCsr", &[&APPLICANT[..], &own, &[wrong]].concat()),
            "parameter-invalid",
            "{wrong:?}"
        );
    }
    assert_eq!(cas.refused("CreateCsr", &own), "parameter-missing");
    assert_eq!(cas.ok("ListCsr", &[])["TotalCount"], 0);
}

#[test]
fn an_uploaded_csr_gets_its_key_later_and_no_other() {
    let mut cas = service();
    let key = Key::make(Algorithm::Rsa, 99, "mine").unwrap();
    let other = Key::make(Algorithm::Ecc, 1, "").unwrap();
    let csr = system_request(&key, "www.example.com").unwrap();
    let wrong = [("Csr", csr.as_str()), ("Key", &other.pem)];
    assert_eq!(cas.refused("UploadCsr", &wrong), "parameter-invalid");
    assert_eq!(cas.refused("UploadCsr", &[("Csr", "nothing")]), "parameter-invalid");
    let id = cas.ok("UploadCsr", &[("Csr", &csr), ("Name", "mine")])["CsrId"].to_string();
    assert!(cas.ok("GetCsrDetail", &[("CsrId", &id)]).get("PrivateKey").is_none());
    assert_eq!(cas.refused("UpdateCsr", &[("CsrId", &id), ("Key", &other.pem)]), "key-does-not-match-csr");
    cas.ok("UpdateCsr", &[("CsrId", &id), ("Key", &key.pem)]);
    assert_eq!(cas.ok("GetCsrDetail", &[("CsrId", &id)])["PrivateKey"], key.pem);
    cas.ok("UploadCsr", &[("Csr", &csr), ("Key", &key.pem)]);

    for _ in 0..2 {
        cas.ok("DeleteCsr", &[("CsrId", &id)]);
    }
    assert_eq!(cas.refused("GetCsrDetail", &[("CsrId", &id)]), "parameter-invalid");
    assert_eq!(cas.refused("UpdateCsr", &[("CsrId", &id), ("Key", &key.pem)]), "parameter-invalid");
    assert_eq!(cas.refused("DeleteCsr", &[("CsrId", "1")]), "parameter-invalid");
    assert_eq!(cas.ok("ListCsr", &[])["TotalCount"], 1);
}

#[test]
fn csrs_are_listed_by_pages_and_filters() {
    let mut cas = service();
    for domain in ["one.example.com", "two.example.com", "three.example.org"] {
        cas.make(domain, "ECC", "256").unwrap();
    }
    let page = cas.ok("ListCsr", &[("CurrentPage", "2"), ("ShowSize", "2")]);
    assert_eq!((&page["CurrentPage"], &page["ShowSize"], &page["TotalCount"]), (&json!(2), &json!(2), &json!(3)));
    assert_eq!(page["CsrList"][0]["CommonName"], "three.example.org");
    for (filter, count) in [
        (("KeyWord", "EXAMPLE.com"), 2),
        (("KeyWord", "csr-3001"), 1),
        (("Algorithm", "RSA"), 0),
        (("Algorithm", "ECC"), 3),
    ] {
        assert_eq!(cas.ok("ListCsr", &[filter])["TotalCount"], count, "{filter:?}");
    }
    assert_eq!(cas.refused("ListCsr", &[("ShowSize", "0")]), "parameter-invalid");
}

#[test]
fn an_instance_uses_a_stored_csr_and_the_certificate_gets_its_key() {
    let mut cas = service();
    cas.ok("CreateContact", &[("Name", "Li Lei"), ("Mobile", "13800000000")]);
    let made = cas.make("www.example.com", "ECC", "256").unwrap();
    let (csr, instance) = (made["Csr"].as_str().unwrap(), "cas_dv-cn-example00005");
    let key = cas.ok("GetCsrDetail", &[("CsrId", &made["CsrId"].to_string())])["PrivateKey"].clone();
    cas.ok("UpdateInstance", &[("InstanceId", instance), ("GenerateCsrMethod", "upload"), ("Csr", csr)]);
    cas.ok("ApplyCertificate", &[("InstanceId", instance)]);
    let issued = (0..4).map(|_| cas.instance(instance)).last().unwrap();
    let stored = cas.ok("GetUserCertificateDetail", &[("CertId", &issued["CertificateId"].to_string())]);
    assert_eq!(stored["Key"], key);
    belongs(stored["Cert"].as_str().unwrap(), key.as_str().unwrap()).unwrap();
}

#[test]
fn the_state_shows_csrs_and_no_key() {
    let mut cas = service();
    cas.make("www.example.com", "ECC", "256").unwrap();
    let state = cas.state();
    assert_eq!(
        state["csrs"],
        json!({ "total": 1, "latest": [{ "id": 3001, "name": "csr-3001", "domain": "www.example.com", "with_key": true }] })
    );
    assert!(!state.to_string().contains("BEGIN"));
}
