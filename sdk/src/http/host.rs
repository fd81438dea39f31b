//! Finds the host of a URL.

use reqwest::Url;
use std::net::IpAddr;

/// Whether the host of a parsed URL is this machine. A login before an `@` is not the host.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(ip) => ip.to_canonical().is_loopback(),
        Err(_) => host == "localhost",
    }
}

/// The scheme and host of a URL, without a login; `None` if it cannot be told which part the host is.
pub(crate) fn shown_host(url: &str) -> Option<String> {
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    ["https", "http"].iter().find_map(|scheme| {
        let rest = url.strip_prefix(scheme)?.strip_prefix("://")?;
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end)?;
        // Where a login ends cannot be told if one of these signs may be a part of its password.
        let host = authority.rsplit('@').next().filter(|_| !path.contains(['@', '\\']))?;
        (!host.is_empty() && host.chars().all(is_host)).then(|| format!("{scheme}://{host}"))
    })
}
