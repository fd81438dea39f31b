//! The calendar in UTC, and the texts that services, certificates and HTTP write times as.
//!
//! Nothing here knows a time zone: an offset is written in the text, or given by the caller. The arithmetic is that of the proleptic Gregorian
//! calendar for the years that four digits can write; tests compare it with the crate `jiff`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: i64 = 86_400;
/// The largest offset from UTC.
pub(crate) const MOST_OFFSET: i64 = DAY;
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// An instant: whole seconds since 1970, and the nanoseconds after them. It lies in the years 0 to 9999 of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instant {
    pub(crate) seconds: i64,
    pub(crate) nanoseconds: u32,
}

impl Instant {
    /// `None` if the year does not have four digits.
    pub(crate) fn new(seconds: i64, nanoseconds: u32) -> Option<Self> {
        (seconds_at(0, 1, 1)..seconds_at(10_000, 1, 1)).contains(&seconds).then_some(Self { seconds, nanoseconds })
    }

    pub(crate) fn from_milliseconds(milliseconds: i64) -> Option<Self> {
        let nanoseconds = u32::try_from(milliseconds.rem_euclid(1000)).ok()? * 1_000_000;
        Self::new(milliseconds.div_euclid(1000), nanoseconds)
    }

    /// `None` if the clock of the system does not reach as far.
    pub(crate) fn system(self) -> Option<SystemTime> {
        let whole = Duration::from_secs(self.seconds.unsigned_abs());
        let second = if self.seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
        second?.checked_add(Duration::from_nanos(u64::from(self.nanoseconds)))
    }

    /// Date and time in UTC.
    pub(crate) fn civil(self) -> Civil {
        let (year, month, day) = date_of(self.seconds.div_euclid(DAY));
        Civil { year, month, day, second: self.seconds.rem_euclid(DAY), nanoseconds: self.nanoseconds }
    }
}

/// A date, and the time since midnight. The date exists in the calendar, and its year has four digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    pub(crate) month: i64,
    pub(crate) day: i64,
    /// Seconds since midnight.
    pub(crate) second: i64,
    pub(crate) nanoseconds: u32,
}

impl Civil {
    /// `None` if the calendar or the clock has no such time. The second 60 of a leap second counts as the one before.
    fn new([year, month, day]: [i64; 3], [hour, minute, second]: [i64; 3]) -> Option<Self> {
        let on_clock = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
        let in_calendar = (0..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && date_of(days_to(year, month, day)) == (year, month, day);
        (on_clock && in_calendar).then(|| Self {
            year,
            month,
            day,
            second: hour * 3600 + minute * 60 + second.min(59),
            nanoseconds: 0,
        })
    }

    /// Hour, minute and second.
    pub(crate) fn clock(self) -> [i64; 3] {
        [self.second / 3600, self.second / 60 % 60, self.second % 60]
    }

    /// The instant at which clocks that are `offset` seconds ahead of UTC show this. `None` if its year does not have four digits in UTC.
    pub(crate) fn at(self, offset: i64) -> Option<Instant> {
        Instant::new(seconds_at(self.year, self.month, self.day) + self.second - offset, self.nanoseconds)
    }
}

/// Days from 1970 to a date. The year of this count begins in March, so that the leap day is its last.
fn days_to(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let in_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year.div_euclid(400) * 146_097 + in_era * 365 + in_era / 4 - in_era / 100 + of_year - 719_468
}

/// Year, month and day of a number of days since 1970.
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let of_era = days.rem_euclid(146_097);
    let in_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * in_era + in_era / 4 - in_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = (from_march + 2) % 12 + 1;
    let year = days.div_euclid(146_097) * 400 + in_era + i64::from(month <= 2);
    (year, month, of_year - (153 * from_march + 2) / 5 + 1)
}

fn seconds_at(year: i64, month: i64, day: i64) -> i64 {
    days_to(year, month, day) * DAY
}

/// A text of ISO 8601 that was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// `2026-01-02`, as its first second.
    Date(Civil),
    /// `2026-01-02T03:04:05`, with a blank or a `T`.
    Local(Civil),
    /// `2026-01-02T03:04:05+08:00`: a time with its offset from UTC.
    Zoned(Instant),
}

/// Reads a date, or a date and time with or without an offset, in the extended form (`2026-01-02`) or the basic one (`20260102T030405Z`).
pub(crate) fn iso(text: &str) -> Option<Written> {
    let mut text = Rest(text);
    let year = text.number(4)?;
    let extended = text.takes("-").is_some();
    let month = text.number(2)?;
    if extended {
        text.takes("-")?;
    }
    let date = [year, month, text.number(2)?];
    if text.0.is_empty() && extended {
        return Civil::new(date, [0; 3]).map(Written::Date);
    }
    text.takes("Tt ")?;
    let (hour, colons) = (text.number(2)?, text.takes(":").is_some());
    let minute = text.number(2)?;
    let has_second = if colons { text.takes(":").is_some() } else { text.0.starts_with(|c: char| c.is_ascii_digit()) };
    let second = if has_second { text.number(2)? } else { 0 };
    let mut civil = Civil::new(date, [hour, minute, second])?;
    if has_second && text.takes(".,").is_some() {
        civil.nanoseconds = text.fraction()?;
    }
    if text.0.is_empty() {
        return Some(Written::Local(civil));
    }
    let offset = text.offset()?;
    if text.0.is_empty() { civil.at(offset).map(Written::Zoned) } else { None }
}

/// Reads the time of a certificate, `20260102030405Z`.
pub(crate) fn der(text: &str) -> Option<Instant> {
    let mut text = Rest(text);
    let date = [text.number(4)?, text.number(2)?, text.number(2)?];
    let clock = [text.number(2)?, text.number(2)?, text.number(2)?];
    if text.0 == "Z" { Civil::new(date, clock)?.at(0) } else { None }
}

/// Reads an HTTP date, in the current form or one of the two obsolete ones. The day of the week is redundant, and not compared.
pub(crate) fn http(text: &str) -> Option<Instant> {
    let (_, text) = text.trim().split_once([',', ' '])?;
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let (day, month, year, clock, zone) = match *words.as_slice() {
        // `Fri, 02 Jan 2026 03:04:05 GMT`
        [day, month, year, clock, zone] => (day, month, year, clock, zone),
        // `Friday, 02-Jan-26 03:04:05 GMT`
        [date, clock, zone] => {
            let (day, rest) = date.split_once('-')?;
            let (month, year) = rest.split_once('-')?;
            (day, month, year, clock, zone)
        }
        // `Fri Jan  2 03:04:05 2026`
        [month, day, clock, year] => (day, month, year, clock, "GMT"),
        _ => return None,
    };
    let year = match (year.len(), whole(year)?) {
        // A year of two digits is between 1969 and 2068.
        (2, year) => year + if year < 69 { 2000 } else { 1900 },
        (4, year) => year,
        _ => return None,
    };
    let month = MONTHS.iter().position(|known| month.eq_ignore_ascii_case(known))?;
    let mut clock = Rest(clock);
    let (hour, _) = (clock.number(2)?, clock.takes(":")?);
    let (minute, _) = (clock.number(2)?, clock.takes(":")?);
    let second = clock.number(2)?;
    let offset = match zone {
        "GMT" | "UTC" | "UT" => 0,
        zone => Rest(zone).offset()?,
    };
    let date = [year, i64::try_from(month).ok()? + 1, whole(day)?];
    if clock.0.is_empty() { Civil::new(date, [hour, minute, second])?.at(offset) } else { None }
}

/// A number of digits alone.
fn whole(text: &str) -> Option<i64> {
    let digits = text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// What of a text was not read yet.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    /// A number of exactly so many digits.
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        let number = whole(number)?;
        self.0 = rest;
        Some(number)
    }

    /// One of the characters, if the text goes on with it.
    fn takes(&mut self, one_of: &str) -> Option<char> {
        let next = self.0.chars().next().filter(|next| one_of.contains(*next))?;
        self.0 = self.0.get(next.len_utf8()..)?;
        Some(next)
    }

    /// The digits of a fraction of a second, as nanoseconds.
    fn fraction(&mut self) -> Option<u32> {
        let end = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at_checked(end).filter(|_| (1..=9).contains(&end))?;
        self.0 = rest;
        format!("{digits:0<9}").parse().ok()
    }

    /// `Z`, or an offset like `+08:00` or `+0800`, in seconds.
    fn offset(&mut self) -> Option<i64> {
        let sign = match self.takes("Zz+-")? {
            '+' => 1,
            '-' => -1,
            _ => return Some(0),
        };
        let hours = self.number(2)?;
        let colon = self.takes(":").is_some();
        let minutes = if colon || !self.0.is_empty() { self.number(2)? } else { 0 };
        let offset = hours * 3600 + minutes * 60;
        (minutes < 60 && offset <= MOST_OFFSET).then_some(sign * offset)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::{Instant, Written, der, http, iso};
    use jiff::Timestamp;
    use proptest::prelude::*;

    fn printed(seconds: i64, form: &str) -> String {
        Timestamp::from_second(seconds).unwrap().strftime(form).to_string()
    }

    /// What `jiff` makes of a text.
    fn by_jiff(text: &str) -> Option<(i64, i32)> {
        let time: Timestamp = text.parse().ok()?;
        let nanoseconds = time.as_nanosecond().rem_euclid(1_000_000_000);
        Some((time.as_nanosecond().div_euclid(1_000_000_000).try_into().unwrap(), nanoseconds.try_into().unwrap()))
    }

    #[test]
    fn every_day_of_four_centuries_is_that_of_jiff() {
        for day in -30_000..120_000 {
            let civil = Instant::new(day * 86_400, 0).unwrap().civil();
            assert_eq!(format!("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day), printed(day * 86_400, "%F"));
            assert_eq!(civil.at(0).unwrap().seconds, day * 86_400);
        }
    }

    #[test]
    fn what_no_calendar_or_clock_has_is_refused() {
        for text in [
            "2026-02-29",
            "2100-02-29",
            "2026-00-01",
            "2026-04-31",
            "2026-01-00",
            "2026-1-02",
            "20260102",
            "2026-0102",
            "2026-01-02T24:00:00Z",
            "2026-01-02T03:60:00Z",
            "2026-01-02T03:04:61Z",
            "2026-01-02T03Z",
            "2026-01-02T03:04:05.Z",
            "2026-01-02T03:04:05+25:00",
            "2026-01-02T03:04:05+08:60",
            "2026-01-02T03:04:05Zulu",
            "+2026-01-02",
            "2026-01-02T",
            "2026-01-02T03:04:05.1234567890Z",
            "２０２６-01-02",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
        assert!(matches!(iso("2024-02-29"), Some(Written::Date(_))));
        assert!(matches!(iso("2000-02-29T00:00"), Some(Written::Local(_))));
        assert_eq!(iso("2016-12-31T23:59:60Z"), iso("2016-12-31T23:59:59Z"));
        for text in ["20260102030405", "2026010203040Z", "20261302030405Z", "20260102030405ZZ", "202601020304 5Z"] {
            assert_eq!(der(text), None, "{text}");
        }
    }

    #[test]
    fn http_dates_have_three_forms() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 6 Nov 1994 16:49:37 +0800",
            " sun, 06 nov 1994 08:49:37 UTC ",
        ] {
            assert_eq!(http(text).map(|instant| instant.seconds), Some(784_111_777), "{text}");
        }
        for text in
            ["", "soon", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 PST"]
        {
            assert_eq!(http(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn printed_times_are_read_as_jiff_reads_them(
            seconds in -62_135_596_800_i64..253_402_200_000,
            form in prop::sample::select(&[
                "%Y-%m-%dT%H:%M:%SZ", "%Y%m%dT%H%M%SZ", "%Y-%m-%d %H:%M:%S+08:00", "%Y-%m-%dT%H:%M:%S.25-0330", "%Y-%m-%dT%H:%MZ",
            ]),
        ) {
            let text = printed(seconds, form);
            let read = match iso(&text) {
                Some(Written::Zoned(read)) => Some((read.seconds, read.nanoseconds.try_into().unwrap())),
                _ => None,
            };
            prop_assert_eq!(read, by_jiff(&text), "{}", text);
            let date = printed(seconds, "%a, %d %b %Y %H:%M:%S GMT");
            prop_assert_eq!(http(&date).map(|read| read.seconds), Some(seconds), "{}", date);
            let compact = printed(seconds, "%Y%m%d%H%M%SZ");
            prop_assert_eq!(der(&compact).map(|read| read.seconds), Some(seconds), "{}", compact);
        }

        #[test]
        fn what_is_read_is_what_jiff_reads(text in "[0-9]{4}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\\.[0-9]{1,9})?)?(Z|[+-][01][0-9]:[0-5][0-9])?)?") {
            if let Some(Written::Zoned(read)) = iso(&text) {
                prop_assert_eq!(Some((read.seconds, read.nanoseconds.try_into().unwrap())), by_jiff(&text), "{}", text);
            } else if let Some(Written::Date(read) | Written::Local(read)) = iso(&text) {
                let civil: jiff::civil::DateTime = text.parse().unwrap();
                let [hour, minute, second] = read.clock();
                let read = [read.year, read.month, read.day, hour, minute, second];
                let clock = [civil.month(), civil.day(), civil.hour(), civil.minute(), civil.second()].map(i64::from);
                prop_assert_eq!(&read[..1], &[i64::from(civil.year())]);
                prop_assert_eq!(&read[1..], &clock);
            } else {
                prop_assert!(text.parse::<jiff::civil::DateTime>().is_err() || by_jiff(&text).is_none(), "{}", text);
            }
        }

        #[test]
        fn no_text_panics(text in ".{0,40}", digits in "[0-9TZ:+., -]{0,40}") {
            let _ = [&text, &digits].map(|text| (iso(text), der(text), http(text)));
        }
    }
}
