//! Asks one server.

use crate::proof::dns::message::{self, UDP_SIZE, Unfit};
use crate::proof::dns::{Answer, Code, Question, Trouble};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

/// The most foreign packets that are read while the answer is awaited.
const MOST_FOREIGN: u32 = 100;

/// Asks servers, over UDP first and over TCP if an answer is cut.
///
/// Each attempt has an id and a port of its own, both random. A packet counts as the answer if it comes from the server's address, with this id,
/// the response bit and this question; others are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    timeout: Duration,
    tries: u32,
}

impl Default for Client {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(3), tries: 2 }
    }
}

impl Client {
    /// Waits 3 seconds for an answer, twice.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how long an attempt waits, over UDP and over TCP each.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets how many attempts a silent server gets: 1 to 10.
    #[must_use]
    pub fn tries(mut self, tries: u32) -> Self {
        self.tries = tries.clamp(1, 10);
        self
    }

    /// Asks a server.
    ///
    /// # Errors
    ///
    /// If it gives no answer that can be read. A refusal is an answer.
    pub async fn ask(&self, server: SocketAddr, question: &Question) -> Result<Answer, Trouble> {
        let answer = self.attempts(server, question, true).await?;
        // Servers older than EDNS (RFC 6891) do not understand its record.
        if answer.code == Code::NotUnderstood { self.attempts(server, question, false).await } else { Ok(answer) }
    }

    async fn attempts(&self, server: SocketAddr, question: &Question, extended: bool) -> Result<Answer, Trouble> {
        let mut trouble = Trouble::Nobody;
        for _ in 0..self.tries {
            let id = random_id()?;
            let query = message::write(question, id, extended).ok_or(Trouble::NoName)?;
            match self.over_udp(server, question, id, &query).await {
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) => return self.over_tcp(server, question, extended).await,
                Err(error) => trouble = error,
            }
            if matches!(trouble, Trouble::Unreachable(_)) {
                break;
            }
        }
        Err(trouble)
    }

    /// Asks over UDP. Returns `None` if the answer is cut.
    async fn over_udp(
        &self,
        server: SocketAddr,
        question: &Question,
        id: u16,
        query: &[u8],
    ) -> Result<Option<Answer>, Trouble> {
        let mut foreign = 0;
        let exchange = async {
            let own: SocketAddr = match server {
                SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
                SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
            };
            let socket = UdpSocket::bind(own).await?;
            // A connected socket gets packets from this address only.
            socket.connect(server).await?;
            socket.send(query).await?;
            let mut buffer = [0; UDP_SIZE as usize];
            while foreign < MOST_FOREIGN {
                let length = socket.recv(&mut buffer).await?;
                match message::read(buffer.get(..length).unwrap_or_default(), question, id) {
                    Ok(answer) => return Ok(Some(answer)),
                    Err(Unfit::Truncated) => return Ok(None),
                    Err(Unfit::Unreadable) => return Err(Trouble::Unreadable),
                    Err(Unfit::Foreign) => foreign += 1,
                }
            }
            Err(Trouble::Silent(foreign))
        };
        match timeout(self.timeout, exchange).await {
            Ok(result) => result,
            Err(_) => Err(Trouble::Silent(foreign)),
        }
    }

    async fn over_tcp(&self, server: SocketAddr, question: &Question, extended: bool) -> Result<Answer, Trouble> {
        let id = random_id()?;
        let query = message::write(question, id, extended).ok_or(Trouble::NoName)?;
        let exchange = async {
            let mut stream = TcpStream::connect(server).await?;
            let length = u16::try_from(query.len()).map_err(|_| Trouble::NoName)?;
            let framed = [&length.to_be_bytes(), query.as_slice()].concat();
            stream.write_all(&framed).await?;
            let length = stream.read_u16().await?;
            let mut bytes = vec![0; usize::from(length)];
            stream.read_exact(&mut bytes).await?;
            // A connection has one answer, so a foreign or cut one is the last.
            message::read(&bytes, question, id).map_err(|_| Trouble::Unreadable)
        };
        match timeout(self.timeout, exchange).await {
            Ok(result) => result,
            Err(_) => Err(Trouble::Silent(0)),
        }
    }
}

fn random_id() -> Result<u16, Trouble> {
    let mut bytes = [0; 2];
    getrandom::fill(&mut bytes).map_err(|_| Trouble::Unreachable(io::ErrorKind::Other))?;
    Ok(u16::from_be_bytes(bytes))
}
