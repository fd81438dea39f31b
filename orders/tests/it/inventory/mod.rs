//! The inventory: what is joined, what is urgent, what is never left out, and how it is shown.

mod clouds;
mod join;
mod shown;
mod urgency;

use cloudcert_orders::base::task::Task;
use cloudcert_orders::inventory::{Inventory, KeyPlace, Row, Source, read};
use cloudcert_orders::{Failure, Kind};
use jiff::Timestamp;
use std::collections::BTreeSet;

const NOW: &str = "2026-11-28T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn row(source: &str) -> Row {
    Row {
        account: "prod".to_owned(),
        sources: BTreeSet::from([source.to_owned()]),
        ids: BTreeSet::new(),
        names: Vec::new(),
        product: None,
        status: None,
        from: None,
        to: None,
        fingerprint: None,
        sha1: None,
        serial: None,
        key: KeyPlace::Unknown,
        order: None,
        live: false,
        open: false,
        outstanding: false,
        revoked: false,
        due: None,
        attention: None,
    }
}

/// A certificate for a name that ends so many seconds from now.
fn ending(name: &str, seconds: i64) -> Row {
    let to = Timestamp::from_second(now().as_second() + seconds).unwrap();
    Row { names: vec![name.to_owned()], to: Some(to), ..row("cas-certificate") }
}

fn table(rows: Vec<Row>) -> Inventory {
    Inventory { rows, problems: Vec::new() }
}

/// Rows, or none and why.
struct Fixed(Option<Vec<Row>>);

impl Source for Fixed {
    fn name(&self) -> String {
        "prod: fixed".to_owned()
    }

    fn rows(&self) -> Task<'_, Vec<Row>> {
        let failed = || Failure::new(Kind::NotNow, "the service is unavailable").remedy("Try again.");
        Box::pin(std::future::ready(self.0.clone().ok_or_else(failed)))
    }
}

async fn joined(rows: Vec<Row>) -> Vec<Row> {
    let inventory = read(&[&Fixed(Some(rows))]).await;
    assert!(inventory.problems.is_empty());
    inventory.rows
}
