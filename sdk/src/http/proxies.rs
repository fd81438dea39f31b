//! Chooses the proxy of a request: from the environment and the lists of hosts without a proxy, read like curl does.
//!
//! The HTTP library's rules differ from curl's, so this file decides. An invalid variable fails only the calls that it applies to,
//! because a client of the local endpoint needs no proxy.

use reqwest::Url;
use std::net::IpAddr;

/// The proxies of the environment. Debug output hides them, because a URL may contain a password.
pub(crate) struct ProxyVariables {
    https: Option<ProxyUrl>,
    http: Option<ProxyUrl>,
    except: Except,
}

impl std::fmt::Debug for ProxyVariables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProxyVariables")
    }
}

/// A proxy, or what is wrong with its variable.
type ProxyUrl = Result<Url, String>;

impl ProxyVariables {
    /// Reads the variables. Lower case has priority over upper case, and empty variables count as unset.
    pub(crate) fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name: &'static str| {
            let value = variable(name)?;
            Some((name, bare(&value).to_owned())).filter(|(_, value)| !value.is_empty())
        };
        let proxy = |names: &[&'static str]| {
            names.iter().find_map(|name| value(name)).map(|(name, url)| {
                proxy_url(&url).ok_or_else(|| {
                    format!("the variable {name} is not a valid proxy: write http://host:port or https://host:port")
                })
            })
        };
        // In a CGI program `HTTP_PROXY` is the header `Proxy` of the HTTP client. Windows ignores the case of names.
        let is_cgi = variable("REQUEST_METHOD").is_some();
        let http: &[&'static str] = match (is_cgi, cfg!(windows)) {
            (false, _) => &["http_proxy", "HTTP_PROXY"],
            (true, false) => &["http_proxy"],
            (true, true) => &[],
        };
        let all = proxy(&["all_proxy", "ALL_PROXY"]);
        let except = ["no_proxy", "NO_PROXY"].iter().find_map(|name| value(name));
        Self {
            https: proxy(&["https_proxy", "HTTPS_PROXY"]).or_else(|| all.clone()),
            http: proxy(http).or(all),
            except: Except::of(&except.map(|(_, list)| list).unwrap_or_default()),
        }
    }

    /// The proxy for a URL. An error if its variable is invalid.
    pub(crate) fn leading_to(&self, url: &Url) -> Option<Result<&Url, &str>> {
        let found = if url.scheme() == "https" { &self.https } else { &self.http };
        let found = found.as_ref().filter(|_| !self.except.holds(url))?;
        Some(found.as_ref().map_err(String::as_str))
    }

    /// Whether some variable is invalid.
    pub(crate) fn is_faulty(&self) -> bool {
        [&self.https, &self.http].into_iter().any(|found| matches!(found, Some(Err(_))))
    }
}

/// A proxy of a variable; without a scheme it is plain http.
fn proxy_url(text: &str) -> Option<Url> {
    let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let mut url = Url::parse(&text).ok()?;
    url.set_path("");
    url.set_query(None);
    url.set_fragment(None);
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// Removes blanks and one pair of quotes around a text, which files of variables sometimes contain.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let inner = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(text).trim()
}

/// The hosts that do not use a proxy.
#[derive(Default)]
pub(crate) struct Except {
    all: bool,
    entries: Vec<NoProxyEntry>,
}

enum NoProxyEntry {
    /// A host, and all below it.
    Name(String),
    /// An address, or as many bits of it as a network has.
    Address(IpAddr, u32),
}

impl Except {
    /// Reads a list separated by commas or blanks. `*` means all hosts, but only alone.
    pub(crate) fn of(list: &str) -> Self {
        let list = bare(list);
        if list == "*" {
            return Self { all: true, entries: Vec::new() };
        }
        let parts = list.split([',', ' ', '\t', '\n', '\r']).map(bare).filter(|part| !part.is_empty());
        Self { all: false, entries: parts.map(NoProxyEntry::of).collect() }
    }

    /// Whether the host of a URL is one of these. The port does not matter.
    pub(crate) fn holds(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let address = host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
        let name = host.strip_suffix('.').unwrap_or(host);
        self.all
            || self.entries.iter().any(|entry| match (entry, address) {
                (NoProxyEntry::Address(of, bits), Some(address)) => same_start(*of, address, *bits),
                (NoProxyEntry::Name(of), None) => {
                    name.strip_suffix(&**of).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
                }
                _ => false,
            })
    }
}

impl NoProxyEntry {
    fn of(text: &str) -> Self {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        if let Ok(address) = address.trim_matches(['[', ']']).parse::<IpAddr>() {
            let longest = if address.is_ipv4() { 32 } else { 128 };
            match bits.map(str::parse::<u32>) {
                // A network of zero bits is not accepted.
                None | Some(Ok(0)) => return Self::Address(address, longest),
                Some(Ok(bits)) if bits <= longest => return Self::Address(address, bits),
                Some(_) => {}
            }
        }
        let name = text.strip_prefix('.').unwrap_or(text);
        let name = name.strip_suffix('.').unwrap_or(name);
        // Normalize like the host of a URL: lower case, and ASCII for other scripts.
        let written =
            Url::parse(&format!("http://{name}")).ok().filter(|url| url.port().is_none() && url.path() == "/");
        let written = written.and_then(|url| url.host_str().map(str::to_owned)).filter(|_| !name.is_ascii());
        Self::Name(written.unwrap_or_else(|| name.to_ascii_lowercase()))
    }
}

/// Whether two addresses of one kind begin with the same bits.
fn same_start(one: IpAddr, other: IpAddr, bits: u32) -> bool {
    let (difference, longest) = match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (u128::from(one.to_bits() ^ other.to_bits()), 32),
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits(), 128),
        _ => return false,
    };
    difference.checked_shr(longest - bits).unwrap_or(0) == 0
}
