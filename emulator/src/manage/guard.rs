//! Protects the management API: programs that reach the port may use it, web pages of other sites may not.
//!
//! A page in a browser can send requests to this machine. With a host name that its owner points here (DNS rebinding), they even look
//! like requests to its own site. The guard therefore accepts only `localhost` and addresses in `Host`, checks `Origin` and
//! `Sec-Fetch-Site`, and requires JSON for changes, which a page of another site cannot send without a preflight request.

use hyper::header::{CONTENT_TYPE, HOST, HeaderName, ORIGIN};
use hyper::http::request::Parts;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why a request is refused: a status and a sentence.
pub(crate) type GuardRefusal = (u16, &'static str);

/// Checks the head of a request. `own` is the address at which the connection arrived.
pub(crate) fn check(head: &Parts, own: Option<IpAddr>) -> Result<(), GuardRefusal> {
    let foreign = (
        403,
        "the management API accepts only requests to localhost or an address of this machine: set the Host header",
    );
    let host = single(head, &HOST).ok_or(foreign)?;
    let target = head.uri.authority().map_or(host, |authority| authority.as_str());
    if !is_own(host, own) || !is_own(target, own) {
        return Err(foreign);
    }
    let page = (403, "the management API accepts no requests from pages of other sites");
    let mut origins = head.headers.get_all(ORIGIN).iter();
    if !origins.all(|origin| origin.to_str().is_ok_and(|origin| is_same_origin(origin, host))) {
        return Err(page);
    }
    let mut sites = head.headers.get_all("sec-fetch-site").iter();
    if !sites.all(|site| matches!(site.as_bytes(), b"same-origin" | b"none")) {
        return Err(page);
    }
    let typed = head.headers.contains_key(CONTENT_TYPE);
    let needed = head.method == "POST" || (typed && !matches!(head.method.as_str(), "GET" | "HEAD"));
    if needed && !single(head, &CONTENT_TYPE).is_some_and(is_json) {
        return Err((415, "a request that changes something needs Content-Type: application/json"));
    }
    Ok(())
}

/// Returns a header, unless it is missing or repeated.
fn single<'a>(head: &'a Parts, name: &HeaderName) -> Option<&'a str> {
    let mut values = head.headers.get_all(name).iter();
    let first = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(first)
}

/// Whether `host` or `host:port` is this machine. No name but `localhost` is accepted, because its owner could point any other name here.
/// Any port is accepted, because ports may be forwarded.
fn is_own(text: &str, own: Option<IpAddr>) -> bool {
    let Some((host, port)) = split(text) else { return false };
    let port_is_sound = port.is_none_or(|port| port.parse::<u16>().is_ok());
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let address = match bracketed {
        Some(inner) => inner.parse::<Ipv6Addr>().ok().map(|address| IpAddr::V6(address).to_canonical()),
        None => host.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
    };
    let is_here =
        address.is_some_and(|address| address.is_loopback() || own.map(|own| own.to_canonical()) == Some(address));
    port_is_sound && (is_here || host.eq_ignore_ascii_case("localhost"))
}

fn split(text: &str) -> Option<(&str, Option<&str>)> {
    let end = if text.starts_with('[') { text.find(']')? + 1 } else { text.find(':').unwrap_or(text.len()) };
    let (host, rest) = text.split_at_checked(end)?;
    match rest.strip_prefix(':') {
        Some(port) => Some((host, Some(port))),
        None => rest.is_empty().then_some((host, None)),
    }
}

/// Whether a page was loaded from this endpoint, under the same host name.
fn is_same_origin(origin: &str, host: &str) -> bool {
    origin.strip_prefix("http://").is_some_and(|origin| origin.eq_ignore_ascii_case(host))
}

fn is_json(kind: &str) -> bool {
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}
