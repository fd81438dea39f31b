//! The settings of a client and of a single call.
//!
//! There are four timeouts: connecting (5 s), silence of the service (15 s), an attempt (15 s), an operation with all its attempts (60 s). The
//! last one has no timer: each attempt may take what is left of it, so a call needs only the timers of the transport. Silence has a timer only if it is
//! shorter than the attempt. A wait is several operations; its deadline is measured on the environment's clock, calls included.

pub(crate) mod config;
pub(crate) mod interceptor;
pub(crate) mod options;
pub(crate) mod retries;
