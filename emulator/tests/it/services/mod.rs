//! The services, through the SDK.

mod instances;
mod living;
mod orders;
mod sdk;
