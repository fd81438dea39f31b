//! The store: what is checked before, who may read it, and what a power loss or a crash leaves.

pub(crate) mod authority;
mod checks;
mod crash;
mod memory;
mod modes;
mod places;
mod power;
mod puts;

use cloudcert_orders::OrderKey;

fn order(cycle: u32) -> OrderKey {
    OrderKey::new("www".parse().unwrap(), cycle)
}
