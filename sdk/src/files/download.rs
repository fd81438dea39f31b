//! Fetches what a download link leads to.

use crate::action::context::{AttemptContext, CallContext};
use crate::base::api::Effect;
use crate::base::api::Method;
use crate::base::error::{Error, ErrorKind};
use crate::base::pending::Pending;
use crate::base::secret::Secret;
use crate::base::trace;
use crate::call::attempts::unanswered;
use crate::call::core::{Core, Shared};
use crate::call::retry::Course;
#[cfg(feature = "archive")]
use crate::files::archive::Archive;
use crate::http::{HttpRequest, HttpResponse, is_loopback};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretSlice};
use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

const ACTION: &str = "Client::download";

/// A download of what a link leads to. Set what you want, then `.await` it.
///
/// It is not signed and tells the host nothing but the link, which no error shows. Redirects are followed, but none from https to plain http. It
/// is tried again as reads are; dropping it ends it. It is no operation: interceptors and spans know nothing of it.
#[must_use = "a download does nothing until it is awaited"]
pub struct Download {
    core: Core,
    link: Secret,
    limit: usize,
    redirects: u32,
    timeout: Duration,
    allow_http: bool,
}

impl Download {
    #[allow(dead_code, reason = "not every API version has links")]
    pub(crate) fn new(core: &Core, link: Secret) -> Self {
        let config = &core.shared().config;
        let (timeout, allow_http) = (config.operation_timeout, config.allow_http);
        Self { core: core.clone(), link, limit: 16 << 20, redirects: 3, timeout, allow_http }
    }

    /// Most bytes that are read; 16 MiB, if not set.
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Most redirects that are followed; 3, if not set.
    pub fn redirects(mut self, redirects: u32) -> Self {
        self.redirects = redirects;
        self
    }

    /// How long it may take, all attempts together; as long as a call of the client, if not set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Allows a link that is plain http. Whoever is on the way reads what is fetched, private keys too, and may send something else.
    pub fn dangerous_allow_http(mut self) -> Self {
        self.allow_http = true;
        self
    }

    async fn run(self) -> Result<Downloaded, Error> {
        let Shared { config, budget, .. } = self.core.shared();
        let environment = &config.environment;
        let start = environment.elapsed();
        let left = || self.timeout.saturating_sub(environment.elapsed().saturating_sub(start));
        let mut course = Course::new(&config.retries, budget, Effect::Read);
        loop {
            course.attempts += 1;
            let error = match self.follow(&left).await {
                Ok(bytes) => {
                    budget.earn();
                    return Ok(Downloaded { bytes: bytes.into() });
                }
                Err(error) => error,
            };
            let Some(pause) = course.next(&error, environment.chance(), left()) else {
                return Err(error.after(course.attempts));
            };
            trace::again(&error, pause);
            environment.sleep(pause).await;
        }
    }

    /// Goes from redirect to redirect until there is an answer.
    async fn follow(&self, left: &(impl Fn() -> Duration + Sync)) -> Result<Vec<u8>, Error> {
        let link = Url::parse(self.link.expose()).map_err(|_| config("the link is no URL"))?;
        let mut url = self.checked(link).map_err(config)?;
        for _ in 0..=self.redirects {
            let response = self.get(&url, left()).await?;
            let status = response.status;
            let refused = |message: &str| Err(Error::new(ErrorKind::Service, ACTION, message).answered(status, None));
            match (status, response.header("location")) {
                (200, _) => return Ok(response.body),
                (301 | 302 | 303 | 307 | 308, Some(location)) => {
                    let Ok(next) = url.join(location) else { return refused("the redirect leads to no URL") };
                    if url.scheme() == "https" && next.scheme() != "https" {
                        return refused("the link redirects from https to something else, which is not followed");
                    }
                    url = match self.checked(next) {
                        Ok(next) => next,
                        Err(why) => return refused(&format!("{why} (after a redirect)")),
                    };
                }
                (500.., _) => return refused("the host of the link has a fault: try again later"),
                _ => return refused("the host of the link gives no file: links end, so ask for a new one"),
            }
        }
        let message = format!("the link redirects more than {} times", self.redirects);
        Err(Error::new(ErrorKind::Service, ACTION, message))
    }

    /// A URL that may be asked.
    fn checked(&self, mut url: Url) -> Result<Url, &'static str> {
        url.set_fragment(None);
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the link has a user name or a password, which are not sent");
        }
        match url.scheme() {
            "https" => {}
            "http" if self.allow_http || is_loopback(&url) => {}
            "http" => {
                return Err(
                    "the link is plain http, by which others could read the private key: try it with https, or \
                            allow it with `dangerous_allow_http`",
                );
            }
            _ => return Err("the link is no https URL"),
        }
        Ok(url)
    }

    async fn get(&self, url: &Url, left: Duration) -> Result<HttpResponse, Error> {
        let Shared { api, config, transport, signature, agent, .. } = self.core.shared();
        let (base, query) = url.as_str().split_once('?').unwrap_or((url.as_str(), ""));
        let request = HttpRequest {
            method: Method::Get,
            base: base.to_owned(),
            query: query.to_owned(),
            headers: vec![("accept", "*/*".to_owned()), ("user-agent", agent.clone())],
            body: String::new(),
            connect_timeout: config.connect_timeout,
            read_timeout: config.read_timeout,
            timeout: left,
            limit: self.limit,
            info: Arc::new(AttemptContext {
                call: CallContext::unknown(api, ACTION, Effect::Read),
                signature: *signature,
                keys: None,
            }),
        };
        let large = || format!("the file has more than {} bytes, which `limit` allows", self.limit);
        transport.send(request).await.map_err(|error| unanswered(ACTION, error, large()))
    }
}

fn config(message: &str) -> Error {
    Error::new(ErrorKind::Config, ACTION, message)
}

impl IntoFuture for Download {
    type Output = Result<Downloaded, Error>;
    type IntoFuture = Pending<Downloaded>;

    fn into_future(self) -> Pending<Downloaded> {
        Pending::new(self.run())
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("limit", &self.limit)
            .field("redirects", &self.redirects)
            .finish_non_exhaustive()
    }
}

/// What was downloaded. It may be a private key, so debug output shows its size.
pub struct Downloaded {
    bytes: SecretSlice<u8>,
}

impl Downloaded {
    /// The bytes. Their memory is zeroed when this is dropped; copies, and buffers of the HTTP library, are out of this type's reach.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.bytes.expose_secret()
    }

    /// Reads them as a zip archive, with the usual limits.
    ///
    /// # Errors
    ///
    /// As [`Archive::read`](crate::archive::Archive::read).
    #[cfg(feature = "archive")]
    pub fn archive(&self) -> Result<Archive, Error> {
        Archive::read(self.expose())
    }
}

impl fmt::Debug for Downloaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Downloaded").field("bytes", &self.expose().len()).finish()
    }
}
