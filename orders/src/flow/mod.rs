//! What an order does next, and doing it.

pub mod again;
mod call;
pub mod decide;
mod finish;
pub mod order;
pub mod report;
mod sight;
mod steps;

pub use steps::key_of;
