//! What all tests share: endpoints and programs, signed calls, the wire, clients of the SDK.

pub(crate) mod calls;
pub(crate) mod sdk;
pub(crate) mod served;
pub(crate) mod signed;
pub(crate) mod wire;
