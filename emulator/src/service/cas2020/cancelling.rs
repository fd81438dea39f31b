//! Taking orders back: withdrawing pending ones, and revoking certificates.

use super::order::Stage;
use super::orders::Orders;
use super::package::Packages;
use super::store::Store;
use crate::base::call::{Call, Fields, Refusal};

const AGAIN: &str = "The certificate has been revoked before.";

/// Withdraws an order that is pending. Its certificate stays used up.
pub(super) fn withdraw(call: &Call<'_>, orders: &mut Orders) -> Result<Fields, Refusal> {
    let order = orders.named_mut(call)?;
    match order.stage {
        Stage::Placed | Stage::Validating(_) => order.stage = Stage::Withdrawn { returned: false },
        _ => return Err(wrong("Only an order in validation or review can be withdrawn.")),
    }
    Ok(Fields::new())
}

/// Revokes an issued certificate, or withdraws a pending order and returns its certificate to the package.
pub(super) fn cancel(
    call: &Call<'_>,
    orders: &mut Orders,
    packages: &mut Packages,
    store: &mut Store,
    now: i64,
) -> Result<Fields, Refusal> {
    let order = orders.named_mut(call)?;
    match &order.stage {
        Stage::Placed | Stage::Validating(_) | Stage::Withdrawn { returned: false } => {
            order.stage = Stage::Withdrawn { returned: true };
            packages.give_back(&order.product);
        }
        Stage::Issued(id, _) if store.note(*id).revoked.is_some() => return Err(wrong(AGAIN)),
        Stage::Issued(id, stored) => {
            let (id, stored) = (*id, stored.clone());
            store.revoke(id, now);
            order.stage = Stage::Revoked(id, stored);
        }
        Stage::Failed => return Err(wrong("The order has failed: delete it.")),
        Stage::Revoked(..) => return Err(wrong(AGAIN)),
        Stage::Withdrawn { returned: true } => return Err(wrong("The order has been cancelled before.")),
    }
    Ok(Fields::new())
}

fn wrong(why: &str) -> Refusal {
    Refusal::new("order-state-error", why)
}
