//! Access keys that the endpoint accepts.

use cloudcert::Secret;
use serde::Deserialize;
use subtle::ConstantTimeEq;

/// The cloud that an access key belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Cloud {
    /// Alibaba Cloud.
    Aliyun,
    /// Kingsoft Cloud.
    Ksyun,
}

impl Cloud {
    fn name(self) -> &'static str {
        match self {
            Self::Aliyun => "Alibaba Cloud",
            Self::Ksyun => "Kingsoft Cloud",
        }
    }
}

/// An access key that an endpoint accepts.
#[derive(Debug, Clone)]
pub struct Credential {
    pub(crate) cloud: Cloud,
    pub(crate) id: String,
    pub(crate) secret: Secret,
    pub(crate) token: Option<Secret>,
    pub(crate) expires: Option<i64>,
    pub(crate) disabled: bool,
    pub(crate) denied: Vec<String>,
}

impl Credential {
    /// Creates a permanent access key. An endpoint refuses to start with a key whose id, secret or token is empty or blank.
    #[must_use]
    pub fn new(cloud: Cloud, id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        let (id, secret) = (id.into(), secret.into());
        Self { cloud, id, secret, token: None, expires: None, disabled: false, denied: Vec::new() }
    }

    /// Makes the key a temporary one, which is accepted only together with this token.
    #[must_use]
    pub fn token(mut self, token: impl Into<Secret>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Sets when the key expires, in seconds since 1970.
    #[must_use]
    pub fn expires(mut self, seconds: i64) -> Self {
        self.expires = Some(seconds);
        self
    }

    /// Disables the key: requests signed with it are refused.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }

    /// Denies the key an action, or all actions with `*`.
    #[must_use]
    pub fn denied(mut self, action: impl Into<String>) -> Self {
        self.denied.push(action.into());
        self
    }

    /// Refuses empty parts. An empty secret would sign like any other, and anybody could guess it.
    pub(crate) fn check(&self) -> Result<(), String> {
        let token = self.token.as_ref().map_or("token", Secret::expose);
        let parts = [("id", self.id.as_str()), ("secret", self.secret.expose()), ("token", token)];
        match parts.iter().find(|(_, text)| text.trim().is_empty()) {
            Some((name, _)) => Err(format!("an access key of {} has an empty {name}", self.cloud.name())),
            None => Ok(()),
        }
    }

    /// Whether the key is denied an action.
    pub(crate) fn is_denied(&self, action: &str) -> bool {
        self.denied.iter().any(|name| name == "*" || name == action)
    }
}

/// Why an access key is not accepted.
pub(crate) enum KeyRefusal {
    Unknown,
    Disabled,
    TokenExpired,
    TokenMalformed,
    TokenOfAnotherKey,
}

/// All access keys that an endpoint accepts.
#[derive(Debug, Clone)]
pub(crate) struct Keyring(Vec<Credential>);

impl Keyring {
    /// Takes the given keys. A cloud without any gets the test keys that the README lists.
    pub(crate) fn new(given: Vec<Credential>) -> Self {
        let mut keys = given;
        let has = |cloud| keys.iter().any(|key: &Credential| key.cloud == cloud);
        let (aliyun, ksyun) = (has(Cloud::Aliyun), has(Cloud::Ksyun));
        for (cloud, id, given) in [(Cloud::Aliyun, "testid", aliyun), (Cloud::Ksyun, "AKLTtestid", ksyun)] {
            if !given {
                let key = Credential::new(cloud, id, "testsecret");
                keys.extend([key.clone(), key.token("testtoken")]);
            }
        }
        Self(keys)
    }

    /// Finds the key with this id, and with this token if the request carries one.
    pub(crate) fn find(
        &self,
        cloud: Cloud,
        id: &str,
        token: Option<&str>,
        now: i64,
    ) -> Result<&Credential, KeyRefusal> {
        let mut own = self.0.iter().filter(|key| key.cloud == cloud && key.id == id).peekable();
        if own.peek().is_none() {
            return Err(KeyRefusal::Unknown);
        }
        let is_token = |key: &Credential, token: &str| key.token.as_ref().is_some_and(|own| same(token, own.expose()));
        let key = match token {
            None => own.find(|key| key.token.is_none()).ok_or(KeyRefusal::Unknown)?,
            Some(token) => own.find(|key| is_token(key, token)).ok_or_else(|| {
                let elsewhere = self.0.iter().any(|key| key.cloud == cloud && is_token(key, token));
                if elsewhere { KeyRefusal::TokenOfAnotherKey } else { KeyRefusal::TokenMalformed }
            })?,
        };
        if key.disabled {
            return Err(KeyRefusal::Disabled);
        }
        if key.expires.is_some_and(|end| end <= now) {
            return Err(KeyRefusal::TokenExpired);
        }
        Ok(key)
    }
}

/// Compares two secrets or signatures in constant time, so that the time taken does not tell where they differ.
pub(crate) fn same(given: &str, expected: &str) -> bool {
    given.as_bytes().ct_eq(expected.as_bytes()).into()
}
