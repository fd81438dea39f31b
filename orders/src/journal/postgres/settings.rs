//! How to connect.

use crate::base::failure::{Failure, Kind};
use crate::journal::postgres::session::explained;
use crate::journal::postgres::tls::Tls;
use std::path::Path;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, NoTls, Socket};

/// The time that an operation of the SDK may take.
const OPERATION: Duration = Duration::from_secs(60);
/// How long the holder of a lost lock may take to notice, and how far clocks may differ in their speed.
const MARGIN: Duration = Duration::from_secs(20);

/// How to connect to `PostgreSQL`.
///
/// Without [`roots`](Self::roots) connections are not encrypted. Then only servers on this machine are accepted, unless
/// [`allow_plain`](Self::allow_plain) says that the network is trusted. Client certificates are not supported.
#[derive(Debug, Clone)]
pub struct PostgresSettings {
    config: Config,
    tls: Option<Tls>,
    plain: bool,
    operation: Duration,
}

impl PostgresSettings {
    /// Reads a connection string as `libpq` has it: `host=/run/postgresql user=cloudcert dbname=cloudcert`, or a URL.
    ///
    /// It may name several hosts: the one that accepts writes is used. Whether connections are encrypted follows from [`roots`](Self::roots) and
    /// not from `sslmode`, so `sslmode=disable` does not turn encryption off. A stricter `sslmode` is refused without roots.
    ///
    /// # Errors
    ///
    /// If it cannot be read. The message does not repeat it.
    pub fn new(config: &str) -> Result<Self, Failure> {
        // With roots, every connection is checked as strictly as that.
        let text = ["verify-full", "verify-ca"]
            .iter()
            .fold(config.to_owned(), |text, mode| text.replace(&format!("sslmode={mode}"), "sslmode=require"));
        let mut config: Config = text.parse().map_err(|_| {
            let failure = Failure::new(
                Kind::Unconfigured,
                text!("the connection string of PostgreSQL cannot be read", "无法解析 PostgreSQL 连接串"),
            );
            failure.remedy(text!(
                "Write it as `host=... user=... dbname=...`, or as a URL.",
                "请写成 `host=... user=... dbname=...` 或 URL。"
            ))
        })?;
        if config.get_application_name().is_none() {
            config.application_name("cloudcert");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(Duration::from_secs(20));
        }
        if config.get_hosts().len() > 1 {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        Ok(Self { config, tls: None, plain: false, operation: OPERATION })
    }

    /// Encrypts connections: the certificate of the server must name its host and come from one of the roots in this file (PEM).
    ///
    /// # Errors
    ///
    /// If the file cannot be read or has no certificate.
    pub fn roots(mut self, file: &Path) -> Result<Self, Failure> {
        self.tls = Some(Tls::new(file)?);
        self.config.ssl_mode(SslMode::Require);
        Ok(self)
    }

    /// The password, which then need not stand in the connection string.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.config.password(password);
        self
    }

    /// Accepts servers on other machines without encryption: whoever sees that network can read and change the journal.
    #[must_use]
    pub fn allow_plain(mut self) -> Self {
        self.plain = true;
        self
    }

    /// How long one operation of the SDK may take, retries included; 60 seconds unless set. Who takes a lock over waits for it.
    #[must_use]
    pub fn operation(mut self, time: Duration) -> Self {
        self.operation = time;
        self
    }

    pub(super) fn takeover(&self) -> Duration {
        self.operation.saturating_add(MARGIN)
    }

    /// Refuses what would send passwords and events over a network as they are.
    pub(super) fn safe(&self) -> Result<(), Failure> {
        if self.config.get_ssl_mode() == SslMode::Require && self.tls.is_none() {
            let message = text!(
                "the connection to PostgreSQL shall be encrypted, and no root certificates are named",
                "与 PostgreSQL 的连接须加密，但未指定根证书"
            );
            return Err(Failure::new(Kind::Unconfigured, message)
                .remedy(text!("Name the file with them.", "请指定根证书文件。")));
        }
        let here = |host: &Host| match host {
            Host::Tcp(name) => {
                name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
            }
            Host::Unix(_) => true,
        };
        let local = match self.config.get_hostaddrs() {
            [] => self.config.get_hosts().iter().all(here),
            addresses => addresses.iter().all(std::net::IpAddr::is_loopback),
        };
        if local || self.plain || self.tls.is_some() {
            return Ok(());
        }
        let failure = Failure::new(
            Kind::Unconfigured,
            text!(
                "PostgreSQL is on another machine, and the connection would not be encrypted",
                "PostgreSQL 在其他机器上，而连接不会加密"
            ),
        );
        Err(failure.remedy(text!(
            "Name the file with its root certificates, or allow plain connections if the network is trusted.",
            "请指定其根证书文件；若网络可信，也可允许不加密的连接。"
        )))
    }

    /// A new connection, and the task that drives it.
    pub(super) async fn connect(&self) -> Result<(Client, JoinHandle<()>), Failure> {
        match &self.tls {
            Some(tls) => drive(&self.config, tls.clone()).await,
            None => drive(&self.config, NoTls).await,
        }
    }
}

async fn drive<T>(config: &Config, tls: T) -> Result<(Client, JoinHandle<()>), Failure>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
    T::TlsConnect: Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    let (client, connection) = config.connect(tls).await.map_err(|error| explained(&error))?;
    let driver = tokio::spawn(async move {
        // Whoever waits for an answer is told of the error too.
        let _ = connection.await;
    });
    Ok((client, driver))
}
