//! A guide to the SDK, one page a subject. It holds documentation only.
//!
//! | page | read it when you want to |
//! |---|---|
//! | [`tasks`] | do something: issue, renew, upload, list what expires, revoke, test |
//! | [`orders`] | build and send requests, read responses, order without ordering twice, download certificates |
//! | [`errors`] | handle errors, understand retries, see what a call sends |
//! | [`waits`] | wait for a state, read long lists, drop futures, work without async |
//! | [`testing`] | test your own program |
//! | [`credentials`] | choose where access keys come from, set up proxies and timeouts |

pub mod credentials;
pub mod errors;
pub mod orders;
pub mod tasks;
pub mod testing;
pub mod waits;
