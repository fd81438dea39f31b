//! The services, through the SDK.

mod orders;
mod sdk;
