//! What all connections of an endpoint share: its state, its log of requests, and the admission of calls.

mod admit;
mod description;
mod log;
mod state;

pub(crate) use admit::{Admitted, admit};
pub(crate) use description::Description;
pub(crate) use log::{Entry, short, shown};
pub(crate) use state::{Endpoint, Setup};
