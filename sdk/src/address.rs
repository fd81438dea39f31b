//! Where requests go.

use crate::api::ApiInfo;
use crate::http::is_loopback;

/// The address of a service, with the host as it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// `https://host/`.
    pub(crate) base: String,
    /// The host, with a port if the URL has one.
    pub(crate) host: String,
}

/// A URL as the caller gives it, not looked at yet. Debug output shows its host, if it can be told which part that is: a user name, a
/// password with any sign in it, or a path may be a secret.
#[derive(Clone)]
pub(crate) struct Endpoint(pub(crate) String);

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match shown_host(&self.0) {
            Some(shown) => write!(f, "{shown:?}"),
            None => f.write_str(crate::REDACTED),
        }
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

impl Address {
    /// The host that serves a region.
    pub(crate) fn of_region(api: &ApiInfo, region: &str) -> Result<Self, String> {
        let find = |region: &str| {
            api.hosts
                .iter()
                .find(|(row, _)| row.strip_suffix('*').map_or(*row == region, |start| region.starts_with(start)))
        };
        let row = find(region).or_else(|| if api.any_region { find(api.default_region) } else { None });
        match row {
            Some((_, host)) => Ok(Self { base: format!("https://{host}/"), host: (*host).to_owned() }),
            None => Err(format!("no host is known for the region `{region}`: name one with `endpoint`")),
        }
    }

    /// A URL that the caller gives. What travels is secret, so plain http leads to this machine only, unless the caller wants it all the same.
    pub(crate) fn of_url(url: &str, allow_http: bool) -> Result<Self, String> {
        let base = url.trim_end_matches('/');
        let host = match (base.strip_prefix("https://"), base.strip_prefix("http://")) {
            (Some(host), _) => host,
            (None, Some(host)) if allow_http || is_loopback(base) => host,
            (None, Some(_)) => {
                return Err(
                    "the endpoint is plain http: keys and certificates travel by https, except on this machine".into(),
                );
            }
            (None, None) => return Err("the endpoint is no URL: write https://host".into()),
        };
        if host.is_empty()
            || !host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']'))
        {
            return Err("the endpoint is a host, perhaps with a port, and nothing else: https://host".into());
        }
        Ok(Self { base: format!("{base}/"), host: host.to_owned() })
    }
}
