//! Responses have the shape that the request asks for: JSON and XML, envelopes, headers.

use crate::setup::signed::{
    CAS, KCM, SCOPE, acs3_signed, aws4, aws4_signed, endpoint, kcm, nonce, set, v1, v1_parameters, v1_signed,
};
use crate::setup::wire::{Response, Sent};
use cloudcert::sign::sha256_hex;
use cloudcert_emulator::{Fault, Handle, Rule};
use roxmltree::Document;

async fn old_format(endpoint: &Handle, action: &str, format: &str) -> Response {
    let mut all = v1_parameters(CAS, action, &[]);
    set(&mut all, "Format", format);
    v1_signed(&all).to(endpoint.address()).await
}

#[tokio::test]
async fn alibaba_cloud_responds_in_the_requested_format() {
    let endpoint = endpoint().await;
    for format in ["JSON", "json"] {
        let response = old_format(&endpoint, "DescribePackageState", format).await;
        assert_eq!(response.header("content-type"), Some("application/json;charset=utf-8"));
        assert!(response.json()["RequestId"].is_string());
    }
    for format in ["XML", "xml"] {
        let response = old_format(&endpoint, "DescribePackageState", format).await;
        assert_eq!(response.header("content-type"), Some("text/xml;charset=utf-8"));
        let document = Document::parse(&response.body).unwrap();
        assert_eq!(document.root_element().tag_name().name(), "DescribePackageStateResponse");
        let id = document.descendants().find(|node| node.has_tag_name("RequestId")).unwrap();
        assert_eq!(id.text(), response.header("x-acs-request-id"));
    }
}

#[tokio::test]
async fn alibaba_clouds_errors_have_their_xml_too() {
    let endpoint = endpoint().await;
    let response = old_format(&endpoint, "DescribeCertificateState", "XML").await;
    assert_eq!((response.status, response.header("content-type")), (400, Some("text/xml;charset=utf-8")));
    let document = Document::parse(&response.body).unwrap();
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "Error");
    let text = |name: &str| root.children().find(|node| node.has_tag_name(name)).and_then(|node| node.text());
    assert_eq!(text("Code"), Some("MissingOrderId"));
    assert_eq!(text("HostId"), Some("cas.aliyuncs.com"));
    assert!(text("Message").is_some() && text("RequestId").is_some() && text("Recommend").is_some());
}

#[tokio::test]
async fn acs3_goes_by_the_accept_header() {
    let endpoint = endpoint().await;
    for (accept, kind) in [("application/xml", "text/xml;charset=utf-8"), ("*/*", "application/json;charset=utf-8")] {
        let sent = Sent::new("GET", "/")
            .header("host", "cas.example.com")
            .header("accept", accept)
            .header("x-acs-action", "DescribePackageState")
            .header("x-acs-version", CAS)
            .header("x-acs-date", "2026-01-02T03:04:05Z")
            .header("x-acs-signature-nonce", nonce())
            .header("x-acs-content-sha256", sha256_hex(b""));
        let response = acs3_signed(sent, &[]).to(endpoint.address()).await;
        assert_eq!((response.status, response.header("content-type")), (200, Some(kind)), "{response:?}");
    }
}

fn kcm_accepting(action: &str, accept: &str) -> Sent {
    let mut sent = kcm(action, &[]);
    sent.headers.iter_mut().filter(|(name, _)| name == "accept").for_each(|(_, value)| accept.clone_into(value));
    aws4_signed(sent, &SCOPE, &[])
}

#[tokio::test]
async fn kingsoft_cloud_responds_in_xml_with_its_roots() {
    let endpoint = endpoint().await;
    let response = kcm_accepting("ListCertificates", "application/xml").to(endpoint.address()).await;
    let document = Document::parse(&response.body).unwrap();
    let root = document.root_element().tag_name();
    assert_eq!(
        (root.name(), root.namespace()),
        ("ListCertificatesResponse", Some("http://kcm.api.ksyun.com/doc/2016-03-04"))
    );
    // The gateway's errors.
    let response = kcm_accepting("GetCertificateDetail", "application/xml").to(endpoint.address()).await;
    let document = Document::parse(&response.body).unwrap();
    assert_eq!(document.root_element().tag_name().name(), "ErrorResponse");
    let code = document.descendants().find(|node| node.has_tag_name("Code")).unwrap();
    assert_eq!(code.text(), Some("MissingParameter"));
    assert_eq!(code.parent().unwrap().tag_name().name(), "Error");
    let id = document.root_element().children().find(|node| node.has_tag_name("RequestId")).unwrap();
    assert_eq!(id.text(), response.header("x-kss-request-id"));
}

#[tokio::test]
async fn kingsoft_clouds_errors_in_json_are_nested() {
    let endpoint = endpoint().await;
    let response = kcm_accepting("GetCertificateDetail", "application/json").to(endpoint.address()).await;
    let json = response.json();
    assert_eq!(json["Error"]["Code"], "MissingParameter");
    assert_eq!(json["Error"]["Type"], "Sender");
    assert!(json["RequestId"].is_string() && json.get("Code").is_none());
}

#[tokio::test]
async fn envelopes_are_sent_on_request_including_the_misspelt_one() {
    let endpoint = endpoint().await;
    endpoint.inject(Rule::new(Fault::Envelope)).unwrap();
    let response = kcm_accepting("ListCertificates", "application/json").to(endpoint.address()).await;
    assert!(response.json()["ListCertificatesResponse"]["RequestId"].is_string(), "{response:?}");
    // Alibaba Cloud never wraps.
    let response = v1(CAS, "DescribePackageState", &[]).to(endpoint.address()).await;
    assert!(response.json()["RequestId"].is_string(), "{response:?}");
    endpoint.clear_faults();
    let response = kcm_accepting("ListCertificates", "application/json").to(endpoint.address()).await;
    assert!(response.json()["RequestId"].is_string(), "{response:?}");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_ids() {
    let mut ids = Vec::new();
    for seed in [7, 7, 8] {
        let endpoint = crate::setup::signed::standing(cloudcert_emulator::Emulator::new().seed(seed)).await;
        let first = kcm_accepting("GetToken", "application/json").to(endpoint.address()).await;
        let id = first.header("x-kss-request-id").unwrap().to_owned();
        endpoint.reset();
        endpoint.clock().set(crate::setup::signed::NOW);
        let again = kcm_accepting("GetToken", "application/json").to(endpoint.address()).await;
        assert_eq!(again.header("x-kss-request-id"), Some(id.as_str()), "a reset begins anew");
        ids.push(id);
    }
    assert!(ids[0] == ids[1] && ids[1] != ids[2], "{ids:?} {KCM}");
}

#[tokio::test]
async fn the_misspelt_envelope_is_sent_as_the_vendor_spells_it() {
    let endpoint = endpoint().await;
    let own = [
        ("MainDomain", "www.example.com"),
        ("CertificateCode", "SECDV01"),
        ("YearLength", "1"),
        ("DomainCount", "1"),
        ("WildcardCount", "0"),
    ];
    let made = aws4("ApplyCertificate", &own).to(endpoint.address()).await.json();
    let id = made["Certificate"]["CertificateId"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    endpoint.clock().advance(std::time::Duration::from_secs(3));
    endpoint.inject(Rule::new(Fault::Envelope)).unwrap();
    let response = aws4("CancelTransaction", &[("CertificateId", &id)]).to(endpoint.address()).await.json();
    let inner = &response["CancleTransactionResponse"];
    assert!(inner["RequestId"].is_string(), "{response}");
    assert_eq!(inner["Certificate"]["CertificateStatus"], "5", "numbers are texts: {response}");
}
