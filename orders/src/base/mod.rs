//! What all rooms share: texts in both languages, failures, names, the clock, and the points that tests watch.

#[macro_use]
pub mod text;

pub mod failure;
pub(crate) mod hex;
pub mod machine;
pub mod name;
pub mod sdk;
pub mod task;
pub mod watch;
