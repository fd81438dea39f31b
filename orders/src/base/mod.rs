//! What all rooms share: failures, names, the clock, and the points that tests watch.

pub mod failure;
pub(crate) mod hex;
pub mod machine;
pub mod name;
pub mod task;
pub mod watch;
