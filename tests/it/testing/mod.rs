//! The transports that the SDK offers for tests.

mod malformed;
mod transports;
