//! What orders cost. The vendor's documents have no prices: these are invented, so that tests see what is spent.

use super::product::Product;
use crate::pki::Level;

pub(super) const CURRENCY: &str = "CNY";
/// The free product.
const FREE_CODE: &str = "GEODV01";
/// How many free certificates an account may order.
pub(super) const FREE_LIMIT: u32 = 20;

/// Whether a product is free.
pub(super) fn is_free(code: &str) -> bool {
    code == FREE_CODE
}

/// Returns the price of an order. It depends on the level; a wildcard domain costs as much as five single ones.
pub(super) fn price(product: &Product, domains: i64, wildcards: i64, years: i64) -> i64 {
    let base = match product.level {
        _ if is_free(&product.code) => 0,
        Level::Dv => 100,
        Level::Ov => 1000,
        Level::Ev => 3000,
    };
    let size = domains.saturating_add(wildcards.saturating_mul(5));
    size.saturating_mul(base).saturating_mul(years)
}
