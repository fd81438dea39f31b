//! Guarded calls: orders that are placed once, also when a response is lost.

pub(crate) mod reconcile;
