//! Reads the bodies of requests.

use serde::Deserialize;

/// Reads a body. The error shows what it should be like.
pub(super) fn read<'a, T: Deserialize<'a>>(body: &'a [u8], like: &str) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| format!("the body must be JSON like {like}: {error}"))
}
