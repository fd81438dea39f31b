//! A call on its way: its attempts, each signed anew, until one is answered.

use crate::Secret;
use crate::address::Address;
use crate::api::Effect;
use crate::client::{Core, Shared};
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::http::{About, HttpRequest, HttpResponse, Method, Subject};
use crate::options::CallOptions;
use crate::protocol::{self, Draft, Pair};
use crate::retry::{Course, class, outcome_unknown};
use crate::trace;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A call before it is signed.
pub(crate) struct Call<'a> {
    pub(crate) action: &'a str,
    pub(crate) parameters: Vec<Pair>,
    pub(crate) effect: Effect,
    /// Whether a parameter is a secret.
    pub(crate) secret: bool,
    /// What must not stand in a message, besides the keys.
    pub(crate) secrets: Vec<Secret>,
    /// What a transport may want to know.
    pub(crate) subject: Subject,
    pub(crate) options: CallOptions,
}

/// Makes values of an answer, or an error.
pub(crate) type Decode<'a> = &'a mut (dyn FnMut(HttpResponse) -> Result<(), Error> + Send);

impl Core {
    /// Sends a call until it is answered, or until it must not or cannot be sent again.
    pub(crate) async fn run(&self, call: Call<'_>, decode: Decode<'_>) -> Result<(), Error> {
        let Shared { config, budget, clock_offset, .. } = self.shared();
        let environment = &config.environment;
        let (start, limit) = (environment.elapsed(), self.operation_timeout(&call.options));
        let left = || limit.saturating_sub(environment.elapsed().saturating_sub(start));
        let policy = call.options.retries.as_ref().unwrap_or(&config.retries);
        let mut course = Course { policy, budget, effect: call.effect, attempts: 0, corrected: false };
        loop {
            course.attempts += 1;
            let keys = self.keys(call.action).await?;
            let error = match self.attempt(&call, &keys, left()).await.and_then(&mut *decode) {
                Ok(()) => {
                    budget.earn();
                    return Ok(());
                }
                Err(error) => {
                    error.without(&[keys.secrets(), call.secrets.clone()].concat()).by_clock(environment.now())
                }
            };
            let unknown = outcome_unknown(class(&error), call.effect);
            let error = error.with_unknown_outcome(unknown);
            trace::failed(&error, course.attempts);
            let Some(pause) = course.next(&error, environment.chance(), left()) else {
                return Err(error.after(course.attempts));
            };
            if let Some(offset) = error.clock_offset().filter(|_| course.corrected) {
                clock_offset.store(offset, Ordering::Relaxed);
            }
            if !pause.is_zero() {
                environment.sleep(pause).await;
            }
        }
    }

    /// Signs and sends once.
    async fn attempt(&self, call: &Call<'_>, keys: &Arc<Credentials>, left: Duration) -> Result<HttpResponse, Error> {
        let request = self.request(call, keys, left)?;
        self.shared().transport.send(request).await.map_err(|error| {
            if error.refused {
                return Error::new(ErrorKind::Config, call.action, error.source.to_string()).caused_by(error.source);
            }
            if error.too_large {
                return Error::new(ErrorKind::Answer, call.action, "the answer is too large")
                    .hopeless()
                    .caused_by(error.source);
            }
            let (kind, message) = if error.may_have_arrived {
                (ErrorKind::Transport, "no answer came")
            } else {
                (ErrorKind::Connect, "no connection came about; nothing was sent")
            };
            Error::new(kind, call.action, message).caused_by(error.source)
        })
    }

    /// The signed request. Every attempt is signed anew: a nonce is used once.
    fn request(&self, call: &Call<'_>, keys: &Arc<Credentials>, left: Duration) -> Result<HttpRequest, Error> {
        let Shared { api, config, address, region, signature, agent, clock_offset, .. } = self.shared();
        let Call { action, options, .. } = call;
        let wrong = |message: String| Error::new(ErrorKind::Config, action, message);
        let given = options
            .endpoint
            .as_deref()
            .map(|url| Address::of_url(url, config.allow_http))
            .transpose()
            .map_err(wrong)?;
        let address = given.as_ref().unwrap_or(address);
        let method = options.method.unwrap_or(config.method);
        let token_in_url = keys.token.is_some() && protocol::token_is_parameter(*signature);
        if method == Method::Get && (call.secret || token_in_url) {
            return Err(wrong("a secret would stand in the URL: use POST for this call".into()));
        }
        let mut parameters = call.parameters.clone();
        for (name, value) in &options.extra {
            if protocol::sets(*signature, name) {
                return Err(wrong(format!("`{name}` belongs to the signature and cannot be an extra parameter")));
            }
            parameters.retain(|(known, _)| known != name);
            parameters.push((name.clone().into(), value.clone()));
        }
        let nonce = config
            .environment
            .nonce()
            .map_err(|e| wrong("the system gives no random numbers for a nonce".into()).caused_by(e))?;
        let mut signed = protocol::sign(Draft {
            api,
            action,
            parameters,
            credentials: keys,
            signature: *signature,
            region,
            host: &address.host,
            method,
            format: options.format.unwrap_or(config.format),
            now: config.environment.now().saturating_add(clock_offset.load(Ordering::Relaxed)),
            nonce,
        });
        signed.headers.push(("user-agent", agent.clone()));
        Ok(HttpRequest {
            method,
            base: address.base.clone(),
            query: signed.query,
            headers: signed.headers,
            body: signed.body,
            connect_timeout: config.connect_timeout,
            read_timeout: config.read_timeout,
            timeout: options.attempt_timeout.unwrap_or(config.attempt_timeout).min(left),
            limit: config.response_limit,
            about: About { subject: call.subject.clone(), signature: *signature, keys: Some(keys.clone()) },
        })
    }
}
