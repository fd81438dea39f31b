//! The messages of a wait's errors: what did not happen, the last state, and the number of calls.

use crate::base::legible::time;
use std::time::Duration;

/// What a wait waits for, as a clause: `the certificate is issued`, from `Waits until the certificate is issued. That takes minutes.`
fn clause(about: &str) -> &str {
    let first = about.split(". ").next().unwrap_or_default().trim_end_matches('.');
    first.strip_prefix("Waits until ").unwrap_or(first)
}

/// The clause turned around: `the certificate was not issued`. `None` for a clause that is not as simple.
fn turned_around(clause: &str) -> Option<String> {
    let (subject, rest) = clause.split_once(" is ")?;
    if clause.contains(',') || rest.contains(" is ") {
        return None;
    }
    let noun = subject.split_once(' ').filter(|(article, _)| matches!(*article, "a" | "an" | "The"));
    let subject = noun.map_or_else(|| subject.to_owned(), |(_, noun)| format!("the {noun}"));
    Some(format!("{subject} was not {rest}"))
}

/// The message of a wait that ended before its deadline.
pub(super) fn stopped(about: &str) -> String {
    let clause = clause(about);
    turned_around(clause).unwrap_or_else(|| format!("stopped waiting until {clause}"))
}

/// The message of a wait that ended at its deadline.
pub(super) fn late(about: &str, waited: Duration) -> String {
    let (clause, waited) = (clause(about), time(waited));
    match turned_around(clause) {
        Some(missed) => format!("{missed} within {waited}"),
        None => format!("stopped after {waited} of waiting until {clause}"),
    }
}

pub(super) fn calls(number: u32) -> String {
    format!("{number} call{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::{calls, late, stopped};
    use std::time::Duration;

    #[test]
    fn what_did_not_come_true_is_a_sentence() {
        let late = |about| late(about, Duration::from_secs(100));
        let issued = "Waits until the certificate is issued. That takes minutes, or up to two working days.";
        assert_eq!(late(issued), "the certificate was not issued within 100 s");
        assert_eq!(stopped(issued), "the certificate was not issued");
        assert_eq!(late("Waits until an order is cancelled. Not 2."), "the order was not cancelled within 100 s");
        assert_eq!(late("The newest order is issued."), "the newest order was not issued within 100 s");
        let either =
            "Waits until the order says what proves the domain, or until the certificate is issued without it.";
        let text = "stopped after 100 s of waiting until the order says what proves the domain, or until the certificate is issued without it";
        assert_eq!(late(either), text);
        assert_eq!([calls(1), calls(4)], ["1 call", "4 calls"]);
    }
}
