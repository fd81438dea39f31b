//! The requests of credential sources: small ones to STS, to the metadata service, and to URLs that the user gives.

use super::agent::AGENT;
use super::pool::{Clients, Setup};
use super::reqwest::{check, collect, patience, tls};
use super::{HttpResponse, TransportError};
use crate::http::connection::{Connection, Route};
use crate::http::proxies::ProxyVariables;
use reqwest::Url;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

/// The maximum size of a response in bytes. Keys and a token take a few kilobytes.
const LIMIT: usize = 256 << 10;
/// The upper limit for a request. Each request has a shorter timeout of its own.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How long the service may be silent within a response.
const SILENCE: Duration = Duration::from_secs(10);
/// The metadata service of Alibaba Cloud, which has no https.
const METADATA: Ipv4Addr = Ipv4Addr::new(100, 100, 100, 200);

/// A request of a provider. It has no debug output: it may hold secrets.
pub(crate) struct Fetch {
    pub(crate) verb: Verb,
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// A form, which may be empty.
    pub(crate) body: String,
    /// From connecting to the last byte.
    pub(crate) timeout: Duration,
}

/// What to do with a URL.
#[derive(Clone, Copy)]
pub(crate) enum Verb {
    Get,
    Put,
    Post,
}

impl Fetch {
    /// A request without headers and form.
    pub(crate) fn new(verb: Verb, url: impl Into<String>, timeout: Duration) -> Self {
        Self { verb, url: url.into(), headers: Vec::new(), body: String::new(), timeout }
    }
}

/// Two HTTP clients: one for this machine, link-local addresses and the metadata service, which uses no proxy, and one for other hosts.
#[derive(Debug)]
pub(crate) struct Fetcher {
    close: Clients,
    outside: Clients,
    /// The proxies of the environment, if some are invalid.
    faulty: Option<Arc<ProxyVariables>>,
}

impl Fetcher {
    pub(crate) fn new(connection: &Connection) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let (tls, route) = (tls(connection)?, connection.route()?);
        let faulty = route.faulty();
        let build =
            |connect_timeout, route| Clients::new(Setup { tls: tls.clone(), connect_timeout, timeout: TIMEOUT, route });
        Ok(Self {
            // Fail fast on machines without a metadata service.
            close: build(Duration::from_secs(1), Route::Direct)?,
            outside: build(Duration::from_secs(5), route)?,
            faulty,
        })
    }

    /// Sends a request once, without following redirects. Plain http is allowed to this machine, link-local addresses and the metadata service only.
    pub(crate) async fn fetch(&self, fetch: Fetch) -> Result<HttpResponse, TransportError> {
        let url = Url::parse(&fetch.url).map_err(|_| TransportError::not_sent("the address is not a valid URL"))?;
        let close = is_close(&url);
        if url.scheme() != "https" && !(url.scheme() == "http" && close) {
            return Err(TransportError::not_sent("credentials are sent by https only, except on this machine"));
        }
        if !close {
            check(self.faulty.as_ref(), &url)?;
        }
        let pool = if close { &self.close } else { &self.outside }.here()?;
        let method = match fetch.verb {
            Verb::Get => reqwest::Method::GET,
            Verb::Put => reqwest::Method::PUT,
            Verb::Post => reqwest::Method::POST,
        };
        let mut builder = pool.client.request(method, url).timeout(fetch.timeout).header("user-agent", AGENT);
        for (name, value) in fetch.headers {
            builder = builder.header(name, value);
        }
        let sent = builder.body(fetch.body).send();
        pool.carry(fetch.timeout, collect(sent, patience(SILENCE, fetch.timeout), LIMIT)).await
    }
}

/// Whether the host of a URL is this machine, a link-local address or the metadata service. It uses the parsed URL, in which a login before an `@`
/// is not part of the host.
fn is_close(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_link_local() || ip == METADATA,
        Ok(IpAddr::V6(ip)) => ip.to_canonical().is_loopback() || ip.is_unicast_link_local(),
        Err(_) => host == "localhost",
    }
}
