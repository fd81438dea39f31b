//! Connections: TLS, root certificates, proxies, limits, runtimes, and how many connections there are.

mod hosts;
mod limits;
mod pool;
mod proxies;
mod reasons;
mod runtimes;
mod surroundings;
mod tls;

use crate::setup::futures::run;
use crate::setup::server::{Server, http};
use cloudcert::ksyun_kcm::v2016_03_04::Client;
use cloudcert::{Config, Error};
use rustls::ServerConfig;
use std::sync::Arc;

const TOKEN: &str = r#"{"Token":"t","ApiHost":"kcm.example.com","RequestId":"R"}"#;

/// A service that gives tokens.
fn service(tls: Option<Arc<ServerConfig>>) -> Server {
    Server::always(tls, http("200 OK", "Content-Type: application/json\r\n", TOKEN))
}

/// Fetches a token; the response names a host.
fn fetch_token(config: Config) -> Result<String, Error> {
    run(async { Client::new(config)?.get_token().send().await.map(|response| response.api_host.unwrap()) })
}
