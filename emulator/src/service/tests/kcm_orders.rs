//! KCM: what orders cost, and what becomes of them later.

use super::kcm::{COMPANY, SUBMIT, SYSTEM, service};
use super::*;
use serde_json::json;

#[test]
fn an_order_costs_money_and_fits_its_product() {
    let mut kcm = service();
    let cases = [
        ("www.example.com", "SECDV01", "2", "0"),
        ("www.example.com", "SECDV03", "2", "0"),
        ("*.example.com", "SECDV01", "1", "0"),
        ("www.example.com", "SECDV02", "0", "1"),
        ("www.example.com", "SYMCDV01", "1", "0"),
        ("no domain", "SECDV01", "1", "0"),
    ];
    for (domain, code, domains, wildcards) in cases {
        let refusal = kcm.apply(domain, code, domains, wildcards).unwrap_err();
        assert_eq!(refusal.row, "parameter-value-invalid", "{domain} {code}");
    }
    assert_eq!(kcm.spent(), 0, "a refused order costs nothing");
    kcm.apply("*.example.com", "SYMCDV02", "0", "1").unwrap();
    let first = kcm.spent();
    kcm.apply("*.example.com", "SYMCDV02", "0", "1").unwrap();
    assert!(first > 0 && kcm.spent() == 2 * first, "every order costs");
}

#[test]
fn a_certificate_is_extended_under_its_id() {
    let mut kcm = service();
    let id = kcm.issued("SECDV01");
    let before = kcm.spent();
    let extend = [
        ("CertificateId", id.as_str()),
        ("CertificateCode", "SECDV01"),
        ("YearLength", "1"),
        ("DomainCount", "1"),
        ("WildcardCount", "0"),
    ];
    let response = kcm.ok("ExtendCertificate", &extend);
    assert_eq!(
        (&response["Certificate"]["CertificateId"], &response["Certificate"]["CertificateStatus"]),
        (&json!(id), &json!("0"))
    );
    assert!(kcm.spent() > before);
    assert_eq!(kcm.refused("ExtendCertificate", &extend), "cert-status-error");
    kcm.update(&id, &[SUBMIT, SYSTEM]).unwrap();
    kcm.wait(86_400);
    for _ in 0..3 {
        kcm.detail(&id);
    }
    assert_eq!(kcm.detail(&id)["ExpireTime"], "2027-01-03 03:04:06");
}

#[test]
fn what_is_not_through_is_cancelled_once() {
    let mut kcm = service();
    let ordered = kcm.ordered("SECDV01");
    let submitted = kcm.submitted("SECDV01");
    for id in [ordered, submitted] {
        kcm.ok("CancelTransaction", &[("CertificateId", &id)]);
        assert_eq!(kcm.detail(&id)["CertificateStatus"], 5);
        assert_eq!(kcm.refused("CancelTransaction", &[("CertificateId", &id)]), "cancel-conflict");
        assert_eq!(kcm.update(&id, &COMPANY).unwrap_err().row, "cert-status-error");
    }
    let issued = kcm.issued("SECDV01");
    assert_eq!(kcm.refused("CancelTransaction", &[("CertificateId", &issued)]), "trans-status-error");
}

#[test]
fn a_revocation_needs_a_fresh_token_that_nobody_used() {
    let mut kcm = service();
    let id = kcm.issued("SECDV01");
    let other = kcm.issued("SECDV01");
    assert_eq!(kcm.revoke(&id, "made up", &[]).unwrap_err().row, "invalid-token");
    let old = kcm.token();
    kcm.wait(300);
    assert_eq!(kcm.revoke(&id, &old, &[]).unwrap_err().row, "invalid-token");
    let token = kcm.token();
    kcm.wait(299);
    assert_eq!(kcm.revoke(&id, &token, &[]).unwrap()["Certificate"]["CertificateStatus"], 3);
    assert_eq!(kcm.revoke(&other, &token, &[]).unwrap_err().row, "invalid-token", "a token is used once");
    let token = kcm.token();
    assert_eq!(kcm.revoke(&id, &token, &[]).unwrap_err().row, "cert-status-error");
    assert_eq!(kcm.refused("CancelTransaction", &[("CertificateId", &id)]), "cert-status-error");
    assert_eq!(kcm.detail(&id)["CertificateStatus"], 3);
    assert_eq!(kcm.ok("GetToken", &[])["ApiHost"], "127.0.0.1:8080");
}

#[test]
fn brands_other_than_sectigo_want_a_letter() {
    let mut kcm = service();
    let id = kcm.issued("GEODV03");
    let token = kcm.token();
    assert_eq!(kcm.revoke(&id, &token, &[]).unwrap_err().row, "missing-parameter");
    let large = "A".repeat(900_000);
    assert_eq!(kcm.revoke(&id, &token, &[("RevokeLetter", &large)]).unwrap_err().row, "parameter-value-invalid");
    kcm.revoke(&id, &token, &[("RevokeLetter", "iVBORw0KGgo=")]).unwrap();
}

#[test]
fn certificates_are_listed_by_id_project_domain_and_page() {
    let mut kcm = service();
    for domain in ["a.example.com", "b.example.com", "a.example.com"] {
        kcm.apply(domain, "SECDV01", "1", "0").unwrap();
    }
    let order = [("MainDomain", "c.example.com"), ("CertificateCode", "SECDV01"), ("YearLength", "1")];
    kcm.ok(
        "ApplyCertificate",
        &[&order[..], &[("DomainCount", "1"), ("WildcardCount", "0"), ("ProjectId", "7")]].concat(),
    );
    let count = |kcm: &mut Service, params: &[(&str, &str)]| {
        kcm.ok("ListCertificates", params)["CertificateSet"].as_array().unwrap().len()
    };
    assert_eq!(count(&mut kcm, &[]), 3, "only the default project");
    assert_eq!(count(&mut kcm, &[("ProjectId.1", "0"), ("ProjectId.2", "7")]), 4);
    let filter = [("Filter.1.Name", "main-domain"), ("Filter.1.Value.1", "a.example.com")];
    assert_eq!(count(&mut kcm, &filter), 2);
    assert_eq!(count(&mut kcm, &[("CertificateId.1", "2601020300002"), ("CertificateId.2", "1")]), 1);
    assert_eq!(count(&mut kcm, &[("Page", "1"), ("PageSize", "2")]), 2);
    assert_eq!(count(&mut kcm, &[("Page", "2"), ("PageSize", "2")]), 1);
    assert_eq!(kcm.refused("ListCertificates", &[("Page", "0")]), "parameter-value-invalid");
    assert_eq!(kcm.refused("ListCertificates", &[("ProjectId.1", "x")]), "parameter-value-invalid");
    let listed = kcm.ok("ListCertificates", &[]);
    assert_eq!(listed["CertificateSet"][0]["DomainCount"], 1, "a list responses numbers as numbers");
}

#[test]
fn the_state_shows_money_and_certificates_and_no_secret() {
    let mut kcm = service();
    let id = kcm.issued("SECDV01");
    let token = kcm.token();
    let state = kcm.state();
    assert_eq!(state["certificates"]["latest"][0]["status"], 2);
    assert_eq!(state["certificates"]["latest"][0]["id"], json!(id));
    let text = state.to_string();
    assert!(!text.contains(&token) && !text.contains("BEGIN") && !text.contains("Li") && !text.contains("13800000000"));
}
