//! Guarded calls: an order is placed once, also when its response is lost. What is proof that it was placed, and what is not.

mod again;
mod counters;
mod dropped;
mod lists;
mod probes;
mod several;
mod states;

use crate::setup::clock::ManualClock;
use crate::setup::futures::now;
use crate::setup::requests::rollback;
use crate::setup::script::{Reply, Script, json_response};
use cloudcert::Outcome;
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use std::time::Duration;

/// The number of rollbacks so far.
fn count(n: i64) -> Reply {
    Reply::json(format!(r#"{{"RollbackCount":"{n}"}}"#))
}

/// A certificate of Kingsoft Cloud with this status.
fn state(status: i64) -> Reply {
    Reply::json(format!(r#"{{"Certificate":{{"CertificateId":"7","CertificateStatus":{status}}}}}"#))
}

/// An error with the status that belongs to its code.
fn refused(code: &str) -> Reply {
    let status = match code {
        "NoPermission" => 403,
        "NotRemainCount" | "NotFoundOrder" => 404,
        _ => 400,
    };
    json_response(status, format!(r#"{{"Code":"{code}","Message":"no"}}"#))
}

fn gone() -> Reply {
    refused("NotFoundOrder")
}

/// The verdict on a rollback whose response is lost, what was sent, and how long the client slept.
fn lost(replies: impl IntoIterator<Item = Reply>) -> (Outcome, Script, Duration) {
    let script = Script::replies(replies);
    let clock = ManualClock::new();
    let client = cas::Client::new(script.config().environment(clock.clone())).unwrap();
    let call = now(rollback(&client).guard()).unwrap();
    assert!(now(call.send()).unwrap_err().outcome_unknown());
    let outcome = now(call.find_out()).unwrap();
    (outcome, script, clock.elapsed())
}

/// Why a verdict is ambiguous.
fn why(outcome: Outcome) -> String {
    match outcome {
        Outcome::Ambiguous { why } => why,
        other => panic!("{other}"),
    }
}
