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
use crate::base::text::Text;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::time::Duration;

const DAY: u64 = 86_400;

/// How long before a certificate is due it is due soon, at most.
const SOON: u64 = 7 * DAY;

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
            let remedy = text!(
                "Set `before` to 3 days or more, or leave it out: then a third of the life is left for the renewal.",
                "请将 `before` 设为 3 天或更长，或不设置：届时在有效期剩余三分之一时续期。"
            );
            let before = duration(before);
            let message = text!(
                "`before` is {before}, shorter than 3 days: the proof of a domain may take two working days",
                "`before` 为 {before}，短于 3 天：域名验证可能需要两个工作日";
                before
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
    pub why: Text,
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
        return Ok(Due { at: now, is_due: true, why: text!("the certificate is revoked", "证书已吊销") });
    }
    if length == 0 {
        let remedy = text!(
            "Look at the dates of the certificate; its file may be damaged.",
            "请检查证书的日期，文件可能已损坏。"
        );
        return Err(Failure::new(
            Kind::Failed,
            text!("the certificate ends before it begins", "证书的结束时间早于开始时间"),
        )
        .at(name)
        .remedy(remedy));
    }
    before.check().and_then(|()| fits(before, life.length())).map_err(|failure| failure.at(name))?;
    let (left, share) = match before {
        Before::Fixed(before) => (before.as_secs(), text!("as configured", "按配置")),
        Before::Third if length <= SHORT => (length / 2, text!("half of its life", "有效期的一半")),
        Before::Third => (length / 3, text!("a third of its life", "有效期的三分之一")),
    };
    let offset = offset(name, account, length);
    let back = i64::try_from(left.saturating_add(offset)).unwrap_or(i64::MAX);
    let at = life.not_after.as_second().saturating_sub(back);
    let at = Timestamp::from_second(at).map_err(|_| {
        let remedy = text!(
            "Look at the dates of the certificate; its file may be damaged.",
            "请检查证书的日期，文件可能已损坏。"
        );
        Failure::new(Kind::Failed, text!("the certificate has dates that no calendar has", "证书的日期超出历法范围"))
            .at(name)
            .remedy(remedy)
    })?;
    let (left, offset) = (duration(Duration::from_secs(left)), duration(Duration::from_secs(offset)));
    let why = text!("{left} before its end ({share}), and {offset} earlier to spread renewals out", "到期前 {left}（{share}），并为错开续期再提前 {offset}"; left, share, offset);
    Ok(Due { at, is_due: now >= at, why })
}

/// Whether a certificate will be due soon: within 7 days, or within a tenth of its life if that is shorter.
///
/// So a person hears in time that a package is used up, or that nobody has agreed to an order yet.
#[must_use]
pub fn is_soon(due: &Due, life: Life, now: Timestamp) -> bool {
    let lead = Duration::from_secs((life.length().as_secs() / 10).min(SOON));
    !due.is_due && now.checked_add(lead).is_ok_and(|then| then >= due.at)
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
    let (before, life) = (duration(before), duration(life));
    let message = text!(
        "`before` is {before}, 90 % or more of a life of {life}: each certificate would be due soon after it was issued",
        "`before` 为 {before}，达到有效期 {life} 的 90%：证书签发后不久就需续期";
        before, life
    );
    let remedy = text!(
        "Set a shorter `before`, or leave it out: then a third of the life is left for the renewal.",
        "请缩短 `before`，或不设置：届时在有效期剩余三分之一时续期。"
    );
    Err(Failure::new(Kind::Unconfigured, message).remedy(remedy))
}

/// An offset below a thirtieth of the life, in seconds: the same on every machine and in every version.
fn offset(name: &Name, account: &str, length: u64) -> u64 {
    let digest = Sha256::new().chain_update(name.as_str()).chain_update([0]).chain_update(account).finalize();
    let number = digest.iter().take(8).fold(0, |number: u64, byte| (number << 8) | u64::from(*byte));
    number.checked_rem(length / 30).unwrap_or_default()
}
