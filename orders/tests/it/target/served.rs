//! What a server shows is compared with what was deployed.

use super::{Place, shell};
use cloudcert_orders::Kind;
use cloudcert_orders::store::NewCertificate;
use cloudcert_orders::target::{Command, Served, Target, Verified};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::ResolvesServerCertUsingSni;
use rustls::sign::CertifiedKey;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

type Shared = Arc<Mutex<Arc<ServerConfig>>>;

fn key(new: &NewCertificate) -> CertifiedKey {
    let text = new.certificate.clone() + &new.chain;
    let chain = CertificateDer::pem_slice_iter(text.as_bytes()).map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_slice(new.key.expose().as_bytes()).unwrap();
    CertifiedKey::from_der(chain, key, &rustls::crypto::ring::default_provider()).unwrap()
}

/// A server that shows these certificates by the name that it is asked for.
fn shows(names: &[(&str, &NewCertificate)]) -> Arc<ServerConfig> {
    let mut by_name = ResolvesServerCertUsingSni::new();
    for (name, new) in names {
        by_name.add(name, key(new)).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_no_client_auth().with_cert_resolver(Arc::new(by_name)))
}

async fn serve(config: Arc<ServerConfig>) -> (String, Shared) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let shared = Arc::new(Mutex::new(config));
    let current = shared.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let config = current.lock().unwrap().clone();
            let _ = TlsAcceptor::from(config).accept(stream).await;
        }
    });
    (address, shared)
}

fn quick(address: &str) -> Served {
    let patience = Duration::from_millis(600);
    Served { patience, ..Served::at(address) }
}

#[tokio::test]
async fn the_right_certificate_is_recognised_whoever_issued_it() {
    let place = Place::new();
    let new = place.issue();
    let stored = place.put(1, &new);
    let (address, _) = serve(shows(&[("www.example.com", &new)])).await;
    Served::at(address).verify(&stored).await.unwrap();
}

#[tokio::test]
async fn another_certificate_is_a_failure_with_both_fingerprints() {
    let place = Place::new();
    let (old, new) = (place.issue(), place.issue());
    let (before, stored) = (place.put(1, &old), place.put(2, &new));
    let (address, _) = serve(shows(&[("www.example.com", &old)])).await;
    let failure = quick(&address).verify(&stored).await.unwrap_err();
    assert_eq!(failure.kind(), Kind::Outstanding);
    for fingerprint in [&before.fingerprint, &stored.fingerprint] {
        assert!(failure.message().contains(fingerprint), "{failure}");
    }
    assert_eq!(failure.place(), Some(address.as_str()));
}

#[tokio::test]
async fn a_server_that_loads_the_new_certificate_later_is_waited_for() {
    let place = Place::new();
    let (old, new) = (place.issue(), place.issue());
    let stored = place.put(1, &new);
    let (address, shared) = serve(shows(&[("www.example.com", &old)])).await;
    let reload = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(800)).await;
        *shared.lock().unwrap() = shows(&[("www.example.com", &new)]);
    });
    Served::at(address).verify(&stored).await.unwrap();
    reload.await.unwrap();
}

#[tokio::test]
async fn the_server_is_asked_for_the_first_name_of_the_certificate_or_another_one() {
    let place = Place::new();
    let (www, api) = (place.issue(), place.authority.issue(&["www.example.com", "api.example.net"]));
    let stored = place.put(1, &api);
    let (address, _) = serve(shows(&[("www.example.com", &www), ("api.example.net", &api)])).await;
    let failure = quick(&address).verify(&stored).await.unwrap_err();
    assert!(failure.message().contains("another certificate"), "{failure}");
    let asked = Served { server_name: Some("api.example.net".to_owned()), ..quick(&address) };
    asked.verify(&stored).await.unwrap();
    let unknown = Served { server_name: Some("nobody.example.org".to_owned()), ..quick(&address) };
    let failure = unknown.verify(&stored).await.unwrap_err();
    assert!(failure.message().contains("shows no certificate"), "{failure}");
}

#[tokio::test]
async fn a_server_that_shows_nothing_is_a_failure_that_says_why() {
    let place = Place::new();
    let stored = place.put(1, &place.issue());
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = nobody.local_addr().unwrap().to_string();
    drop(nobody);
    let failure = quick(&closed).verify(&stored).await.unwrap_err();
    assert_eq!(failure.kind(), Kind::Outstanding);
    assert!(failure.message().contains("refused"), "{failure}");

    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let started = Instant::now();
    let address = silent.local_addr().unwrap().to_string();
    let hasty = Served { timeout: Duration::from_millis(400), ..quick(&address) };
    let failure = hasty.verify(&stored).await.unwrap_err();
    assert!(failure.message().contains("did not answer within 0.4 s"), "{failure}");
    assert!(started.elapsed() < Duration::from_secs(5));

    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = plain.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = plain.accept().await {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let failure = quick(&address).verify(&stored).await.unwrap_err();
    assert!(failure.message().contains("shows no certificate"), "{failure}");
}

#[tokio::test]
async fn an_address_needs_host_and_port() {
    let place = Place::new();
    let stored = place.put(1, &place.issue());
    for address in ["www.example.com", "www.example.com:", ":443", "www.example.com:0", "www.example.com:70000", ""] {
        let failure = Served::at(address).verify(&stored).await.unwrap_err();
        assert_eq!(failure.kind(), Kind::Unconfigured, "{failure}");
    }
}

#[tokio::test]
async fn a_deployment_that_the_server_does_not_show_has_failed() {
    let place = Place::new();
    let (old, new) = (place.issue(), place.issue());
    let stored = place.put(1, &new);
    let (address, shared) = serve(shows(&[("www.example.com", &old)])).await;
    let command = Command { name: "own".to_owned(), hook: shell("echo '{\"id\": 1}'") };
    let target = Verified { target: Box::new(command), served: quick(&address) };
    assert_eq!(target.name(), "own");
    assert_eq!(target.deploy(&stored, None).await.unwrap_err().kind(), Kind::Outstanding);
    *shared.lock().unwrap() = shows(&[("www.example.com", &new)]);
    assert_eq!(target.deploy(&stored, None).await.unwrap()["id"], 1);
}
