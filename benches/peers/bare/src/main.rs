//! reqwest alone: a POST, and the bytes of the response.

use std::sync::Arc;

fn main() {
    let client = |url: String| {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        (reqwest::Client::builder().tls_backend_preconfigured(tls).build().expect("a client"), url)
    };
    common::measure(client, |(client, url)| async move {
        let response = client.post(url).body("CertId=7654321").send().await.expect("a response");
        assert!(response.bytes().await.expect("a body").len() > 1_000);
    });
}
