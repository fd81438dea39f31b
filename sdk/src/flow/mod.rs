//! Several calls that belong together: pages of a list, waits, and calls whose outcome has to be found out.

pub(crate) mod items;
pub(crate) mod pages;
pub mod reconcile;
mod steps;
pub mod wait;
