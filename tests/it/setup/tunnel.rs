//! A proxy that records what it sees and leads every tunnel to one server, whatever host is asked for.

use rustls::ServerConfig;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// A proxy.
pub(crate) struct Tunnel {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Passed>>>,
}

/// What a proxy sees of a connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Passed {
    /// The request to the proxy itself.
    pub(crate) head: String,
    /// The first bytes that are to go on.
    pub(crate) bytes: Vec<u8>,
}

impl Passed {
    /// The first line of the request.
    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// The login to the proxy, as its header has it.
    pub(crate) fn login(&self) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(name, _)| name.eq_ignore_ascii_case("proxy-authorization")).map(|(_, value)| value)
    }
}

impl Tunnel {
    /// A proxy whose every tunnel leads to this server, itself behind TLS if `tls` is given.
    pub(crate) fn to(target: SocketAddr, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let url = format!("{}://{address}", if tls.is_some() { "https" } else { "http" });
        let seen = Arc::<Mutex<Vec<Passed>>>::default();
        let log = seen.clone();
        std::thread::spawn(move || {
            super::futures::run(async move {
                let listener = TcpListener::from_std(listener).unwrap();
                loop {
                    let (stream, log, tls) = (listener.accept().await.unwrap().0, log.clone(), tls.clone());
                    tokio::spawn(async move {
                        match tls {
                            None => pass(stream, target, &log).await,
                            Some(tls) => pass(TlsAcceptor::from(tls).accept(stream).await?, target, &log).await,
                        }
                    });
                }
            });
        });
        Self { url, seen }
    }

    /// The connections so far.
    pub(crate) fn seen(&self) -> Vec<Passed> {
        self.seen.lock().unwrap().clone()
    }
}

async fn pass<S: AsyncRead + AsyncWrite + Unpin>(
    mut client: S,
    target: SocketAddr,
    log: &Mutex<Vec<Passed>>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let mut passed = Passed { head: String::from_utf8(head).unwrap(), bytes: Vec::new() };
    if passed.line().starts_with("CONNECT refused") {
        log.lock().unwrap().push(passed);
        return client.write_all(b"HTTP/1.1 407 Login\r\nContent-Length: 0\r\n\r\n").await;
    }
    let mut server = TcpStream::connect(target).await?;
    if passed.line().starts_with("CONNECT ") {
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
        passed.bytes.resize(16_384, 0);
        let n = client.read(&mut passed.bytes).await?;
        passed.bytes.truncate(n);
        server.write_all(&passed.bytes).await?;
    } else {
        server.write_all(passed.head.as_bytes()).await?;
    }
    log.lock().unwrap().push(passed);
    copy_bidirectional(&mut client, &mut server).await.map(|_| ())
}
