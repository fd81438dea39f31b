//! Where certificates are deployed.
use crate::base::task::Task;
use serde_json::Value;
/// S
pub trait Target: Send + Sync {
    /// S
    fn name(&self) -> &str;
    /// S
    fn deploy<'a>(&'a self, stored: &'a crate::store::Stored, before: Option<&'a Value>) -> Task<'a, Value>;
}
