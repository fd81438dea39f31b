//! Joins what several sources have of one certificate.

use super::{KeyPlace, Row};
use std::collections::BTreeMap;

/// Serial numbers that are shorter may be counters of a private authority, so they identify nothing.
const LONG: usize = 8;
/// Services that show dates, or times without a zone, are up to a day off.
const DAY: i64 = 86_400;

/// By SHA-256, then SHA-1, then serial number, then the ids of the services. Rows that contradict each other stay apart.
///
/// A pass for each kind of key, so that the order of the sources does not matter.
pub(super) fn join(rows: Vec<Row>) -> Vec<Row> {
    let rows = pass(rows, |row| row.fingerprint.iter().cloned().collect(), |_, _| true);
    let rows = pass(rows, |row| row.sha1.iter().cloned().collect(), same_certificate);
    let serial = |row: &Row| row.serial.iter().filter(|serial| serial.len() >= LONG).cloned().collect();
    let rows = pass(rows, serial, same_certificate);
    let fits = |one: &Row, other: &Row| same_certificate(one, other) && agree(one.order.as_ref(), other.order.as_ref());
    pass(rows, |row| row.ids.iter().cloned().collect(), fits)
}

fn pass(rows: Vec<Row>, keys: impl Fn(&Row) -> Vec<String>, fits: impl Fn(&Row, &Row) -> bool) -> Vec<Row> {
    let mut out: Vec<Row> = Vec::new();
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for row in rows {
        let keys = keys(&row);
        // The newest first: an instance may have had several certificates.
        let known = keys.iter().filter_map(|key| places.get(key)).flatten().rev().copied();
        let known = known.into_iter().find(|place| out.get(*place).is_some_and(|first| fits(first, &row)));
        let place = known.unwrap_or(out.len());
        match out.get_mut(place) {
            Some(first) => merge(first, row),
            None => out.push(row),
        }
        for key in keys {
            let places = places.entry(key).or_default();
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
    out
}

/// Whether nothing shows that these are two certificates.
fn same_certificate(one: &Row, other: &Row) -> bool {
    let ends = one.to.zip(other.to);
    agree(one.fingerprint.as_ref(), other.fingerprint.as_ref())
        && agree(one.sha1.as_ref(), other.sha1.as_ref())
        && ends.is_none_or(|(one, other)| one.as_second().abs_diff(other.as_second()) <= DAY.unsigned_abs())
}

/// Whether two values are the same, as far as both are known.
fn agree(one: Option<&String>, other: Option<&String>) -> bool {
    one.zip(other).is_none_or(|(one, other)| one == other)
}

pub(super) fn merge(first: &mut Row, other: Row) {
    first.sources.extend(other.sources);
    first.ids.extend(other.ids);
    for name in other.names {
        if !first.names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            first.names.push(name);
        }
    }
    first.product = first.product.take().or(other.product);
    first.status = first.status.take().or(other.status);
    // Times out of the certificate itself count more than what a service shows.
    let is_exact = first.fingerprint.is_some() || other.fingerprint.is_none();
    let pick = |one, another| if is_exact { one } else { another };
    (first.from, first.to) = (
        pick(first.from, other.from).or(first.from).or(other.from),
        pick(first.to, other.to).or(first.to).or(other.to),
    );
    first.fingerprint = first.fingerprint.take().or(other.fingerprint);
    first.sha1 = first.sha1.take().or(other.sha1);
    first.serial = first.serial.take().or(other.serial);
    first.order = first.order.take().or(other.order);
    first.live |= other.live;
    first.open |= other.open;
    first.outstanding |= other.outstanding;
    first.revoked |= other.revoked;
    first.due = first.due.or(other.due);
    first.attention = first.attention.take().or(other.attention);
    first.key = match (first.key, other.key) {
        (KeyPlace::Here, KeyPlace::Cloud) | (KeyPlace::Cloud, KeyPlace::Here) => KeyPlace::Both,
        (one, two) => one.max(two),
    };
    if first.account.is_empty() {
        first.account = other.account;
    }
}

/// A serial number as all sources write it here: lower case, without separators and leading zeros.
pub(super) fn serial(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_ascii_lowercase();
    let digits = digits.trim_start_matches('0');
    (!digits.is_empty()).then(|| digits.to_owned())
}
