//! The table as metrics, for a collector of text files.

use super::{Inventory, Row};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What is left of packages: by account and product.
pub type Packages = BTreeMap<(String, String), i64>;

/// The last run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// When it ended.
    pub at: Timestamp,
    /// How many certificates it could not renew.
    pub failed: usize,
}

/// The metrics, all with absolute times. Replace the file of the collector as a whole: by a temporary file and a rename.
#[must_use]
pub fn metrics(inventory: &Inventory, packages: &Packages, run: Option<Run>) -> String {
    let mut out = String::new();
    let rows = || inventory.rows.iter();
    let time =
        |pick: fn(&Row) -> Option<Timestamp>| rows().filter_map(move |row| Some((labels(row), pick(row)?.as_second())));
    family(
        &mut out,
        "certificate_not_after_timestamp_seconds",
        "Until when the certificate is valid.",
        time(|row| row.to),
    );
    family(
        &mut out,
        "certificate_not_before_timestamp_seconds",
        "Since when the certificate is valid.",
        time(|row| row.from),
    );
    family(&mut out, "certificate_due_timestamp_seconds", "When the certificate is due.", time(|row| row.due));
    let ordered = || rows().filter(|row| row.order.is_some());
    let flag = |is: fn(&Row) -> bool| ordered().map(move |row| (labels(row), i64::from(is(row))));
    family(&mut out, "order_open", "Whether the order is open.", flag(|row| row.open));
    family(
        &mut out,
        "order_attention",
        "Whether a person has to look at the order.",
        flag(|row| row.attention.is_some()),
    );
    family(&mut out, "deploy_outstanding", "Whether a deployment is outstanding.", flag(|row| row.outstanding));
    let packages = packages.iter().map(|((account, product), left)| {
        (format!("account=\"{}\",product=\"{}\"", escaped(account), escaped(product)), *left)
    });
    family(&mut out, "package_remaining", "How many certificates of the package are left.", packages);
    let problems = inventory.problems.iter().map(|problem| (format!("source=\"{}\"", escaped(&problem.source)), 1));
    family(&mut out, "inventory_problem", "A source that could not be read.", problems);
    let last = |pick: fn(Run) -> i64| run.map(|run| (String::new(), pick(run))).into_iter();
    family(&mut out, "last_run_timestamp_seconds", "When the last run ended.", last(|run| run.at.as_second()));
    let failed = last(|run| i64::try_from(run.failed).unwrap_or(i64::MAX));
    family(&mut out, "last_run_failed", "How many certificates the last run could not renew.", failed);
    out
}

fn family(out: &mut String, name: &str, help: &str, samples: impl Iterator<Item = (String, i64)>) {
    let mut samples: Vec<(String, i64)> = samples.collect();
    if samples.is_empty() {
        return;
    }
    samples.sort();
    samples.dedup_by(|one, other| one.0 == other.0);
    let _ = write!(out, "# HELP cloudcert_{name} {help}\n# TYPE cloudcert_{name} gauge\n");
    for (labels, value) in samples {
        let labels = if labels.is_empty() { labels } else { format!("{{{labels}}}") };
        let _ = writeln!(out, "cloudcert_{name}{labels} {value}");
    }
}

/// What tells rows apart.
fn labels(row: &Row) -> String {
    let first = row.names.first().map_or("", String::as_str);
    let pairs = [
        ("account", row.account.as_str()),
        ("name", first),
        ("order", row.order.as_deref().unwrap_or_default()),
        ("id", row.ids.first().map_or("", String::as_str)),
    ];
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    pairs.map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect::<Vec<_>>().join(",")
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
