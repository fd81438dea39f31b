//! Instances: certificates that were bought in advance, applied for in a task of the service.

mod all;
mod application;
mod instance;
mod issue;
mod show;
mod stock;

pub(super) use all::Instances;
pub(crate) use stock::check;
