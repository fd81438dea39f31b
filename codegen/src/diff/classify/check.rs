//! Limits on values, conditional needs, and rules over several parameters.

use super::common::shown;
use crate::diff::usage::Direction;
use crate::diff::values::Changes;
use crate::diff::walk::Walk;
use crate::diff::{Level, values};
use crate::model::{Check, Demand, Rule, Severity};
use serde_json::Value;

/// The rule for a new limit.
pub(super) fn added(walk: &Walk<'_>, severity: Severity) -> &'static str {
    match (walk.side.is_sent(), severity) {
        (false, _) => "field-check-changed",
        (true, Severity::Error) => "check-added-error",
        (true, Severity::Advice) => "check-added-advice",
    }
}

/// A limit in words.
pub(super) fn text(check: &Check) -> String {
    let sure = if check.severity == Severity::Error { "" } else { " (advice)" };
    let bounds = |what: &str, min: Option<i64>, max: Option<i64>| match (min, max) {
        (Some(min), Some(max)) => format!("{what} {min} to {max}"),
        (Some(min), None) => format!("{what} from {min}"),
        (None, Some(max)) => format!("{what} up to {max}"),
        (None, None) => what.to_owned(),
    };
    let demand = match &check.demand {
        Demand::Range { min, max } => bounds("number", *min, *max),
        Demand::Length { min, max } => bounds("characters", *min, *max),
        Demand::Count { min, max } => bounds("elements", *min, *max),
        Demand::MaxBytes(most) => format!("at most {most} bytes"),
        Demand::Pattern(regex) => format!("pattern {regex}"),
        Demand::Format(format) => format!("format {}", values::word(format)),
        Demand::CsrKey { algorithms, rsa_min_bits } => {
            let names: Vec<String> = algorithms.iter().map(values::word).collect();
            let bits = rsa_min_bits.map_or(String::new(), |bits| format!(", RSA from {bits} bits"));
            format!("key {}{bits}", names.join(" or "))
        }
    };
    demand + sure
}

/// Reports a limit that changed.
pub(super) fn check(walk: &mut Walk<'_>, base: &Check, head: &Check, changes: &mut Changes) {
    let (demand, severity) = (changes.take("demand"), changes.take("severity"));
    let (before, after) = (Some(text(base)), Some(text(head)));
    if !walk.side.is_sent() {
        walk.report("field-check-changed", before, after);
        return;
    }
    if severity.is_some() {
        let id = if head.severity == Severity::Error { "check-hardened" } else { "check-softened" };
        enforced(walk, base, id, before.clone(), after.clone());
    }
    if demand.is_some() {
        let sure = base.severity.max(head.severity) == Severity::Error;
        let how = if severity.is_some() { "changed" } else { strictness(&base.demand, &head.demand) };
        let id = format!("check-{how}-{}", if sure { "error" } else { "advice" });
        enforced(walk, base, &id, before, after);
    }
}

/// Whether the SDK does not check a demand, so that sources and programs do not notice it.
pub(super) fn is_described(check: &Check) -> bool {
    matches!(check.demand, Demand::Pattern(_) | Demand::CsrKey { .. })
}

fn enforced(walk: &mut Walk<'_>, check: &Check, id: &str, before: Option<String>, after: Option<String>) {
    let described = is_described(check);
    let unused = walk.side == Direction::Unused;
    let report = walk.report(id, before, after);
    let report = if described { report.source(Level::Compatible) } else { report };
    if unused {
        report.wire(Level::None);
    }
}

/// Whether the second demand is tighter than the first, wider, or neither.
fn strictness(base: &Demand, head: &Demand) -> &'static str {
    // The room below and above, each `None` for no end.
    let compare = |old: (Option<i64>, Option<i64>), new: (Option<i64>, Option<i64>)| {
        let low = old.0.map_or(i128::MIN, i128::from).cmp(&new.0.map_or(i128::MIN, i128::from));
        let high = new.1.map_or(i128::MAX, i128::from).cmp(&old.1.map_or(i128::MAX, i128::from));
        match (low, high) {
            (low, high) if low.is_le() && high.is_le() => "tightened",
            (low, high) if low.is_ge() && high.is_ge() => "relaxed",
            _ => "changed",
        }
    };
    match (base, head) {
        (Demand::Range { min, max }, Demand::Range { min: low, max: high })
        | (Demand::Length { min, max }, Demand::Length { min: low, max: high })
        | (Demand::Count { min, max }, Demand::Count { min: low, max: high }) => compare((*min, *max), (*low, *high)),
        (Demand::MaxBytes(old), Demand::MaxBytes(new)) => {
            if new < old {
                "tightened"
            } else {
                "relaxed"
            }
        }
        _ => "changed",
    }
}

/// Reports a rule that became an error, or is advice now, under `hardened` and `softened` of a family of rules.
pub(super) fn severity(walk: &mut Walk<'_>, family: &str, base: Severity, head: Severity, changes: &mut Changes) {
    if changes.take("severity").is_some() {
        let how = if head == Severity::Error { "hardened" } else { "softened" };
        let text = |severity| Some(values::word(&severity));
        walk.report(&format!("{family}-{how}"), text(base), text(head)).at("severity");
    }
}

/// A rule over several parameters.
pub(super) fn rule(walk: &mut Walk<'_>, base: &Rule, head: &Rule, changes: &mut Changes) {
    severity(walk, "rule", base.severity, head.severity, changes);
    let parts = [changes.take("when"), changes.take("demand")];
    let side = |pick: fn(&(Value, Value)) -> &Value| {
        let texts = parts.iter().flatten().filter_map(|pair| shown(pick(pair)));
        texts.collect::<Vec<_>>().join("; ")
    };
    if parts.iter().any(Option::is_some) {
        let sure = base.severity.max(head.severity) == Severity::Error;
        let id = if sure { "rule-changed-error" } else { "rule-changed-advice" };
        walk.report(id, Some(side(|pair| &pair.0)), Some(side(|pair| &pair.1)));
    }
}
