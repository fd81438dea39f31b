//! Chooses the HTTP method of a call.

use crate::base::api::Method;
use crate::base::api::{Effect, Signature};
use crate::protocol::Scheme;

/// What determines the method of a call.
pub(crate) struct Choice<'a> {
    /// The methods of the action, the preferred one first.
    pub(crate) methods: &'a [Method],
    /// The method that the options of the call require.
    pub(crate) asked: Option<Method>,
    /// The method that the settings of the client prefer.
    pub(crate) preferred: Option<Method>,
    pub(crate) effect: Effect,
    /// Whether there are unknown parameters.
    pub(crate) unknown: bool,
    pub(crate) scheme: Signature,
}

impl Choice<'_> {
    /// Chooses the method. A required one that cannot be used is an error; a preferred one is replaced.
    pub(crate) fn method(&self) -> Result<Method, String> {
        if let Some(asked) = self.asked {
            return match (self.methods.contains(&asked), self.hides_secrets(asked)) {
                (true, true) => Ok(asked),
                (true, false) => Err(self.exposed()),
                (false, _) => Err(format!("cannot be sent by {}: use {}", asked.as_str(), self.allowed())),
            };
        }
        // Unknown parameters may be secrets, so they are in a URL only if the options of this call require it.
        let usable = |method: &Method| {
            self.methods.contains(method) && self.hides_secrets(*method) && (*method == Method::Post || !self.unknown)
        };
        // Proxies may repeat a GET and log its parameters, so the client's preference applies to reads only.
        let preferred = self.preferred.filter(|method| *method == Method::Post || self.effect == Effect::Read);
        let found = preferred.iter().chain(self.methods).copied().find(usable);
        found.ok_or_else(|| {
            if self.methods.iter().any(|method| self.hides_secrets(*method)) {
                format!(
                    "extra parameters would be in the URL: if that is acceptable, request {} by the options of this call",
                    self.allowed()
                )
            } else {
                self.exposed()
            }
        })
    }

    /// Whether the scheme adds nothing to the URL.
    fn hides_secrets(&self, method: Method) -> bool {
        method == Method::Post || !Scheme::of(self.scheme).signature_is_parameter
    }

    fn exposed(&self) -> String {
        let or = if self.methods.contains(&Method::Post) { "use POST, or " } else { "use " };
        format!("the signature {:?} would be in the URL: {or}a scheme that signs headers", self.scheme)
    }

    fn allowed(&self) -> String {
        self.methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(" or ")
    }
}
