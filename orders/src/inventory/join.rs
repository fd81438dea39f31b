//! Joins what several sources have of one certificate.

use super::{KeyPlace, Row};
use std::collections::BTreeMap;

/// By SHA-256, else by serial number: serial numbers of public authorities have 64 random bits. Rows without either stay alone.
pub(super) fn join(rows: Vec<Row>) -> Vec<Row> {
    let mut out: Vec<Row> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows {
        let keys: Vec<String> = keys(&row);
        let known = keys.iter().find_map(|key| places.get(key).copied());
        let place = known.unwrap_or(out.len());
        match out.get_mut(place) {
            Some(first) => merge(first, row),
            None => out.push(row),
        }
        for key in keys {
            places.insert(key, place);
        }
    }
    out
}

fn keys(row: &Row) -> Vec<String> {
    let fingerprint = row.fingerprint.iter().map(|print| format!("sha256 {print}"));
    let serial = row.serial.iter().filter(|serial| serial.len() >= 8).map(|serial| format!("serial {serial}"));
    fingerprint.chain(serial).collect()
}

fn merge(first: &mut Row, other: Row) {
    first.sources.extend(other.sources);
    first.ids.extend(other.ids);
    for name in other.names {
        if !first.names.contains(&name) {
            first.names.push(name);
        }
    }
    first.product = first.product.take().or(other.product);
    first.status = first.status.take().or(other.status);
    first.from = first.from.or(other.from);
    first.to = first.to.or(other.to);
    first.fingerprint = first.fingerprint.take().or(other.fingerprint);
    first.serial = first.serial.take().or(other.serial);
    first.order = first.order.take().or(other.order);
    first.live |= other.live;
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
