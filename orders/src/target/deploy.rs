//! What all targets have in common.

use crate::base::task::Task;
use crate::store::Stored;
use serde_json::Value;
use std::fmt;

/// A place where certificates are deployed.
pub trait Target: Send + Sync + fmt::Debug {
    /// Its name, as the configuration calls it.
    fn name(&self) -> &str;

    /// Deploys a generation. `previous` is what the last success of this target returned, with this generation or an older one.
    ///
    /// What it returns is kept in the journal. It contains no secrets.
    ///
    /// # Errors
    ///
    /// Why it is not deployed. Run it again: whatever was done already is found and not done twice.
    fn deploy<'a>(&'a self, stored: &'a Stored, previous: Option<&'a Value>) -> Task<'a, Value>;
}
