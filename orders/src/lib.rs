//! Orders of certificates that survive crashes, lost responses and deadlines: issue, prove, store, deploy, renew and revoke, with a journal that
//! makes buying twice impossible.
//!
//! README.md has the rules of the journal, and what a crash leaves. Start with [`flow::order::Order`].
//!
//! The library prints nothing and takes no arguments: the program `cloudcert` does, and yours may.

pub mod base;
pub mod cloud;
pub mod config;
pub mod direct;
pub mod due;
pub mod flow;
pub mod hook;
pub mod inventory;
pub mod journal;
pub mod keys;
pub mod proof;
pub mod renew;
pub mod store;
pub mod target;
pub mod units;

pub use base::failure::{Failure, Kind};
pub use base::name::{Name, OrderKey};
