//! The settings of connections: proxies and root certificates.
//!
//! [`Connection`] is a value of its own because sources of credentials need the same proxy and roots, and exist before the client's setup.
//! Its first use reports mistakes in it. An explicit proxy disables the environment's completely, because a mixture
//! would be unpredictable. The proxy's login is sent as a sensitive header and never as part of a URL, which something might log.
//!
//! Roots are built in, so a container without any works. `system-roots` reads plain root certificates and adds a method; it changes nothing by
//! itself, because cargo merges the features of all users of a crate.

use crate::base::pem;
use crate::base::secret::Secret;
use crate::http::proxies::{Except, ProxyVariables};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use rustls::RootCertStore;
use std::fmt;
use std::sync::Arc;

/// Sets the proxy and the trusted root certificates. Cheap to clone.
///
/// By default, proxies come from the environment, and Mozilla's root certificates are built in. TLS is 1.2 or 1.3. Requests to this machine
/// (`localhost`, `127.0.0.0/8`, `::1`) never use a proxy. Connections that were idle for ten seconds are dropped, before the services drop them.
///
/// Pass it to a client by [`Config::connection`](crate::Config::connection), and to sources of credentials by
/// [`Surroundings::connection`](crate::credentials::Surroundings::connection), since they exist before the client. Mistakes in it are reported by
/// the first use: `Client::new`, or a request of the source.
///
/// ```
/// use cloudcert::credentials::{Chain, Surroundings};
/// use cloudcert::{Config, Connection, Proxy};
///
/// # let password = "";
/// let proxy = Proxy::new("http://proxy.example.com:3128").login("build", password).no_proxy("10.0.0.0/8, internal.example.com");
/// let connection = Connection::new().proxy(proxy);
/// let chain = Chain::aliyun(&Surroundings::system().connection(connection.clone()));
/// let config = Config::new(chain).connection(connection);
/// # let _ = config;
/// ```
#[derive(Debug, Clone, Default)]
pub struct Connection(Arc<Settings>);

#[derive(Debug, Clone, Default)]
struct Settings {
    choice: ProxyChoice,
    base: Base,
    /// The caller's root certificates, in PEM.
    own: Vec<Vec<u8>>,
}

/// The proxy that the caller chose.
#[derive(Debug, Clone, Default)]
enum ProxyChoice {
    /// The proxies of the environment.
    #[default]
    Environment,
    Direct,
    Proxy(Proxy),
}

/// The root certificates that are trusted besides the caller's.
#[derive(Debug, Clone, Copy, Default)]
enum Base {
    #[default]
    BuiltIn,
    #[cfg(feature = "system-roots")]
    System,
    Nothing,
}

/// How requests reach other machines, ready for the HTTP client.
#[derive(Clone)]
pub(crate) enum Route {
    Variables(Arc<ProxyVariables>),
    Direct,
    Proxy(Box<reqwest::Proxy>),
}

impl Route {
    /// The proxy, as the HTTP client takes it.
    pub(crate) fn proxy(self) -> Option<reqwest::Proxy> {
        match self {
            Self::Variables(variables) => {
                Some(reqwest::Proxy::custom(move |url| variables.leading_to(url)?.ok().cloned()))
            }
            Self::Direct => None,
            Self::Proxy(proxy) => Some(*proxy),
        }
    }

    /// The variables, if one of them is not a valid proxy.
    pub(crate) fn faulty(&self) -> Option<Arc<ProxyVariables>> {
        match self {
            Self::Variables(variables) => Some(variables.clone()).filter(|variables| variables.is_faulty()),
            Self::Direct | Self::Proxy(_) => None,
        }
    }
}

impl Connection {
    /// Creates the default connection: proxies of the environment, and built-in root certificates.
    ///
    /// The variables are those of curl: `https_proxy`, or else `all_proxy`, and `no_proxy` in the form of [`Proxy::no_proxy`]; `http_proxy` applies to
    /// plain http only. Names may be in lower or upper case, and lower case has priority. `HTTP_PROXY` is ignored in CGI programs (where
    /// `REQUEST_METHOD` is set), because the HTTP client of such a program controls it. Empty variables count as unset, and quotes around a value are
    /// removed. The default port is that of the scheme, 80 or 443, unlike curl's 1080.
    ///
    /// The variables are read when the client is made. If a call needs a proxy that is neither `http` nor `https`, such as `socks5://`, nothing is
    /// sent, and the error names the variable.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Uses this proxy for all other machines. The environment is ignored.
    #[must_use]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.change().choice = ProxyChoice::Proxy(proxy);
        self
    }

    /// Uses no proxy. The environment is ignored.
    #[must_use]
    pub fn without_proxy(mut self) -> Self {
        self.change().choice = ProxyChoice::Direct;
        self
    }

    /// Trusts these root certificates too, for example those of a TLS-inspecting proxy or a gateway of your own. The PEM may contain several
    /// certificates and nothing else.
    #[must_use]
    pub fn root_certificates(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.change().own.push(pem.as_ref().to_vec());
        self
    }

    /// Trusts these root certificates and no others. The PEM may contain several.
    #[must_use]
    pub fn only_root_certificates(mut self, pem: impl AsRef<[u8]>) -> Self {
        let inner = self.change();
        (inner.base, inner.own) = (Base::Nothing, vec![pem.as_ref().to_vec()]);
        self
    }

    /// Trusts the root certificates of the operating system instead of the built-in ones. On Linux they are where OpenSSL keeps them, or where
    /// `SSL_CERT_FILE` and `SSL_CERT_DIR` say. They are read when the client is made.
    #[cfg(feature = "system-roots")]
    #[must_use]
    pub fn system_roots(mut self) -> Self {
        self.change().base = Base::System;
        self
    }

    fn change(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.0)
    }

    /// How requests reach other machines. Reads the environment, unless the caller chose otherwise.
    pub(crate) fn route(&self) -> Result<Route, String> {
        Ok(match &self.0.choice {
            ProxyChoice::Environment => {
                Route::Variables(Arc::new(ProxyVariables::read(|name| std::env::var(name).ok())))
            }
            ProxyChoice::Direct => Route::Direct,
            ProxyChoice::Proxy(proxy) => Route::Proxy(Box::new(proxy.build()?)),
        })
    }

    /// Whose certificates are trusted.
    pub(crate) fn roots(&self) -> Result<RootCertStore, String> {
        let mut store = match self.0.base {
            Base::BuiltIn => RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() },
            #[cfg(feature = "system-roots")]
            Base::System => system()?,
            Base::Nothing => RootCertStore::empty(),
        };
        for text in &self.0.own {
            let certificates = pem::roots(text).map_err(|why| format!("a root certificate cannot be read: {why}"))?;
            if certificates.is_empty() {
                return Err("the PEM contains no root certificate (-----BEGIN CERTIFICATE-----)".into());
            }
            for certificate in certificates {
                store.add(certificate).map_err(|_| "a root certificate cannot be read")?;
            }
        }
        Ok(store)
    }
}

/// The root certificates of the operating system. Some may be obsolete and unusable.
#[cfg(feature = "system-roots")]
fn system() -> Result<RootCertStore, String> {
    let mut store = RootCertStore::empty();
    let (usable, _) = store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if usable == 0 {
        return Err(
            "the operating system has no root certificates: install them (`ca-certificates`), or give your own".into(),
        );
    }
    Ok(store)
}

/// A proxy. Requests to services pass through tunnels (`CONNECT`), so the proxy sees their hosts and nothing else.
///
/// Debug output hides it, because its URL may contain a password.
#[derive(Clone)]
pub struct Proxy {
    url: Secret,
    login: Option<(String, Secret)>,
    /// The hosts that do not use it.
    except: String,
}

impl Proxy {
    /// Creates a proxy from its URL, `http://host:port` or `https://host:port`.
    #[must_use]
    pub fn new(url: impl Into<Secret>) -> Self {
        Self { url: url.into(), login: None, except: String::new() }
    }

    /// Sets user name and password for the proxy (`Basic`). The password is never shown, but it is sent in the clear to an `http` proxy.
    #[must_use]
    pub fn login(mut self, user: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.login = Some((user.into(), password.into()));
        self
    }

    /// Sets the hosts that do not use the proxy, in curl's form: hosts with their subdomains (`example.com` or `.example.com`), addresses and networks
    /// (`10.0.0.0/8`, `fd00::/8`), separated by commas or blanks, or `*` for all hosts. Entries with a port or a pattern like `*.example.com` match
    /// nothing.
    #[must_use]
    pub fn no_proxy(mut self, hosts: impl Into<String>) -> Self {
        self.except = hosts.into();
        self
    }

    /// The error does not show the URL.
    fn build(&self) -> Result<reqwest::Proxy, String> {
        let wrong = || "the proxy's URL is not valid: write http://host:port or https://host:port".to_owned();
        let url = reqwest::Url::parse(self.url.expose()).map_err(|_| wrong())?;
        if !matches!(url.scheme(), "http" | "https") || !matches!(url.path(), "" | "/") || url.query().is_some() {
            return Err(wrong());
        }
        let except = Except::of(&self.except);
        let mut proxy = reqwest::Proxy::custom(move |to| (!except.holds(to)).then(|| url.clone()));
        if let Some((user, password)) = &self.login {
            if user.contains(':') {
                return Err("the proxy's user name must not contain a colon".to_owned());
            }
            let login = Secret::from(format!("{user}:{}", password.expose()));
            let header = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(login.expose())));
            let mut header = header.map_err(|_| wrong())?;
            header.set_sensitive(true);
            proxy = proxy.custom_http_auth(header);
        }
        Ok(proxy)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").field("no_proxy", &self.except).finish_non_exhaustive()
    }
}
