//! Where certificates are deployed.
//!
//! A target is outstanding until it has succeeded with the newest generation; each run tries again. So every deployment may happen twice, and each
//! target bears it: files that are the same stay, and what a cloud has already is not uploaded again.

mod cas_deploy;
mod cas_upload;
mod command;
mod deploy;
mod files;
mod kcm_upload;
mod served;
mod service;
mod verified;

pub use cas_deploy::CasDeploy;
pub use cas_upload::CasUpload;
pub use command::Command;
pub use deploy::Target;
pub use files::{Content, FileTarget, Files, Format, Place};
pub use kcm_upload::KcmUpload;
pub use served::Served;
pub use verified::Verified;
