//! Orders from packages: placing, renewing, cancelling and listing them.

use super::*;
use serde_json::json;

const PRODUCT: &str = "geotrust-dv-1-starter";

fn service() -> Service {
    Service::new(CAS2020, usual())
}

impl Service {
    fn package_order(&mut self, own: &[(&str, &str)]) -> String {
        self.ok("CreateCertificateForPackageRequest", own)["OrderId"].to_string()
    }

    fn issued_order(&mut self, domain: &str) -> String {
        let order = self.order(domain, PRODUCT, "DNS").unwrap();
        assert_eq!(self.probes(&order, 4)["Type"], "certificate");
        order
    }

    fn order_list(&mut self, own: &[(&str, &str)]) -> Vec<Value> {
        let list = self.ok("ListUserCertificateOrder", own);
        assert_eq!(list["TotalCount"], list["CertificateOrderList"].as_array().unwrap().len());
        list["CertificateOrderList"].as_array().unwrap().clone()
    }

    fn order_states(&mut self, own: &[(&str, &str)]) -> Vec<String> {
        self.order_list(own).iter().map(|order| order["Status"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn an_order_from_a_package_may_have_several_domains() {
    let mut cas = service();
    let order = cas.package_order(&[("ProductCode", PRODUCT), ("Domain", "www.example.com, API.example.com")]);
    assert_eq!(cas.counts(PRODUCT), ("1".into(), "0".into()));
    let issued = cas.probes(&order, 4);
    certificate(&issued["Certificate"], &["www.example.com", "api.example.com"]);
    let listed = &cas.order_list(&[])[0];
    assert_eq!(listed["Domain"], "www.example.com,api.example.com");
    assert_eq!((&listed["DomainCount"], &listed["DomainType"]), (&json!(2), &json!("MULTIPLE")));

    let wrong = [
        "",
        "www.example.com,www.example.com",
        "a.example.com,b.example.com,c.example.com,d.example.com,e.example.com,f.example.com",
        "www.example.com,*.example.com",
        "no domain",
    ];
    for domains in wrong {
        let call = [("ProductCode", PRODUCT), ("Domain", domains)];
        assert_eq!(cas.refused("CreateCertificateForPackageRequest", &call), "create-failed", "{domains}");
    }
    assert_eq!(cas.counts(PRODUCT).0, "1", "a refused order uses nothing");
}

#[test]
fn the_csr_of_an_order_from_a_package_decides_its_domain() {
    let mut cas = service();
    let csr = csr("www.example.com");
    let order = cas.package_order(&[("ProductCode", PRODUCT), ("Csr", &csr), ("Domain", "other.example.com")]);
    let issued = cas.probes(&order, 4);
    certificate(&issued["Certificate"], &["www.example.com"]);
    assert!(issued.get("PrivateKey").is_none());
    assert_eq!(cas.order_list(&[])[0]["Algorithm"], "ECC");
}

#[test]
fn a_certificate_above_dv_names_the_company() {
    let quota = [("geotrust-ov-1-personal".to_owned(), 1)].into();
    let mut cas = Service::new(CAS2020, world(Settings { quota, ..Settings::default() }));
    let own =
        [("ProductCode", "geotrust-ov-1-personal"), ("Domain", "www.example.com"), ("CompanyName", "Example Ltd")];
    let order = cas.package_order(&own);
    let reading = certificate(&cas.probes(&order, 4)["Certificate"], &["www.example.com"]);
    assert_eq!((reading.organization.as_deref(), reading.city), (Some("Example Ltd"), None));
    assert_eq!(cas.order_list(&[])[0]["CertType"], "OV");
    assert_eq!(cas.refused("CreateCertificateForPackageRequest", &own), "quota-exhausted");
}

#[test]
fn a_renewal_is_a_new_order_for_the_same_domains_and_uses_quota() {
    let mut cas = service();
    let old = cas.order("www.example.com", PRODUCT, "DNS").unwrap();
    let renew = [("OrderId", old.as_str())];
    assert_eq!(cas.refused("RenewCertificateOrderForPackageRequest", &renew), "order-state-error");
    cas.probes(&old, 4);
    let new = cas.ok("RenewCertificateOrderForPackageRequest", &renew)["OrderId"].to_string();
    assert_ne!(new, old);
    assert_eq!(cas.counts(PRODUCT), ("2".into(), "1".into()));
    assert_eq!(cas.order_states(&[]), ["CHECKING", "ISSUED"]);
    certificate(&cas.probes(&new, 4)["Certificate"], &["www.example.com"]);

    let own = csr("www.example.com");
    let other = csr("other.example.com");
    let with = |csr| [("OrderId", old.as_str()), ("Csr", csr)];
    assert_eq!(cas.refused("RenewCertificateOrderForPackageRequest", &with(&other)), "create-failed");
    let new = cas.ok("RenewCertificateOrderForPackageRequest", &with(&own))["OrderId"].to_string();
    assert!(cas.probes(&new, 4).get("PrivateKey").is_none());
    assert_eq!(cas.refused("RenewCertificateOrderForPackageRequest", &[("OrderId", "1")]), "order-not-found");
}

#[test]
fn a_withdrawn_order_keeps_its_quota_until_it_is_cancelled() {
    let mut cas = service();
    let order = cas.order("www.example.com", PRODUCT, "DNS").unwrap();
    let id = [("OrderId", order.as_str())];
    cas.probes(&order, 2);
    cas.ok("CancelOrderRequest", &id);
    assert_eq!(cas.probe(&order), json!({ "Type": "payed" }));
    assert_eq!((cas.counts(PRODUCT).0, cas.order_states(&[])), ("1".into(), vec!["PAYED".to_owned()]));
    assert_eq!(cas.refused("CancelOrderRequest", &id), "order-state-error");
    cas.ok("CancelCertificateForPackageRequest", &id);
    assert_eq!(cas.counts(PRODUCT).0, "0");
    assert_eq!(cas.refused("CancelCertificateForPackageRequest", &id), "order-state-error", "quota comes back once");
    assert_eq!(cas.refused("DeleteCertificateRequest", &id), "order-state-error");

    let pending = cas.order("www.example.com", PRODUCT, "DNS").unwrap();
    cas.ok("CancelCertificateForPackageRequest", &[("OrderId", &pending)]);
    assert_eq!((cas.probe(&pending), cas.counts(PRODUCT).0), (json!({ "Type": "payed" }), "0".into()));
    let failed = cas.order("www.example.invalid", PRODUCT, "DNS").unwrap();
    cas.probes(&failed, 5);
    for action in ["CancelOrderRequest", "CancelCertificateForPackageRequest"] {
        assert_eq!(cas.refused(action, &[("OrderId", &failed)]), "order-state-error");
        assert_eq!(cas.refused(action, &[("OrderId", "1")]), "order-not-found");
    }
    assert_eq!(cas.order_states(&[("Status", "CHECKED_FAIL")]).len(), 1);
}

#[test]
fn cancelling_an_issued_order_revokes_its_certificate_for_good() {
    let mut cas = service();
    let order = cas.issued_order("www.example.com");
    let id = [("OrderId", order.as_str())];
    assert_eq!(cas.refused("CancelOrderRequest", &id), "order-state-error");
    cas.ok("CancelCertificateForPackageRequest", &id);
    assert_eq!(cas.refused("CancelCertificateForPackageRequest", &id), "order-state-error");
    assert_eq!(cas.refused("RenewCertificateOrderForPackageRequest", &id), "order-state-error");
    assert_eq!((cas.counts(PRODUCT), cas.order_states(&[])), (("1".into(), "1".into()), vec!["REVOKED".to_owned()]));
    assert!(cas.order_list(&[("OrderType", "CERT")]).is_empty());
    assert_eq!(cas.order_list(&[("OrderType", "CERT"), ("Status", "REVOKED")]).len(), 1);
    assert_eq!(cas.state()["orders"]["latest"][0]["state"], "revoked");
}

#[test]
fn a_certificate_that_was_revoked_by_its_order_is_revoked_everywhere() {
    let mut cas = service();
    let order = cas.issued_order("www.example.com");
    let certificate = cas.probe(&order)["CertId"].as_str().unwrap().to_owned();
    cas.ok("CancelCertificateForPackageRequest", &[("OrderId", &order)]);
    let detail = cas.ok("GetCertificateDetail", &[("CertificateId", &certificate)]);
    assert_eq!(detail["CertificateStatus"], "revoked");
    assert_eq!(cas.state()["certificates"]["revoked"], 1);
}

#[test]
fn an_error_after_the_execution_hides_a_cancellation_and_a_renewal() {
    let mut cas = service();
    let order = cas.issued_order("www.example.com");
    let id = [("OrderId", order.as_str())];
    cas.force("RenewCertificateOrderForPackageRequest", "unknown-error", true);
    assert_eq!(cas.refused("RenewCertificateOrderForPackageRequest", &id), "unknown-error");
    assert_eq!(cas.counts(PRODUCT).0, "2", "the order was placed");
    cas.force("CancelCertificateForPackageRequest", "unknown-error", true);
    assert_eq!(cas.refused("CancelCertificateForPackageRequest", &id), "unknown-error");
    assert_eq!(cas.order_states(&[]), ["CHECKING", "REVOKED"]);
}

#[test]
fn orders_and_certificates_are_listed_by_type_status_word_and_page() {
    let mut cas = service();
    cas.api = CAS2018;
    let key = include_str!("../../../tests/data/pki/ec-pkcs8.key");
    let upload = [("Name", "mine"), ("Cert", include_str!("../../../tests/data/pki/ec.pem")), ("Key", key)];
    cas.ok("CreateUserCertificate", &upload);
    cas.api = CAS2020;
    let first = cas.issued_order("www.example.com");
    let second = cas.issued_order("api.example.com");
    let ids: Vec<String> = cas.order_list(&[]).iter().map(|order| order["OrderId"].to_string()).collect();
    assert_eq!(ids, [second.clone(), first.clone()], "the latest first");
    let shown = &cas.order_list(&[("Keyword", "API")])[0];
    assert_eq!(shown["OrderId"].to_string(), second);
    assert_eq!((&shown["BuyDate"], &shown["CertStartTime"]), (&json!(NOW * 1000), &json!(NOW * 1000)));
    assert_eq!(
        (&shown["RootBrand"], &shown["CertType"], &shown["SourceType"]),
        (&json!("GeoTrust"), &json!("DV"), &json!("cpack"))
    );
    let instance = shown["InstanceId"].as_str().unwrap().to_owned();
    assert_eq!(cas.order_list(&[("Keyword", &instance)]).len(), 1);

    assert!(cas.order_list(&[("OrderType", "BUY")]).is_empty());
    let held = cas.order_list(&[("OrderType", "CERT"), ("Keyword", "www")]);
    assert_eq!((&held[0]["CommonName"], &held[0]["Upload"]), (&json!("www.example.com"), &json!(false)));
    assert_eq!(held[0]["Sha2"].as_str().unwrap().len(), 64);
    let status = |cas: &mut Service, status| cas.order_list(&[("OrderType", "UPLOAD"), ("Status", status)]).len();
    let uploaded = ["ISSUED", "WILLEXPIRED", "EXPIRED"].map(|name| status(&mut cas, name));
    assert_eq!(uploaded.iter().sum::<usize>(), 1);
    assert_eq!(cas.refused("ListUserCertificateOrder", &[("OrderType", "CARD")]), "parameter-invalid");

    let page = cas.ok("ListUserCertificateOrder", &[("ShowSize", "1"), ("CurrentPage", "2")]);
    assert_eq!((&page["TotalCount"], page["CertificateOrderList"][0]["OrderId"].to_string()), (&json!(2), first));
    assert_eq!(cas.refused("ListUserCertificateOrder", &[("ShowSize", "0")]), "parameter-invalid");

    cas.wait(340 * 86_400);
    assert_eq!(cas.order_states(&[("Status", "WILLEXPIRED")]).len(), 2);
    cas.wait(30 * 86_400);
    assert_eq!(cas.order_states(&[]), ["EXPIRED", "EXPIRED"]);
    assert!(cas.order_list(&[("OrderType", "CERT")]).iter().all(|held| held["Upload"] == true));
}

#[test]
fn packages_are_counted_in_json_and_in_printed_maps() {
    let quota = [(PRODUCT.to_owned(), 3), ("symantec-dv-1-starter".to_owned(), 2)].into();
    let mut cas = Service::new(CAS2020, world(Settings { quota, ..Settings::default() }));
    cas.order("www.example.com", PRODUCT, "DNS").unwrap();
    let counts = cas.ok("GetCertificatePackageCount", &[]);
    assert_eq!(counts["TotalCountDetail"], "{TotalCount=5, RemainCount=4, FreeQuota=0, UsedCount=1}");
    let products: Value = serde_json::from_str(counts["ProductCountList"].as_str().unwrap()).unwrap();
    let expected = json!({ "ProductId": 1, "ProductCode": PRODUCT, "BrandName": "GeoTrust", "CertType": "DV",
        "DomainType": "ONE", "TotalCount": 3, "UsedCount": 1, "RemainCount": 2 });
    assert_eq!(products[0], expected);
    assert_eq!(products[1]["DomainType"], "WILDCARD");
}
