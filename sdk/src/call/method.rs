//! Which HTTP method a call is sent by.

use crate::base::api::Method;
use crate::base::api::{Effect, Signature};
use crate::protocol::Scheme;

/// What decides about the method of a call.
pub(crate) struct Choice<'a> {
    /// The methods that the action may be called by, the one to use first.
    pub(crate) methods: &'a [Method],
    /// What this very call asks for.
    pub(crate) asked: Option<Method>,
    /// What the client is set up for.
    pub(crate) preferred: Option<Method>,
    pub(crate) effect: Effect,
    /// Whether there are parameters of which nothing is known.
    pub(crate) unknown: bool,
    pub(crate) scheme: Signature,
}

impl Choice<'_> {
    /// The method; what was asked for is an error if it cannot be used, what is preferred gives way.
    pub(crate) fn method(&self) -> Result<Method, String> {
        if let Some(asked) = self.asked {
            return match (self.methods.contains(&asked), self.hides_secrets(asked)) {
                (true, true) => Ok(asked),
                (true, false) => Err(self.exposed()),
                (false, _) => Err(format!("is not sent by {}: use {}", asked.as_str(), self.allowed())),
            };
        }
        // Nobody knows what is a secret among unknown parameters, so none stands in a URL unless this very call says so.
        let usable = |method: &Method| {
            self.methods.contains(method) && self.hides_secrets(*method) && (*method == Method::Post || !self.unknown)
        };
        // Proxies may send a GET again and write its parameters down, so a preference of the client's holds for reads only.
        let preferred = self.preferred.filter(|method| *method == Method::Post || self.effect == Effect::Read);
        let found = preferred.iter().chain(self.methods).copied().find(usable);
        found.ok_or_else(|| {
            if self.methods.iter().any(|method| self.hides_secrets(*method)) {
                format!(
                    "extra parameters would stand in the URL: ask for {} by the options of this call if they may",
                    self.allowed()
                )
            } else {
                self.exposed()
            }
        })
    }

    /// Whether the scheme keeps what it adds out of the URL.
    fn hides_secrets(&self, method: Method) -> bool {
        method == Method::Post || !Scheme::of(self.scheme).signature_is_parameter
    }

    fn exposed(&self) -> String {
        let or = if self.methods.contains(&Method::Post) { "use POST, or " } else { "use " };
        format!("the signature {:?} would stand in the URL: {or}a scheme that signs by headers", self.scheme)
    }

    fn allowed(&self) -> String {
        self.methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(" or ")
    }
}
