//! Retries: a call that must not happen twice is retried only if it was certainly not executed.

mod backoff;
mod clock_skew;
mod effects;
mod evidence;

use crate::setup::clock::ManualClock;
use crate::setup::futures::run;
use crate::setup::script::{Reply, Script, json_response, response_with_headers};
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::api::Effect;
use cloudcert::{Config, Error};

/// An error that says when to come back, and that nothing was executed.
fn throttled() -> Reply {
    response_with_headers(400, vec![("x-acs-retry-after", "700")], r#"{"Code":"Throttling.User","Message":"slow"}"#)
}

/// A success.
fn good() -> Reply {
    json_response(200, r#"{"RequestId":"R","OrderId":5}"#)
}

/// How a call ended.
struct Ended {
    error: Option<Error>,
    /// How often it was sent.
    sent: usize,
    /// The sleeps between attempts, in milliseconds. Jitter makes them half of what they may be.
    backoffs: Vec<u64>,
}

/// Calls an action with this effect, by name, and gets these replies.
fn call_with_effect(
    effect: Effect,
    replies: impl IntoIterator<Item = Reply>,
    change: impl FnOnce(Config) -> Config,
) -> Ended {
    let script = Script::replies(replies);
    let clock = ManualClock::with_random(0.5);
    let config = change(script.config_with_retries().environment(clock.clone()));
    let client = cas::Client::new(config).unwrap();
    let error = run(client.call("Later", [("A", "b")], effect)).err();
    let backoffs = clock.take_sleeps().iter().map(|sleep| u64::try_from(sleep.as_millis()).unwrap()).collect();
    Ended { error, sent: script.sent().len(), backoffs }
}

/// Effects that may happen twice.
const HARMLESS: [Effect; 2] = [Effect::Read, Effect::Idempotent];
/// Effects that must not.
const ONCE: [Effect; 5] = [Effect::NameGuarded, Effect::SubmitOnce, Effect::Create, Effect::Order, Effect::Unknown];
