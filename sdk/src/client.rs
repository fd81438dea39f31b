//! What all clients have in common: setup, one signed attempt, and calls of actions that the spec does not know.

use crate::address::Address;
use crate::answer::{self, Metadata};
use crate::api::{ApiInfo, Effect, Signature};
use crate::config::{Config, Environment};
use crate::error::{Error, ErrorKind};
use crate::http::{HttpRequest, HttpResponse, Method, Reqwest, Transport};
use crate::operation::{Operation, Response};
use crate::options::CallOptions;
use crate::pending::Pending;
use crate::protocol::{self, Draft, Pair};
use crate::{Secret, trace, wire};
use std::sync::Arc;

/// A client of one API version, whatever it is. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Core(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    api: &'static ApiInfo,
    config: Config,
    transport: Arc<dyn Transport>,
    address: Address,
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

/// A call before it is signed.
struct Call<'a> {
    action: &'a str,
    parameters: Vec<Pair>,
    effect: Effect,
    /// Whether a parameter is a secret.
    secret: bool,
    options: CallOptions,
}

impl Core {
    pub(crate) fn new(api: &'static ApiInfo, config: Config) -> Result<Self, Error> {
        let wrong = |message: String| Error::new(ErrorKind::Config, "Client::new", message);
        let region = config.region.clone().unwrap_or_else(|| api.default_region.to_owned());
        let address = match &config.endpoint {
            Some(url) => Address::of_url(url),
            None => Address::of_region(api, &region),
        };
        let address = address.map_err(wrong)?;
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
                Reqwest::new(config.connect_timeout, config.read_timeout)
                    .map_err(|e| wrong("the HTTP client cannot be made".into()).caused_by(e))?,
            ),
        };
        Ok(Self(Arc::new(Shared { api, config, transport, address, region, signature })))
    }

    pub(crate) fn from_env(api: &'static ApiInfo) -> Result<Self, Error> {
        Self::new(api, Config::from_env(api)?)
    }

    /// Where time and nonces come from.
    pub(crate) fn environment(&self) -> Arc<dyn Environment> {
        self.0.config.environment.clone()
    }

    /// What must not stand in a message.
    fn secrets(&self) -> Vec<Secret> {
        let credentials = &self.0.config.credentials;
        std::iter::once(&credentials.secret).chain(&credentials.token).cloned().collect()
    }

    /// How long a call may take.
    pub(crate) fn operation_timeout(&self, options: &CallOptions) -> std::time::Duration {
        options.operation_timeout.unwrap_or(self.0.config.operation_timeout)
    }

    /// Calls any action with these parameters.
    pub(crate) fn call(
        &self,
        action: String,
        parameters: Vec<(String, String)>,
        effect: Effect,
        options: CallOptions,
    ) -> Pending<Answer> {
        let core = self.clone();
        Pending::new(async move {
            let parameters = parameters.into_iter().map(|(k, v)| (k.into(), v)).collect();
            let keep = options.keep_body;
            let call = Call { action: &action, parameters, effect, secret: false, options };
            let response = core.attempt(call).await?;
            let envelope = format!("{action}Response");
            let mut value = serde_json::Value::Null;
            let metadata = answer::read(core.0.api, &action, &[envelope.as_str()], response, keep, &mut value)
                .map_err(|error| trace::failed(settle(error.without(&core.secrets()), effect)))?;
            trace::answered(&action, &metadata);
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
                trace::advice(action.name, &request.validate().map_err(trace::failed)?);
            }
            let (parameters, keep) = (wire::parameters(&request), options.keep_body);
            let call = Call { action: action.name, parameters, effect, secret: action.has_secret, options };
            let response = core.attempt(call).await?;
            let mut out = R::Response::default();
            let metadata =
                answer::read(core.0.api, action.name, action.envelopes, response, keep, &mut out).map_err(|error| {
                    let secrets = [core.secrets(), wire::secrets(&request)].concat();
                    trace::failed(settle(error.without(&secrets), effect))
                })?;
            let missing = wire::missing(&out);
            if !missing.is_empty() {
                let message = format!("the answer lacks {}, without which the call is pointless", missing.join(", "));
                let error = Error::new(ErrorKind::Answer, action.name, message).with_body(wire::redacted(&out));
                return Err(trace::failed(settle(error.answered(metadata.status, metadata.request_id), effect)));
            }
            trace::answered(action.name, &metadata);
            out.set_metadata(metadata);
            Ok(out)
        })
    }

    /// Signs and sends once.
    async fn attempt(&self, call: Call<'_>) -> Result<HttpResponse, Error> {
        let (action, effect) = (call.action, call.effect);
        let request = self.request(call).map_err(trace::failed)?;
        self.0.transport.send(request).await.map_err(|error| {
            let (kind, message) = if error.may_have_arrived {
                (ErrorKind::Transport, "no answer came")
            } else {
                (ErrorKind::Connect, "no connection came about; nothing was sent")
            };
            let unknown = error.may_have_arrived && matters(effect);
            trace::failed(Error::new(kind, action, message).caused_by(error.source).with_unknown_outcome(unknown))
        })
    }

    /// The signed request. Every attempt is signed anew: a nonce is used once.
    fn request(&self, call: Call<'_>) -> Result<HttpRequest, Error> {
        let Shared { api, config, address, region, signature, .. } = &*self.0;
        let Call { action, mut parameters, options, secret, .. } = call;
        let wrong = |message: String| Error::new(ErrorKind::Config, action, message);
        let given = options.endpoint.as_deref().map(Address::of_url).transpose().map_err(wrong)?;
        let address = given.as_ref().unwrap_or(address);
        let method = options.method.unwrap_or(config.method);
        // Nothing is sent twice yet, so the one attempt may take all the time of the operation.
        let timeout = options.attempt_timeout.unwrap_or(config.attempt_timeout).min(self.operation_timeout(&options));
        let token_in_url = config.credentials.token.is_some() && protocol::token_is_parameter(*signature);
        if method == Method::Get && (secret || token_in_url) {
            return Err(wrong("a secret would stand in the URL: use POST for this call".into()));
        }
        for (name, value) in options.extra {
            if protocol::sets(*signature, &name) {
                return Err(wrong(format!("`{name}` belongs to the signature and cannot be an extra parameter")));
            }
            parameters.retain(|(known, _)| *known != name);
            parameters.push((name.into(), value));
        }
        let nonce = config
            .environment
            .nonce()
            .map_err(|e| wrong("the system gives no random numbers for a nonce".into()).caused_by(e))?;
        let signed = protocol::sign(Draft {
            api,
            action,
            parameters,
            credentials: &config.credentials,
            signature: *signature,
            region,
            host: &address.host,
            method,
            format: options.format.unwrap_or(config.format),
            now: config.environment.now(),
            nonce,
        });
        Ok(HttpRequest {
            method,
            base: address.base.clone(),
            query: signed.query,
            headers: signed.headers,
            body: signed.body,
            connect_timeout: config.connect_timeout,
            read_timeout: config.read_timeout,
            timeout,
            limit: config.response_limit,
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
