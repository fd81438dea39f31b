//! Instances, uploads and stored CSRs over HTTP: lost responses leave traces, and secrets leave none.

use crate::setup::calls::{lost, ok};
use crate::setup::signed::{CAS, endpoint, standing, v1};
use cloudcert_emulator::{Emulator, Handle};
use serde_json::Value;

const INSTANCE: &str = "cas_dv-cn-example00005";
const PEM: &str = include_str!("../../data/pki/ec.pem");
const KEY: &str = include_str!("../../data/pki/ec-pkcs8.key");

fn services(endpoint: &Handle) -> Value {
    endpoint.state()["services"]["aliyun-cas-2020-04-07"].clone()
}

#[tokio::test]
async fn an_application_shows_after_its_response_was_lost() {
    let endpoint = endpoint().await;
    let instance = [("InstanceId", INSTANCE)];
    lost(&endpoint, "CreateContact", &[("Name", "Li Lei"), ("Mobile", "13800000000")]).await;
    let contacts = ok(&endpoint, "ListContact", &[("Keyword", "138")]).await;
    let contact = contacts["ContactList"][0]["ContactId"].to_string();
    let application =
        [("Domain", "www.example.com"), ("ContactIdList.1", &*contact), ("Tags.1.TagKey", "team"), instance[0]];
    ok(&endpoint, "UpdateInstance", &application).await;
    lost(&endpoint, "ApplyCertificate", &instance).await;
    let shown = ok(&endpoint, "GetInstanceDetail", &instance).await;
    assert_eq!((&shown["Status"], &shown["ContactIdList"][0].to_string()), (&"pending".into(), &contact));

    let again = v1(CAS, "ApplyCertificate", &instance).to(endpoint.address()).await;
    assert_eq!((again.status, again.json()["Code"].clone()), (400, "InvalidParameter".into()));
    let bought = &services(&endpoint)["instances"]["first"][4];
    assert_eq!((&bought["id"], &bought["applied"]), (&INSTANCE.into(), &2.into()), "the second call is counted");
    let task = ok(&endpoint, "GetTaskAttribute", &[("TaskId", INSTANCE)]).await;
    assert_eq!(task["TaskStatus"], "success");
    let mut certificate = Value::Null;
    while certificate.is_null() {
        certificate = ok(&endpoint, "GetInstanceDetail", &instance).await["CertificateId"].clone();
    }
    lost(&endpoint, "RevokeCertificate", &instance).await;
    let detail = ok(&endpoint, "GetCertificateDetail", &[("CertificateId", &certificate.to_string())]).await;
    assert_eq!(detail["CertificateStatus"], "revoked");
}

#[tokio::test]
async fn a_lost_upload_is_found_by_its_token_or_its_name() {
    let endpoint = endpoint().await;
    let upload = [("Name", "mine"), ("Cert", PEM), ("Key", KEY)];
    let with_token = [&upload[..], &[("ClientToken", "a-token")]].concat();
    lost(&endpoint, "UploadUserCertificate", &with_token).await;
    let made = ok(&endpoint, "UploadUserCertificate", &with_token).await;
    let repeated = v1(CAS, "UploadUserCertificate", &upload).to(endpoint.address()).await;
    assert_eq!((repeated.status, repeated.json()["Code"].clone()), (400, "NameRepeat".into()));
    let listed = ok(&endpoint, "ListCertificates", &[("CertificateSource", "UPLOAD"), ("Keyword", "mine")]).await;
    assert_eq!(listed["TotalCount"], 1);
    assert_eq!(listed["CertificateList"][0]["CertificateId"], made["CertId"].to_string());
    let other = [("CsrId", "3001"), ("Key", KEY)];
    let csr = include_str!("../../data/pki/csr-rsa-2048.pem");
    ok(&endpoint, "UploadCsr", &[("Csr", csr)]).await;
    let wrong = v1(CAS, "UpdateCsr", &other).to(endpoint.address()).await;
    assert_eq!(wrong.json()["Code"], "NotMatch.CsrAndPrivateKey");
}

#[tokio::test]
async fn keys_and_people_are_in_no_log_and_no_state() {
    let endpoint = endpoint().await;
    let hook = r#"["https://hooks.example.com/secret-hook"]"#;
    let person = [("Name", "Li Lei"), ("Mobile", "13800000000"), ("Email", "ops@example.com"), ("Idcard", "110101")];
    ok(&endpoint, "CreateContact", &[&person[..], &[("Webhooks", hook)]].concat()).await;
    ok(&endpoint, "UploadUserCertificate", &[("Name", "mine"), ("Cert", PEM), ("Key", KEY)]).await;
    let make = [
        ("CommonName", "www.example.com"),
        ("Algorithm", "ECC"),
        ("KeySize", "256"),
        ("CountryCode", "CN"),
        ("Locality", "Hangzhou"),
        ("Province", "Zhejiang"),
    ];
    let id = ok(&endpoint, "CreateCsr", &make).await["CsrId"].to_string();
    let key = ok(&endpoint, "GetCsrDetail", &[("CsrId", &id)]).await["PrivateKey"].as_str().unwrap().to_owned();
    let state = endpoint.state().to_string();
    let part = |pem: &str| pem.lines().nth(1).unwrap().chars().take(24).collect::<String>();
    for secret in [&part(KEY), &part(&key), "Li Lei", "13800000000", "ops@example.com", "110101", "secret-hook"] {
        assert!(!state.contains(secret), "{secret} is in {state}");
    }
}

#[tokio::test]
async fn a_reset_brings_the_stock_back() {
    let endpoint = standing(Emulator::new().stock("gt.dv.w", 1)).await;
    let list = || async { services(&endpoint)["instances"].clone() };
    let bought = list().await;
    assert_eq!((&bought["total"], &bought["first"][0]["spec"]), (&1.into(), &"gt.dv.w".into()));
    ok(&endpoint, "RefundInstance", &[("InstanceId", "cas_dv-cn-example00001")]).await;
    assert_ne!(list().await, bought);
    endpoint.reset();
    assert_eq!(list().await, bought);
    let error = Emulator::new().stock("ss.xx", 1).serve().await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}
