//! The crate itself: its rooms, its public items, its model, and what the compiler says to its users.

mod compile;
mod forgotten;
mod fuzz;
mod listing;
mod living;
mod model;
mod packages;
mod readings;
mod rooms;
