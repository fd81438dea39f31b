//! What an order does next, and doing it.

pub mod decide;
pub mod order;
pub mod report;
mod call;
mod finish;
mod steps;
