//! What an order does next, and doing it.

mod call;
pub mod decide;
mod finish;
pub mod order;
pub mod report;
mod steps;
