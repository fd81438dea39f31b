//! The library, through its public interface.

mod config;
mod due;
mod hook;
mod journal;
mod keys;
mod proof;
mod store;
mod target;
