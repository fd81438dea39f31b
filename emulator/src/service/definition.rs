//! What a service has to implement.

use super::errand::Pending;
use super::shared::Shared;
use crate::base::call::{Call, Fields, Refusal};
use serde_json::Value;

/// One API version, as the endpoint plays it.
pub(crate) trait Service: Send {
    /// Executes a call. Returns `None` if the service does not play the action.
    fn handle(&mut self, call: &Call<'_>, shared: &mut Shared) -> Option<Result<Fields, Refusal>>;

    /// Returns what has to happen before a call is executed, if anything.
    fn pending(&self, call: &Call<'_>, shared: &Shared) -> Option<Pending>;

    /// Notes that the validation record of an order was found. `id` is the id of its [`Pending`].
    fn found(&mut self, id: &str);

    /// Returns what the service shows of itself in the management API: never a key, a token or a CSR. A list shows at most this many rows.
    fn state(&self, shared: &Shared, most: usize) -> Value;

    /// Returns the archive at a path of the endpoint, if the service has one there.
    fn download(&self, path: &str) -> Option<Vec<u8>> {
        let _ = path;
        None
    }
}
