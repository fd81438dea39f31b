//! Waivers: accepted changes, each with a reason and an end.

use super::{DiffFinding, Release, Waived};
use crate::diagnostic::Code;
use crate::source::{Limits, SourceFile};
use crate::yaml;
use serde::{Deserialize, Serialize};

/// The file of waivers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waivers {
    /// The waivers.
    pub waivers: Vec<Waiver>,
}

/// One accepted kind of change at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The rule.
    pub rule: String,
    /// The path of the finding. `*` matches anything between two `/`, and `**` anything.
    pub path: String,
    /// Limits the waiver to the change with this fingerprint.
    #[serde(default)]
    pub fingerprint: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// When it ends: the last day on which it holds (`2027-01-31`), or the first release in which it no longer holds (`0.3.0`).
    pub until: String,
}

/// What is wrong with a waiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// Which waiver, from 1.
    pub number: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

/// The day and the release that decide whether a waiver has ended.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// Today, as year, month and day.
    pub today: (u32, u32, u32),
    /// The version that the second tree declares.
    pub release: Option<Release>,
}

impl Waivers {
    /// Reads a file of waivers, and checks what can be checked without findings.
    ///
    /// # Errors
    ///
    /// What is wrong with the file or with each waiver, all at once.
    pub fn parse(text: &str) -> Result<Self, Vec<Trouble>> {
        let unreadable = |why: &dyn std::fmt::Display| {
            vec![Trouble { number: 0, message: format!("the file of waivers cannot be read: {why}") }]
        };
        // What is nested too deeply is refused by the loader's reader, for which each byte costs the same.
        let mut findings = Vec::new();
        let file = SourceFile::new("waivers", text);
        yaml::read(&file, &Limits::default(), &mut findings);
        let refused = [Code::TooDeep, Code::TooLarge, Code::Syntax];
        if let Some(finding) = findings.iter().find(|finding| refused.contains(&finding.code)) {
            return Err(unreadable(&finding.message));
        }
        let waivers: Self = serde_yaml::from_str(text).map_err(|error| unreadable(&error))?;
        let troubles: Vec<Trouble> =
            waivers.waivers.iter().enumerate().flat_map(|(index, of)| check(index + 1, of)).collect();
        if troubles.is_empty() { Ok(waivers) } else { Err(troubles) }
    }

    /// Splits findings into those that count and those that are waived. An ended or unneeded waiver is reported as trouble.
    #[must_use]
    pub fn apply(&self, findings: Vec<DiffFinding>, now: Now) -> (Vec<DiffFinding>, Vec<Waived>, Vec<Trouble>) {
        let (mut kept, mut waived, mut troubles) = (Vec::new(), Vec::new(), Vec::new());
        let mut hits = vec![0_usize; self.waivers.len()];
        for finding in findings {
            // An ended waiver must not hide a valid one.
            let covering = || self.waivers.iter().enumerate().filter(|(_, waiver)| covers(waiver, &finding));
            let holding = covering().find(|(_, waiver)| !ended(&waiver.until, now));
            let hit = holding.or_else(|| covering().next()).map(|(index, _)| index);
            match hit.and_then(|index| Some((self.waivers.get(index)?, hits.get_mut(index)?))) {
                Some((of, count)) => {
                    *count += 1;
                    if ended(&of.until, now) {
                        kept.push(finding);
                    } else {
                        waived.push(Waived { finding, waiver: of.clone() });
                    }
                }
                None => kept.push(finding),
            }
        }
        for (index, (of, count)) in self.waivers.iter().zip(hits).enumerate() {
            let about = format!("`{}` at `{}`", of.rule, of.path);
            if Release::parse(&of.until).is_some() && now.release.is_none() {
                let message = format!(
                    "whether the waiver of {about} has ended with {} is not known: name the release with --head-version",
                    of.until
                );
                troubles.push(Trouble { number: index + 1, message });
            } else if ended(&of.until, now) {
                let message = format!("the waiver of {about} ended with {}: remove it, or renew it", of.until);
                troubles.push(Trouble { number: index + 1, message });
            } else if count == 0 {
                let message = format!("nothing needs the waiver of {about}: remove it, or correct its path");
                troubles.push(Trouble { number: index + 1, message });
            }
        }
        (kept, waived, troubles)
    }
}

fn check(number: usize, waiver: &Waiver) -> Vec<Trouble> {
    let mut troubles = Vec::new();
    let mut add = |message: String| troubles.push(Trouble { number, message });
    if super::rule(&waiver.rule).is_none() {
        let near = yaml::did_you_mean(&waiver.rule, super::rules().map(|rule| rule.id));
        let help = near.map_or_else(|| "`diff rules` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
        add(format!("there is no rule `{}`; {help}", waiver.rule));
    }
    if waiver.reason.trim().is_empty() {
        add("the reason is empty: say why the change is accepted".to_owned());
    }
    if waiver.path.trim().is_empty() {
        add("the path is empty: copy it from the report".to_owned());
    }
    if day(&waiver.until).is_none() && Release::parse(&waiver.until).is_none() {
        add(format!("`until: {}` is neither a day (2027-01-31) nor a release (0.3.0)", waiver.until));
    }
    troubles
}

fn covers(waiver: &Waiver, finding: &DiffFinding) -> bool {
    waiver.rule == finding.rule.id
        && waiver.fingerprint.as_ref().is_none_or(|mark| *mark == finding.fingerprint)
        && fits(&waiver.path, &finding.subject.path)
}

/// Whether a pattern with `*` and `**` matches a path. The time is the product of both lengths.
fn fits(pattern: &str, path: &str) -> bool {
    let path: Vec<char> = path.chars().collect();
    // At which places of the path the pattern so far can end.
    let mut ends: Vec<bool> = std::iter::once(true).chain(path.iter().map(|_| false)).collect();
    let mut signs = pattern.chars().peekable();
    while let Some(sign) = signs.next() {
        ends = if sign == '*' {
            let slashes = signs.next_if_eq(&'*').is_some();
            let before = std::iter::once(None).chain(path.iter().map(Some));
            let takes = |sign: Option<&char>| sign.is_some_and(|sign| slashes || *sign != '/');
            let goes_on = |reached: &mut bool, (end, sign): (&bool, Option<&char>)| {
                *reached = *end || (*reached && takes(sign));
                Some(*reached)
            };
            ends.iter().zip(before).scan(false, goes_on).collect()
        } else {
            let taken = ends.iter().zip(&path).map(|(end, other)| *end && *other == sign);
            std::iter::once(false).chain(taken).collect()
        };
    }
    ends.last().copied().unwrap_or_default()
}

/// A day of the calendar.
fn day(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('-');
    let mut part = |digits: usize| -> Option<u32> { parts.next().filter(|part| part.len() == digits)?.parse().ok() };
    let day = (part(4)?, part(2)?, part(2)?);
    (parts.next().is_none() && (1..=12).contains(&day.1) && (1..=31).contains(&day.2)).then_some(day)
}

fn ended(until: &str, now: Now) -> bool {
    if let Some(day) = day(until) {
        return now.today > day;
    }
    match (Release::parse(until), now.release) {
        (Some(end), Some(release)) => release >= end,
        _ => false,
    }
}
