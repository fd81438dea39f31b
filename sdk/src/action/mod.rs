//! What an action is: the traits that generated requests and responses implement, their checks, and what a call of one is about.

pub(crate) mod check;
pub(crate) mod context;
pub mod cooldown;
pub mod operation;
