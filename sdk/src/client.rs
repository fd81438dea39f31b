//! What all clients have in common: setup, one signed attempt, and calls of actions that the spec does not know.

use crate::answer::{self, Metadata};
use crate::api::{ApiInfo, Effect, Signature};
use crate::config::{Config, Environment};
use crate::error::{Error, ErrorKind};
use crate::http::{HttpRequest, HttpResponse, Method, Reqwest, Transport, is_loopback};
use crate::operation::{Operation, Response};
use crate::pending::Pending;
use crate::protocol::{self, Draft, Pair};
use crate::wire;
use std::sync::Arc;

/// A client of one API version, whatever it is. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Core(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    api: &'static ApiInfo,
    config: Config,
    transport: Arc<dyn Transport>,
    /// `https://host/`.
    base: String,
    /// The host as it is signed.
    host: String,
    region: String,
    signature: Signature,
}

/// The answer of a call that the spec does not know.
#[derive(Clone)]
#[non_exhaustive]
pub struct Answer {
    /// What came with the answer.
    pub metadata: Metadata,
    /// The answer as JSON, without envelope and request id. It may hold secrets: debug output hides it.
    pub value: serde_json::Value,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("metadata", &self.metadata).finish_non_exhaustive()
    }
}

/// What a single call does differently.
#[derive(Clone, Default)]
pub(crate) struct CallOptions {
    pub(crate) extra: Vec<(String, String)>,
    pub(crate) skip_validation: bool,
}

impl std::fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Extra parameters may be secrets.
        f.debug_struct("CallOptions").field("skip_validation", &self.skip_validation).finish_non_exhaustive()
    }
}

impl Core {
    pub(crate) fn new(api: &'static ApiInfo, config: Config) -> Result<Self, Error> {
        let wrong = |message: String| Error::new(ErrorKind::Config, "Client::new", message);
        let region = config.region.clone().unwrap_or_else(|| api.default_region.to_owned());
        let base = match &config.endpoint {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("https://{}", host_of(api, &region).map_err(&wrong)?),
        };
        let host = match (base.strip_prefix("https://"), base.strip_prefix("http://")) {
            (Some(host), _) => host,
            (None, Some(host)) if is_loopback(&base) => host,
            (None, Some(_)) => {
                return Err(wrong(
                    "the endpoint is plain http: keys and certificates travel by https, except on this machine".into(),
                ));
            }
            (None, None) => return Err(wrong("the endpoint is no URL: write https://host".into())),
        };
        if host.is_empty() || host.contains(['/', '?', '#', '@', ' ']) {
            return Err(wrong("the endpoint is a host, perhaps with a port, and nothing else: https://host".into()));
        }
        let signature = match config.signature {
            Some(scheme) if api.signatures.contains(&scheme) => scheme,
            Some(scheme) => return Err(wrong(format!("{} does not take the signature {scheme:?}", api.id))),
            None => match api.signatures.first() {
                Some(scheme) => *scheme,
                None => return Err(wrong(format!("{} has no signature scheme", api.id))),
            },
        };
        let transport = match &config.transport {
            Some(transport) => transport.clone(),
            None => Arc::new(
                Reqwest::new(config.connect_timeout)
                    .map_err(|e| wrong("the HTTP client cannot be made".into()).caused_by(e))?,
            ),
        };
        let (host, base) = (host.to_owned(), format!("{base}/"));
        Ok(Self(Arc::new(Shared { api, config, transport, base, host, region, signature })))
    }

    pub(crate) fn from_env(api: &'static ApiInfo) -> Result<Self, Error> {
        Self::new(api, Config::from_env(api)?)
    }

    /// Where time and nonces come from.
    pub(crate) fn environment(&self) -> Arc<dyn Environment> {
        self.0.config.environment.clone()
    }

    /// Calls any action with these parameters.
    pub(crate) fn call(&self, action: String, parameters: Vec<(String, String)>, effect: Effect) -> Pending<Answer> {
        let core = self.clone();
        Pending::new(async move {
            let pairs = parameters.into_iter().map(|(k, v)| (k.into(), v)).collect();
            let response = core.attempt(&action, pairs, effect, false).await?;
            let envelope = format!("{action}Response");
            let mut value = serde_json::Value::Null;
            let metadata = answer::read(core.0.api, &action, &[envelope.as_str()], response, &mut value)
                .map_err(|error| settle(error, effect))?;
            Ok(Answer { metadata, value })
        })
    }

    /// Validates, signs and sends a request of the generated API.
    pub(crate) fn send<R: Operation>(&self, mut request: R, options: CallOptions) -> Pending<R::Response> {
        let core = self.clone();
        Pending::new(async move {
            request.fill_defaults();
            let (action, effect) = (R::ACTION, request.effect());
            if !options.skip_validation {
                request.validate()?;
            }
            let mut pairs = wire::parameters(&request);
            pairs.extend(options.extra.into_iter().map(|(k, v)| (k.into(), v)));
            let response = core.attempt(action.name, pairs, effect, action.has_secret).await?;
            let mut out = R::Response::default();
            let metadata = answer::read(core.0.api, action.name, action.envelopes, response, &mut out)
                .map_err(|error| settle(error, effect))?;
            let missing = out.missing();
            if !missing.is_empty() {
                let message = format!("the answer lacks {}, without which the call is pointless", missing.join(", "));
                let error = Error::new(ErrorKind::Answer, action.name, message);
                return Err(settle(error.answered(metadata.status, metadata.request_id), effect));
            }
            out.set_metadata(metadata);
            Ok(out)
        })
    }

    /// Signs and sends once.
    async fn attempt(
        &self,
        action: &str,
        parameters: Vec<Pair>,
        effect: Effect,
        secret: bool,
    ) -> Result<HttpResponse, Error> {
        let shared = &*self.0;
        let config = &shared.config;
        let token_in_url = config.credentials.token.is_some() && protocol::token_is_parameter(shared.signature);
        if config.method == Method::Get && (secret || token_in_url) {
            let message = "a secret would stand in the URL: use POST for this call";
            return Err(Error::new(ErrorKind::Config, action, message));
        }
        let nonce = config.environment.nonce().map_err(|e| {
            Error::new(ErrorKind::Config, action, "the system gives no random numbers for a nonce").caused_by(e)
        })?;
        let signed = protocol::sign(Draft {
            api: shared.api,
            action,
            parameters,
            credentials: &config.credentials,
            signature: shared.signature,
            region: &shared.region,
            host: &shared.host,
            method: config.method,
            now: config.environment.now(),
            nonce,
        });
        let request = HttpRequest {
            method: config.method,
            base: shared.base.clone(),
            query: signed.query,
            headers: signed.headers,
            body: signed.body,
            connect_timeout: config.connect_timeout,
            timeout: config.attempt_timeout,
            limit: config.response_limit,
        };
        shared.transport.send(request).await.map_err(|error| {
            let (kind, message) = if error.may_have_arrived {
                (ErrorKind::Transport, "no answer came")
            } else {
                (ErrorKind::Connect, "no connection came about; nothing was sent")
            };
            let unknown = error.may_have_arrived && matters(effect);
            Error::new(kind, action, message).caused_by(error.source).with_unknown_outcome(unknown)
        })
    }
}

/// Whether it matters that a call may have been executed.
fn matters(effect: Effect) -> bool {
    !matches!(effect, Effect::Read | Effect::Idempotent)
}

/// Marks an error after which a call that must not be repeated may have been executed all the same.
fn settle(error: Error, effect: Effect) -> Error {
    use crate::api::Retry;
    let unclear = match error.kind() {
        ErrorKind::Answer => true,
        ErrorKind::Service => match error.info() {
            Some(row) => matches!(row.retry, Retry::Transient | Retry::Reconcile),
            None => error.status().is_some_and(|status| status >= 500),
        },
        _ => error.outcome_unknown(),
    };
    error.with_unknown_outcome(unclear && matters(effect))
}

fn host_of(api: &ApiInfo, region: &str) -> Result<&'static str, String> {
    let find = |region: &str| {
        api.hosts
            .iter()
            .find(|(row, _)| row.strip_suffix('*').map_or(*row == region, |start| region.starts_with(start)))
    };
    let row = find(region).or_else(|| if api.any_region { find(api.default_region) } else { None });
    match row {
        Some((_, host)) => Ok(host),
        None => Err(format!("no host is known for the region `{region}`: name one with `endpoint`")),
    }
}
