//! The request id, status and headers of a response.

use crate::base::error::Error;
use crate::base::legible::{NAME, legible};
use crate::base::secret::REDACTED;

/// The request id, status and headers of a response, and its body if it was kept.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Metadata {
    /// The id that the service gave the request. The vendor's support asks for it.
    pub request_id: Option<String>,
    /// The HTTP status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    pub(crate) body: Option<Vec<u8>>,
    /// What was seen of the list whose path was given in the options.
    pub(crate) list: ListSeen,
}

impl Metadata {
    /// The original body, if the call was made with [`CallOptions::keep_body`](crate::CallOptions::keep_body). It may contain secrets.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }

    /// The metadata of an error that counts as a success.
    pub(crate) fn of_error(error: &Error) -> Self {
        let request_id = error.request_id().map(str::to_owned);
        Self { request_id, status: error.status().unwrap_or_default(), ..Self::default() }
    }
}

impl std::fmt::Debug for Metadata {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The body may contain a private key.
        f.debug_struct("Metadata")
            .field("request_id", &self.request_id.as_deref().map(|id| legible(id, NAME)))
            .field("status", &self.status)
            // A header may be a cookie.
            .field("headers", &self.headers.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("body", &self.body.as_ref().map(|_| REDACTED))
            .finish_non_exhaustive()
    }
}

/// What was seen of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListSeen {
    /// Whether the list was present, or a single structure in its place.
    pub came: bool,
    /// The number of elements, readable or not.
    pub items: usize,
}
