//! How connections are made: which proxy, and which root certificates.
//!
//! [`Connection`] is a value of its own because sources of credentials need the same proxy and roots, and exist before the client's setup.
//! Mistakes in it are reported by whoever uses it first. An explicit proxy switches the environment's off completely, since nobody could
//! predict a mixture. The proxy's login is sent as a sensitive header and never as part of a URL, which something might log.
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

/// How connections are made: by which proxy, and whose certificates are trusted. Cheap to clone.
///
/// Without any of this, proxies come from the environment, and the root certificates of Mozilla are built in. TLS is 1.2 or 1.3.
/// This machine (`localhost`, `127.0.0.0/8`, `::1`) is never asked through a proxy. A connection that was idle for ten seconds is dropped, which is
/// before the services drop theirs.
///
/// A client takes it by [`Config::connection`](crate::Config::connection), sources of credentials by
/// [`Surroundings::connection`](crate::credentials::Surroundings::connection): they exist before the client does. What is wrong with it
/// is said by whoever makes the first use of it: `Client::new`, or the source of credentials.
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
    /// What the environment says.
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

    /// The variables, if one of them names no proxy.
    pub(crate) fn faulty(&self) -> Option<Arc<ProxyVariables>> {
        match self {
            Self::Variables(variables) => Some(variables.clone()).filter(|variables| variables.is_faulty()),
            Self::Direct | Self::Proxy(_) => None,
        }
    }
}

impl Connection {
    /// The usual one: proxies of the environment, the root certificates that are built in.
    ///
    /// The variables are those of curl, in small letters or capitals, of which small letters count first: `https_proxy`, else `all_proxy`, and
    /// `no_proxy` with what [`Proxy::no_proxy`] takes. `http_proxy` is for plain http only, and `HTTP_PROXY` in capitals is not looked at in a
    /// CGI program (where `REQUEST_METHOD` is set), as the caller of such a program sets it. A variable that is empty counts as unset, and
    /// quotes around a value are no part of it. A proxy without a port has the one of its scheme, 80 or 443, where curl takes 1080.
    ///
    /// The variables are read when the client is made. A call that one of them leads to something that is no `http` or `https` proxy
    /// (`socks5://`, for example) is refused with the name of the variable, and nothing is sent.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes this proxy for all other machines. The environment is then not looked at.
    #[must_use]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.change().choice = ProxyChoice::Proxy(proxy);
        self
    }

    /// Takes no proxy, whatever the environment says.
    #[must_use]
    pub fn without_proxy(mut self) -> Self {
        self.change().choice = ProxyChoice::Direct;
        self
    }

    /// Also trusts these root certificates: PEM, one or several, and nothing else in it. For a proxy that looks into connections, or a gateway of
    /// your own.
    #[must_use]
    pub fn root_certificates(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.change().own.push(pem.as_ref().to_vec());
        self
    }

    /// Trusts these root certificates and no others: PEM, one or several.
    #[must_use]
    pub fn only_root_certificates(mut self, pem: impl AsRef<[u8]>) -> Self {
        let inner = self.change();
        (inner.base, inner.own) = (Base::Nothing, vec![pem.as_ref().to_vec()]);
        self
    }

    /// Trusts the root certificates of the operating system in the place of those that are built in. On Linux they are where OpenSSL has
    /// them, or where `SSL_CERT_FILE` and `SSL_CERT_DIR` say. They are read when the client is made.
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
                return Err(
                    "there is no root certificate in the PEM given: -----BEGIN CERTIFICATE----- and so on".into()
                );
            }
            for certificate in certificates {
                store.add(certificate).map_err(|_| "a root certificate cannot be read")?;
            }
        }
        Ok(store)
    }
}

/// What the operating system trusts. Some of it may be of a kind that nobody can use any more.
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

/// A proxy. To services it makes tunnels (`CONNECT`), so it sees hosts and no requests.
///
/// Nothing shows it: its URL may hold a password.
#[derive(Clone)]
pub struct Proxy {
    url: Secret,
    login: Option<(String, Secret)>,
    /// What it is not for.
    except: String,
}

impl Proxy {
    /// A proxy by its URL, `http://host:port` or `https://host:port`.
    #[must_use]
    pub fn new(url: impl Into<Secret>) -> Self {
        Self { url: url.into(), login: None, except: String::new() }
    }

    /// Who we are to the proxy (`Basic`). The password is shown by nothing; to an `http` proxy it travels in the clear.
    #[must_use]
    pub fn login(mut self, user: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.login = Some((user.into(), password.into()));
        self
    }

    /// What the proxy is not for, as curl takes it, with commas or blanks between: hosts and all below them (`example.com` or `.example.com`),
    /// addresses, networks (`10.0.0.0/8`, `fd00::/8`), or `*` alone for everything. Ports are not looked at: an entry with a port, and one like
    /// `*.example.com`, is no host and fits nothing.
    #[must_use]
    pub fn no_proxy(mut self, hosts: impl Into<String>) -> Self {
        self.except = hosts.into();
        self
    }

    /// What is wrong with it is said without showing it.
    fn build(&self) -> Result<reqwest::Proxy, String> {
        let wrong = || "the proxy is no URL of a proxy: write http://host:port or https://host:port".to_owned();
        let url = reqwest::Url::parse(self.url.expose()).map_err(|_| wrong())?;
        if !matches!(url.scheme(), "http" | "https") || !matches!(url.path(), "" | "/") || url.query().is_some() {
            return Err(wrong());
        }
        let except = Except::of(&self.except);
        let mut proxy = reqwest::Proxy::custom(move |to| (!except.holds(to)).then(|| url.clone()));
        if let Some((user, password)) = &self.login {
            if user.contains(':') {
                return Err("the name of the user at the proxy has a colon, which ends it".to_owned());
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
