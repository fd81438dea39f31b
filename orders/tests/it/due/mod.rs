//! When certificates are due, and how often they may be ordered.

mod limits;

use cloudcert_orders::due::{self, Before, Due, Life, when};
use cloudcert_orders::{Kind, Lang, Name};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::time::Duration;

const DAY: u64 = 86_400;
const HOUR: u64 = 3_600;

fn issued() -> Timestamp {
    "2026-03-15T00:00:00Z".parse().unwrap()
}

fn at(seconds: u64) -> Timestamp {
    issued() + Duration::from_secs(seconds)
}

fn life(seconds: u64) -> Life {
    Life { not_before: issued(), not_after: at(seconds), revoked: false }
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn days(days: u64) -> Duration {
    Duration::from_secs(days * DAY)
}

fn due(life: Life, before: Before, now: Timestamp) -> Due {
    when(life, before, &name("www"), "1234567890", now).unwrap()
}

/// Seconds from the moment at which a certificate is due to its end.
fn left(due: &Due, life: Life) -> u64 {
    u64::try_from(life.not_after.as_second() - due.at.as_second()).unwrap()
}

#[test]
fn a_certificate_is_due_soon_for_days_and_never_right_after_it_was_issued() {
    for (length, lead) in [(6, 6 * DAY / 10), (47, 47 * DAY / 10), (90, 7 * DAY), (398, 7 * DAY)] {
        let life = life(length * DAY);
        let at = due(life, Before::Third, issued()).at;
        let is_soon = |now| due::is_soon(&due(life, Before::Third, now), life, now);
        let second = Duration::from_secs(1);
        assert!(!is_soon(issued()), "{length} days");
        assert!(!is_soon(at - Duration::from_secs(lead) - second), "{length} days");
        assert!(is_soon(at - Duration::from_secs(lead)) && is_soon(at - second), "{length} days");
        assert!(!is_soon(at), "{length} days: it is due");
    }
}

#[test]
fn lives_of_today_and_tomorrow() {
    // Days of the life, hours before the end without the offset.
    let table = [(6, 72), (10, 120), (47, 376), (90, 720), (100, 800), (200, 1600), (398, 3184)];
    for (length, hours) in table {
        let life = life(length * DAY);
        let due = due(life, Before::Third, issued());
        let least = hours * HOUR;
        assert!((least..least + length * DAY / 30).contains(&left(&due, life)), "{length} days: {due:?}");
        assert!(!due.is_due);
        for (moment, is_due) in [(due.at - Duration::from_secs(1), false), (due.at, true), (at(length * DAY), true)] {
            let again = when(life, Before::Third, &name("www"), "1234567890", moment).unwrap();
            assert_eq!((again.at, again.is_due), (due.at, is_due), "{length} days");
        }
    }
}

#[test]
fn the_reason_can_be_read() {
    let life = life(200 * DAY);
    let third = due(life, Before::Third, issued());
    assert!(
        third.why.to_string().starts_with("66 days 16 h before its end (a third of its life), and "),
        "{}",
        third.why
    );
    let fixed = due(life, Before::Fixed(days(30)), issued());
    assert!(fixed.why.to_string().starts_with("30 days before its end (as configured), and "), "{}", fixed.why);
    let short = due(Life { not_after: at(6 * DAY), ..life }, Before::Third, issued());
    assert!(short.why.to_string().starts_with("3 days before its end (half of its life), and "), "{}", short.why);
}

#[test]
fn the_offset_never_changes_between_versions() {
    let life = life(200 * DAY);
    let all = ["www", "api", "shop"].map(|text| {
        let due = when(life, Before::Third, &name(text), "1234567890", issued()).unwrap();
        left(&due, life) - 200 * DAY / 3
    });
    assert_eq!(all, OFFSETS);
}

/// Computed from SHA-256 of name, a zero byte and account: the first eight bytes as a number, modulo a thirtieth of 200 days.
const OFFSETS: [u64; 3] = [338_281, 237_287, 329_859];

#[test]
fn a_fleet_spreads_out() {
    let life = life(90 * DAY);
    let mut hours = [0; 72];
    for number in 0..7_200 {
        let due = when(life, Before::Third, &name(&format!("host-{number}")), "1234567890", issued()).unwrap();
        hours[usize::try_from((left(&due, life) - 30 * DAY) / HOUR).unwrap()] += 1;
    }
    assert!(hours.iter().all(|count| (50..150).contains(count)), "{hours:?}");
    let of = |account: &str| when(life, Before::Third, &name("www"), account, issued()).unwrap().at;
    assert_ne!(of("1234567890"), of("1234567891"));
}

#[test]
fn a_revoked_certificate_is_due_at_once() {
    let revoked = Life { revoked: true, ..life(200 * DAY) };
    let due = due(revoked, Before::Third, issued());
    assert_eq!((due.at, due.is_due), (issued(), true));
    assert!(due.why.to_string().contains("revoked"));
}

#[test]
fn times_that_renew_over_and_over_or_too_late_are_errors() {
    let wrong = |length: u64, before: Duration| {
        let failure = when(life(length * DAY), Before::Fixed(before), &name("www"), "1", issued()).unwrap_err();
        assert_eq!(failure.kind(), Kind::Unconfigured);
        assert!(failure.next().unwrap().contains("before"));
        failure.to_string()
    };
    assert!(wrong(90, days(81)).contains("90 % or more of a life of 90 days"));
    assert!(wrong(90, days(200)).contains("90 % or more"));
    assert!(wrong(90, days(2)).contains("shorter than 3 days"));
    assert!(wrong(90, Duration::from_secs(3 * DAY - 1)).contains("shorter than 3 days"));
    assert!(wrong(3, days(3)).contains("90 % or more"));
    assert!(wrong(200, Duration::MAX).contains("90 % or more"));
    assert!(
        when(life(90 * DAY), Before::Fixed(Duration::from_secs(81 * DAY - 1)), &name("www"), "1", issued()).is_ok()
    );
    assert!(when(life(90 * DAY), Before::Fixed(days(3)), &name("www"), "1", issued()).is_ok());

    assert!(Before::Third.check().is_ok());
    assert!(Before::Fixed(days(30)).check().is_ok());
    assert!(Before::Fixed(days(2)).check().is_err());
    assert!(Before::Fixed(days(359)).check().is_err());
}

#[test]
fn a_certificate_with_reversed_dates_is_an_error_and_no_order() {
    let reversed = Life { not_before: at(DAY), not_after: issued(), revoked: false };
    for life in [reversed, life(0)] {
        assert_eq!(when(life, Before::Third, &name("www"), "1", at(DAY)).unwrap_err().kind(), Kind::Failed);
    }
}

#[test]
fn durations_are_shown_in_two_units() {
    let shown = |seconds| due::duration(Duration::from_secs(seconds)).to_string();
    assert_eq!(shown(0), "0 s");
    assert_eq!(shown(DAY), "1 day");
    assert_eq!(shown(DAY + 59), "1 day");
    assert_eq!(shown(2 * DAY + HOUR), "2 days 1 h");
    assert_eq!(shown(125), "2 min 5 s");
    assert_eq!(due::duration(Duration::from_secs(2 * DAY + HOUR)).of(Lang::Zh), "2 天 1 小时");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, rng_seed: RngSeed::Fixed(11), ..ProptestConfig::default() })]

    #[test]
    fn never_due_right_after_issue_and_always_before_the_end(
        length in 60_u64..=398 * DAY,
        before in prop::option::of(0_u64..500 * DAY),
        text in "[a-z0-9][a-z0-9._-]{0,30}",
        account in "[0-9]{0,20}",
        now in -500_i64..1000,
    ) {
        let life = life(length);
        let configured = before.map_or(Before::Third, |seconds| Before::Fixed(Duration::from_secs(seconds)));
        let now = Timestamp::from_second(issued().as_second() + now * 86_400).unwrap();
        match when(life, configured, &name(&text), &account, now) {
            Ok(due) => {
                let used = u64::try_from(due.at.as_second() - issued().as_second()).unwrap();
                prop_assert!(used * 100 >= length * 6, "due after {used} s of {length} s");
                let left = left(&due, life);
                prop_assert!(left >= before.unwrap_or(length / 3), "{left}");
                prop_assert_eq!(due.is_due, now >= due.at);
                // The clock of another machine, or one that was set back.
                let earlier = when(life, configured, &name(&text), &account, Timestamp::MIN).unwrap();
                prop_assert_eq!((earlier.at, earlier.is_due), (due.at, false));
            }
            Err(failure) => {
                let before = before.unwrap_or_default();
                prop_assert!(before < 3 * DAY || before * 10 >= length * 9, "{failure}");
            }
        }
    }
}
