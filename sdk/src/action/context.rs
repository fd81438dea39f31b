//! What a call is about, for those who look at it on its way: interceptors, spans, transports, recorders.

use crate::action::operation::Operation;
use crate::base::api::{ApiInfo, Effect, Signature};
use crate::base::credentials::Credentials;
use crate::base::secret::REDACTED;
use crate::http::RequestInfo;
use crate::protocol::{Pair, Scheme};
use crate::wire::{self, Members, Structure};
use std::borrow::Cow;
use std::sync::Arc;

/// What a call is about. It only holds references: a call that nobody looks at pays nothing for it.
#[derive(Clone)]
#[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "only a recorder looks at all of it"))]
pub(crate) struct CallContext {
    pub(crate) api: &'static ApiInfo,
    pub(crate) action: Cow<'static, str>,
    pub(crate) effect: Effect,
    /// The typed request, which knows which of its values may be shown; absent if the spec does not know the action.
    pub(crate) request: Option<Arc<dyn Members + Send + Sync>>,
    /// Makes an empty response, which knows the same about the values that come.
    pub(crate) response: Option<fn() -> Box<dyn Structure>>,
    /// Names that an envelope of the response may have.
    pub(crate) envelopes: &'static [&'static str],
}

impl CallContext {
    /// The context of a call that the spec does not know: an action of another version, or a download.
    pub(crate) fn unknown(api: &'static ApiInfo, action: impl Into<Cow<'static, str>>, effect: Effect) -> Self {
        Self { api, action: action.into(), effect, request: None, response: None, envelopes: &[] }
    }

    /// The context of a call of a generated action.
    pub(crate) fn of<R: Operation>(api: &'static ApiInfo, effect: Effect, request: R) -> Self {
        Self {
            api,
            action: Cow::Borrowed(R::ACTION.name),
            effect,
            request: Some(Arc::new(request)),
            response: Some(|| Box::new(R::Response::default())),
            envelopes: R::ACTION.envelopes,
        }
    }

    /// Its parameters as they may be shown: without the typed request all values are redacted.
    pub(crate) fn shown(&self, parameters: &[Pair]) -> Vec<Pair> {
        match &self.request {
            Some(request) => wire::shown_parameters(&**request),
            None => parameters.iter().map(|(name, _)| (name.clone(), REDACTED.to_owned())).collect(),
        }
    }
}

/// What one attempt is about: its call, and the scheme and keys that it was signed with. A download has no keys.
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
