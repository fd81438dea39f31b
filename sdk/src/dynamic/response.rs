//! Responses as JSON.

use super::json;
use crate::action::operation;
use crate::base::metadata::Metadata;
use crate::base::secret::Secret;
use crate::wire::Members;
use serde_json::Value;
use std::fmt;

/// The response of an operation.
pub struct Response(Box<dyn ErasedResponse>);

/// A response of any type.
trait ErasedResponse: Send {
    fn members(&self) -> &dyn Members;
    fn metadata(&self) -> &Metadata;
}

impl<T: operation::Response> ErasedResponse for T {
    fn members(&self) -> &dyn Members {
        self
    }

    fn metadata(&self) -> &Metadata {
        self.came_with()
    }
}

impl Response {
    pub(super) fn new(response: impl operation::Response) -> Self {
        Self(Box::new(response))
    }

    /// The request id, HTTP status and headers of the response.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        self.0.metadata()
    }

    /// The fields that came, by their names on the wire. Secrets are `[redacted]`; personal data is not. Ids are texts, and so are numbers
    /// beyond 2^53, so that no reader rounds them. Members that the description does not know are left out: see [`unknown`](Self::unknown).
    #[must_use]
    pub fn json(&self) -> Value {
        json::structure(self.0.members())
    }

    /// The secret at a path of names and indexes, such as `Certificate.PrivateKey` or `Keys.0`. `None` if there is nothing, or nothing secret.
    #[must_use]
    pub fn secret(&self, path: &str) -> Option<Secret> {
        self.secrets().into_iter().find(|(at, _)| at == path).map(|(_, secret)| secret)
    }

    /// All secrets, with their paths.
    #[must_use]
    pub fn secrets(&self) -> Vec<(String, Secret)> {
        json::secrets(self.0.members())
    }

    /// The paths of members that the description does not know. Their values may be secret, and are not shown.
    #[must_use]
    pub fn unknown(&self) -> Vec<String> {
        json::unknown(self.0.members())
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("metadata", self.metadata()).finish_non_exhaustive()
    }
}
