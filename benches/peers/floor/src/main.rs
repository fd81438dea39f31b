//! The floor: a client written by hand for one action, with reqwest, a signature of its own and exact types. It validates nothing, sends
//! nothing again, hides nothing, and knows JSON only.

#![allow(dead_code, reason = "the fields are decoded, which is what is measured")]

use base64::Engine;
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha1::Sha1;
use std::fmt::Write;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Detail {
    request_id: String,
    buy_in_aliyun: Option<bool>,
    cert: Option<String>,
    city: Option<String>,
    common: Option<String>,
    country: Option<String>,
    end_date: Option<String>,
    expired: Option<bool>,
    fingerprint: Option<String>,
    id: Option<i64>,
    issuer: Option<String>,
    key: Option<SecretString>,
    name: Option<String>,
    org_name: Option<String>,
    province: Option<String>,
    sans: Option<String>,
    start_date: Option<String>,
}

struct Client {
    http: reqwest::Client,
    url: String,
    id: String,
    secret: SecretString,
}

impl Client {
    fn new(url: String) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(15))
            .build()
            .expect("a client");
        Self { http, url, id: "testid".to_owned(), secret: "testsecret".to_owned().into() }
    }

    async fn detail(&self, id: i64) -> Result<Detail, Box<dyn std::error::Error>> {
        let mut nonce = [0_u8; 16];
        getrandom::fill(&mut nonce)?;
        let nonce = nonce.iter().fold(String::with_capacity(32), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let id = id.to_string();
        let mut parameters = [
            ("CertId", id.as_str()),
            ("Action", "DescribeUserCertificateDetail"),
            ("Version", "2018-07-13"),
            ("Format", "JSON"),
            ("AccessKeyId", &self.id),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureVersion", "1.0"),
            ("SignatureNonce", &nonce),
            ("Timestamp", &now),
        ];
        parameters.sort_unstable();
        let mut query = String::with_capacity(512);
        for (name, value) in parameters {
            if !query.is_empty() {
                query.push('&');
            }
            query.extend(utf8_percent_encode(name, RESERVED));
            query.push('=');
            query.extend(utf8_percent_encode(value, RESERVED));
        }
        let text = format!("POST&%2F&{}", utf8_percent_encode(&query, RESERVED));
        let key = format!("{}&", self.secret.expose_secret());
        let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes())?;
        mac.update(text.as_bytes());
        let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
        let _ = write!(query, "&Signature={}", utf8_percent_encode(&signature, RESERVED));
        let response = self
            .http
            .post(&self.url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(query)
            .send()
            .await?
            .error_for_status()?;
        Ok(serde_json::from_slice(&response.bytes().await?)?)
    }
}

fn main() {
    common::measure(
        |url| Rc::new(Client::new(url)),
        |client| async move {
            let detail = client.detail(7_654_321).await.expect("a response");
            assert_eq!(detail.id, Some(7_654_321));
        },
    );
}
