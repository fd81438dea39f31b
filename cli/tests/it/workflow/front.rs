//! An endpoint as those of the clouds are: with TLS, at an address that does not count as one of this machine. What holds for rehearsals alone does not
//! hold there: the account counts, and the journal is the one of the configuration.

use crate::setup::Folder;
use cloudcert_emulator::Handle;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::rustls::{ServerConfig, crypto};

/// This address leads to this machine, and nothing else calls it so.
const HOST: &str = "0.0.0.0";

/// TLS before an endpoint. It serves until the tests end.
pub(super) struct Front {
    pub(super) url: String,
    /// The file with its certificate, for `SSL_CERT_FILE`.
    pub(super) roots: String,
    _folder: Folder,
}

impl Front {
    pub(super) fn of(endpoint: &Handle) -> Self {
        let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).unwrap();
        let folder = Folder::new();
        let roots = folder.file("roots.pem", made.cert.pem());
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()).into();
        let provider = Arc::new(crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let to = endpoint.address();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(listener, TlsAcceptor::from(Arc::new(config)), to));
        });
        Self { url: format!("https://{HOST}:{port}"), roots, _folder: folder }
    }
}

async fn serve(listener: std::net::TcpListener, acceptor: TlsAcceptor, to: SocketAddr) {
    let listener = TcpListener::from_std(listener).unwrap();
    while let Ok((stream, _)) = listener.accept().await {
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let Ok(mut plain) = TcpStream::connect(to).await else { return };
            let _ = copy_bidirectional(&mut stream, &mut plain).await;
        });
    }
}
