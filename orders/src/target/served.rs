//! What a server shows to those who connect.

use crate::base::failure::{Failure, Kind};
use crate::base::hex::hex;
use crate::base::task::Task;
use crate::base::text::{Text, system};
use crate::store::Stored;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// The pause between two connections.
const PAUSE: Duration = Duration::from_millis(250);

/// A server that must show the certificate that was deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Host and port, such as `www.example.com:443` or `[2001:db8::1]:8443`.
    pub address: String,
    /// The name that the server is asked for. `None` is the host of the address; if that is a number, the first name of the certificate.
    pub server_name: Option<String>,
    /// How long one connection may take.
    pub timeout: Duration,
    /// How long the server has to show the new certificate: it may still be loading it.
    pub patience: Duration,
}

/// What a connection has shown.
enum Shown {
    Fingerprint(String),
    /// Why there was no certificate.
    Nothing(Text),
}

impl Served {
    /// A server with the usual times: 5 seconds a connection, 10 seconds until the new certificate is there.
    #[must_use]
    pub fn at(address: impl Into<String>) -> Self {
        let (timeout, patience) = (Duration::from_secs(5), Duration::from_secs(10));
        Self { address: address.into(), server_name: None, timeout, patience }
    }

    /// Connects until the server shows this certificate, and compares its SHA-256. Whether anybody trusts it is not checked.
    ///
    /// # Errors
    ///
    /// Of the kind [`Outstanding`](Kind::Outstanding) if the server shows another certificate or none, or nobody listens. Of the kind
    /// [`Unconfigured`](Kind::Unconfigured) if the address has no port.
    #[must_use = "nobody is asked before this is awaited"]
    pub fn verify<'a>(&'a self, stored: &'a Stored) -> Task<'a, ()> {
        Box::pin(async move {
            let name = self.name(stored)?;
            let started = Instant::now();
            loop {
                let shown = match tokio::time::timeout(self.timeout, self.connect(name.clone())).await {
                    Ok(shown) => shown,
                    Err(_) => Shown::Nothing(text!(
                        "it did not answer within {} s",
                        "{} 秒内未响应",
                        self.timeout.as_secs_f64()
                    )),
                };
                let why = match shown {
                    Shown::Fingerprint(found) if found == stored.fingerprint => return Ok(()),
                    Shown::Fingerprint(found) => {
                        text!(
                            "the server shows another certificate (SHA-256 {found}) than {}",
                            "服务器出示的证书（SHA-256 {found}）不是 {}",
                            stored.fingerprint
                        )
                    }
                    Shown::Nothing(why) => {
                        text!("the server shows no certificate: {why}", "服务器未出示证书：{why}"; why)
                    }
                };
                if started.elapsed() + PAUSE >= self.patience {
                    let remedy = text!(
                        "Check that the server has loaded the new files, and that the address is right.",
                        "请检查服务器是否已加载新文件，以及地址是否正确。"
                    );
                    return Err(Failure::new(Kind::Outstanding, why).at(&self.address).remedy(remedy));
                }
                tokio::time::sleep(PAUSE).await;
            }
        })
    }

    fn name(&self, stored: &Stored) -> Result<ServerName<'static>, Failure> {
        let wrong = |message: Text| {
            let failure = Failure::new(Kind::Unconfigured, message).at(&self.address);
            failure.remedy(text!(
                "Write host and port, such as `www.example.com:443`.",
                "请写主机和端口，例如 `www.example.com:443`。"
            ))
        };
        let (host, port) =
            self.address.rsplit_once(':').ok_or_else(|| wrong(text!("this address has no port", "此地址没有端口")))?;
        let port = port.parse::<u16>().ok().filter(|port| *port > 0);
        if host.is_empty() || port.is_none() {
            return Err(wrong(text!("this is not an address", "不是地址")));
        }
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let is_number = host.parse::<std::net::IpAddr>().is_ok();
        let wanted = match (&self.server_name, is_number) {
            (Some(name), _) => name.clone(),
            (None, false) => host.to_owned(),
            // Any name below it will do for a wildcard.
            (None, true) => stored.names.first().map_or(host, String::as_str).replace('*', "www"),
        };
        ServerName::try_from(wanted).map_err(|_| wrong(text!("this is not the name of a server", "不是服务器名称")))
    }

    async fn connect(&self, name: ServerName<'static>) -> Shown {
        let stream = match TcpStream::connect(&self.address).await {
            Ok(stream) => stream,
            Err(error) => return Shown::Nothing(system(&error)),
        };
        let witness = Arc::new(Witness::default());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = match ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions() {
            Ok(config) => config.dangerous().with_custom_certificate_verifier(witness.clone()).with_no_client_auth(),
            Err(words) => return Shown::Nothing(text!("{words}", "没有可用的加密协议")),
        };
        let ended = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
        // A server may refuse us later, as one does that asks for a certificate of ours. It has shown its own before.
        match (witness.seen(), ended) {
            (Some(fingerprint), _) => Shown::Fingerprint(fingerprint),
            (None, Err(words)) => Shown::Nothing(text!("{words}", "握手失败")),
            (None, Ok(_)) => Shown::Nothing(text!("the handshake ended without one", "握手结束时没有证书")),
        }
    }
}

/// Accepts every certificate and remembers it. Nothing is sent over the connection, so nobody must be trusted.
#[derive(Debug, Default)]
struct Witness(Mutex<Option<String>>);

impl Witness {
    fn seen(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Each version of TLS has its signature of the handshake.
macro_rules! accept {
    ($($method:ident),*) => {
        $(fn $method(
            &self,
            _: &[u8],
            _: &CertificateDer<'_>,
            _: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, rustls::Error> {
            Ok(HandshakeSignatureValid::assertion())
        })*
    };
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let fingerprint = hex(&Sha256::digest(end_entity));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(fingerprint);
        Ok(ServerCertVerified::assertion())
    }

    accept!(verify_tls12_signature, verify_tls13_signature);

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![
            SignatureScheme::ECDSA_NISTP256_SHA256,
            SignatureScheme::ECDSA_NISTP384_SHA384,
            SignatureScheme::ECDSA_NISTP521_SHA512,
            SignatureScheme::ED25519,
            SignatureScheme::RSA_PSS_SHA256,
            SignatureScheme::RSA_PSS_SHA384,
            SignatureScheme::RSA_PSS_SHA512,
            SignatureScheme::RSA_PKCS1_SHA256,
            SignatureScheme::RSA_PKCS1_SHA384,
            SignatureScheme::RSA_PKCS1_SHA512,
        ]
    }
}
