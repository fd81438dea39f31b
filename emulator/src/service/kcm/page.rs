//! Pages of lists.

use super::refusals::invalid;
use crate::base::call::{Call, Refusal};

/// The page size of a call that names none.
const USUAL_SIZE: i64 = 20;

/// Returns how many items to skip and to show: all of them if the call does not ask for a page.
pub(super) fn page(call: &Call<'_>) -> Result<(usize, usize), Refusal> {
    let positive = |name: &str, usual: i64| match call.params.text(name) {
        None => Ok(usual),
        Some(_) => call.params.whole(name).filter(|n| *n >= 1).ok_or_else(|| invalid(name, "It begins at 1.")),
    };
    if call.params.text("Page").is_none() && call.params.text("PageSize").is_none() {
        return Ok((0, usize::MAX));
    }
    let (page, size) = (positive("Page", 1)?, positive("PageSize", USUAL_SIZE)?);
    let count = |n: i64| usize::try_from(n).unwrap_or(usize::MAX);
    Ok((count((page - 1).saturating_mul(size)), count(size)))
}
