//! Compares two probes. A verdict never says more than the recipe allows.

use super::Recipe;
use super::known::Known;

/// What a probe after the call proves, compared with the one before it.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It was executed.
    Executed,
    /// Nothing has changed: if that stays so, it was not executed.
    Unchanged,
    /// Not decided yet: another probe may tell.
    Open(String),
    /// More than the call would do: others did the same. Alone it proves nothing, but it agrees with a better witness that shows the call.
    More(String),
    /// More probes would not help.
    Unclear(String),
}

/// Why the probe before the call makes every later one useless, if it does.
pub(super) fn hopeless(recipe: &Recipe, before: &Known) -> Option<String> {
    match (recipe, before) {
        (Recipe::State { before: wanted, executed, .. }, Known::State(state)) => {
            let known = state.as_deref();
            let state = known.unwrap_or("none");
            if known.is_some_and(|state| executed.contains(&state)) {
                return Some(format!("the state was `{state}` already before the call"));
            }
            let allowed = wanted.is_empty() || known.is_some_and(|state| wanted.contains(&state));
            (!allowed).then(|| format!("the state was `{state}` before the call, from which nothing follows"))
        }
        (Recipe::State { before: wanted, executed_errors, .. }, Known::Refused(code)) => {
            let same = executed_errors.contains(&code.as_str()) || !wanted.is_empty();
            same.then(|| format!("the probe before the call already failed with {code}"))
        }
        (Recipe::Listing { compare_before: false, .. }, Known::Ids(all)) if all.values().any(|fits| *fits) => {
            Some("there was one already before the call".to_owned())
        }
        _ => None,
    }
}

pub(super) fn compare(recipe: &Recipe, before: &Known, after: &Known) -> Verdict {
    match (recipe, before, after) {
        (Recipe::Counter, Known::Count(before), Known::Count(after)) => counted(*before, *after),
        (Recipe::State { executed, not_executed, .. }, _, Known::State(state)) => match state.as_deref() {
            Some(state) if executed.contains(&state) => Verdict::Executed,
            Some(state) if not_executed.contains(&state) => Verdict::Unchanged,
            Some(state) => Verdict::Open(format!("the state is `{state}`")),
            None => Verdict::Open("the response has no state".to_owned()),
        },
        (Recipe::State { executed_errors, .. }, _, Known::Refused(code)) => {
            if executed_errors.contains(&code.as_str()) {
                Verdict::Executed
            } else {
                Verdict::Open(format!("the probe failed with {code}"))
            }
        }
        (Recipe::Listing { may_lag, .. }, Known::Ids(before), Known::Ids(after)) => {
            let new: Vec<bool> =
                after.iter().filter(|(id, _)| !before.contains_key(*id)).map(|(_, fits)| *fits).collect();
            let gone = before.keys().filter(|id| !after.contains_key(*id)).count();
            match listed(new.iter().filter(|fits| **fits).count(), new.iter().filter(|fits| !**fits).count(), gone) {
                Verdict::Unchanged if *may_lag => {
                    Verdict::Open("nothing new is listed, which proves nothing, as the list may follow late".to_owned())
                }
                verdict => verdict,
            }
        }
        _ => Verdict::Unclear("the two probes cannot be compared".to_owned()),
    }
}

fn counted(before: i64, after: i64) -> Verdict {
    match after.checked_sub(before) {
        Some(0) => Verdict::Unchanged,
        Some(1) => Verdict::Executed,
        Some(2..) => Verdict::More(changed(before, after)),
        _ => Verdict::Unclear(changed(before, after)),
    }
}

fn changed(before: i64, after: i64) -> String {
    format!("the count was {before} before the call and is {after} now")
}

/// By the new items that fit, those that do not, and those that are gone.
fn listed(fitting: usize, others: usize, gone: usize) -> Verdict {
    match (fitting, others, gone) {
        (0, 0, 0) => Verdict::Unchanged,
        (1, _, 0) => Verdict::Executed,
        // The service may write the ordered values in another form than the request.
        (0, _, 0) => Verdict::Open(format!("{others} new ones are listed, which do not match")),
        (_, _, 0) => Verdict::Unclear(format!("{fitting} new ones that match are listed")),
        _ => Verdict::Unclear(format!("{gone} of those before are no longer listed, and {fitting} new ones match")),
    }
}

/// What the best witness and another one prove together, each with the name of its probe. The table stands in `round`.
pub(super) fn together(best: (&str, Verdict), other: (&str, Verdict), last: bool) -> Verdict {
    let ((best, verdict), (name, other)) = (best, other);
    let (shows, agrees) = match &verdict {
        Verdict::Executed => {
            let under_way = last && matches!(other, Verdict::Open(_));
            ("shows it", under_way || matches!(other, Verdict::Executed | Verdict::More(_)))
        }
        Verdict::Unchanged => ("shows no change", matches!(other, Verdict::Unchanged)),
        // They are not decided by other witnesses.
        Verdict::Open(_) | Verdict::More(_) | Verdict::Unclear(_) => return verdict,
    };
    if agrees {
        return verdict;
    }
    let differs = match other {
        Verdict::Executed => "shows that it was executed".to_owned(),
        Verdict::Unchanged => "shows no change".to_owned(),
        Verdict::Open(why) | Verdict::More(why) | Verdict::Unclear(why) => format!("does not agree: {why}"),
    };
    Verdict::Open(format!("{best} {shows}, but {name} {differs}"))
}
