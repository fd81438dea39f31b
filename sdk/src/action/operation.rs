//! What a request and a response of the generated API are.

use crate::action::cooldown::Cooldown;
use crate::base::api::Effect;
use crate::base::api::Method;
use crate::base::error::Error;
use crate::base::metadata::Metadata;
use crate::base::problem::{Problem, Severity};
use crate::wire::{Members, Structure};

/// A request that can be sent: the generated `...Request` structures.
pub trait Operation: sealed::Sealed + Members + Clone + Send + Sync + 'static {
    /// What it is answered with.
    type Response: Response;

    /// What is fixed about the action.
    #[doc(hidden)]
    const ACTION: &'static ActionInfo;

    /// May this request be sent again? It can depend on its values.
    fn effect(&self) -> Effect;

    /// All that is wrong with it, and all advice.
    fn problems(&self) -> Vec<Problem>;

    /// Sets required parameters that have a documented default and are absent.
    #[doc(hidden)]
    fn fill_defaults(&mut self) {}

    /// The cooldowns that must be over before it is sent.
    #[doc(hidden)]
    fn cooldowns(&self) -> Vec<Cooldown> {
        Vec::new()
    }

    /// The cooldowns that its response starts.
    #[doc(hidden)]
    fn starts_cooldowns(_response: &Self::Response) -> Vec<Cooldown> {
        Vec::new()
    }

    /// Checks the request without sending it: all problems at once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) with every problem that the service surely refuses it for. Advice alone
    /// is no error, and is returned.
    fn validate(&self) -> Result<Vec<Problem>, Error> {
        judge(Self::ACTION.name, self.problems())
    }
}

fn judge(action: &str, problems: Vec<Problem>) -> Result<Vec<Problem>, Error> {
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(Error::invalid(action, problems));
    }
    Ok(problems)
}

/// A response of the generated API.
pub trait Response: Structure + Default + Send + 'static {
    /// Keeps what came with the answer.
    #[doc(hidden)]
    fn set_metadata(&mut self, metadata: Metadata);

    /// What came with the answer.
    #[doc(hidden)]
    fn came_with(&self) -> &Metadata;
}

/// What is fixed about an action.
#[doc(hidden)]
#[derive(Debug)]
#[non_exhaustive]
pub struct ActionInfo {
    /// Its name on the wire.
    pub name: &'static str,
    /// Names that an envelope of the answer may have.
    pub envelopes: &'static [&'static str],
    /// The HTTP methods that it may be called by, the one to use first: none that would put a secret parameter into the URL.
    pub methods: &'static [Method],
    /// How to find out whether a call whose answer was lost was executed.
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
    /// Only generated requests are operations.
    pub trait Sealed {}
}

/// Makes a structure an answer.
#[allow(unused_macros, reason = "not every API version needs it")]
macro_rules! response {
    ($of:ident) => {
        impl $of {
            /// What came with the answer: request id, HTTP status, headers.
            #[must_use]
            pub fn metadata(&self) -> &$crate::Metadata {
                &self.metadata
            }

            /// The id that the service gave the request. The vendor's support asks for it.
            #[must_use]
            pub fn request_id(&self) -> Option<&str> {
                self.metadata.request_id.as_deref()
            }

            /// Members that the answer had and this version does not know.
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
