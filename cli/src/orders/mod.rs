//! Commands of orders: what both clouds and this machine have.

pub(crate) mod inventory;
mod place;
mod replace;
