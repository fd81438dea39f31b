//! Numbers of a response, exact if they are whole.

use std::fmt;

/// The largest integer up to which `f64` represents every integer.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number<'a> {
    /// A whole number.
    Whole(i64),
    /// A whole number beyond 63 bits.
    Large(u64),
    /// Any other number from a foreign reader. Its digits are not known.
    Float(f64),
    /// The text of a JSON number.
    Written(&'a str),
}

impl Number<'_> {
    /// The whole number that it is, exactly: `77`, `77.0` and `7.7e1` are 77.
    pub(super) fn whole(&self) -> Option<i64> {
        match self {
            Self::Whole(n) => Some(*n),
            Self::Large(_) => None,
            #[expect(clippy::cast_possible_truncation, reason = "it is whole and has at most 53 bits")]
            Self::Float(n) => (n.fract() == 0.0 && n.abs() <= EXACT).then_some(*n as i64),
            Self::Written(text) => whole(text),
        }
    }

    /// The number as `f64`, rounded if necessary.
    pub(super) fn float(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "a number that need not be whole is rounded")]
            Self::Whole(n) => Some(*n as f64),
            #[expect(clippy::cast_precision_loss, reason = "a number that need not be whole is rounded")]
            Self::Large(n) => Some(*n as f64),
            Self::Float(n) => Some(*n),
            Self::Written(text) => text.parse().ok(),
        }
    }

    /// As a number of `serde_json`; `None` if it is too large.
    pub(super) fn json(&self) -> Option<serde_json::Number> {
        match self {
            Self::Whole(n) => Some((*n).into()),
            Self::Large(n) => Some((*n).into()),
            Self::Float(n) => serde_json::Number::from_f64(*n),
            Self::Written("-0") => serde_json::Number::from_f64(-0.0),
            Self::Written(text) => {
                let signed = text.parse::<i64>().map(Into::into);
                let whole = signed.or_else(|_| text.parse::<u64>().map(Into::into)).ok();
                whole.or_else(|| serde_json::Number::from_f64(text.parse().ok()?))
            }
        }
    }
}

/// A whole number is written as one, so that an id stays the same however a service writes numbers. Others stay as they are written.
impl fmt::Display for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.whole()) {
            (_, Some(n)) => n.fmt(f),
            (Self::Whole(n), None) => n.fmt(f),
            (Self::Large(n), None) => n.fmt(f),
            (Self::Float(n), None) => n.fmt(f),
            (Self::Written(text), None) => f.write_str(text),
        }
    }
}

/// The whole number that a decimal text is, exactly; without a detour over `f64`, which has ids only up to 2^53.
pub(super) fn whole(text: &str) -> Option<i64> {
    // Nearly all are plain.
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let parts = Decimal::of(text)?;
    let (digits, mut exponent) = (parts.whole.bytes().chain(parts.fraction.bytes()), parts.exponent);
    exponent = exponent.saturating_sub(i64::try_from(parts.fraction.len()).ok()?);
    // Move trailing zeros to the exponent and drop leading ones, so that a number with a million zeros is short.
    let (mut value, mut zeros) = (0_u64, 0_i64);
    for digit in digits {
        if digit == b'0' {
            zeros += 1;
            continue;
        }
        value = if value == 0 { 0 } else { tens(value, zeros.saturating_add(1))? };
        value = value.checked_add(u64::from(digit - b'0'))?;
        zeros = 0;
    }
    if value == 0 {
        return Some(0);
    }
    let value = i128::from(tens(value, exponent.saturating_add(zeros))?);
    i64::try_from(if parts.negative { -value } else { value }).ok()
}

/// A number times a power of ten.
fn tens(value: u64, exponent: i64) -> Option<u64> {
    value.checked_mul(10_u64.checked_pow(u32::try_from(exponent).ok()?)?)
}

/// Whether a text is a number by the rules of JSON.
pub(super) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let led = digits.len() > 1 && digits.starts_with('0') && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    !text.starts_with('+') && !led && Decimal::of(text).is_some()
}

/// A decimal number, taken apart.
struct Decimal<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: i64,
}

impl<'a> Decimal<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (negative, rest) = signed(text);
        let (number, exponent) = match rest.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, self::exponent(exponent)?),
            None => (rest, 0),
        };
        let (whole, fraction) = match number.split_once('.') {
            Some((whole, fraction)) if is_digits(fraction) => (whole, fraction),
            Some(_) => return None,
            None => (number, ""),
        };
        is_digits(whole).then_some(Self { negative, whole, fraction, exponent })
    }
}

/// An exponent, saturated if it is too large.
fn exponent(text: &str) -> Option<i64> {
    let (negative, digits) = signed(text);
    if !is_digits(digits) {
        return None;
    }
    let size = digits.parse().unwrap_or(i64::MAX);
    Some(if negative { size.saturating_neg() } else { size })
}

fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
