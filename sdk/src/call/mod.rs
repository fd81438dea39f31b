//! One call: its attempts, each signed anew, until one succeeds or the call fails.
//!
//! # Whether to retry
//!
//! Two questions decide. May the call succeed later? The error's row in the spec tells, then its HTTP status. May it have been executed? That
//! question comes first if the effect forbids a second execution. Only two things prove that it was not executed:
//!
//! - no connection was made, or
//! - the service returned a code that the spec describes as refused before execution, with a status that belongs to it, in a response that was
//!   read to its end and contains no result.
//!
//! Everything else leaves the outcome unknown: a status without a code, a code with a wrong status, a code that appears twice, the error format
//! of another cloud, and a code that the spec does not describe. Both clouds use 4xx for refusals as a rule, but some codes with status 400 can
//! follow an execution (`SignatureNonceUsed`, `InternalError`), so a status proves nothing. A new code costs one probe too many until `spec/`
//! describes it. No option makes an order go out twice.
//!
//! An action that may be executed twice is retried after a lost response. If the service then says that it was already done, the lost attempt
//! succeeded, and so does the call. After a doubtful attempt any other refusal may be its echo, so the outcome stays unknown.
//!
//! Each client has a budget for attempts beyond the first. The clock is corrected once a call, from the `Date` of the response that rejected
//! the time stamp.
//!
//! # Small futures
//!
//! Whatever lives while a call waits for its response is moved with every call and fills the processor's cache; with 64 calls in flight that
//! costs more than the instruction count shows. So plain functions do the work before sending, and what few calls need (credentials
//! that must be fetched, an endpoint of their own) is boxed. A call is one boxed future, so its code is compiled into this crate and not into
//! the caller's.

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
