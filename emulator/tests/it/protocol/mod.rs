//! The protocols of the clouds: signatures, refusals of the gateways, parameters, responses.

mod gateway;
mod parameters;
mod responses;
mod signatures;
