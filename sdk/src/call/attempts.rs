//! One attempt of a call, which the retry loop repeats: sign, send, read.

use crate::action::context::{AttemptContext, CallContext};
use crate::base::api::Method;
use crate::base::credentials::Credentials;
use crate::base::environment::Environment;
use crate::base::error::{Error, ErrorKind};
use crate::base::metadata::Metadata;
use crate::base::problem::Problem;
use crate::base::scrub::Hidden;
use crate::base::trace;
use crate::call::core::{ClientShared, Core};
use crate::call::difference::compare;
use crate::call::dry_run::{DryRun, Made};
use crate::call::method::Choice;
use crate::call::reading::Reading;
use crate::call::retry::outcome_unknown;
use crate::call::retry_loop::{Attempts, RetryLoop};
use crate::call::span::Span;
use crate::http::{self, HttpRequest, HttpResponse, TransportError, TransportFuture};
use crate::protocol::address::Address;
use crate::protocol::{self, Draft, Pair, Scheme};
use crate::setup::interceptor::{self, Attempt};
use crate::setup::options::CallOptions;
use crate::sign::Signed;
use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::Duration;

/// A call before it is signed.
pub(crate) struct UnsignedCall {
    pub(crate) parameters: Vec<Pair>,
    /// How to find out whether it was executed if its response is lost.
    pub(crate) find_out: Option<&'static str>,
    /// The HTTP methods of the action, the preferred one first.
    pub(crate) methods: &'static [Method],
    /// What messages must not show, besides the keys and the signature.
    pub(crate) hidden: Vec<Hidden>,
    /// What validation advised on.
    pub(crate) advice: Vec<Problem>,
    /// The context of the call.
    pub(crate) context: CallContext,
    pub(crate) options: CallOptions,
}

/// A request with the text that was signed.
struct SignedRequest {
    request: HttpRequest,
    signed: Signed,
}

/// A call for the retry loop: each attempt is signed anew.
struct CallAttempts<'a> {
    core: &'a Core,
    call: &'a UnsignedCall,
    reading: &'a mut dyn Reading,
}

impl Attempts for CallAttempts<'_> {
    fn attempt(&mut self, number: u32, left: Duration) -> impl Future<Output = Result<(), Error>> + Send {
        self.core.attempt(self.call, self.reading, number, left)
    }

    fn metadata(&self) -> &Metadata {
        self.reading.metadata()
    }

    fn take_for_success(&mut self, error: &Error) -> bool {
        self.reading.done_before(error)
    }

    // Few calls need it, so it is boxed and not part of every call's future.
    fn renew_keys(&mut self, rejected: u64, left: Duration) -> Pin<Box<dyn Future<Output = bool> + Send + '_>> {
        Box::pin(self.core.renewed(rejected, left))
    }

    fn correct_clock(&mut self, offset: i64) {
        self.core.shared().clock_offset.store(offset, Ordering::Relaxed);
    }
}

impl Core {
    /// Sends a call, with retries as its effect, options and timeout allow.
    pub(crate) async fn run(&self, call: &UnsignedCall, reading: &mut dyn Reading) -> Result<(), Error> {
        let ClientShared { config, budget, .. } = self.shared();
        let span = Span::operation(&call.context);
        span.within(|| trace::advice(&call.context.action, &call.advice));
        let retries = call.options.retries.as_ref().unwrap_or(&config.retries);
        let timeout = self.operation_timeout(&call.options);
        let retry_loop = RetryLoop::new(retries, budget, &*config.environment, call.context.effect, timeout);
        let retry_loop = retry_loop.find_out(call.find_out);
        let mut attempts = CallAttempts { core: self, call, reading };
        let result = span.around(retry_loop.run(&mut attempts, &span)).await;
        span.ended(result.as_ref().map(|()| attempts.metadata()));
        result
    }

    /// Signs, sends and reads once.
    async fn attempt(
        &self,
        call: &UnsignedCall,
        reading: &mut dyn Reading,
        number: u32,
        left: Duration,
    ) -> Result<(), Error> {
        let ClientShared { config, address, .. } = self.shared();
        let environment = &config.environment;
        // Whatever lives across this await is part of every call's future, so what few calls need is boxed.
        let given = given_address(call, config.allow_http)?.map(Box::new);
        let address = given.as_deref().unwrap_or(address);
        let (action, effect) = (&*call.context.action, call.context.effect);
        let shown = Attempt { call: &call.context, host: &address.host, parameters: &call.parameters, number };
        let headers = interceptor::before(&config.interceptors, shown)
            .map_err(|why| Error::refused(action, format!("was not sent: {why}")).caused_by(why))?;
        let (keys, left) = match self.keys_at_hand() {
            Some(keys) => (keys, left),
            None => Box::pin(self.keys_within(action, left)).await?,
        };
        let start = environment.elapsed();
        let (response, signed) = self.begin(call, address, &keys, left, headers)?;
        let response = response.await.map_err(|error| no_response(action, error, "the response is too large"));
        let result = response.and_then(|response| self.read(call, reading, response, &signed));
        let result = result.map_err(|error| {
            let error = error.without(&hidden(call, &keys, &signed)).by_clock(environment.now());
            let unknown = outcome_unknown(&error, effect);
            let error = error.with_unknown_outcome(unknown, call.find_out).with_advice(&call.advice);
            if !error.is_of_stale_keys() {
                return error;
            }
            error.with_stale_keys(config.credentials.reject(&keys, environment.now()))
        });
        let latency = environment.elapsed().saturating_sub(start);
        let end = result.as_ref().map(|()| reading.shown());
        interceptor::after(&config.interceptors, shown, latency, end);
        result
    }

    /// The credentials for an attempt that has this much time left, and the time left afterwards.
    async fn keys_within(&self, action: &str, left: Duration) -> Result<(Arc<Credentials>, Duration), Error> {
        let environment = &*self.shared().config.environment;
        let start = environment.elapsed();
        let Some(keys) = within(environment, left, self.keys(action)).await else {
            return Err(Error::late_credentials(action));
        };
        Ok((keys?, left.saturating_sub(environment.elapsed().saturating_sub(start))))
    }

    /// Whether the source provides other keys than the rejected ones within the time left.
    async fn renewed(&self, stale: u64, left: Duration) -> bool {
        let config = &self.shared().config;
        let renewal = config.credentials.renewed(stale, &*config.environment);
        within(&*config.environment, left, renewal).await.unwrap_or(false)
    }

    /// Signs a request and passes it to the transport.
    fn begin(
        &self,
        call: &UnsignedCall,
        address: &Address,
        keys: &Arc<Credentials>,
        left: Duration,
        headers: Vec<(&'static str, String)>,
    ) -> Result<(TransportFuture<'_>, Signed), Error> {
        let SignedRequest { mut request, signed } = self.sign(call, address, keys, left, None)?;
        request.headers.extend(headers);
        Ok((self.shared().transport.send(request), signed))
    }

    /// Reads a response. If it rejects the signature and quotes a string to sign, the two are compared.
    fn read(
        &self,
        call: &UnsignedCall,
        reading: &mut dyn Reading,
        response: HttpResponse,
        signed: &Signed,
    ) -> Result<(), Error> {
        let ClientShared { api, signature, .. } = self.shared();
        reading.read(api, &call.options, response).and_then(|()| {
            if call.context.effect.is_repeatable() || !reading.is_nobodys() {
                return Ok(());
            }
            let message = "the response has neither a request id nor a value of this action: it may come from a proxy or gateway";
            let Metadata { status, .. } = reading.metadata();
            Err(Error::response(&call.context.action, message).with_status(*status, None))
        }).map_err(|error| {
            if error.kind() != ErrorKind::Service || !error.message().contains("sign") {
                return error;
            }
            let difference =
                compare(Scheme::of(*signature), signed, error.message(), &call.context.shown(&call.parameters), api.hosts, true);
            error.with_signature_difference(difference)
        })
    }

    /// Signs a call without sending it.
    pub(crate) async fn dry_run(&self, call: UnsignedCall) -> Result<DryRun, Error> {
        let given = given_address(&call, self.shared().config.allow_http)?;
        let address = given.as_ref().unwrap_or(&self.shared().address);
        let keys = self.keys(&call.context.action).await?;
        let mut draft = None;
        let SignedRequest { request, signed } = self.sign(&call, address, &keys, Duration::MAX, Some(&mut draft))?;
        let nothing = || Error::config(&call.context.action, "there is nothing to sign");
        let draft = draft.ok_or_else(nothing)?;
        let hidden = hidden(&call, &keys, &signed);
        let extra =
            call.options.extra.iter().map(|(name, _)| (name.clone().into(), crate::base::secret::REDACTED.to_owned()));
        let mut parameters = call.context.shown(&call.parameters);
        parameters.retain(|(name, _)| !call.options.extra.iter().any(|(extra, _)| name == extra));
        parameters.extend(extra);
        Ok(DryRun::new(Made { draft, request, signed, parameters, hidden }))
    }

    /// Signs a request. Every attempt is signed anew, because a nonce must not be reused. `copy` receives what the request was made from.
    fn sign<'a>(
        &'a self,
        call: &'a UnsignedCall,
        address: &'a Address,
        keys: &'a Arc<Credentials>,
        left: Duration,
        copy: Option<&mut Option<Draft<'a>>>,
    ) -> Result<SignedRequest, Error> {
        let ClientShared { api, config, region, signature, agent, clock_offset, .. } = self.shared();
        let (action, options) = (&*call.context.action, &call.options);
        let wrong = |message: String| Error::config(action, message);
        let choice = Choice {
            methods: call.methods,
            asked: options.method,
            preferred: config.method,
            effect: call.context.effect,
            unknown: !options.extra.is_empty(),
            scheme: *signature,
        };
        let method = choice.method().map_err(wrong)?;
        let nonce = config
            .environment
            .nonce()
            .map_err(|e| wrong("the system provides no random numbers for a nonce".into()).caused_by(e))?;
        let draft = Draft {
            api,
            action,
            parameters: self.parameters(call)?,
            credentials: keys,
            signature: *signature,
            region,
            host: &address.host,
            method,
            format: options.format.unwrap_or(config.format),
            now: config.environment.now().saturating_add(clock_offset.load(Ordering::Relaxed)),
            nonce,
        };
        let mut out = protocol::sign(&draft);
        if let Some(copy) = copy {
            *copy = Some(draft);
        }
        out.headers.push(("user-agent", agent.clone()));
        let request = HttpRequest {
            method,
            base: address.base.clone(),
            query: out.query,
            headers: out.headers,
            body: out.body,
            connect_timeout: config.connect_timeout,
            read_timeout: config.read_timeout,
            timeout: options.attempt_timeout.unwrap_or(config.attempt_timeout).min(left),
            limit: config.response_limit,
            info: Arc::new(AttemptContext {
                call: call.context.clone(),
                signature: *signature,
                keys: Some(keys.clone()),
            }),
        };
        Ok(SignedRequest { request, signed: out.proof.unwrap_or_default() })
    }

    /// The parameters, including extra ones.
    fn parameters<'a>(&self, call: &'a UnsignedCall) -> Result<Cow<'a, [Pair]>, Error> {
        if call.options.extra.is_empty() {
            return Ok(Cow::Borrowed(&call.parameters));
        }
        let mut parameters = call.parameters.clone();
        for (name, value) in &call.options.extra {
            if Scheme::of(self.shared().signature).reserved.contains(&name.as_str()) {
                let message = format!("`{name}` belongs to the signature and cannot be an extra parameter");
                return Err(Error::input(&call.context.action, message));
            }
            parameters.retain(|(known, _)| known != name);
            parameters.push((name.clone().into(), value.clone()));
        }
        Ok(Cow::Owned(parameters))
    }
}

/// What messages about an attempt must not contain.
fn hidden(call: &UnsignedCall, keys: &Credentials, signed: &Signed) -> Vec<Hidden> {
    let signature = Hidden::signature(signed.signature.as_str());
    keys.secrets().into_iter().map(Hidden::secret).chain([signature]).chain(call.hidden.iter().cloned()).collect()
}

/// Runs a future with a time limit. The clock is read only if the future is not ready at once.
async fn within<T>(environment: &dyn Environment, limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    let mut future = std::pin::pin!(future);
    let mut timer = None;
    std::future::poll_fn(|context| {
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        let timer = timer.get_or_insert_with(|| environment.sleep(limit));
        timer.as_mut().poll(context).map(|()| None)
    })
    .await
}

/// The address of a call that has an endpoint of its own.
fn given_address(call: &UnsignedCall, allow_http: bool) -> Result<Option<Address>, Error> {
    let given = call.options.endpoint.as_ref().map(|url| Address::of_url(&url.0, allow_http)).transpose();
    given.map_err(|message| Error::config(&call.context.action, message))
}

/// The error for a request without a usable response. `too_large` is the message for a response that is larger than allowed.
pub(crate) fn no_response(action: &str, error: TransportError, too_large: impl Into<String>) -> Error {
    if error.refused {
        return Error::config(action, error.source.to_string()).caused_by(error.source);
    }
    if error.too_large {
        return Error::response(action, too_large).caused_by(error.source);
    }
    let failed = if error.may_have_arrived {
        Error::transport(action, "no response came")
    } else {
        let why = http::reason(&*error.source);
        Error::connect(action, format!("no connection could be made, so nothing was sent: {why}"))
    };
    failed.caused_by(error.source)
}
