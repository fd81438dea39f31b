//! The context of a call, for interceptors, spans, transports and recorders.

use crate::action::operation::{ActionInfo, Fill};
use crate::action::request::Request;
use crate::base::api::{ApiInfo, Effect, Signature};
use crate::base::credentials::Credentials;
use crate::base::secret::REDACTED;
use crate::http::RequestInfo;
use crate::protocol::{Pair, Scheme};
use crate::wire::{self, Members, Structure};
use std::borrow::Cow;
use std::sync::Arc;

/// The context of a call. It only holds references, so it costs nothing if it is not used.
#[derive(Clone)]
#[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "only a recorder uses all of it"))]
pub(crate) struct CallContext {
    pub(crate) api: &'static ApiInfo,
    pub(crate) action: Cow<'static, str>,
    pub(crate) effect: Effect,
    /// The typed request, which knows which values may be shown; `None` if the spec does not know the action.
    pub(crate) request: Option<Arc<dyn Members + Send + Sync>>,
    /// The parameter by which the service knows a call that it has executed already. Every call has another one.
    pub(crate) repeat_key: Option<String>,
    /// Makes an empty response, which knows the same about its values.
    pub(crate) response: Option<fn() -> Box<dyn Structure>>,
    /// The names that an envelope of the response may have.
    pub(crate) envelopes: &'static [&'static str],
}

impl CallContext {
    /// The context of a call that the spec does not know: an unknown action or a download.
    pub(crate) fn unknown(api: &'static ApiInfo, action: impl Into<Cow<'static, str>>, effect: Effect) -> Self {
        Self { api, action: action.into(), effect, request: None, repeat_key: None, response: None, envelopes: &[] }
    }

    /// The context of a call of a generated action.
    pub(crate) fn of(api: &'static ApiInfo, effect: Effect, mut request: Box<dyn Request>) -> Self {
        let ActionInfo { name, envelopes, .. } = *request.info();
        let mut repeat_key = None;
        request.to_fill(&mut |with, value| {
            if with == Fill::RepeatKey {
                repeat_key.clone_from(value);
            }
        });
        Self {
            api,
            action: Cow::Borrowed(name),
            effect,
            repeat_key,
            response: Some(request.no_response()),
            request: Some(request.share()),
            envelopes,
        }
    }

    /// The parameters, redacted. Without a typed request all values are redacted.
    pub(crate) fn shown(&self, parameters: &[Pair]) -> Vec<Pair> {
        match &self.request {
            Some(request) => wire::shown_parameters(&**request),
            None => parameters.iter().map(|(name, _)| (name.clone(), REDACTED.to_owned())).collect(),
        }
    }
}

/// The context of an attempt: its call, and the scheme and keys that signed it. A download has no keys.
pub(crate) struct AttemptContext {
    pub(crate) call: CallContext,
    pub(crate) signature: Signature,
    pub(crate) keys: Option<Arc<Credentials>>,
}

impl AttemptContext {
    /// The context of a request; every request that a client makes has one.
    #[cfg(feature = "testing")]
    pub(crate) fn of(request: &crate::http::HttpRequest) -> Option<&Self> {
        let info: &dyn std::any::Any = &*request.info;
        info.downcast_ref()
    }
}

impl RequestInfo for AttemptContext {
    fn api(&self) -> &'static str {
        self.call.api.id
    }

    fn action(&self) -> &str {
        &self.call.action
    }

    fn effect(&self) -> Effect {
        self.call.effect
    }

    fn is_own(&self, parameter: &str) -> bool {
        self.keys.is_some() && !Scheme::of(self.signature).reserved.contains(&parameter)
    }
}
