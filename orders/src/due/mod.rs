//! When a certificate is due, and whether another order is allowed: pure functions of numbers, which read no clock, file or configuration.
//!
//! Nobody sleeps to spread renewals out. The name and the account of a certificate give it an offset, so a fleet spreads out by itself, and every
//! run on every machine computes the same time.

mod limit;
mod shown;

pub use limit::{limit, per_day};
pub use shown::duration;

use crate::base::failure::{Failure, Kind};
use crate::base::name::Name;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::time::Duration;

const DAY: u64 = 86_400;

/// Certificates that live as long as this or shorter are renewed when half of their life is left, longer ones when a third is.
const SHORT: u64 = 10 * DAY;

/// The shortest time before the end: the proof of a domain may take two working days.
pub const SHORTEST: Duration = Duration::from_secs(3 * DAY);

/// The longest life of a certificate that browsers ever accepted from a public authority since 2020. No configured time can be longer.
pub const LONGEST_LIFE: Duration = Duration::from_secs(398 * DAY);

/// The life of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// Since when it is valid.
    pub not_before: Timestamp,
    /// Until when it is valid.
    pub not_after: Timestamp,
    /// Whether it was revoked.
    pub revoked: bool,
}

impl Life {
    /// How long the certificate lives in all. Zero if its times are reversed.
    #[must_use]
    pub fn length(&self) -> Duration {
        let seconds = self.not_after.as_second().saturating_sub(self.not_before.as_second());
        Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
    }
}

/// How long before its end a certificate is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Before {
    /// When a third of its life is left; half of it if it lives for 10 days or shorter.
    #[default]
    Third,
    /// This long before its end.
    Fixed(Duration),
}

impl Before {
    /// Checks what can be checked without a certificate: 3 days and more, and less than 90 % of the longest life.
    ///
    /// # Errors
    ///
    /// Of the kind [`Unconfigured`](Kind::Unconfigured) if the time is out of these bounds.
    pub fn check(self) -> Result<(), Failure> {
        let Self::Fixed(before) = self else { return Ok(()) };
        if before < SHORTEST {
            let remedy =
                "Set `before` to 3 days or more, or leave it out: then a third of the life is left for the renewal.";
            let message = format!(
                "`before` is {}, shorter than 3 days: the proof of a domain may take two working days",
                duration(before)
            );
            return Err(Failure::new(Kind::Unconfigured, message).remedy(remedy));
        }
        too_long(before, LONGEST_LIFE)
    }
}

/// When a certificate is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Since when, or from when on.
    pub at: Timestamp,
    /// Whether it is due now.
    pub is_due: bool,
    /// Why it is due then, for people.
    pub why: String,
}

/// When a certificate is due: its end, less the time before it, less an offset of up to a thirtieth of its life. A revoked certificate is due at once.
///
/// The offset follows from the name and the account. The certificate is never due in the first 6 % of its life, and always before its end.
///
/// # Errors
///
/// - Of the kind [`Unconfigured`](Kind::Unconfigured) if the configured time is shorter than 3 days, or 90 % of the life or more: then the
///   certificate would be renewed over and over.
/// - Of the kind [`Failed`](Kind::Failed) if the certificate ends before it begins.
pub fn when(life: Life, before: Before, name: &Name, account: &str, now: Timestamp) -> Result<Due, Failure> {
    let length = life.length().as_secs();
    if life.revoked {
        return Ok(Due { at: now, is_due: true, why: "the certificate is revoked".to_owned() });
    }
    if length == 0 {
        let remedy = "Look at the dates of the certificate; its file may be damaged.";
        return Err(Failure::new(Kind::Failed, "the certificate ends before it begins").at(name).remedy(remedy));
    }
    before.check().and_then(|()| fits(before, life.length())).map_err(|failure| failure.at(name))?;
    let (left, share) = match before {
        Before::Fixed(before) => (before.as_secs(), "as configured"),
        Before::Third if length <= SHORT => (length / 2, "half of its life"),
        Before::Third => (length / 3, "a third of its life"),
    };
    let offset = offset(name, account, length);
    let back = i64::try_from(left.saturating_add(offset)).unwrap_or(i64::MAX);
    let at = life.not_after.as_second().saturating_sub(back);
    let at = Timestamp::from_second(at).map_err(|_| {
        let remedy = "Look at the dates of the certificate; its file may be damaged.";
        Failure::new(Kind::Failed, "the certificate has dates that no calendar has").at(name).remedy(remedy)
    })?;
    let (left, offset) = (duration(Duration::from_secs(left)), duration(Duration::from_secs(offset)));
    let why = format!("{left} before its end ({share}), and {offset} earlier to spread renewals out");
    Ok(Due { at, is_due: now >= at, why })
}

fn fits(before: Before, length: Duration) -> Result<(), Failure> {
    match before {
        Before::Fixed(before) => too_long(before, length),
        Before::Third => Ok(()),
    }
}

fn too_long(before: Duration, life: Duration) -> Result<(), Failure> {
    // Exact, and without overflow: before / life >= 9 / 10.
    if u128::from(before.as_secs()) * 10 < u128::from(life.as_secs()) * 9 {
        return Ok(());
    }
    let message = format!(
        "`before` is {}, 90 % or more of a life of {}: each certificate would be due soon after it was issued",
        duration(before),
        duration(life)
    );
    let remedy = "Set a shorter `before`, or leave it out: then a third of the life is left for the renewal.";
    Err(Failure::new(Kind::Unconfigured, message).remedy(remedy))
}

/// An offset below a thirtieth of the life, in seconds: the same on every machine and in every version.
fn offset(name: &Name, account: &str, length: u64) -> u64 {
    let digest = Sha256::new().chain_update(name.as_str()).chain_update([0]).chain_update(account).finalize();
    let number = digest.iter().take(8).fold(0, |number: u64, byte| (number << 8) | u64::from(*byte));
    number.checked_rem(length / 30).unwrap_or_default()
}
