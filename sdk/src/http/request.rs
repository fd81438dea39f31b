//! What a request says about itself, to transports and to those who look at it in tests.

use super::{HttpRequest, Method};
use crate::REDACTED;
use crate::api::{ApiInfo, Effect, Signature};
use crate::credentials::Credentials;
use crate::operation::Operation;
use crate::protocol::{self, Pair};
use crate::wire::{self, Members, Structure};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use std::sync::Arc;

/// What a request is about, beyond its bytes. Only references: a call whose transport does not ask pays nothing for it.
#[derive(Clone)]
#[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "only a recorder looks at all of it"))]
pub(crate) struct Subject {
    pub(crate) api: &'static ApiInfo,
    pub(crate) action: Cow<'static, str>,
    pub(crate) effect: Effect,
    /// The typed request, which knows what of it may be shown; absent if the spec does not know the action.
    pub(crate) request: Option<Arc<dyn Members + Send + Sync>>,
    /// An empty answer, which knows the same of what comes.
    pub(crate) answer: Option<fn() -> Box<dyn Structure>>,
    /// Names that an envelope of the answer may have.
    pub(crate) envelopes: &'static [&'static str],
}

impl Subject {
    /// What the spec does not know: an action of another version, or a download.
    pub(crate) fn unknown(api: &'static ApiInfo, action: impl Into<Cow<'static, str>>, effect: Effect) -> Self {
        Self { api, action: action.into(), effect, request: None, answer: None, envelopes: &[] }
    }

    /// A call of an action that the spec knows.
    pub(crate) fn of<R: Operation>(api: &'static ApiInfo, effect: Effect, request: R) -> Self {
        Self {
            api,
            action: Cow::Borrowed(R::ACTION.name),
            effect,
            request: Some(Arc::new(request)),
            answer: Some(|| Box::new(R::Response::default())),
            envelopes: R::ACTION.envelopes,
        }
    }

    /// Its parameters as they may be shown: without the typed request nothing is known about their values.
    pub(crate) fn shown(&self, parameters: &[Pair]) -> Vec<Pair> {
        match &self.request {
            Some(request) => wire::shown_parameters(&**request),
            None => parameters.iter().map(|(name, _)| (name.clone(), REDACTED.to_owned())).collect(),
        }
    }
}

/// A subject, the scheme and the keys that a request was signed with; a download has no keys.
#[derive(Clone)]
#[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "only a recorder looks at all of it"))]
pub(crate) struct About {
    pub(crate) subject: Subject,
    pub(crate) signature: Signature,
    pub(crate) keys: Option<Arc<Credentials>>,
}

impl HttpRequest {
    /// The API version that is called, `aliyun-cas-2020-04-07`.
    #[must_use]
    pub fn api(&self) -> &'static str {
        self.about.subject.api.id
    }

    /// The action that is called, `DescribeCertificateState`; `Client::download` for a download.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.about.subject.action
    }

    /// What the call does, as far as sending it again is concerned.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.about.subject.effect
    }

    /// The URL with its query.
    #[must_use]
    pub fn url(&self) -> String {
        if self.query.is_empty() { self.base.clone() } else { format!("{}?{}", self.base, self.query) }
    }

    /// The first header of this name, which is given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }

    /// The action's own parameters, decoded and sorted: without action, version, and what belongs to the signature. Secrets among them
    /// stand there as they travel. A download has none: its query is a part of the secret link.
    #[must_use]
    pub fn parameters(&self) -> Vec<(String, String)> {
        if self.about.keys.is_none() {
            return Vec::new();
        }
        let encoded = match self.method {
            Method::Get => &self.query,
            Method::Post => &self.body,
        };
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let mut pairs: Vec<(String, String)> = encoded
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (decode(name), decode(value)))
            .filter(|(name, _)| !protocol::sets(self.about.signature, name))
            .collect();
        pairs.sort_unstable();
        pairs
    }

    /// The signature, wherever its scheme puts it.
    #[cfg(feature = "testing")]
    pub(crate) fn signature(&self) -> Option<crate::Secret> {
        let header = self.header("authorization").and_then(|value| value.rsplit_once("Signature="));
        let parameter = || {
            let pairs = [&self.query, &self.body].into_iter().flat_map(|pairs| pairs.split('&'));
            let encoded = pairs.filter_map(|pair| pair.strip_prefix("Signature=")).next_back()?;
            Some(percent_decode_str(encoded).decode_utf8_lossy().into_owned())
        };
        header.map(|(_, value)| value.to_owned()).or_else(parameter).map(crate::Secret::from)
    }

    /// A parameter of the action by its name on the wire; a member of a list is `Name.1`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}
