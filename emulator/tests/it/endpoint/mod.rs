//! The endpoint itself: start and stop, management API, faults, the program.

mod described;
mod faults;
mod lifecycle;
mod manage;
mod page;
mod program;
mod state;
