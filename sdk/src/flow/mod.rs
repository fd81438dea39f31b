//! Several calls that belong together: the pages of a list, waits, and guarded calls.
//!
//! # Lists
//!
//! A list is whole only if its end is proved: by the total, by an empty page after the last, or where pages have tokens by the page that has none. A
//! short page proves nothing. `pages` and
//! `items` return what they could read, and end with an error if the end is not proved. Probes are stricter: they want each id once and the
//! same total on all pages, or the list changed while it was read. One exception: if the total is 0 and the list is missing, `items` ends
//! without an error, because XML has no element for an empty list. A probe does not accept that as proof.
//!
//! # Steps
//!
//! Pages and waits run as steps. A step is a future that owns the state and returns it, and the stream keeps polling the step in flight. So the
//! future of `next` can be dropped without losing a request. Pages keep their state outside of the call, so that a setting that changes
//! meanwhile takes effect.
//!
//! # Waits
//!
//! The state in the response decides whether the wait ends; the error decides whether a failed call ends it. Throttling never does, and
//! transient failures do at the fifth in a row. The codes that a waiter tolerates (not found yet) are tolerated until the thing was found once.
//! The error is not generic, so it keeps the last response as redacted JSON; use the progress to get typed values.
//!
//! # Guarded calls
//!
//! The spec says what proves a call (`reconcile`). `verdict` compares two probes and knows nothing else. It is strict in one direction: a wrong
//! "not executed" buys twice, a wrong "ambiguous" costs a person some minutes. So "not executed" needs three probes over twenty seconds. Lists
//! are compared by the ids of all items: one gone and one new is a change although the number is the same, and a new item that does not match
//! may be ours, written differently. A state proves nothing unless it was one of `before`. The twenty seconds count from the end of `send`, on
//! the environment's clock, whatever interval is set, because a request whose sender gave up may still be executed. If an action has several recipes
//! (`round`), the best one that can be used proves that it was executed, and only all of them that it was not.

pub(crate) mod items;
pub(crate) mod pages;
pub(crate) mod position;
pub mod reconcile;
mod steps;
pub mod wait;
