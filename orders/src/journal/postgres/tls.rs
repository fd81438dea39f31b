//! Encrypted connections, with the TLS library that the SDK has anyway.

use crate::base::failure::{Failure, Kind};
use crate::base::text::Text;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use std::future::Future;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::Socket;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_rustls::{TlsConnector, client};

/// Whom connections trust.
#[derive(Debug, Clone)]
pub(super) struct Tls(Arc<ClientConfig>);

impl Tls {
    /// Trusts the roots in a file.
    pub(super) fn new(file: &Path) -> Result<Self, Failure> {
        let failed = |what: Text| {
            let failure = Failure::new(Kind::Unconfigured, what).at(file.display());
            failure.remedy(text!(
                "Name a file with the root certificates of PostgreSQL as PEM.",
                "请指定 PEM 格式的 PostgreSQL 根证书文件。"
            ))
        };
        let mut roots = RootCertStore::empty();
        for certificate in
            CertificateDer::pem_file_iter(file).map_err(|_| failed(text!("cannot be read", "无法读取")))?
        {
            let certificate =
                certificate.map_err(|_| failed(text!("is not a list of certificates", "不是证书列表")))?;
            roots
                .add(certificate)
                .map_err(|_| failed(text!("has a certificate that cannot be a root", "含有不能作为根证书的证书")))?;
        }
        if roots.is_empty() {
            return Err(failed(text!("has no certificate", "没有证书")));
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = versions.map_err(|_| {
            failed(text!("cannot be used: the TLS library has no protocol", "无法使用：TLS 库没有可用协议"))
        })?;
        let mut config = config.with_root_certificates(roots).with_no_client_auth();
        // Servers from version 17 on ask for it.
        config.alpn_protocols = vec![b"postgresql".to_vec()];
        Ok(Self(Arc::new(config)))
    }
}

/// What is wrong with the encryption of a connection, if that is what failed and no later attempt would help.
pub(super) fn explained(error: &tokio_postgres::Error) -> Option<Failure> {
    let source = std::error::Error::source(error)?;
    let refused = |message: Text, remedy: Text| Some(Failure::new(Kind::Unconfigured, message).remedy(remedy));
    // The library has no other sign of it.
    if source.to_string() == "server does not support TLS" {
        let remedy = text!(
            "Turn `ssl` on there. A socket of this machine needs no encryption: leave the roots out.",
            "请在服务器上开启 `ssl`。本机套接字无需加密：请不要指定根证书。"
        );
        return refused(text!("PostgreSQL takes no encrypted connections", "PostgreSQL 不接受加密连接"), remedy);
    }
    let known = source.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref::<rustls::Error>()?;
    let rustls::Error::InvalidCertificate(why) = known else { return None };
    match why {
        // The second is of another authority with the same name.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => refused(
            text!(
                "the certificate of PostgreSQL comes from none of the roots",
                "PostgreSQL 的证书并非由所给的根证书签发"
            ),
            text!(
                "Name the file with the certificate of the authority that issued it.",
                "请指定签发该证书的机构的证书文件。"
            ),
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => refused(
            text!("the certificate of PostgreSQL is for another host", "PostgreSQL 的证书属于其他主机"),
            text!(
                "Write the host as the certificate names it; `hostaddr` may say where it is.",
                "请按证书中的名称填写主机，其地址可写在 `hostaddr` 中。"
            ),
        ),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => refused(
            text!("the certificate of PostgreSQL has expired", "PostgreSQL 的证书已过期"),
            text!("Give the server a new one.", "请为服务器更换新证书。"),
        ),
        words => refused(
            text!("the certificate of PostgreSQL cannot be trusted: {words}", "PostgreSQL 的证书不可信"),
            text!("Give the server another one.", "请为服务器更换证书。"),
        ),
    }
}

impl MakeTlsConnect<Socket> for Tls {
    type Stream = Stream;
    type TlsConnect = Connect;
    type Error = rustls::pki_types::InvalidDnsNameError;

    fn make_tls_connect(&mut self, host: &str) -> Result<Connect, Self::Error> {
        Ok(Connect { connector: TlsConnector::from(Arc::clone(&self.0)), host: ServerName::try_from(host.to_owned())? })
    }
}

/// Makes one connection.
pub(super) struct Connect {
    connector: TlsConnector,
    host: ServerName<'static>,
}

impl TlsConnect<Socket> for Connect {
    type Stream = Stream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream>> + Send>>;

    fn connect(self, socket: Socket) -> Self::Future {
        Box::pin(async move { Ok(Stream(Box::new(self.connector.connect(self.host, socket).await?))) })
    }
}

/// An encrypted connection.
pub(super) struct Stream(Box<client::TlsStream<Socket>>);

impl TlsStream for Stream {
    fn channel_binding(&self) -> ChannelBinding {
        // The certificate was checked: nobody stands in between whom a binding would find.
        ChannelBinding::none()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
