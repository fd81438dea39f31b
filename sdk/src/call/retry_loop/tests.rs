//! The loop alone: scripted attempts, a clock that only sleeping moves, and fixed random numbers.

use super::{Attempts, RetryLoop};
use crate::base::api::{Effect, ErrorInfo, Retry};
use crate::base::environment::{Environment, Sleep};
use crate::base::error::{Error, ErrorKind, Received};
use crate::base::metadata::Metadata;
use crate::call::retry::RetryBudget;
use crate::call::span::Span;
use crate::setup::retries::Retries;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Keeps what was slept.
#[derive(Debug, Default)]
struct Clock(Mutex<Vec<Duration>>);

impl Environment for Clock {
    fn now(&self) -> i64 {
        1_767_323_045
    }

    fn elapsed(&self) -> Duration {
        self.0.lock().unwrap().iter().sum()
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        Ok("nonce".to_owned())
    }

    fn random(&self) -> f64 {
        0.5
    }

    fn sleep(&self, pause: Duration) -> Sleep {
        self.0.lock().unwrap().push(pause);
        Box::pin(std::future::ready(()))
    }
}

/// Attempts that end as a script says; after its end they succeed.
#[derive(Default)]
struct Scripted {
    errors: Vec<Error>,
    made: Vec<(u32, Duration)>,
    metadata: Metadata,
    /// Whether an error that says that all was done before is a success.
    takes: bool,
    /// Whether there are other keys.
    renews: bool,
    asked_for_keys: Vec<u64>,
    corrected: Vec<i64>,
}

impl Attempts for Scripted {
    async fn attempt(&mut self, number: u32, left: Duration) -> Result<(), Error> {
        self.made.push((number, left));
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors.remove(0)) }
    }

    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn take_for_success(&mut self, _error: &Error) -> bool {
        self.takes
    }

    fn renew_keys(&mut self, rejected: u64, _left: Duration) -> Pin<Box<dyn Future<Output = bool> + Send + '_>> {
        self.asked_for_keys.push(rejected);
        Box::pin(std::future::ready(self.renews))
    }

    fn correct_clock(&mut self, offset: i64) {
        self.corrected.push(offset);
    }
}

const fn row(code: &'static str, retry: Retry, already_done: bool) -> ErrorInfo {
    ErrorInfo {
        code,
        inner_code: None,
        status: &[400],
        message_contains: None,
        cause: "",
        remedy: "",
        cause_zh: "",
        remedy_zh: "",
        retry,
        already_done,
    }
}

static THROTTLED: ErrorInfo = row("Throttled", Retry::Throttle, false);
static SKEWED: ErrorInfo = row("Skewed", Retry::Skew, false);
static GONE: ErrorInfo = row("Gone", Retry::Never, true);
static STALE: ErrorInfo = row("Stale", Retry::Renew, false);

/// An error with a code, from a service whose clock is ten seconds ahead.
fn said(row: &'static ErrorInfo) -> Error {
    let error = Error::service("Do", row.code.to_owned(), None, "no".to_owned(), Some(row));
    let received = Received { status: Some(400), server_time: Some(1_767_323_055), ..Received::default() };
    error.with_received(received).by_clock(1_767_323_045)
}

fn lost() -> Error {
    Error::transport("Do", "no response came")
}

fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the loop waits"),
    }
}

struct Ended {
    error: Option<Error>,
    attempts: Scripted,
    slept: Vec<u64>,
}

fn run(effect: Effect, retries: Retries, attempts: Scripted) -> Ended {
    run_with(&RetryBudget::new(), effect, retries, attempts)
}

fn run_with(budget: &RetryBudget, effect: Effect, retries: Retries, mut attempts: Scripted) -> Ended {
    let clock = Clock::default();
    let span = Span::operation(&crate::action::context::CallContext::unknown(&API, "Do", effect));
    let retry_loop = RetryLoop::new(&retries, budget, &clock, effect, Duration::from_secs(60)).find_out(Some("Look."));
    let error = now(retry_loop.run(&mut attempts, &span)).err();
    let slept = clock.0.lock().unwrap().iter().map(|slept| u64::try_from(slept.as_millis()).unwrap()).collect();
    Ended { error, attempts, slept }
}

static API: crate::base::api::ApiInfo = crate::base::api::ApiInfo {
    id: "test",
    service: "",
    version: "1",
    family: crate::protocol::ALIYUN_RPC,
    nested_errors: false,
    signatures: &[],
    signing_name: "",
    default_region: "",
    hosts: &[],
    any_region: false,
    success_codes: &[],
    retry_after: None,
    effects: &[],
    methods: &[],
    errors: &[],
};

fn script(errors: impl IntoIterator<Item = Error>) -> Scripted {
    Scripted { errors: errors.into_iter().collect(), ..Scripted::default() }
}

#[test]
fn attempts_are_numbered_and_the_backoff_doubles_up_to_its_limit() {
    let retries =
        Retries::new().attempts(5).initial_backoff(Duration::from_secs(2)).max_backoff(Duration::from_secs(6));
    let ended = run(Effect::Read, retries, script((0..4).map(|_| lost())));
    assert!(ended.error.is_none());
    assert_eq!(ended.slept, [1000, 2000, 3000, 3000]);
    let made: Vec<_> = ended.attempts.made.iter().map(|(number, left)| (*number, left.as_secs())).collect();
    assert_eq!(made, [(1, 60), (2, 59), (3, 57), (4, 54), (5, 51)]);
}

#[test]
fn the_last_error_counts_the_attempts() {
    let error = run(Effect::Read, Retries::new(), script((0..9).map(|_| lost()))).error.unwrap();
    assert_eq!((error.kind(), error.attempts(), error.outcome_unknown()), (ErrorKind::Transport, 3, false));
    let error = run(Effect::Read, Retries::none(), script([lost()])).error.unwrap();
    assert_eq!(error.attempts(), 1);
}

#[test]
fn what_must_not_happen_twice_is_repeated_only_if_it_surely_has_not_happened() {
    for effect in [Effect::NameGuarded, Effect::SubmitOnce, Effect::Create, Effect::Order, Effect::Unknown] {
        let ended = run(effect, Retries::new(), script([said(&THROTTLED), Error::connect("Do", "refused")]));
        assert!(ended.error.is_none());
        let ended = run(effect, Retries::new(), script([said(&THROTTLED), lost()]));
        assert_eq!((ended.error.unwrap().attempts(), ended.attempts.made.len()), (2, 2));
    }
}

#[test]
fn a_refusal_after_a_lost_attempt_may_be_its_echo() {
    let gone = || script([lost(), said(&GONE)]);
    let error = run(Effect::Idempotent, Retries::new(), gone()).error.unwrap();
    assert_eq!((error.outcome_unknown(), error.how_to_find_out()), (true, Some("Look.")));
    let taken = run(Effect::Idempotent, Retries::new(), Scripted { takes: true, ..gone() });
    assert!(taken.error.is_none());
    // A first attempt has no echo, and a read has no effect.
    let error = run(Effect::Idempotent, Retries::new(), Scripted { takes: true, ..script([said(&GONE)]) }).error;
    assert!(!error.unwrap().outcome_unknown());
    assert!(!run(Effect::Read, Retries::new(), gone()).error.unwrap().outcome_unknown());
}

#[test]
fn the_clock_is_corrected_once_and_at_once() {
    let ended = run(Effect::Order, Retries::new(), script([said(&SKEWED)]));
    assert!(ended.error.is_none());
    assert_eq!((ended.attempts.corrected, ended.slept.len()), (vec![10], 0));
    let ended = run(Effect::Order, Retries::new().attempts(9), script([said(&SKEWED), said(&SKEWED)]));
    assert_eq!((ended.error.unwrap().attempts(), ended.attempts.corrected.len()), (2, 1));
    let ended = run(Effect::Order, Retries::new().correct_clock(false), script([said(&SKEWED)]));
    assert_eq!((ended.error.unwrap().attempts(), ended.attempts.corrected.len()), (1, 0));
}

#[test]
fn other_keys_are_asked_for_once() {
    let stale = || said(&STALE).with_stale_keys(7);
    let ended = run(Effect::Order, Retries::new(), Scripted { renews: true, ..script([stale()]) });
    assert!(ended.error.is_none());
    assert_eq!((ended.attempts.asked_for_keys, ended.slept.len()), (vec![7], 0));
    let ended = run(Effect::Order, Retries::new(), Scripted { renews: true, ..script([stale(), stale()]) });
    assert_eq!((ended.error.unwrap().attempts(), ended.attempts.asked_for_keys.len()), (2, 1));
    let ended = run(Effect::Order, Retries::new(), script([stale()]));
    assert_eq!((ended.error.unwrap().attempts(), ended.attempts.asked_for_keys.len()), (1, 1));
    let ended = run(Effect::Order, Retries::none(), Scripted { renews: true, ..script([stale()]) });
    assert_eq!((ended.error.unwrap().attempts(), ended.attempts.asked_for_keys.len()), (1, 0));
}

#[test]
fn the_wish_of_the_service_is_kept_and_the_time_of_the_operation_too() {
    let wish = |seconds| {
        let received =
            Received { status: Some(400), retry_after: Some(Duration::from_secs(seconds)), ..Received::default() };
        said(&THROTTLED).with_received(received)
    };
    assert_eq!(run(Effect::Read, Retries::new(), script([wish(7)])).slept, [7000]);
    let ended = run(Effect::Read, Retries::new(), script([wish(60)]));
    assert_eq!((ended.error.unwrap().attempts(), ended.slept.len()), (1, 0));
}

#[test]
fn a_client_whose_calls_fail_runs_out_of_its_budget_and_earns_it_back() {
    let budget = RetryBudget::new();
    let lose = || run_with(&budget, Effect::Read, Retries::new().attempts(2), script([lost(), lost()]));
    for _ in 0..50 {
        assert_eq!(lose().error.unwrap().attempts(), 2);
    }
    assert_eq!(lose().error.unwrap().attempts(), 1);
    for _ in 0..10 {
        run_with(&budget, Effect::Read, Retries::new(), Scripted::default());
    }
    assert_eq!(lose().error.unwrap().attempts(), 2);
}
