//! Limits on orders.

use super::{DAY, HOUR, at, days, issued};
use cloudcert_orders::Kind;
use cloudcert_orders::due::{limit, per_day};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::time::Duration;

#[test]
fn a_certificate_is_ordered_once_in_a_tenth_of_its_life_and_never_twice_a_day() {
    assert!(limit(None, days(200), issued()).is_ok(), "the first order");
    for (life, pause) in
        [(6, DAY), (10, DAY), (47, 47 * DAY / 10), (90, 9 * DAY), (200, 20 * DAY), (398, 398 * DAY / 10)]
    {
        let failure = limit(Some(issued()), days(life), at(pause - 1)).unwrap_err();
        assert_eq!(failure.kind(), Kind::Forbidden);
        assert!(failure.next().unwrap().contains(&at(pause).to_string()), "{failure}");
        assert!(limit(Some(issued()), days(life), at(pause)).is_ok());
    }
}

#[test]
fn a_clock_that_was_set_back_orders_nothing_new() {
    assert!(limit(Some(issued()), days(200), Timestamp::MIN).is_err());
    assert!(limit(Some(Timestamp::MAX), Duration::MAX, issued()).is_err());
    assert!(per_day(&[at(DAY), at(2 * DAY)], 2, issued()).is_err());
}

#[test]
fn an_account_orders_so_often_a_day() {
    let orders = [at(3 * HOUR), at(0), at(2 * HOUR), at(HOUR)];
    assert!(per_day(&orders, 5, at(3 * HOUR)).is_ok());
    let failure = per_day(&orders, 4, at(3 * HOUR)).unwrap_err();
    assert_eq!(failure.kind(), Kind::Forbidden);
    assert!(failure.next().unwrap().contains(&at(DAY).to_string()), "{failure}");
    let failure = per_day(&orders, 2, at(3 * HOUR)).unwrap_err();
    assert!(failure.next().unwrap().contains(&at(DAY + 2 * HOUR).to_string()), "{failure}");
    assert!(per_day(&orders, 2, at(DAY + 2 * HOUR)).is_ok());
    assert!(per_day(&orders, 4, at(DAY)).is_ok());
    assert_eq!(per_day(&[], 0, issued()).unwrap_err().kind(), Kind::Forbidden);
    assert!(per_day(&[], 1, issued()).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, rng_seed: RngSeed::Fixed(12), ..ProptestConfig::default() })]

    /// A clock that jumps to and fro, and a program that orders whenever it may: no more orders than the clock has shown pauses.
    #[test]
    fn a_jumping_clock_orders_no_more_than_its_highest_time_allows(jumps in prop::collection::vec(-400_i64..400, 1..200), most in 1_u32..5) {
        let mut now = issued().as_second();
        let (start, mut highest, mut last) = (now, now, None);
        let mut orders = Vec::new();
        for hours in jumps {
            now += hours * 3_600;
            highest = highest.max(now);
            let moment = Timestamp::from_second(now).unwrap();
            if limit(last, days(90), moment).is_ok() && per_day(&orders, most, moment).is_ok() {
                prop_assert!(last.is_none_or(|last| moment > last));
                last = Some(moment);
                orders.push(moment);
            }
        }
        let lowest = orders.first().map_or(start, |first| first.as_second());
        let allowed = 1 + (highest - lowest).max(0) / (9 * 86_400);
        prop_assert!(i64::try_from(orders.len()).unwrap() <= allowed, "{} of {allowed}", orders.len());
    }
}
