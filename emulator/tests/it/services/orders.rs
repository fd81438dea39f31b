//! Orders, waits and downloads work through the SDK, from the order to the revoked certificate.

use crate::setup::sdk;
use crate::setup::signed::{CAS, OLD_CAS, now, set, simple_parameters, simple_signed, v1_parameters, v1_signed};
use crate::setup::wire::Sent;
use cloudcert::aliyun_cas::{v2018_07_13 as cas2018, v2020_04_07 as cas2020};
use cloudcert::{Secret, ksyun_kcm::v2016_03_04 as kcm};
use cloudcert_emulator::Emulator;
use std::time::Duration;

const SOON: Duration = Duration::from_millis(1);
const CERTIFICATE: &str = include_str!("../../data/pki/ec.pem");
const KEY: &str = include_str!("../../data/pki/ec-pkcs8.key");

#[tokio::test]
async fn an_order_goes_from_quota_to_certificate() {
    let endpoint = Emulator::start().await.unwrap();
    let client = cas2020::Client::new(sdk::aliyun(endpoint.url())).unwrap();
    let order = client
        .create_certificate_request()
        .domain("www.example.com")
        .email("ops@example.com")
        .phone("13800000000")
        .username("Li Lei")
        .validate_type(cas2020::types::ValidateType::Dns)
        .send()
        .await
        .unwrap()
        .order_id;
    let used = || async { client.describe_package_state().send().await.unwrap().used_count };
    assert_eq!(used().await, Some(1));
    let proof = client.wait_until_ready_for_domain_verification(order).initial_interval(SOON).await.unwrap();
    assert_eq!(proof.record_domain.as_deref(), Some("_dnsauth"));
    let issued = client.wait_until_certificate_issued(order).initial_interval(SOON).max_interval(SOON).await.unwrap();
    assert!(issued.certificate.unwrap().starts_with("-----BEGIN CERTIFICATE-----\n"));
    assert!(issued.private_key.is_some());

    let client = cas2018::Client::new(sdk::aliyun(endpoint.url())).unwrap();
    let upload = client.create_user_certificate().name("one").cert(CERTIFICATE).key(Secret::from(KEY));
    upload.send().await.unwrap();
    let listed = client.describe_user_certificate_list().current_page(1).show_size(50).send().await.unwrap();
    assert_eq!(listed.total_count, Some(2), "the bought one and the uploaded one");
}

#[tokio::test]
async fn a_kcm_certificate_is_bought_issued_downloaded_and_revoked() {
    let endpoint = Emulator::start().await.unwrap();
    let client = sdk::kcm(sdk::ksyun(endpoint.url()));
    let order = client.apply_certificate().main_domain("www.example.com").domain_count(1).wildcard_count(0);
    let bought = order.certificate_code(kcm::types::CertificateCode::Secdv01).send().await.unwrap();
    let id = bought.certificate.certificate_id;
    endpoint.clock().advance(Duration::from_secs(2));
    let submit = client.update_certificate().certificate_id(id.clone()).is_submit(true).contact_id(1).company_id(1);
    let submit = submit.auth_method(kcm::types::AuthMethod::Dns).csr_source(kcm::types::CsrSource::System);
    submit.send().await.unwrap();
    client.wait_until_certificate_issued(id.clone()).initial_interval(SOON).max_interval(SOON).await.unwrap();

    let state = endpoint.state();
    let kcm = &state["services"]["ksyun-kcm-2016-03-04"];
    assert!(kcm["spent"]["amount"].as_i64().unwrap() > 0, "{kcm}");
    let link = client.get_download_link().certificate_id(id.clone()).send().await.unwrap().download_url;
    let path = link.expose().strip_prefix(endpoint.url()).unwrap().to_owned();
    let archive = Sent::new("GET", path.clone()).to(endpoint.address()).await;
    assert_eq!((archive.status, archive.header("content-type")), (200, Some("application/zip")));

    let token = client.get_token().send().await.unwrap().token;
    let revoke = client.revoke_certificate().certificate_id(id.clone()).reason("lost").token(token);
    revoke.send().await.unwrap();
    client.wait_until_certificate_revoked(id).initial_interval(SOON).await.unwrap();
    assert_eq!(Sent::new("GET", path).to(endpoint.address()).await.status, 404);
}

#[tokio::test]
async fn the_root_certificate_is_public() {
    let endpoint = Emulator::start().await.unwrap();
    let root = Sent::new("GET", "/ca.pem").to(endpoint.address()).await;
    assert_eq!(root.status, 200);
    assert!(root.body.starts_with("-----BEGIN CERTIFICATE-----\n"));
}

/// Addresses in every spelling, and other names that are not domains. None is sold, and no money is spent.
const NO_DOMAINS: [&str; 20] = [
    "1.2.3.4",
    "*.1.2.3.4",
    "127.1",
    "1.2.3.0x4",
    "0x7f.0.0.1",
    "0177.0.0.01",
    "1.2.3.4.",
    "::1",
    "[::1]",
    "2001:db8::1",
    "[2001:db8::1]",
    "::ffff:1.2.3.4",
    "１.２.３.４",
    "1。2。3。4",
    "localhost",
    "a_b.example.com",
    "*.*.example.com",
    "exam\u{200b}ple.com",
    "example.com:443",
    "-a.example.com",
];

#[tokio::test]
async fn no_certificate_is_sold_for_an_invalid_domain() {
    let endpoint = Emulator::start().await.unwrap();
    for domain in NO_DOMAINS {
        for product in ["symantec-dv-1-starter", "digicert-free-1-free"] {
            let own = [("Domain", domain), ("Email", "ops@example.com"), ("Phone", "13800000000"), ("Username", "x")];
            let own = [&own[..], &[("ValidateType", "DNS"), ("ProductCode", product)]].concat();
            let response = v1_now(CAS, "CreateCertificateRequest", &own).to(endpoint.address()).await;
            assert_eq!(response.status, 400, "{domain}: {response:?}");
        }
        for (domains, wildcards) in [("1", "0"), ("0", "1"), ("1", "1")] {
            let own = [("MainDomain", domain), ("CertificateCode", "SECDV01"), ("DomainCount", domains)];
            let own = [&own[..], &[("WildcardCount", wildcards), ("YearLength", "1")]].concat();
            let response = simple_now("ApplyCertificate", &own).to(endpoint.address()).await;
            assert_eq!(response.status, 400, "{domain}: {response:?}");
        }
        let own =
            [("InstanceId", "cas-cn-example00001"), ("Domain", domain), ("DomainVerifyType", "DNS"), ("City", "x")];
        let own =
            [&own[..], &[("Email", "a@example.com"), ("Mobile", "13800000000"), ("Province", "x"), ("Username", "x")]]
                .concat();
        let response = v1_now(OLD_CAS, "CreateDVOrderAudit", &own).to(endpoint.address()).await;
        assert_eq!(response.status, 400, "{domain}: {response:?}");
    }
    let services = &endpoint.state()["services"];
    assert_eq!(services["aliyun-cas-2020-04-07"]["orders"]["total"], 0);
    assert_eq!(services["ksyun-kcm-2016-03-04"]["certificates"]["total"], 0);
    assert_eq!(services["ksyun-kcm-2016-03-04"]["spent"]["amount"], 0);
}

#[tokio::test]
async fn names_in_other_scripts_are_sold_in_ascii() {
    let endpoint = Emulator::start().await.unwrap();
    let client = cas2020::Client::new(sdk::aliyun(endpoint.url())).unwrap();
    for (domain, encoded) in [
        ("例子.中国", "xn--fsqu00a.xn--fiqs8s"),
        ("उदाहरण.परीक्षा", "xn--p1b6ci4b4b3a.xn--11b5bs3a9aj6g"),
        ("ไทย.ไทย", "xn--o3cw4h.xn--o3cw4h"),
        ("Col·lecció.cat", "xn--collecci-ioa91d.cat"),
        ("XN--FSQU00A.XN--FIQS8S", "xn--fsqu00a.xn--fiqs8s"),
    ] {
        let order = client.create_certificate_request().domain(domain).email("ops@example.com").phone("13800000000");
        let order = order.username("x").validate_type(cas2020::types::ValidateType::Dns);
        let id = order.send().await.unwrap_or_else(|error| panic!("{domain}: {error}")).order_id;
        let issued = client.wait_until_certificate_issued(id).initial_interval(SOON).max_interval(SOON).await.unwrap();
        let text = issued.certificate.unwrap();
        let (_, der) = x509(&text);
        let (_, certificate) = x509_parser::parse_x509_certificate(&der).unwrap();
        let names = certificate.subject_alternative_name().unwrap().unwrap();
        let [x509_parser::extensions::GeneralName::DNSName(name)] = names.value.general_names.as_slice() else {
            panic!()
        };
        assert_eq!(*name, encoded, "{domain}");
    }
}

fn x509(text: &str) -> (String, Vec<u8>) {
    let pem = x509_parser::pem::Pem::iter_from_buffer(text.as_bytes()).next().unwrap().unwrap();
    (pem.label, pem.contents)
}

fn v1_now(version: &str, action: &str, own: &[(&str, &str)]) -> Sent {
    let mut all = v1_parameters(version, action, own);
    set(&mut all, "Timestamp", &now());
    v1_signed(&all)
}

fn simple_now(action: &str, own: &[(&str, &str)]) -> Sent {
    let mut all = simple_parameters(action, own);
    set(&mut all, "Timestamp", &now());
    simple_signed(&all)
}
