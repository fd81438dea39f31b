//! Durations for people.

use crate::base::text::{Lang, Text};
use std::time::Duration;

/// A duration in its two largest units: `66 days 16 h`, `2 h 5 min`.
#[must_use]
pub fn duration(duration: Duration) -> Text {
    let seconds = duration.as_secs();
    Text::both(shown(seconds, Lang::En), shown(seconds, Lang::Zh))
}

fn shown(seconds: u64, lang: Lang) -> String {
    let units = match lang {
        Lang::En => [("days", 86_400), ("h", 3_600), ("min", 60), ("s", 1)],
        Lang::Zh => [("天", 86_400), ("小时", 3_600), ("分钟", 60), ("秒", 1)],
    };
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (unit, size) in units {
        let count = rest / size;
        rest %= size;
        if count > 0 {
            let unit = if (unit, count) == ("days", 1) { "day" } else { unit };
            parts.push(format!("{count} {unit}"));
        } else if !parts.is_empty() {
            break;
        }
        if parts.len() == 2 {
            break;
        }
    }
    match units {
        [.., (smallest, _)] if parts.is_empty() => format!("0 {smallest}"),
        _ => parts.join(" "),
    }
}
