//! What all clients have in common: setup, one signed attempt, and calls of actions that the spec does not know.

use crate::address::Address;
use crate::answer::{self, Metadata};
use crate::api::{ApiInfo, Effect, Signature};
use crate::call::Call;
use crate::config::{Config, Environment};
use crate::credentials::{Chain, Credentials, EnvironmentVariables, Surroundings};
use crate::error::{Error, ErrorKind};
use crate::http::{Reqwest, Subject, Transport, agent};
use crate::operation::{Operation, Response};
use crate::options::CallOptions;
use crate::pending::Pending;
use crate::retry::Budget;
use crate::{trace, wire};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

/// A client of one API version, whatever it is. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Core(Arc<Shared>);

/// What the clones of a client share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) api: &'static ApiInfo,
    pub(crate) config: Config,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) address: Address,
    pub(crate) region: String,
    pub(crate) signature: Signature,
    /// The header `user-agent`.
    pub(crate) agent: String,
    /// What attempts beyond the first may still cost.
    pub(crate) budget: Budget,
    /// Seconds that the service's clock is ahead of this machine's, once that has mattered.
    pub(crate) clock_offset: AtomicI64,
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

impl Core {
    pub(crate) fn new(api: &'static ApiInfo, config: Config) -> Result<Self, Error> {
        let wrong = |message: String| Error::new(ErrorKind::Config, "Client::new", message);
        let region = config.region.clone().unwrap_or_else(|| api.default_region.to_owned());
        let address = match &config.endpoint {
            Some(url) => Address::of_url(url, config.allow_http),
            None => Address::of_region(api, &region),
        };
        let address = address.map_err(wrong)?;
        let agent = agent(config.app_name.as_deref()).map_err(wrong)?;
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
                Reqwest::new(&config.connection, config.connect_timeout, config.read_timeout)
                    .map_err(|e| wrong(format!("the HTTP client cannot be made: {e}")).caused_by(e))?,
            ),
        };
        let (budget, clock_offset) = (Budget::new(), AtomicI64::new(0));
        Ok(Self(Arc::new(Shared { api, config, transport, address, region, signature, agent, budget, clock_offset })))
    }

    pub(crate) fn from_env(api: &'static ApiInfo) -> Result<Self, Error> {
        let credentials = EnvironmentVariables::of(api.family, &Surroundings::system())
            .read()
            .map_err(|error| Error::no_credentials(ErrorKind::Config, "Client::from_env", error))?;
        Self::new(api, Config::new(credentials))
    }

    pub(crate) fn from_default_chain(api: &'static ApiInfo) -> Result<Self, Error> {
        Self::new(api, Config::new(Chain::of(api.family, &Surroundings::system())))
    }

    /// What the clones of this client share.
    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }

    /// Where time and nonces come from.
    pub(crate) fn environment(&self) -> Arc<dyn Environment> {
        self.0.config.environment.clone()
    }

    /// The credentials for an attempt.
    pub(crate) async fn keys(&self, action: &str) -> Result<Arc<Credentials>, Error> {
        let config = &self.0.config;
        let given = config.credentials.get(&*config.environment).await;
        given.map_err(|error| Error::no_credentials(ErrorKind::Credentials, action, error))
    }

    /// The credentials that a call would use now.
    pub(crate) fn credentials(&self) -> Pending<Credentials> {
        let core = self.clone();
        Pending::new(async move { Ok((*core.keys("Client::credentials").await?).clone()) })
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
            let (keep, secrets) = (options.keep_body, Vec::new());
            let subject = Subject::unknown(core.0.api, action.clone().into(), effect);
            let call = Call { action: &action, parameters, effect, secret: false, secrets, subject, options };
            let envelope = format!("{action}Response");
            let mut out = None;
            core.run(call, &mut |response| {
                let mut value = serde_json::Value::Null;
                let metadata = answer::read(core.0.api, &action, &[envelope.as_str()], response, keep, &mut value)?;
                trace::answered(&action, &metadata);
                out = Some(Answer { metadata, value });
                Ok(())
            })
            .await?;
            out.ok_or_else(|| Error::new(ErrorKind::Answer, &action, "there is no answer"))
        })
    }

    /// Validates, signs and sends a request of the generated API.
    pub(crate) fn send<R: Operation>(&self, mut request: R, options: CallOptions) -> Pending<R::Response> {
        let core = self.clone();
        Pending::new(async move {
            request.fill_defaults();
            let (action, effect) = (R::ACTION, request.effect());
            if !options.skip_validation {
                trace::advice(action.name, &request.validate()?);
            }
            let secrets = wire::secrets(&request);
            let (parameters, keep) = (wire::parameters(&request), options.keep_body);
            let subject = Subject::of(core.0.api, effect, request);
            let secret = action.has_secret;
            let call = Call { action: action.name, parameters, effect, secret, secrets, subject, options };
            let mut out = R::Response::default();
            core.run(call, &mut |response| {
                out = R::Response::default();
                let metadata = answer::read(core.0.api, action.name, action.envelopes, response, keep, &mut out)?;
                let missing = wire::missing(&out);
                if !missing.is_empty() {
                    let message =
                        format!("the answer lacks {}, without which the call is pointless", missing.join(", "));
                    return Err(Error::new(ErrorKind::Answer, action.name, message)
                        .with_body(wire::redacted(&out))
                        .hopeless()
                        .answered(metadata.status, metadata.request_id));
                }
                trace::answered(action.name, &metadata);
                out.set_metadata(metadata);
                Ok(())
            })
            .await?;
            Ok(out)
        })
    }
}
