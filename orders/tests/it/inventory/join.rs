//! What is the same certificate.

use super::{ending, joined, row};
use cloudcert_orders::inventory::Row;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::BTreeSet;

const DAY: i64 = 86_400;

fn print(number: usize, length: usize) -> String {
    format!("{:0>length$x}", number + 1)
}

/// Rows of a certificate: one that has all keys, and others that have some.
fn seen(number: usize, some: &[(bool, bool, bool)]) -> Vec<Row> {
    let all = [(true, true, true)];
    let keys = all.iter().chain(some).filter(|(print, sha1, serial)| *print || *sha1 || *serial);
    keys.enumerate()
        .map(|(at, (has_print, has_sha1, has_serial))| Row {
            ids: BTreeSet::from([format!("row {number} {at}")]),
            fingerprint: has_print.then(|| print(number, 64)),
            sha1: has_sha1.then(|| print(number, 40)),
            serial: has_serial.then(|| format!("ab{}", print(number, 16))),
            ..ending("www.example.com", DAY * 100)
        })
        .collect()
}

fn some() -> impl Strategy<Value = Vec<(bool, bool, bool)>> {
    proptest::collection::vec(any::<(bool, bool, bool)>(), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() })]

    /// In whatever order the sources come: a row a certificate, with the ids of all its rows.
    #[test]
    fn every_certificate_is_one_row(
        rows in proptest::collection::vec(some(), 0..6)
            .prop_map(|all| all.iter().enumerate().flat_map(|(number, some)| seen(number, some)).collect::<Vec<_>>())
            .prop_shuffle()
    ) {
        let of = |id: &String| id.split(' ').nth(1).unwrap().to_owned();
        let wanted: BTreeSet<String> = rows.iter().flat_map(|row| &row.ids).cloned().collect();
        let numbers: BTreeSet<String> = wanted.iter().map(of).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let out = runtime.block_on(joined(rows));
        prop_assert_eq!(out.len(), numbers.len());
        for row in &out {
            prop_assert_eq!(row.ids.iter().map(of).collect::<BTreeSet<_>>().len(), 1);
        }
        prop_assert_eq!(out.iter().flat_map(|row| row.ids.clone()).collect::<BTreeSet<_>>(), wanted);
    }
}

#[tokio::test]
async fn what_contradicts_stays_apart() {
    let with = |serial: &str, fingerprint: Option<usize>, end: i64| Row {
        serial: Some(serial.to_owned()),
        fingerprint: fingerprint.map(|number| print(number, 64)),
        ..ending("www.example.com", end)
    };
    let long = "0123456789abcdef";
    for (one, other) in [
        // Counters of private authorities.
        (with("2a", None, DAY), with("2a", None, DAY)),
        (with(long, Some(1), DAY), with(long, Some(2), DAY)),
        (with(long, None, DAY), with(long, None, 3 * DAY)),
        (row("kcm"), row("kcm")),
    ] {
        assert_eq!(joined(vec![one.clone(), other.clone()]).await.len(), 2, "{one:?} {other:?}");
    }
}

/// A list without fingerprints is joined by its id, with the cycle that it shows.
#[tokio::test]
async fn an_id_joins_one_cycle() {
    let ids = || BTreeSet::from(["kcm order 2601020900001".to_owned()]);
    let cycle = |number: usize, end: i64| Row {
        ids: ids(),
        order: Some(format!("www/{number}")),
        fingerprint: Some(print(number, 64)),
        ..ending("www.example.com", end)
    };
    // Its times have no zone.
    let listed = Row {
        ids: ids(),
        sources: BTreeSet::from(["kcm".to_owned()]),
        ..ending("www.example.com", 100 * DAY + 28_800)
    };
    let out = joined(vec![listed, cycle(2, 100 * DAY), cycle(1, 10 * DAY)]).await;
    let found: Vec<_> = out.iter().map(|row| (row.order.as_deref().unwrap(), row.sources.contains("kcm"))).collect();
    assert_eq!(found, [("www/1", false), ("www/2", true)]);
    assert_eq!(out[1].to, ending("", 100 * DAY).to, "the certificate's own time counts");
}
