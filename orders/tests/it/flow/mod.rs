//! What an order does next, and doing it at a local endpoint.

mod decide;
pub(crate) mod run;
mod shared;
mod sights;
