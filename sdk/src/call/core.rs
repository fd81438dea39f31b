//! The common part of all clients: settings, calls of generated actions, and calls of actions that the spec does not know.

use crate::action::context::CallContext;
use crate::action::operation::{ActionInfo, Fill, Operation};
use crate::action::request::Request;
use crate::base::api::Method;
use crate::base::api::{ApiInfo, Effect, Provider, Signature};
use crate::base::credentials::Credentials;
use crate::base::environment::Environment;
use crate::base::error::Error;
use crate::base::metadata::Metadata;
use crate::base::pending::Pending;
use crate::base::problem::Problem;
use crate::base::scrub::Hidden;
use crate::base::trace;
use crate::call::attempts::UnsignedCall;
use crate::call::cooldown::Cooldowns;
use crate::call::dry_run::DryRun;
use crate::call::reading::{Reading, Typed, Untyped};
use crate::call::retry::RetryBudget;
use crate::credentials::{Chain, EnvironmentVariables, Surroundings};
use crate::http::{Reqwest, Transport, agent};
use crate::protocol::address::{Address, Endpoint};
use crate::setup::config::Config;
use crate::setup::options::CallOptions;
use crate::wire;
use crate::wire::Members;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

/// A client of any API version. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Core(Arc<ClientShared>);

/// The state that clones of a client share.
#[derive(Debug)]
pub(crate) struct ClientShared {
    pub(crate) api: &'static ApiInfo,
    pub(crate) config: Config,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) address: Address,
    pub(crate) region: String,
    pub(crate) signature: Signature,
    /// The header `user-agent`.
    pub(crate) agent: String,
    /// The budget for retries.
    pub(crate) budget: RetryBudget,
    /// The seconds that the service's clock is ahead, once it was corrected.
    pub(crate) clock_offset: AtomicI64,
    /// The running cooldowns.
    pub(crate) cooldowns: Cooldowns,
}

/// The response of a call that the spec does not know.
#[derive(Clone)]
#[non_exhaustive]
pub struct RawResponse {
    /// The request id, HTTP status and headers.
    pub metadata: Metadata,
    /// The response as JSON, without envelope and request id. It may contain secrets, so debug output hides it.
    pub value: serde_json::Value,
}

impl std::fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawResponse").field("metadata", &self.metadata).finish_non_exhaustive()
    }
}

impl Core {
    pub(crate) fn new(api: &'static ApiInfo, config: Config) -> Result<Self, Error> {
        let wrong = |message: String| Error::config("Client::new", message);
        let region = config.region.clone().unwrap_or_else(|| api.default_region.to_owned());
        let address = match &config.endpoint {
            Some(Endpoint(url)) => Address::of_url(url, config.allow_http),
            None => Address::of_variables(api, |name| std::env::var_os(name))
                .unwrap_or_else(|| Address::of_region(api, &region)),
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
                Reqwest::new(&config.connection, config.connect_timeout, config.attempt_timeout)
                    .map_err(|e| wrong(format!("the HTTP client cannot be made: {e}")).caused_by(e))?,
            ),
        };
        let (budget, clock_offset, cooldowns) = (RetryBudget::new(), AtomicI64::new(0), Cooldowns::default());
        let shared =
            ClientShared { api, config, transport, address, region, signature, agent, budget, clock_offset, cooldowns };
        Ok(Self(Arc::new(shared)))
    }

    #[allow(dead_code, reason = "not every API version has a provider whose credentials are known")]
    pub(crate) fn from_env(api: &'static ApiInfo, provider: Provider) -> Result<Self, Error> {
        let credentials = EnvironmentVariables::of(provider, &Surroundings::system())
            .read()
            .map_err(|error| Error::config("Client::from_env", format!("no credentials: {error}")).caused_by(error))?;
        Self::new(api, Config::new(credentials))
    }

    #[allow(dead_code, reason = "not every API version has a provider whose credentials are known")]
    pub(crate) fn from_default_chain(api: &'static ApiInfo, provider: Provider) -> Result<Self, Error> {
        Self::new(api, Config::new(Chain::of(provider, &Surroundings::system())))
    }

    /// The state that clones of this client share.
    pub(crate) fn shared(&self) -> &ClientShared {
        &self.0
    }

    /// The source of time and nonces.
    pub(crate) fn environment(&self) -> Arc<dyn Environment> {
        self.0.config.environment.clone()
    }

    /// The credentials for an attempt, if they are available at once.
    pub(crate) fn keys_at_hand(&self) -> Option<Arc<Credentials>> {
        let config = &self.0.config;
        config.credentials.at_hand(config.environment.now())
    }

    /// The credentials for an attempt.
    pub(crate) async fn keys(&self, action: &str) -> Result<Arc<Credentials>, Error> {
        let config = &self.0.config;
        let given = config.credentials.get(&*config.environment).await;
        given.map_err(|error| Error::no_credentials(action, error))
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

    /// Calls an action that the spec may not know.
    pub(crate) fn call(
        &self,
        action: String,
        parameters: Vec<(String, String)>,
        effect: Effect,
        options: CallOptions,
    ) -> Pending<RawResponse> {
        let core = self.clone();
        Pending::new(async move {
            let mut reading = Untyped::new(&action);
            core.run(&unknown_call(core.0.api, &action, &parameters, effect, options), &mut reading).await?;
            Ok(reading.into_inner())
        })
    }

    /// Signs a call of an action that the spec may not know, without sending it.
    pub(crate) fn dry_call(
        &self,
        action: String,
        parameters: Vec<(String, String)>,
        options: CallOptions,
    ) -> Pending<DryRun> {
        let core = self.clone();
        Pending::new(async move {
            core.dry_run(unknown_call(core.0.api, &action, &parameters, Effect::Read, options)).await
        })
    }

    /// Validates, signs and sends a request of the generated API.
    pub(crate) fn send<R: Operation>(&self, request: R, options: CallOptions) -> Pending<R::Response> {
        let core = self.clone();
        let request: Box<dyn Request> = Box::new(request);
        Pending::new(async move {
            let mut reading = Typed::<R>::new();
            core.exchange(request, options, &mut reading).await?;
            Ok(reading.into_inner())
        })
    }

    /// Validates and signs a request of the generated API, without sending it.
    pub(crate) fn dry_send<R: Operation>(&self, request: R, options: CallOptions) -> Pending<DryRun> {
        self.clone().shown_unsent(Box::new(request), options)
    }

    /// Sends a request and reads its response. The request of any action, so that it is compiled once.
    async fn exchange(
        &self,
        mut request: Box<dyn Request>,
        mut options: CallOptions,
        reading: &mut dyn Reading,
    ) -> Result<(), Error> {
        let advice = self.check(&mut *request, &options)?;
        self.keep_cooldowns(&*request, &mut options).await?;
        // In place: `..known_call()` would keep a second call in the future.
        let mut call = known_call(self.0.api, request, options);
        call.advice = advice;
        self.run(&call, reading).await?;
        self.start_cooldowns(reading.cooldowns());
        Ok(())
    }

    fn shown_unsent(self, mut request: Box<dyn Request>, options: CallOptions) -> Pending<DryRun> {
        Pending::new(async move {
            trace::advice(request.info().name, &self.check(&mut *request, &options)?);
            self.dry_run(known_call(self.0.api, request, options)).await
        })
    }

    /// Sets the documented defaults of a request and what the client fills in. Returns advice about it, or an error if it breaks a rule.
    pub(crate) fn check(&self, request: &mut dyn Request, options: &CallOptions) -> Result<Vec<Problem>, Error> {
        request.set_defaults();
        let mut failed = None;
        request.to_fill(&mut |with, value| {
            if value.is_some() {
                return;
            }
            match with {
                Fill::Region => *value = Some(self.0.region.clone()),
                Fill::RepeatKey => match self.0.config.environment.nonce() {
                    Ok(nonce) => *value = Some(nonce),
                    Err(error) => failed = Some(error),
                },
            }
        });
        if let Some(error) = failed {
            let message = "the system provides no random numbers for a repeat key";
            return Err(Error::config(request.info().name, message).caused_by(error));
        }
        if options.skip_validation { Ok(Vec::new()) } else { request.judged() }
    }
}

/// The effect of a request with these options. An extra parameter may make a repeatable request unrepeatable.
fn effect(effect: Effect, request: &dyn Members, options: &CallOptions) -> Effect {
    match effect {
        Effect::Idempotent if replaced(request, options).is_some() => Effect::SubmitOnce,
        effect => effect,
    }
}

/// Finds a parameter of the request that an extra one replaces.
pub(crate) fn replaced(request: &dyn Members, options: &CallOptions) -> Option<&'static str> {
    let mut found = None;
    request.each(&mut |field, _| {
        if options.extra.iter().any(|(name, _)| is_part_of(name, field.wire)) {
            found = Some(field.wire);
        }
    });
    found
}

/// Whether a parameter is the same as another, or a member of it.
fn is_part_of(name: &str, whole: &str) -> bool {
    name.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn known_call(api: &'static ApiInfo, request: Box<dyn Request>, options: CallOptions) -> UnsignedCall {
    let ActionInfo { find_out, methods, .. } = *request.info();
    let members = request.members();
    let effect = effect(request.own_effect(), members, &options);
    let hidden = [wire::hidden(members), unknown_values(&options.extra)].concat();
    let parameters = wire::parameters(members);
    let context = CallContext::of(api, effect, request);
    UnsignedCall { parameters, find_out, methods, hidden, advice: Vec::new(), context, options }
}

fn unknown_call(
    api: &'static ApiInfo,
    action: &str,
    parameters: &[(String, String)],
    effect: Effect,
    mut options: CallOptions,
) -> UnsignedCall {
    let known = api.methods.iter().find(|(name, _)| *name == action).map(|(_, methods)| *methods);
    let methods = known.unwrap_or(&[Method::Post, Method::Get]);
    // Any value may be a secret, so GET is used only if the options of this call require it.
    if methods.contains(&Method::Post) {
        options.method.get_or_insert(Method::Post);
    }
    let hidden = [unknown_values(parameters), unknown_values(&options.extra)].concat();
    let described = api.effects.iter().find(|(name, _)| *name == action).map(|(_, effect)| *effect);
    let parameters = parameters.iter().map(|(name, value)| (name.clone().into(), value.clone())).collect();
    let context =
        CallContext::unknown(api, action.to_owned(), described.map_or(effect, |described| described.max(effect)));
    UnsignedCall { parameters, find_out: None, methods, hidden, advice: Vec::new(), context, options }
}

/// Hides values that nothing is known about, unless they are too short for secrets: short ones are words that a message needs.
fn unknown_values(parameters: &[(String, String)]) -> Vec<Hidden> {
    const SHORTEST: usize = 16;
    let values = parameters.iter().map(|(_, value)| value.as_str());
    values.filter(|value| value.len() >= SHORTEST).map(Hidden::secret).collect()
}
