//! The inventory: what is joined, what is urgent, what is never left out, and how it is shown.

mod clouds;
mod join;
mod shown;
mod urgency;

use cloudcert_orders::base::task::Task;
use cloudcert_orders::inventory::{Inventory, Row, Source, read};
use cloudcert_orders::{Failure, Kind, Text};
use jiff::Timestamp;

const NOW: &str = "2026-11-28T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn row(source: &str) -> Row {
    Row::of("prod", source)
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
    fn name(&self) -> Text {
        Text::quote("prod: fixed")
    }

    fn rows(&self) -> Task<'_, Vec<Row>> {
        let failed =
            || Failure::new(Kind::NotNow, Text::quote("the service is unavailable")).remedy(Text::quote("Try again."));
        Box::pin(std::future::ready(self.0.clone().ok_or_else(failed)))
    }
}

async fn joined(rows: Vec<Row>) -> Vec<Row> {
    let inventory = read(&[&Fixed(Some(rows))]).await;
    assert!(inventory.problems.is_empty());
    inventory.rows
}
