//! Downloads from the links that services return.

use crate::action::context::{AttemptContext, CallContext};
use crate::base::api::Effect;
use crate::base::api::Method;
use crate::base::error::Error;
use crate::base::metadata::Metadata;
use crate::base::pending::Pending;
use crate::base::secret::Secret;
use crate::call::attempts::no_response;
use crate::call::core::{ClientShared, Core};
use crate::call::retry_loop::{Attempts, RetryLoop};
use crate::call::span::Span;
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

/// Downloads the file of a link. Set options, then `.await` it, or with the feature `blocking` call `block()`.
///
/// The request is not signed and contains nothing but the link, which no error shows. Redirects are followed, but not from https to plain
/// http. Failed attempts are retried like those of a read, with the client's [`Retries`](crate::Retries). Dropping the download
/// ends it.
///
/// With the feature `tracing` a download is a span `operation` with a span for each attempt, like a call. Its action is `Client::download`.
/// Interceptors do not run.
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

    /// Sets the largest size of the file in bytes, 16 MiB by default. A larger file is an error.
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Sets how many redirects are followed, 3 by default.
    pub fn redirects(mut self, redirects: u32) -> Self {
        self.redirects = redirects;
        self
    }

    /// Sets how long the download may take, all attempts together. By default that is the operation timeout of the client.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Allows a link with plain http. Anybody on the way can then read the file, private keys included, and replace it. A link to this machine is
    /// allowed anyway.
    pub fn dangerous_allow_http(mut self) -> Self {
        self.allow_http = true;
        self
    }

    async fn run(self) -> Result<Downloaded, Error> {
        let core = self.core.clone();
        let ClientShared { api, config, budget, .. } = core.shared();
        let (timeout, context) = (self.timeout, CallContext::unknown(api, ACTION, Effect::Read));
        let span = Span::operation(&context);
        let retry_loop = RetryLoop::new(&config.retries, budget, &*config.environment, Effect::Read, timeout);
        let mut attempts =
            DownloadAttempts { download: self, context, metadata: Metadata::default(), bytes: Vec::new() };
        let result = span.around(retry_loop.run(&mut attempts, &span)).await;
        span.ended(result.as_ref().map(|()| attempts.metadata()));
        result.map(|()| Downloaded { bytes: attempts.bytes.into() })
    }

    /// Refuses URLs that must not be fetched.
    fn checked(&self, mut url: Url) -> Result<Url, &'static str> {
        url.set_fragment(None);
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the link has a user name or a password, which are never sent");
        }
        match url.scheme() {
            "https" => {}
            "http" if self.allow_http || is_loopback(&url) => {}
            "http" => {
                return Err(
                    "the link uses plain http, so others could read the private key: try it with https, or allow it with \
                     `dangerous_allow_http`",
                );
            }
            _ => return Err("the link is not an https URL"),
        }
        Ok(url)
    }
}

/// A download for the retry loop.
struct DownloadAttempts {
    download: Download,
    context: CallContext,
    metadata: Metadata,
    bytes: Vec<u8>,
}

impl Attempts for DownloadAttempts {
    async fn attempt(&mut self, _number: u32, left: Duration) -> Result<(), Error> {
        let response = self.follow(left).await?;
        self.metadata.status = response.status;
        self.bytes = response.body;
        Ok(())
    }

    fn metadata(&self) -> &Metadata {
        &self.metadata
    }
}

impl DownloadAttempts {
    /// Follows redirects to the file.
    async fn follow(&self, left: Duration) -> Result<HttpResponse, Error> {
        let environment = &self.download.core.shared().config.environment;
        let deadline = environment.elapsed().saturating_add(left);
        let link = Url::parse(self.download.link.expose()).map_err(|_| config("the link is not a valid URL"))?;
        let mut url = self.download.checked(link).map_err(config)?;
        for _ in 0..=self.download.redirects {
            let response = self.get(&url, deadline.saturating_sub(environment.elapsed())).await?;
            let status = response.status;
            let refused = |message: &str| Err(Error::error_status(ACTION, message).with_status(status, None));
            match (status, response.header("location")) {
                (200, _) => return Ok(response),
                (301 | 302 | 303 | 307 | 308, Some(location)) => {
                    let Ok(next) = url.join(location) else {
                        return refused("the link redirects to something that is not a valid URL");
                    };
                    if url.scheme() == "https" && next.scheme() != "https" {
                        return refused("the link redirects from https to something else, which is not followed");
                    }
                    url = match self.download.checked(next) {
                        Ok(next) => next,
                        Err(why) => return refused(&format!("after a redirect, {why}")),
                    };
                }
                (500.., _) => return refused("the host of the link failed: try again later"),
                _ => return refused("there is no file at the link: links expire, so request a new one"),
            }
        }
        let message = format!("the link redirects more than {} times", self.download.redirects);
        Err(Error::error_status(ACTION, message))
    }

    async fn get(&self, url: &Url, left: Duration) -> Result<HttpResponse, Error> {
        let ClientShared { config, transport, signature, agent, .. } = self.download.core.shared();
        let limit = self.download.limit;
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
            limit,
            info: Arc::new(AttemptContext { call: self.context.clone(), signature: *signature, keys: None }),
        };
        let too_large = || format!("the file has more than {limit} bytes: raise `limit` if it is meant to be so large");
        transport.send(request).await.map_err(|error| no_response(ACTION, error, too_large()))
    }
}

fn config(message: &str) -> Error {
    Error::config(ACTION, message)
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

/// A downloaded file. It may contain a private key, so debug output only shows its size.
pub struct Downloaded {
    bytes: SecretSlice<u8>,
}

impl Downloaded {
    /// The bytes of the file. Their memory is zeroed when this is dropped. Copies of them, and buffers of the HTTP library, are not.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.bytes.expose_secret()
    }

    /// Reads the file as a zip archive, with the default [`Limits`](crate::archive::Limits).
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
