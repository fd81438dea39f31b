//! The traits of generated requests and responses.

use crate::action::cooldown::Cooldown;
use crate::base::api::Effect;
use crate::base::api::Method;
use crate::base::error::Error;
use crate::base::metadata::Metadata;
use crate::base::problem::{Problem, Severity};
use crate::wire::{Members, Structure};

/// A request that can be sent. The generated `Request` structures implement it.
pub trait Operation: sealed::Sealed + Members + Clone + Send + Sync + 'static {
    /// The type of its response.
    type Response: Response;

    /// The constants of the action.
    #[doc(hidden)]
    const ACTION: &'static ActionInfo;

    /// The effect of the call, which decides about retries. It may depend on the values of the request.
    fn effect(&self) -> Effect;

    /// All problems of the request: mistakes and advice.
    fn problems(&self) -> Vec<Problem>;

    /// Sets required parameters that have a documented default and are absent.
    #[doc(hidden)]
    fn fill_defaults(&mut self) {}

    /// Calls `fill` with each parameter that the client fills in if it is absent.
    #[doc(hidden)]
    fn unfilled(&mut self, _fill: &mut dyn FnMut(Fill, &mut Option<String>)) {}

    /// The cooldowns that must be over before the request is sent.
    #[doc(hidden)]
    fn cooldowns(&self) -> Vec<Cooldown> {
        Vec::new()
    }

    /// The cooldowns that its response starts.
    #[doc(hidden)]
    fn starts_cooldowns(_response: &Self::Response) -> Vec<Cooldown> {
        Vec::new()
    }

    /// Checks the request without sending it. Returns advice about it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) with all problems, if the service certainly refuses the request. Advice alone is not an
    /// error.
    fn validate(&self) -> Result<Vec<Problem>, Error> {
        judge(Self::ACTION.name, self.problems())
    }
}

/// What the client fills in.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fill {
    /// A random text, the same over all attempts of a call.
    RepeatKey,
    /// The region of the client.
    Region,
}

fn judge(action: &str, problems: Vec<Problem>) -> Result<Vec<Problem>, Error> {
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(Error::invalid(action, problems));
    }
    Ok(problems)
}

/// A response of the generated API.
pub trait Response: Structure + Default + Send + 'static {
    /// Stores request id, HTTP status and headers.
    #[doc(hidden)]
    fn set_metadata(&mut self, metadata: Metadata);

    /// Request id, HTTP status and headers.
    #[doc(hidden)]
    fn came_with(&self) -> &Metadata;
}

/// The constants of an action.
#[doc(hidden)]
#[derive(Debug)]
#[non_exhaustive]
pub struct ActionInfo {
    /// Its name on the wire.
    pub name: &'static str,
    /// The names that an envelope of the response may have.
    pub envelopes: &'static [&'static str],
    /// The HTTP methods of the action, the preferred one first. None of them puts a secret parameter into the URL.
    pub methods: &'static [Method],
    /// How to find out whether a call was executed if its response was lost.
    pub find_out: Option<&'static str>,
}

#[allow(dead_code, reason = "without an API version there is nobody to use the runtime")]
impl ActionInfo {
    pub(crate) const fn new(
        name: &'static str,
        envelopes: &'static [&'static str],
        methods: &'static [Method],
    ) -> Self {
        Self { name, envelopes, methods, find_out: None }
    }

    pub(crate) const fn find_out(self, find_out: &'static str) -> Self {
        Self { find_out: Some(find_out), ..self }
    }
}

pub(crate) mod sealed {
    /// Only generated requests implement [`Operation`](super::Operation).
    pub trait Sealed {}
}

/// Makes a structure a response.
#[allow(unused_macros, reason = "not every API version needs it")]
macro_rules! response {
    ($of:ident) => {
        impl $of {
            /// The request id, HTTP status and headers of the response.
            ///
            /// 响应的请求 ID、HTTP 状态码和响应头。
            #[must_use]
            pub fn metadata(&self) -> &$crate::Metadata {
                &self.metadata
            }

            /// The id that the service gave the request. The vendor's support asks for it.
            ///
            /// 服务为请求分配的 ID，向厂商求助时需要提供。
            #[must_use]
            pub fn request_id(&self) -> Option<&str> {
                self.metadata.request_id.as_deref()
            }

            /// Members of the response that this version does not know.
            ///
            /// 响应中本版本不认识的成员。
            #[must_use]
            pub fn unknown(&self) -> &$crate::Unknown {
                &self.unknown
            }
        }

        impl $crate::Response for $of {
            fn set_metadata(&mut self, metadata: $crate::Metadata) {
                self.metadata = metadata;
            }

            fn came_with(&self) -> &$crate::Metadata {
                &self.metadata
            }
        }
    };
}
#[allow(unused_imports, reason = "not every API version needs it")]
pub(crate) use response;
