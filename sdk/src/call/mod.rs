//! One call: its attempts, each signed anew, until one is answered.

pub(crate) mod attempts;
pub mod builder;
pub(crate) mod cooldown;
pub(crate) mod core;
mod difference;
pub(crate) mod dry_run;
mod method;
mod reading;
pub(crate) mod retry;
pub(crate) mod retry_loop;
pub(crate) mod span;
