//! The methods of a request that tell transports and tests about its call.

use super::{HttpRequest, Method};
use crate::base::api::Effect;
#[cfg(feature = "testing")]
use crate::base::secret::Secret;
use percent_encoding::percent_decode_str;
use std::any::Any;

/// The call that a request belongs to.
pub(crate) trait RequestInfo: Any + Send + Sync {
    /// The id of the API version.
    fn api(&self) -> &'static str;
    /// The action that is called.
    fn action(&self) -> &str;
    /// The effect of the call.
    fn effect(&self) -> Effect;
    /// Whether a parameter belongs to the action, and not to the signature.
    fn is_own(&self, parameter: &str) -> bool;
}

impl HttpRequest {
    /// The API version that is called, `aliyun-cas-2020-04-07`.
    #[must_use]
    pub fn api(&self) -> &'static str {
        self.info.api()
    }

    /// The action that is called, `DescribeCertificateState`; `Client::download` for a download.
    #[must_use]
    pub fn action(&self) -> &str {
        self.info.action()
    }

    /// The effect of the call.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.info.effect()
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

    /// The parameters of the action, decoded and sorted, without those of the protocol and the signature. They contain secrets. A download has none,
    /// because its query is part of the secret link.
    #[must_use]
    pub fn parameters(&self) -> Vec<(String, String)> {
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
            .filter(|(name, _)| self.info.is_own(name))
            .collect();
        pairs.sort_unstable();
        pairs
    }

    /// The signature, wherever its scheme puts it.
    #[cfg(feature = "testing")]
    pub(crate) fn signature(&self) -> Option<Secret> {
        let header = self.header("authorization").and_then(|value| value.rsplit_once("Signature="));
        let parameter = || {
            let pairs = [&self.query, &self.body].into_iter().flat_map(|pairs| pairs.split('&'));
            let encoded = pairs.filter_map(|pair| pair.strip_prefix("Signature=")).next_back()?;
            Some(percent_decode_str(encoded).decode_utf8_lossy().into_owned())
        };
        header.map(|(_, value)| value.to_owned()).or_else(parameter).map(Secret::from)
    }

    /// A parameter of the action by its name on the wire; a member of a list is `Name.1`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}
