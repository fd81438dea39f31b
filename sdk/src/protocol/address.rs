//! The addresses of services.
//!
//! An endpoint is parsed once, here, by the URL parser of the HTTP client. The result is both signed and sent, so the two cannot differ:
//! capitals, `127.1`, `:0443` and international names are brought into one form. Anything more than a host and a port is refused.

use crate::base::api::ApiInfo;
use crate::http::{is_loopback, shown_host};
use reqwest::Url;

/// The address of a service, with the host as it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// `https://host/`, as the HTTP client writes it.
    pub(crate) base: String,
    /// The host, with a port if the URL has one.
    pub(crate) host: String,
}

/// A URL as the caller gave it, not yet checked. Debug output shows at most its host, because a user name, a password or a path may be a secret.
#[derive(Clone)]
pub(crate) struct Endpoint(pub(crate) String);

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match shown_host(&self.0) {
            Some(shown) => write!(f, "{shown:?}"),
            None => f.write_str(crate::base::secret::REDACTED),
        }
    }
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
            None => Err(format!("no host is known for the region `{region}`: set one with `endpoint`")),
        }
    }

    /// Checks and normalizes a URL of the caller; the same form is signed and sent. Plain http is allowed to this machine only, unless the caller
    /// allows it.
    pub(crate) fn of_url(given: &str, allow_http: bool) -> Result<Self, String> {
        let url = parse(given)?;
        if url.scheme() == "http" && !allow_http && !is_loopback(&url) {
            return Err("the endpoint uses plain http: use https, which is required except on this machine".into());
        }
        let host = url.host_str().unwrap_or_default();
        // The URL and the `Host` header leave out the default port of the scheme.
        let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        Ok(Self { base: format!("{}://{host}/", url.scheme()), host })
    }
}

/// Parses an endpoint with the parser of the HTTP client. The error names the part that an endpoint must not have.
fn parse(given: &str) -> Result<Url, String> {
    let wrong = |what: &str| Err(format!("the endpoint {what}: write https://host or https://host:port"));
    let given = given.trim();
    // The parser would drop them, and mend the slashes.
    if given.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return wrong("has blanks in it");
    }
    let Some((scheme, rest)) = given.split_once("://") else { return wrong("is not a valid URL") };
    if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return wrong("is neither https nor http");
    }
    if rest.is_empty() || rest.starts_with(['/', '\\', '?', '#', ':']) {
        return wrong("has no host");
    }
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return wrong("has a user name or a password");
    }
    let url = match Url::parse(given.trim_end_matches('/')) {
        Ok(url) => url,
        // The parser's messages quote nothing.
        Err(error) => return wrong(&format!("cannot be read ({error})")),
    };
    if url.path() != "/" || rest.contains('\\') {
        return wrong("has a path, but calls go to `/`");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return wrong("has a query or a fragment");
    }
    let host = url.host_str().unwrap_or_default();
    if !host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']')) {
        return wrong("has invalid characters in its host");
    }
    Ok(url)
}
