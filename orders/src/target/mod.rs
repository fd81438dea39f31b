//! Where certificates are deployed.
//!
//! A target is outstanding until it has succeeded with the newest generation; each run tries again. So every deployment may happen twice, and each
//! target bears it: files that are the same stay, and what a cloud has already is not uploaded again.

mod cas_deploy;
mod cas_upload;
mod command;
mod files;
mod kcm_upload;
mod served;
mod service;
mod verified;

pub use cas_deploy::CasDeploy;
pub use cas_upload::CasUpload;
pub use command::Command;
pub use files::{Content, FileTarget, Files, Format, Place};
pub use kcm_upload::KcmUpload;
pub use served::Served;
pub use verified::Verified;

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
