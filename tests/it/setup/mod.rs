//! What the tests share: scripted transports, an environment that stands still, and servers on this machine.

pub(crate) mod script;
pub(crate) mod server;
