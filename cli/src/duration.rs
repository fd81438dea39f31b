//! Durations as people write them: `30s`, `10m`, `2h`, `1d`.

use crate::lang::Lang;
use std::time::Duration;

/// Reads a duration. A number alone counts seconds.
///
/// # Errors
///
/// If it is not one.
pub(crate) fn parse(text: &str, lang: Lang) -> Result<Duration, String> {
    let wrong = || {
        lang.say("write a whole number with its unit: 30s, 10m, 2h or 1d", "请写整数加单位：30s、10m、2h 或 1d")
            .to_owned()
    };
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    let seconds = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(wrong)
}

/// A duration in words short enough for a progress line: `1 h 5 min`.
pub(crate) fn shown(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}
