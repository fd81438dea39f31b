use super::*;
use serde_json::json;

const PERSON: [(&str, &str); 3] = [("Email", "ops@example.com"), ("Phone", "13800000000"), ("Username", "Li Lei")];

fn service() -> Service {
    Service::new(CAS2020, usual())
}

impl Service {
    pub(super) fn order(&mut self, domain: &str, product: &str, method: &str) -> Result<String, Refusal> {
        let own = [("Domain", domain), ("ProductCode", product), ("ValidateType", method)];
        let response = self.call("CreateCertificateRequest", &[&PERSON[..], &own].concat())?;
        Ok(response["OrderId"].as_i64().unwrap().to_string())
    }

    fn order_csr(&mut self, csr: &str, product: &str) -> Result<String, Refusal> {
        let own = [("Csr", csr), ("ProductCode", product), ("ValidateType", "DNS")];
        let response = self.call("CreateCertificateWithCsrRequest", &[&PERSON[..], &own].concat())?;
        Ok(response["OrderId"].as_str().unwrap().to_owned())
    }

    pub(super) fn probe(&mut self, order: &str) -> Value {
        self.ok("DescribeCertificateState", &[("OrderId", order)])
    }

    /// Returns the response to the last of this many probes.
    pub(super) fn probes(&mut self, order: &str, count: usize) -> Value {
        let mut seen: Vec<_> = (0..count).map(|_| self.probe(order)).collect();
        seen.pop().unwrap()
    }

    /// Returns how many certificates of a product were used and issued.
    pub(super) fn counts(&mut self, product: &str) -> (String, String) {
        let response = self.ok("DescribePackageState", &[("ProductCode", product)]);
        assert_eq!(response["TotalCount"], "100");
        (response["UsedCount"].as_str().unwrap().to_owned(), response["IssuedCount"].as_str().unwrap().to_owned())
    }
}

#[test]
fn an_order_is_processed_validated_and_issued_with_the_fields_of_each_state() {
    let mut cas = service();
    let order = cas.order("WWW.example.com", "geotrust-dv-1-starter", "DNS").unwrap();
    assert!(order.parse::<i64>().unwrap() > 1 << 53, "{order} survives a float");
    assert_eq!(
        cas.counts("geotrust-dv-1-starter"),
        ("1".into(), "0".into()),
        "an order uses quota before it is issued"
    );

    assert_eq!(cas.probe(&order), json!({ "Type": "process" }));
    let record = cas.probe(&order);
    assert_eq!(names(&record), ["RecordDomain", "RecordType", "RecordValue", "Type", "ValidateType"]);
    assert_eq!(record["Type"], "domain_verify");
    assert_eq!(record, cas.probe(&order), "the record stays the same");

    let issued = cas.probe(&order);
    assert_eq!(names(&issued), ["CertId", "Certificate", "PrivateKey", "Type"]);
    assert_eq!(issued["Type"], "certificate");
    let reading = certificate(&issued["Certificate"], &["www.example.com"]);
    assert_eq!((reading.from, reading.to), (NOW, NOW + 365 * 86_400 - 1));
    belongs(issued["Certificate"].as_str().unwrap(), issued["PrivateKey"].as_str().unwrap()).unwrap();
    assert_eq!(issued, cas.probe(&order));
    assert_eq!(cas.counts("geotrust-dv-1-starter"), ("1".into(), "1".into()));

    let listed = Service::new(CAS2018, cas.world).ok("DescribeUserCertificateList", &[]);
    assert_eq!(listed["CertificateList"][0]["id"].to_string(), issued["CertId"].as_str().unwrap(), "it is one account");
}

#[test]
fn the_key_of_a_csr_is_certified_and_no_key_comes_back() {
    let mut cas = service();
    let key = Key::make(Algorithm::Rsa, 99, "mine").unwrap();
    let order = cas.order_csr(&system_request(&key, "*.example.com").unwrap(), "geotrust-dv-w-starter").unwrap();
    assert_eq!(cas.probes(&order, 3)["Type"], "domain_verify");
    let issued = cas.probe(&order);
    assert_eq!(names(&issued), ["CertId", "Certificate", "Type"]);
    certificate(&issued["Certificate"], &["*.example.com"]);
    belongs(issued["Certificate"].as_str().unwrap(), &key.pem).unwrap();
}

#[test]
fn file_validation_names_the_file() {
    let mut cas = service();
    let order = cas.order("www.example.com", "digicert-free-1-free", "FILE").unwrap();
    cas.probe(&order);
    let record = cas.probe(&order);
    assert_eq!(names(&record), ["Content", "Domain", "Type", "Uri", "ValidateType"]);
    assert_eq!((&record["Domain"], &record["ValidateType"]), (&json!("www.example.com"), &json!("FILE")));
    cas.probe(&order);
    let reading = certificate(&cas.probe(&order)["Certificate"], &["www.example.com"]);
    assert_eq!(reading.to - reading.from, 90 * 86_400 - 1, "the free product is valid for three months");
}

#[test]
fn seconds_validate_a_domain_when_they_are_set() {
    let mut cas = Service::new(CAS2020, world(Settings { seconds_until_verified: Some(600), ..Settings::default() }));
    let order = cas.order("www.example.com", "digicert-free-1-free", "DNS").unwrap();
    for _ in 0..10 {
        cas.probe(&order);
    }
    cas.wait(599);
    assert_eq!(cas.probe(&order)["Type"], "domain_verify");
    cas.wait(1);
    assert_eq!(cas.probe(&order)["Type"], "certificate");
}

#[test]
fn an_order_that_cannot_be_validated_fails_and_its_deletion_gives_quota_back() {
    let mut cas = service();
    let nowhere = cas.order("www.example.invalid", "digicert-free-1-free", "DNS").unwrap();
    let by_file = cas.order("*.example.com", "geotrust-dv-w-starter", "FILE").unwrap();
    let product = ["digicert-free-1-free", "geotrust-dv-w-starter"];
    for (order, product) in [nowhere, by_file].iter().zip(product) {
        for _ in 0..2 {
            assert_ne!(cas.probe(order)["Type"], "verify_fail");
            assert_eq!(cas.refused("DeleteCertificateRequest", &[("OrderId", order)]), "order-state-error");
        }
        assert_eq!(cas.probe(order)["Type"], "domain_verify");
        assert_eq!(cas.probe(order), json!({ "Type": "verify_fail" }));
        assert_eq!(cas.counts(product).0, "1", "a failed order counts until it is deleted");
        assert_eq!(cas.ok("DeleteCertificateRequest", &[("OrderId", order)]), json!({}));
        assert_eq!(cas.counts(product).0, "0");
        assert_eq!(cas.refused("DescribeCertificateState", &[("OrderId", order)]), "order-not-found");
    }
}

#[test]
fn an_order_that_nobody_proves_fails_after_a_week() {
    let mut cas = Service::new(CAS2020, world(Settings { polls_until_verified: Some(1000), ..Settings::default() }));
    let order = cas.order("www.example.com", "digicert-free-1-free", "DNS").unwrap();
    cas.probe(&order);
    cas.wait(7 * 86_400 - 1);
    assert_eq!(cas.probe(&order)["Type"], "domain_verify");
    cas.wait(1);
    cas.ok("DeleteCertificateRequest", &[("OrderId", &order)]);
}

#[test]
fn an_order_that_does_not_fit_its_product_is_refused_and_uses_no_quota() {
    let mut cas = service();
    for (domain, product) in [
        ("*.example.com", "digicert-free-1-free"),
        ("www.example.com", "symantec-dv-1-starter"),
        ("example", "geotrust-dv-1-starter"),
    ] {
        assert_eq!(cas.order(domain, product, "DNS").unwrap_err().row, "create-failed");
        assert_eq!(cas.counts(product).0, "0");
    }
    let two = include_str!("../../../tests/data/pki/csr-rsa-2048.pem");
    let small = include_str!("../../../tests/data/pki/csr-rsa-1024.pem");
    for csr in [two, small, "no csr", &csr("*.example.com")] {
        assert_eq!(cas.order_csr(csr, "digicert-free-1-free").unwrap_err().row, "create-failed");
    }
    assert_eq!(cas.counts("digicert-free-1-free").0, "0");
}

#[test]
fn what_was_not_bought_cannot_be_ordered_and_what_is_used_up_neither() {
    let quota = [("geotrust-dv-1-starter".to_owned(), 1)].into();
    let mut cas = Service::new(CAS2020, world(Settings { quota, ..Settings::default() }));
    assert_eq!(cas.order("www.example.com", "digicert-free-1-free", "DNS").unwrap_err().row, "package-not-found");
    assert_eq!(cas.refused("DescribePackageState", &[]), "package-not-found");
    cas.order("www.example.com", "geotrust-dv-1-starter", "DNS").unwrap();
    assert_eq!(cas.order("www.example.com", "geotrust-dv-1-starter", "DNS").unwrap_err().row, "quota-exhausted");
    assert_eq!(cas.order_csr(&csr("www.example.com"), "geotrust-dv-1-starter").unwrap_err().row, "quota-exhausted");
}

#[test]
fn the_same_seed_gives_the_same_answers() {
    let responses = |seed| {
        let mut cas = Service::new(CAS2020, world(Settings { seed, ..Settings::default() }));
        let order = cas.order("www.example.com", "digicert-free-1-free", "DNS").unwrap();
        let probes: Vec<_> = (0..4).map(|_| cas.probe(&order)).collect();
        (order, probes)
    };
    assert_eq!(responses(3), responses(3));
    assert_ne!(responses(3).0, responses(4).0);
}

#[test]
fn the_state_shows_orders_and_quota_and_no_secret() {
    let mut cas = service();
    let order = cas.order("www.example.com", "digicert-free-1-free", "DNS").unwrap();
    let value = cas.probes(&order, 3)["RecordValue"].as_str().unwrap().to_owned();
    cas.probe(&order);
    let state = crate::service::state(&cas.world, 1000);
    let own = &state[CAS2020];
    assert_eq!(own["packages"]["digicert-free-1-free"], json!({ "total": 100, "used": 1, "issued": 1 }));
    assert_eq!(own["orders"]["latest"][0]["state"], "certificate");
    assert_eq!(own["orders"]["latest"][0]["id"].to_string(), order);
    assert_eq!(state[CAS2018]["certificates"]["total"], 1);
    let text = state.to_string();
    assert!(!text.contains("PRIVATE KEY") && !text.contains(&value) && !text.contains("ops@example.com"), "{text}");
}
