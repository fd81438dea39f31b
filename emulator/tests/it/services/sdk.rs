//! The SDK's own clients work at the endpoint, with every scheme and with temporary credentials.

use crate::setup::sdk::{aliyun, config, ksyun};
use cloudcert::aliyun_cas::{v2018_07_13 as cas2018, v2020_04_07 as cas2020};
use cloudcert::api::Signature;
use cloudcert::http::Method;
use cloudcert::{Config, Credentials, ErrorKind, ksyun_kcm::v2016_03_04 as kcm};
use cloudcert_emulator::Emulator;
use simple_dns::rdata::{RData, TXT};
use simple_dns::{CLASS, Packet, PacketFlag, ResourceRecord};
use std::collections::HashMap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

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

/// A DNS server with TXT records by name. It serves until the test process ends.
fn dns_server(records: Arc<Mutex<HashMap<String, String>>>) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let serve = move || {
        let mut buffer = [0; 2048];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let query = Packet::parse(&buffer[..length]).unwrap();
            let name = query.questions[0].qname.clone();
            let mut response = Packet::new_reply(query.id());
            response.set_flags(PacketFlag::RESPONSE);
            let value = records.lock().unwrap().get(&name.to_string()).cloned();
            if let Some(value) = &value {
                let text = RData::TXT(TXT::new().with_string(value).unwrap());
                response.answers.push(ResourceRecord::new(name, CLASS::IN, 60, text));
            }
            socket.send_to(&response.build_bytes_vec().unwrap(), from).unwrap();
        }
    };
    thread::spawn(serve);
    address
}

#[tokio::test]
async fn a_record_under_its_full_name_validates_the_domain() {
    use cas2020::describe_certificate_state::{CertificateState, DomainProof};
    let records = Arc::new(Mutex::new(HashMap::new()));
    let endpoint = Emulator::new().dns(dns_server(records.clone())).serve().await.unwrap();
    let client = cas2020::Client::new(aliyun(endpoint.url())).unwrap();
    let domain = "*.example.com";
    let order = client.create_certificate_request().domain(domain).validate_type("DNS").email("ops@example.com");
    let order = order.product_code("symantec-dv-1-starter").phone("13800000000").username("Li Lei").await.unwrap();
    let soon = Duration::from_millis(10);
    let ready = client.wait_until_ready_for_domain_verification(order.order_id).initial_interval(soon).await.unwrap();
    let CertificateState::DomainVerify(DomainProof::Dns(proof)) = ready.state() else { panic!("{ready:?}") };
    records.lock().unwrap().insert(proof.fqdn(domain), proof.record_value);
    client.wait_until_certificate_issued(order.order_id).initial_interval(soon).await.unwrap();
}
