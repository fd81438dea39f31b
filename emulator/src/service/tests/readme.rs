//! The README shows the state as it is.

use super::*;

/// The names of a value's members, however deep, without those that are ids.
fn shape(value: &Value, at: &str, out: &mut std::collections::BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let at = format!("{at}/{name}");
                out.insert(at.clone());
                shape(value, &at, out);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| shape(item, at, out)),
        _ => {}
    }
}

#[test]
fn the_state_has_just_the_members_that_the_readme_shows() {
    let readme = include_str!("../../../README.md");
    let text = readme.split("### What the state shows").nth(1).unwrap();
    let text = text.split("```json").nth(1).unwrap().split("```").next().unwrap();
    let mut expected = std::collections::BTreeSet::new();
    shape(&serde_json::from_str(text).unwrap(), "", &mut expected);

    let quota = [("geotrust-dv-1-starter".to_owned(), 100)].into();
    let mut service = Service::new(CAS2020, world(Settings { quota, instances: Some(1), ..Settings::default() }));
    let order = [
        ("Domain", "www.example.com"),
        ("ProductCode", "geotrust-dv-1-starter"),
        ("Email", "ops@example.com"),
        ("Phone", "13800000000"),
        ("Username", "Li Lei"),
        ("ValidateType", "DNS"),
    ];
    let id = service.ok("CreateCertificateRequest", &order)["OrderId"].to_string();
    for _ in 0..4 {
        service.ok("DescribeCertificateState", &[("OrderId", &id)]);
    }
    let certificate =
        service.ok("DescribeCertificateState", &[("OrderId", &id)])["CertId"].as_str().unwrap().to_owned();
    let job = [
        ("Name", "web"),
        ("JobType", "user"),
        ("CertIds", &*certificate),
        ("ResourceIds", "2356001"),
        ("ContactIds", "1"),
    ];
    service.ok("CreateDeploymentJob", &job);
    service.ok(
        "CreateCsr",
        &[
            ("CommonName", "www.example.com"),
            ("Algorithm", "ECC"),
            ("KeySize", "256"),
            ("CountryCode", "CN"),
            ("Locality", "Hangzhou"),
            ("Province", "Zhejiang"),
        ],
    );
    service.api = KCM;
    let order = [
        ("MainDomain", "www.example.com"),
        ("CertificateCode", "SECDV01"),
        ("YearLength", "1"),
        ("DomainCount", "1"),
        ("WildcardCount", "0"),
    ];
    service.ok("ApplyCertificate", &order);
    let [pem, key] =
        [include_str!("../../../tests/data/pki/ec.pem"), include_str!("../../../tests/data/pki/ec-pkcs8.key")];
    service.ok("UploadCertificate", &[("CertName", "mine"), ("CertFile", pem), ("CertKey", key)]);
    service.ok("CreateCertificate", &[("CertificateName", "shop"), ("PublicKey", pem), ("PrivateKey", key)]);
    let mut found = std::collections::BTreeSet::new();
    shape(&crate::service::state(&service.world, 1000), "", &mut found);
    assert_eq!(found, expected);
}
