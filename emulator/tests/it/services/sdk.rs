//! The SDK's own clients work at the endpoint, with every scheme and with temporary credentials.

use crate::setup::sdk::{aliyun, config, ksyun};
use cloudcert::aliyun_cas::{v2018_07_13 as cas2018, v2020_04_07 as cas2020};
use cloudcert::api::Signature;
use cloudcert::http::Method;
use cloudcert::{Config, Credentials, ErrorKind, ksyun_kcm::v2016_03_04 as kcm};
use cloudcert_emulator::Emulator;

#[tokio::test]
async fn every_scheme_and_method_is_taken() {
    let endpoint = Emulator::start().await.unwrap();
    let url = endpoint.url();
    for signature in [Signature::AliyunV1, Signature::Acs3] {
        for method in [Method::Get, Method::Post] {
            let client = cas2020::Client::new(aliyun(url).signature(signature).method(method)).unwrap();
            client.describe_package_state().send().await.unwrap();
            let client = cas2018::Client::new(aliyun(url).signature(signature).method(method)).unwrap();
            client.describe_user_certificate_list().current_page(1).show_size(50).send().await.unwrap();
        }
    }
    for signature in [Signature::Aws4, Signature::KsyunSimple] {
        for method in [Method::Get, Method::Post] {
            let client = kcm::Client::new(ksyun(url).signature(signature).method(method)).unwrap();
            client.list_certificates().page(1).send().await.unwrap();
        }
    }
    assert_eq!(endpoint.state()["requests"]["seen"], 12);
}

#[tokio::test]
async fn temporary_credentials_are_taken_with_their_token_only() {
    let endpoint = Emulator::start().await.unwrap();
    let url = endpoint.url();
    for signature in [Signature::AliyunV1, Signature::Acs3] {
        let with = |token: &str| {
            let credentials = Credentials::new("testid", "testsecret").with_token(token);
            cas2020::Client::new(Config::new(credentials).endpoint(url).signature(signature)).unwrap()
        };
        with("testtoken").describe_package_state().send().await.unwrap();
        let error = with("another").describe_package_state().send().await.unwrap_err();
        assert_eq!(error.code(), Some("InvalidSecurityToken.Malformed"), "{error}");
    }
    for signature in [Signature::Aws4, Signature::KsyunSimple] {
        let with = |token: &str| {
            let credentials = Credentials::new("AKLTtestid", "testsecret").with_token(token);
            kcm::Client::new(Config::new(credentials).endpoint(url).signature(signature)).unwrap()
        };
        with("testtoken").list_certificates().send().await.unwrap();
        let error = with("another").list_certificates().send().await.unwrap_err();
        assert_eq!(error.code(), Some("InvalidClientTokenId"), "{error}");
    }
}

#[tokio::test]
async fn a_wrong_secret_is_an_error_that_the_sdk_knows() {
    let endpoint = Emulator::start().await.unwrap();
    let client = cas2020::Client::new(config(endpoint.url(), "testid", "wrong")).unwrap();
    let error = client.describe_package_state().send().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code(), error.status()),
        (ErrorKind::Service, Some("SignatureDoesNotMatch"), Some(400))
    );
    let client = kcm::Client::new(config(endpoint.url(), "AKLTtestid", "wrong")).unwrap();
    let error = client.get_token().send().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code(), error.status()),
        (ErrorKind::Service, Some("SignatureDoesNotMatch"), Some(403))
    );
    assert!(error.request_id().is_some());
}
