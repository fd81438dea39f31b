//! Times, as services print them.
//!
//! A [`Time`] keeps the text as it came. Its parameter says what the documents state about the time zone, so that no zone is guessed in silence:
//! [`Time<Utc>`](Utc) converts by itself, and [`Time<Unstated>`](Unstated), which `Time` alone means, only with an offset that you give. A time that
//! travels as a number has a parameter that says its unit, such as [`UnixSeconds`].
//!
//! ```
//! use cloudcert::time::{Layout, Time, Utc};
//! use std::time::{Duration, UNIX_EPOCH};
//!
//! let expires: Time = "2026-01-02 08:00:00".into();
//! assert_eq!(expires.layout(), Some(Layout::DateTime));
//! // China Standard Time is 8 hours ahead of UTC.
//! assert_eq!(expires.instant_at(8 * 3600)?, UNIX_EPOCH + Duration::from_secs(1_767_312_000));
//!
//! let stated: Time<Utc> = "2026-01-02 00:00:00".into();
//! assert_eq!(stated.instant()?, expires.instant_at(8 * 3600)?);
//! # Ok::<(), cloudcert::Error>(())
//! ```

use super::error::Error;
use super::legible::legible;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{Timestamp, civil};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::time::{SystemTime, UNIX_EPOCH};

/// The documents state that the time is in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Utc {}

/// The documents state no time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unstated {}

/// A number: seconds since 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnixSeconds {}

/// A number: milliseconds since 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnixMilliseconds {}

/// A number since 1970 in UTC whose unit the sources contradict each other about. More than 11 digits are read as milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unix {}

/// What the documents state about a time: its zone, or what it counts.
pub trait Notation: sealed::Sealed {
    /// Whether the time is a number.
    #[doc(hidden)]
    const IS_NUMBER: bool;

    /// Milliseconds since 1970, if the time is a number.
    #[doc(hidden)]
    #[must_use]
    fn milliseconds(_number: i64) -> Option<i64> {
        None
    }
}

mod sealed {
    pub trait Sealed {}
}

/// Implements [`Notation`] for times that are printed.
macro_rules! printed {
    ($($of:ident)*) => {$(
        impl sealed::Sealed for $of {}
        impl Notation for $of {
            const IS_NUMBER: bool = false;
        }
    )*};
}
printed!(Utc Unstated);

/// Implements [`Notation`] and the conversions of times that are numbers.
macro_rules! counted {
    ($($of:ident: |$number:ident| $milliseconds:expr, $per_second:literal;)*) => {$(
        impl sealed::Sealed for $of {}
        impl Notation for $of {
            const IS_NUMBER: bool = true;

            fn milliseconds($number: i64) -> Option<i64> {
                $milliseconds
            }
        }

        impl Time<$of> {
            /// Returns the instant.
            ///
            /// # Errors
            ///
            /// Fails if it is not a whole number, or outside the range of times.
            pub fn instant(&self) -> Result<SystemTime, Error> {
                self.timestamp_at(Offset::UTC).map(SystemTime::from)
            }

            /// Returns the instant as [`jiff`](https://docs.rs/jiff) has it.
            ///
            /// # Errors
            ///
            /// Those of [`instant`](Self::instant).
            #[cfg(feature = "jiff")]
            #[cfg_attr(docsrs, doc(cfg(feature = "jiff")))]
            pub fn timestamp(&self) -> Result<Timestamp, Error> {
                self.timestamp_at(Offset::UTC)
            }
        }

        /// Takes the number as a service writes it.
        impl From<i64> for Time<$of> {
            fn from(number: i64) -> Self {
                Self::from(number.to_string())
            }
        }

        /// Cuts what is smaller than the unit.
        impl From<SystemTime> for Time<$of> {
            fn from(instant: SystemTime) -> Self {
                let since = instant.duration_since(UNIX_EPOCH);
                let milliseconds = since.map_or_else(
                    |before| i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |n| -n),
                    |after| i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
                );
                Self::from(milliseconds.div_euclid(1000 / $per_second))
            }
        }
    )*};
}
counted! {
    UnixSeconds: |number| number.checked_mul(1000), 1;
    UnixMilliseconds: |number| Some(number), 1000;
    // Eleven digits of seconds reach beyond the year 5000.
    Unix: |number| if number.unsigned_abs() < 100_000_000_000 { number.checked_mul(1000) } else { Some(number) }, 1000;
}

/// How a time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layout {
    /// `2026-01-02`.
    Date,
    /// `2026-01-02 03:04:05`, with a blank or a `T`, without a zone.
    DateTime,
    /// `2026-01-02T03:04:05Z` or `20260102T030405Z`, with a zone.
    Instant,
    /// A number since 1970.
    Number,
}

/// A time of a response, as the service printed it. Equality, order of fields in maps and `Display` are those of the text.
///
/// `Z` says what the documents state about it: the zone is [`Utc`] or [`Unstated`], or it is a number of [`UnixSeconds`], [`UnixMilliseconds`]
/// or either ([`Unix`]).
pub struct Time<Z = Unstated> {
    text: String,
    zone: PhantomData<fn() -> Z>,
}

/// A text that was understood.
enum Read {
    Date(civil::Date),
    DateTime(DateTime),
    Instant(Timestamp),
}

impl<Z> Time<Z> {
    /// Returns the text as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<Z: Notation> Time<Z> {
    /// Returns how the time is written, or `None` if that is not known. The conversions then fail.
    #[must_use]
    pub fn layout(&self) -> Option<Layout> {
        Some(match self.read()? {
            Read::Instant(_) if Z::IS_NUMBER => Layout::Number,
            Read::Date(_) => Layout::Date,
            Read::DateTime(_) => Layout::DateTime,
            Read::Instant(_) => Layout::Instant,
        })
    }

    fn read(&self) -> Option<Read> {
        let text = self.text.trim();
        if Z::IS_NUMBER {
            let instant = Timestamp::from_millisecond(Z::milliseconds(text.parse().ok()?)?);
            return instant.ok().map(Read::Instant);
        }
        let date = || text.parse().ok().filter(|_| text.len() == 10).map(Read::Date);
        let instant = || text.parse().ok().map(Read::Instant);
        let civil = || text.parse().ok().filter(|_| text.contains(':')).map(Read::DateTime);
        date().or_else(instant).or_else(civil)
    }

    /// The instant, by an offset from UTC where the text has none.
    fn timestamp_at(&self, offset: Offset) -> Result<Timestamp, Error> {
        let out_of_range = |_| self.unreadable("is outside the range of times");
        match self.read() {
            Some(Read::Instant(instant)) => Ok(instant),
            Some(Read::DateTime(civil)) => offset.to_timestamp(civil).map_err(out_of_range),
            Some(Read::Date(date)) => offset.to_timestamp(date.at(0, 0, 0, 0)).map_err(out_of_range),
            None => Err(self.unreadable("is not in a known layout")),
        }
    }

    fn unreadable(&self, why: &str) -> Error {
        let text = legible(&self.text, 40);
        Error::response("Time", format!("the time \"{text}\" {why}: use `as_str` for the text as it came"))
    }

    /// Returns date and time as they are written, without a zone. A date is its first second; an instant is given in UTC.
    ///
    /// # Errors
    ///
    /// Fails if the text is not in a known [layout](Layout).
    #[cfg(feature = "jiff")]
    #[cfg_attr(docsrs, doc(cfg(feature = "jiff")))]
    pub fn civil(&self) -> Result<DateTime, Error> {
        match self.read() {
            Some(Read::Instant(instant)) => Ok(Offset::UTC.to_datetime(instant)),
            Some(Read::DateTime(civil)) => Ok(civil),
            Some(Read::Date(date)) => Ok(date.at(0, 0, 0, 0)),
            None => Err(self.unreadable("is not in a known layout")),
        }
    }
}

impl Time<Unstated> {
    /// Returns the instant, if clocks were `seconds_east` seconds ahead of UTC where the text was printed: `8 * 3600` for China. A date is its
    /// first second. If the text names its own zone, that counts.
    ///
    /// # Errors
    ///
    /// Fails if the text is not in a known [layout](Layout), or if the offset is more than a day.
    pub fn instant_at(&self, seconds_east: i32) -> Result<SystemTime, Error> {
        let offset = Offset::from_seconds(seconds_east);
        let offset = offset.map_err(|_| self.unreadable("cannot have an offset of more than a day"))?;
        self.timestamp_at(offset).map(SystemTime::from)
    }
}

impl Time<Utc> {
    /// Returns the instant. A date is its first second.
    ///
    /// # Errors
    ///
    /// Fails if the text is not in a known [layout](Layout).
    pub fn instant(&self) -> Result<SystemTime, Error> {
        self.timestamp_at(Offset::UTC).map(SystemTime::from)
    }

    /// Returns the instant as [`jiff`](https://docs.rs/jiff) has it.
    ///
    /// # Errors
    ///
    /// Those of [`instant`](Self::instant).
    #[cfg(feature = "jiff")]
    #[cfg_attr(docsrs, doc(cfg(feature = "jiff")))]
    pub fn timestamp(&self) -> Result<Timestamp, Error> {
        self.timestamp_at(Offset::UTC)
    }
}

// Derived ones would demand the same of `Z`.
impl<Z> Clone for Time<Z> {
    fn clone(&self) -> Self {
        Self::from(self.text.clone())
    }
}

impl<Z> PartialEq for Time<Z> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<Z> Eq for Time<Z> {}

impl<Z> PartialEq<str> for Time<Z> {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl<Z> PartialEq<&str> for Time<Z> {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl<Z> Hash for Time<Z> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<Z> Default for Time<Z> {
    fn default() -> Self {
        Self::from(String::new())
    }
}

impl<Z> fmt::Debug for Time<Z> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl<Z> fmt::Display for Time<Z> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl<Z> AsRef<str> for Time<Z> {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl<Z> From<String> for Time<Z> {
    fn from(text: String) -> Self {
        Self { text, zone: PhantomData }
    }
}

impl<Z> From<&str> for Time<Z> {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl<Z> From<Time<Z>> for String {
    fn from(time: Time<Z>) -> Self {
        time.text
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::{Layout, Time, Utc};
    use proptest::prelude::*;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    fn seconds(time: SystemTime) -> i64 {
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).unwrap(),
            Err(before) => -i64::try_from(before.duration().as_secs()).unwrap(),
        }
    }

    #[test]
    fn each_layout_is_told_and_read() {
        const NOON: i64 = 1_767_355_200;
        for (text, layout, expected) in [
            ("2026-01-02", Layout::Date, NOON - 12 * 3600),
            ("2026-01-02 12:00:00", Layout::DateTime, NOON),
            (" 2026-01-02T12:00:00 ", Layout::DateTime, NOON),
            ("2026-01-02 12:00:00.5", Layout::DateTime, NOON),
            ("2026-01-02T12:00:00Z", Layout::Instant, NOON),
            ("2026-01-02T20:00:00+08:00", Layout::Instant, NOON),
            ("20260102T120000Z", Layout::Instant, NOON),
            ("1969-12-31", Layout::Date, -86_400),
        ] {
            assert_eq!(Time::<Utc>::from(text).layout(), Some(layout), "{text}");
            assert_eq!(seconds(Time::<Utc>::from(text).instant().unwrap()), expected, "{text}");
            let zoned = if layout == Layout::Instant { expected } else { expected - 8 * 3600 };
            assert_eq!(seconds(<Time>::from(text).instant_at(8 * 3600).unwrap()), zoned, "{text}");
        }
    }

    #[test]
    fn what_is_not_a_time_keeps_its_text_and_says_why_it_has_no_instant() {
        for text in ["", "soon", "1767355200", "2026-13-01", "2026-02-30 00:00:00", "2026-01-02 25:00:00", "2026-1-2"] {
            let time = Time::<Utc>::from(text);
            assert_eq!((time.as_str(), time.layout()), (text, None), "{text}");
            let error = time.instant().unwrap_err().to_string();
            assert!(error.contains("is not in a known layout: use `as_str`"), "{error}");
        }
        assert!(<Time>::from("2026-01-02").instant_at(200_000).is_err(), "an offset of more than two days");
        let _ = <Time>::from("9999-12-31 23:59:59").instant_at(-80_000);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,40}", offset in any::<i32>()) {
            let _ = <Time>::from(&*text).instant_at(offset);
            let _ = Time::<Utc>::from(text).instant();
        }

        #[test]
        fn a_printed_instant_is_read_back(seconds in 0_u64..4_000_000_000) {
            let expected = UNIX_EPOCH + Duration::from_secs(seconds);
            let printed = jiff::Timestamp::try_from(expected).unwrap();
            for form in ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y%m%dT%H%M%SZ"] {
                let time = Time::<Utc>::from(printed.strftime(form).to_string());
                prop_assert_eq!(time.instant().unwrap(), expected);
            }
        }
    }
}
