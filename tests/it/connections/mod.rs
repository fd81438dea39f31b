//! Connections: TLS, root certificates, proxies, limits, and how many there are.

mod hosts;
mod limits;
mod pool;
mod proxies;
mod reasons;
mod runtimes;
mod surroundings;
mod tls;
mod tunnel;

use crate::setup::script::run;
use crate::setup::server::{Authority, BOTH, Server, http};
use cloudcert::ksyun_kcm::v2016_03_04::Client;
use cloudcert::{Config, Connection, Credentials, Error, Proxy, Retries};
use rustls::ServerConfig;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;
use tunnel::Tunnel;

const TOKEN: &str = r#"{"Token":"t","ApiHost":"kcm.example.com","RequestId":"R"}"#;

/// A service that gives tokens.
fn service(tls: Option<Arc<ServerConfig>>) -> Server {
    Server::always(tls, http("200 OK", "Content-Type: application/json\r\n", TOKEN))
}

/// Sends everything once, and does not wait long.
fn config(url: impl Into<String>) -> Config {
    Config::new(Credentials::new("AKLTtestid", "testsecret"))
        .endpoint(url)
        .retries(Retries::none())
        .connect_timeout(Duration::from_secs(3))
}

/// A call; its answer names a host.
fn call(config: Config) -> Result<String, Error> {
    run(async { Client::new(config)?.get_token().send().await.map(|answer| answer.api_host.unwrap()) })
}

/// All that an error says, with its sources.
pub(crate) fn said(error: &Error) -> String {
    let (mut text, mut source) = (format!("{error} {error:?}"), std::error::Error::source(error));
    while let Some(next) = source {
        write!(text, " | {next} {next:?}").unwrap();
        source = next.source();
    }
    text
}

/// Calls and downloads through a proxy, with this mark in its password, in the link and in what comes: nobody gets to see it.
/// Hands back how the password travels to the proxy.
pub(crate) fn sweep(mark: &str) -> String {
    let authority = Authority::new();
    let content = format!("{mark}key");
    let server = Server::new(Some(authority.tls("kcm.example.invalid", BOTH)), move |seen, out| {
        let location = format!("Location: /{content}\r\n");
        let answer = match seen.line() {
            "POST /" => http("200 OK", "", TOKEN),
            line if line.ends_with("found") => http("200 OK", "", &content),
            line if line.ends_with("moved") => http("302 Found", &location, &content),
            _ => http("404 Not Found", "", &content),
        };
        out.write_all(&answer)
    });
    let tunnel = Tunnel::to(server.address, None);
    let login = Proxy::new(&*tunnel.url).login("user", format!("{mark}password"));
    let in_url = Proxy::new(tunnel.url.replace("://", &format!("://user:{mark}password@")));
    let mut shown = String::new();
    for proxy in [login, in_url] {
        let connection = Connection::new().only_root_certificates(authority.pem()).proxy(proxy);
        for host in ["kcm.example.invalid", "refused.example.invalid", "other.example.invalid"] {
            let url = format!("https://{host}");
            let client = Client::new(config(&*url).connection(connection.clone())).unwrap();
            write!(shown, "{client:?} {:?}", run(client.get_token().send())).unwrap();
            for end in ["found", "moved", "lost"] {
                let download = client.download(format!("{url}/{mark}/{mark}?{mark}={end}"));
                write!(shown, "{download:?}").unwrap();
                write!(shown, "{:?}", run(async { download.await })).unwrap();
            }
            let large = client.download(format!("{url}/{mark}found")).limit(1);
            write!(shown, "{:?}", run(async { large.await })).unwrap();
        }
    }
    assert!(!shown.contains(mark), "{shown}");
    // Two calls, and downloads of which one is redirected, one is found, one is missing, one is too large.
    assert_eq!(server.seen().len(), 2 * 6);
    let logins: BTreeSet<String> = tunnel.seen().iter().map(|passed| passed.login().unwrap().to_owned()).collect();
    assert_eq!(logins.len(), 1, "{logins:?}");
    logins.into_iter().next().unwrap().replace("Basic ", "")
}
