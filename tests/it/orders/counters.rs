//! Verdicts by a counter of the service: how many orders there were before the call and after it, and when a count that has not changed is
//! proof.

use super::{count, lost, refused, why};
use crate::setup::clock::{ManualClock, NOW};
use crate::setup::futures::now;
use crate::setup::requests::rollback;
use crate::setup::script::{Reply, Script, pairs};
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::{Environment, ErrorKind, Evidence, Outcome};
use proptest::prelude::*;
use std::time::Duration;

#[test]
fn a_count_that_rises_by_one_proves_the_order_even_if_it_lags_behind() {
    let (outcome, script, slept) = lost([count(4), Reply::lost(), count(5)]);
    assert_eq!(
        (outcome, script.sent().len(), slept),
        (Outcome::Executed { evidence: Evidence::Counter }, 3, Duration::ZERO)
    );
    let (outcome, _, slept) = lost([count(4), Reply::lost(), count(4), count(4), count(5)]);
    assert_eq!((outcome, slept), (Outcome::Executed { evidence: Evidence::Counter }, Duration::from_secs(20)));
}

#[test]
fn an_unchanged_count_proves_that_nothing_was_ordered() {
    let (outcome, script, slept) = lost([count(4), Reply::lost(), count(4), count(4), count(4)]);
    assert_eq!(
        (outcome, script.sent().len(), slept),
        (Outcome::NotExecuted { evidence: Evidence::Counter }, 5, Duration::from_secs(20))
    );
    assert!(pairs(&script.sent()[0].body).contains(&("JobId".to_owned(), "8".to_owned())), "the job of the call");
}

#[test]
fn an_unchanged_count_is_reported_as_weak_proof() {
    let (outcome, ..) = lost([count(4), Reply::lost(), count(4), count(4), count(4)]);
    assert_eq!(outcome.evidence(), Some(Evidence::Counter));
    assert!(outcome.to_string().contains("probably not executed"), "{outcome}");
    let certain = Outcome::NotExecuted { evidence: Evidence::List }.to_string();
    assert!(certain.contains("may be sent again") && !certain.contains("probably"), "{certain}");
}

#[test]
fn an_error_of_a_second_call_does_not_strengthen_the_verdict_on_the_first() {
    let replies = [count(4), Reply::lost(), count(4), count(4), count(4), refused("NotRemainCount"), Reply::not_sent()];
    let client = Script::replies(replies).cas_client();
    let order = now(rollback(&client).guard()).unwrap();
    now(order.send()).unwrap_err();
    let weak = Outcome::NotExecuted { evidence: Evidence::Counter };
    assert_eq!(now(order.find_out()).unwrap(), weak);
    for _ in 0..2 {
        assert!(!now(order.send()).unwrap_err().outcome_unknown());
        assert_eq!(now(order.find_out()).unwrap(), weak);
    }
}

#[test]
fn a_count_that_changes_otherwise_proves_nothing() {
    for (after, expected) in [(6, "is 6 now"), (3, "is 3 now")] {
        let why = why(lost([count(4), Reply::lost(), count(after)]).0);
        assert!(
            why.contains("DescribeDeploymentJobStatus") && why.contains("was 4") && why.contains(expected),
            "{why}"
        );
    }
}

#[test]
fn the_number_of_probes_and_their_interval_can_be_set() {
    let script = Script::replies([count(4), Reply::lost(), count(4), count(4)]);
    let clock = ManualClock::new();
    let client = cas::Client::new(script.config().environment(clock.clone())).unwrap();
    let order = now(rollback(&client).guard()).unwrap().probes(0).interval(Duration::from_secs(60));
    now(order.send()).unwrap_err();
    assert_eq!(
        now(order.find_out()).unwrap(),
        Outcome::NotExecuted { evidence: Evidence::Counter },
        "at least two probes"
    );
    assert_eq!((script.sent().len(), clock.elapsed()), (4, Duration::from_secs(60)));
}

#[test]
fn no_verdict_of_not_executed_before_a_late_request_has_timed_out() {
    let clock = ManualClock::new();
    // Time that passed before the call does not count.
    clock.advance(Duration::from_secs(1_000));
    let script = Script::replies([count(4), Reply::lost(), count(4), count(4), count(4), Reply::lost(), count(5)]);
    let client = cas::Client::new(script.config().environment(clock.clone())).unwrap();
    let order = now(rollback(&client).guard()).unwrap().interval(Duration::ZERO);
    now(order.send()).unwrap_err();
    assert_eq!(now(order.find_out()).unwrap(), Outcome::NotExecuted { evidence: Evidence::Counter });
    assert_eq!((script.sent().len(), clock.elapsed()), (5, Duration::from_secs(1_020)), "20 seconds in any case");
    now(order.send()).unwrap_err();
    assert_eq!(now(order.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::Counter });
    assert_eq!(clock.elapsed(), Duration::from_secs(1_020), "an execution is seen at once");
}

#[test]
fn time_since_the_call_counts_towards_the_wait() {
    let clock = ManualClock::new();
    let script = Script::replies([count(4), Reply::lost(), count(4), count(4), count(4)]);
    let client = cas::Client::new(script.config().environment(clock.clone())).unwrap();
    let order = now(rollback(&client).guard()).unwrap().interval(Duration::ZERO);
    now(order.send()).unwrap_err();
    clock.advance(Duration::from_secs(30));
    assert_eq!(now(order.find_out()).unwrap(), Outcome::NotExecuted { evidence: Evidence::Counter });
    assert_eq!(clock.elapsed(), Duration::from_secs(30));
}

/// A clock whose sleeps take no time, so that it never advances.
#[derive(Debug)]
struct StoppedClock;

impl Environment for StoppedClock {
    fn now(&self) -> i64 {
        NOW
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs(5)
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        Ok("nonce".to_owned())
    }

    fn sleep(&self, _: Duration) -> cloudcert::Sleep {
        Box::pin(std::future::ready(()))
    }
}

#[test]
fn a_stopped_clock_proves_nothing() {
    let script = Script::replies([count(4), Reply::lost(), count(4), count(4), count(4)]);
    let client = cas::Client::new(script.config().environment(StoppedClock)).unwrap();
    let order = now(rollback(&client).guard()).unwrap();
    now(order.send()).unwrap_err();
    let why = why(now(order.find_out()).unwrap());
    assert!(why.contains("too soon"), "{why}");
    assert_eq!(now(order.send()).unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!(script.sent().len(), 5);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_count_never_proves_more_than_it_shows(before in -3_i64..4, after in -3_i64..4) {
        let (outcome, ..) = lost([count(before), Reply::lost(), count(after), count(after), count(after)]);
        match outcome {
            Outcome::NotExecuted { .. } => prop_assert_eq!(before, after),
            Outcome::Executed { .. } => prop_assert_eq!(before + 1, after),
            _ => prop_assert!(after != before && after != before + 1),
        }
    }
}
