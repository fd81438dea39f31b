//! Actions: the traits of generated requests and responses, the checks of values, and the context of a call.

pub(crate) mod check;
pub(crate) mod context;
pub mod cooldown;
pub mod operation;
pub(crate) mod request;
