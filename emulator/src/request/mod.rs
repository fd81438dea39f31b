//! From an HTTP request to parameters: reads them from query, body and headers, and checks them against the spec.
//!
//! Nothing here depends on the cloud. What is wrong with a request is a [`Reason`]; a dialect turns it into a [`Denial`] in the vendor's
//! words.

mod check;
mod denial;
mod flatten;
mod lists;
mod members;
mod received;
mod rules;

pub(crate) use check::params;
pub(crate) use denial::{Denial, Reason};
pub(crate) use received::{Received, pairs};
pub(crate) use rules::{effect, rules};
