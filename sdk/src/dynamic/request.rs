//! Requests as JSON.

use super::erased::Erased;
use super::json;
use super::operation::Operation;
use crate::base::api::Effect;
use crate::base::error::Error;
use crate::base::problem::Problem;
use serde_json::Value;
use std::fmt;

/// A request of an operation, made by [`Operation::request`].
pub struct Request {
    pub(super) operation: Operation,
    pub(super) request: Box<dyn Erased>,
}

impl Request {
    /// The operation.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The effect of the call, which decides about retries. It may depend on the parameters.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.request.effect()
    }

    /// All problems of the request: mistakes and advice.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        self.request.problems()
    }

    /// Checks the request without sending it. Returns advice about it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) with all problems, if the service certainly refuses the request.
    pub fn validate(&self) -> Result<Vec<Problem>, Error> {
        self.request.validate()
    }

    /// The parameters as JSON, by their names on the wire. Secrets are `[redacted]`, and ids are texts, so that no reader rounds them.
    #[must_use]
    pub fn json(&self) -> Value {
        json::structure(self.request.members())
    }
}

impl Clone for Request {
    fn clone(&self) -> Self {
        Self { operation: self.operation, request: self.request.copy() }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request.debug(f)
    }
}
