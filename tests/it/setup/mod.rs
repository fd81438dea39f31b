//! What the tests share: clocks, settings of clients, requests, scripted transports, and servers on this machine.

pub(crate) mod clock;
pub(crate) mod config;
pub(crate) mod forward;
pub(crate) mod futures;
pub(crate) mod marked;
pub(crate) mod requests;
pub(crate) mod script;
pub(crate) mod server;
pub(crate) mod shown;
pub(crate) mod surroundings;
pub(crate) mod token_service;
pub(crate) mod transports;
pub(crate) mod tunnel;
