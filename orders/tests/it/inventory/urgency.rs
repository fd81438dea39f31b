//! Days and urgency at their edges.

use super::{Fixed, ending, now, row, table};
use cloudcert_orders::inventory::{Limits, Row, Urgency, read};
use std::time::Duration;

const DAY: i64 = 86_400;

fn urgency(rows: Vec<Row>) -> Urgency {
    table(rows).urgency(Limits::default(), now())
}

#[test]
fn days_are_rounded_down() {
    for (seconds, days) in [(DAY, 1), (DAY - 1, 0), (0, 0), (-1, -1), (-DAY, -1), (-DAY - 1, -2)] {
        assert_eq!(ending("www.example.com", seconds).days(now()), Some(days), "{seconds} s");
    }
    assert_eq!(row("kcm").days(now()), None);
}

#[test]
fn limits_count_to_the_second() {
    for (seconds, wanted) in [
        (30 * DAY + 1, Urgency::Fine),
        (30 * DAY, Urgency::Warning),
        (7 * DAY + 1, Urgency::Warning),
        (7 * DAY, Urgency::Critical),
        (-1, Urgency::Critical),
    ] {
        assert_eq!(urgency(vec![ending("www.example.com", seconds)]), wanted, "{seconds} s");
    }
    let none = Limits { warning: Duration::MAX, critical: Duration::ZERO };
    assert_eq!(table(vec![ending("a.example", 400 * DAY)]).urgency(none, now()), Urgency::Warning);
    assert_eq!(urgency(Vec::new()), Urgency::Fine);
}

#[test]
fn what_is_over_does_not_count() {
    let old = || ending("www.example.com", DAY);
    let newer = || ending("WWW.example.com", 300 * DAY);
    assert_eq!(urgency(vec![old(), newer()]), Urgency::Fine);
    assert_eq!(urgency(vec![Row { revoked: true, ..old() }]), Urgency::Fine);
    let attention = Some("not deployed to nginx: exit 1".to_owned());
    for other in [
        ending("other.example.com", 300 * DAY),
        Row { revoked: true, ..newer() },
        // Servers still show the old one.
        Row { outstanding: true, ..newer() },
        Row { attention, ..newer() },
    ] {
        assert_eq!(urgency(vec![old(), other.clone()]), Urgency::Critical, "{other:?}");
    }
    let both = Row { names: vec!["www.example.com".to_owned(), "example.com".to_owned()], ..old() };
    assert_eq!(urgency(vec![both, newer()]), Urgency::Critical, "a name is missing in the newer one");
}

#[tokio::test]
async fn a_source_that_fails_makes_it_unknown() {
    let good = |seconds| Fixed(Some(vec![ending("www.example.com", seconds)]));
    let inventory = read(&[&good(20 * DAY), &Fixed(None)]).await;
    assert_eq!((inventory.rows.len(), inventory.problems.len()), (1, 1));
    assert_eq!(inventory.problems[0].source, "prod: fixed");
    assert!(inventory.problems[0].message.contains("the service is unavailable"));
    assert_eq!(inventory.urgency(Limits::default(), now()), Urgency::Unknown);
    let inventory = read(&[&Fixed(None), &good(DAY)]).await;
    assert_eq!(inventory.urgency(Limits::default(), now()), Urgency::Critical);
}
