//! Limits on orders, which hold whatever a clock, a configuration or a journal says: no fault orders twice in a row.

use super::shown::duration;
use crate::base::failure::{Failure, Kind};
use jiff::Timestamp;
use std::time::Duration;

const DAY: u64 = 86_400;

/// Whether a certificate may be ordered again: once in 24 hours, or in a tenth of its life if that is longer. `last_order` is when it was ordered
/// last, `life` how long its newest certificate lives.
///
/// A clock that was set back does not allow more: an order of the future counts too.
///
/// # Errors
///
/// Of the kind [`Forbidden`](Kind::Forbidden), with the time from which on it is allowed.
pub fn limit(last_order: Option<Timestamp>, life: Duration, now: Timestamp) -> Result<(), Failure> {
    let Some(last) = last_order else { return Ok(()) };
    let pause = Duration::from_secs((life.as_secs() / 10).max(DAY));
    let until = after(last, pause);
    if now >= until {
        return Ok(());
    }
    let message = format!("the certificate was ordered at {last}, and may be ordered once in {}", duration(pause));
    Err(forbidden(message, Some(until)))
}

/// Whether the account may order again: `most` orders in 24 hours, of all its certificates. `orders` is when it ordered, in any order.
///
/// # Errors
///
/// Of the kind [`Forbidden`](Kind::Forbidden), with the time from which on it is allowed.
pub fn per_day(orders: &[Timestamp], most: u32, now: Timestamp) -> Result<(), Failure> {
    let day = Duration::from_secs(DAY);
    let mut counted: Vec<Timestamp> = orders.iter().copied().filter(|order| after(*order, day) > now).collect();
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    if counted.len() < most {
        return Ok(());
    }
    counted.sort_unstable_by(|one, other| other.cmp(one));
    let message = format!("the account has {} orders within 24 hours, and `orders_per_day` is {most}", counted.len());
    // When the oldest of the newest `most` no longer counts.
    let until = most.checked_sub(1).and_then(|place| counted.get(place)).map(|order| after(*order, day));
    Err(forbidden(message, until))
}

/// The time that long after another, or the last one of the calendar.
fn after(time: Timestamp, pause: Duration) -> Timestamp {
    time.checked_add(pause).unwrap_or(Timestamp::MAX)
}

fn forbidden(message: String, until: Option<Timestamp>) -> Failure {
    let remedy = match until {
        Some(until) => format!("Run it again after {until}. Nothing was sent."),
        None => "Set `orders_per_day` to 1 or more. Nothing was sent.".to_owned(),
    };
    Failure::new(Kind::Forbidden, message).remedy(remedy)
}
