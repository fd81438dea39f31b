//! What orders cost. The vendor's documents have no prices; these are made up, so that spending shows.

use super::order::Product;
use crate::pki::Level;

pub(super) const CURRENCY: &str = "CNY";
/// The product that costs nothing.
const FREE_CODE: &str = "GEODV01";
/// How many free certificates an account may order.
pub(super) const FREE_LIMIT: u32 = 20;

/// Whether a product costs nothing.
pub(super) fn is_free(code: &str) -> bool {
    code == FREE_CODE
}

/// The price of an order: by level, a domain counting once and a wildcard five times.
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
