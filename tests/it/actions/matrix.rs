//! Every action under every fault, in both formats: the outcome follows from the effect of the action and from the fault alone. The
//! endpoint counts executions, and nothing that must not happen twice does.

use super::stage::{Stage, side_by_side};
use super::{Case, cases};
use crate::setup::config::{config_at, keys_for};
use cloudcert::api::Effect;
use cloudcert::http::Format;
use cloudcert::model;
use cloudcert::{Error, ErrorKind, Retries};
use cloudcert_emulator::{Fault, Rule};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// What a fault does to a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The response arrives all the same.
    Harmless,
    /// The call was certainly not executed, and the client can know.
    Rejected,
    /// The client cannot know whether the call was executed.
    Doubtful,
    /// The response arrived and cannot be used.
    Useless,
}

/// Faults, what they do to a call, and whether it is executed.
fn faults() -> Vec<(Fault, Kind, bool)> {
    use Kind::{Doubtful, Harmless, Rejected, Useless};
    let mut all = vec![
        (Fault::Throttle { retry_after_ms: Some(5) }, Rejected, false),
        (Fault::ClockSkew { seconds: 3_600 }, Rejected, false),
        (Fault::CloseBeforeReading, Doubtful, false),
        (Fault::CloseAfterCommit, Doubtful, true),
        (Fault::Stall { ms: 5_000 }, Doubtful, true),
        (Fault::Truncated, Doubtful, true),
        (Fault::Malformed, Doubtful, true),
        (Fault::Oversized { bytes: 2 << 20 }, Useless, true),
        (Fault::Slow { ms: 20 }, Harmless, true),
        (Fault::ContentType { value: "text/plain".to_owned() }, Harmless, true),
        (Fault::Envelope, Harmless, true),
    ];
    for committed in [false, true] {
        all.extend([
            (Fault::Internal { committed }, Doubtful, committed),
            (Fault::Unavailable { committed }, Doubtful, committed),
            (Fault::Html { status: 502, committed }, Doubtful, committed),
            (Fault::Empty { status: 504, committed }, Doubtful, committed),
        ]);
    }
    all
}

/// How often things that must not happen twice have happened.
pub(super) fn counts(state: &Value) -> [i64; 4] {
    let number = |path: &str| state["services"].pointer(path).and_then(Value::as_i64).unwrap();
    [
        number("/aliyun-cas-2020-04-07/orders/total"),
        number("/aliyun-cas-2018-07-13/certificates/total"),
        number("/ksyun-kcm-2016-03-04/certificates/total"),
        number("/ksyun-kcm-2016-03-04/spent/amount"),
    ]
}

/// How often an action was requested and how often it was executed, by the endpoint's log after that many requests.
pub(super) fn logged(state: &Value, action: &str, since: u64) -> [usize; 2] {
    let latest = state["requests"]["latest"].as_array().unwrap();
    let new = latest.iter().filter(|call| call["number"].as_u64().unwrap() > since && call["action"] == action);
    // What is answered from the description counts as executed: only that nothing came of it.
    let executed = |call: &Value| ["executed", "described"].iter().any(|key| call[*key].as_bool().unwrap());
    let executed: Vec<bool> = new.map(executed).collect();
    [executed.len(), executed.iter().filter(|executed| **executed).count()]
}

/// The effects that requests of an action have, if the effect depends on the request.
pub(super) fn variants(case: &Case) -> Vec<Option<Effect>> {
    if case.action.effect_when.is_empty() {
        return vec![None];
    }
    let answered = case.action.examples.iter().filter(|example| example.error.is_none());
    let mut effects: Vec<Option<Effect>> =
        answered.map(|example| Some((case.effect)(&json!(example.request)))).collect();
    effects.sort_by_key(|effect| effect.map(|effect| effect.to_string()));
    effects.dedup();
    effects
}

/// The outcome of a cell, if it is the one that must happen.
fn judge(effect: Effect, kind: Kind, result: Result<(), Error>) -> Result<&'static str, String> {
    let harmless = matches!(effect, Effect::Read | Effect::Idempotent);
    match (kind, result) {
        (Kind::Harmless | Kind::Rejected, Ok(())) => Ok("succeeded"),
        (Kind::Doubtful, Ok(())) if harmless => Ok("succeeded after a retry"),
        (Kind::Doubtful, Err(error)) if !harmless && error.outcome_unknown() && error.attempts() == 1 => {
            Ok("outcome unknown, sent once")
        }
        (Kind::Useless, Err(error)) if error.kind() == ErrorKind::Response && error.attempts() == 1 => {
            if error.outcome_unknown() == harmless {
                Err(error.to_string())
            } else {
                Ok("unusable response, sent once")
            }
        }
        (_, Ok(())) => Err("it succeeded".to_owned()),
        (_, Err(error)) => Err(error.to_string()),
    }
}

/// The cells of one action, or of one variant of it.
#[derive(Default)]
struct Row {
    outcomes: BTreeMap<&'static str, u32>,
    cells: usize,
    /// How many of them must not be sent twice.
    guarded: usize,
}

/// Runs all cells of a format and counts the outcomes.
fn matrix(format: Format) -> BTreeMap<&'static str, u32> {
    let all = cases();
    let rows: Vec<_> =
        all.iter().flat_map(|case| variants(case).into_iter().map(move |effect| (case, effect))).collect();
    let rows = side_by_side(&rows, |(case, effect)| row(case, *effect, format));
    let mut outcomes = BTreeMap::new();
    for (outcome, count) in rows.iter().flat_map(|row| &row.outcomes) {
        *outcomes.entry(*outcome).or_default() += count;
    }
    let counted = [rows.iter().map(|row| row.cells).sum(), rows.iter().map(|row| row.guarded).sum::<usize>()];
    assert_eq!(counted, described().map(|count| usize::try_from(count).unwrap() * faults().len()));
    outcomes
}

/// Calls an action under each fault. It has an endpoint of its own, whose log stays short.
fn row(case: &Case, effect: Option<Effect>, format: Format) -> Row {
    let stage = Stage::new();
    let mut row = Row::default();
    for (fault, kind, committed) in faults() {
        row.cells += 1;
        let request = Value::Object(stage.request(case, effect));
        let effect = (case.effect)(&request);
        let about = format!("{} ({effect}), {fault:?}, {format:?}", case.action.name);
        stage.endpoint.clear_faults();
        stage.endpoint.inject(Rule::new(fault.clone()).action(&*case.action.name).times(1)).unwrap();
        let before = stage.endpoint.state();
        let timeout = if matches!(fault, Fault::Stall { .. }) { 400 } else { 10_000 };
        let config = config_at(stage.endpoint.url(), keys_for(case.api.protocol.family))
            .format(format)
            .retries(Retries::new().initial_backoff(Duration::from_millis(1)))
            .attempt_timeout(Duration::from_millis(timeout))
            .response_limit(1 << 20);
        let result = (case.call)(config, &request).map(|_| ());
        let outcome = judge(effect, kind, result).unwrap_or_else(|why| panic!("{about}: {why}"));
        *row.outcomes.entry(outcome).or_default() += 1;
        let after = stage.endpoint.state();
        let seen = before["requests"]["seen"].as_u64().unwrap();
        let [arrived, executed] = logged(&after, &case.action.name, seen);
        let [orders, uploads, certificates, spent] = {
            let before = counts(&before);
            let after = counts(&after);
            std::array::from_fn(|i| after[i] - before[i])
        };
        let happened = orders.max(uploads).max(certificates);
        assert!(happened <= 1 && spent <= 100, "{about}: happened {happened} times, spent {spent}");
        if !matches!(effect, Effect::Read | Effect::Idempotent) {
            row.guarded += 1;
            let wanted = usize::from(committed || kind == Kind::Rejected);
            assert_eq!(executed, wanted, "{about}: executed");
            // A call that the endpoint would refuse the second time must not even be sent twice.
            let most = if kind == Kind::Rejected { 2 } else { 1 };
            assert!(arrived <= most, "{about}: came {arrived} times");
            if MORE.contains(&(case.api.id.as_str(), case.action.name.as_str())) {
                assert_eq!(usize::try_from(happened).unwrap(), wanted, "{about}: there is one thing more");
            }
        }
    }
    row
}

/// How many variants of calls the description has, and how many of them must not be sent twice.
fn described() -> [u32; 2] {
    let actions = model::apis().iter().flat_map(|api| &api.actions);
    let effects: Vec<model::Effect> = actions
        .flat_map(|action| {
            // The client fills in the key, and then a call may be repeated.
            let usual = if action.repeat_key().is_some() { model::Effect::Idempotent } else { action.effect };
            std::iter::once(usual).chain(action.effect_when.iter().map(|(_, effect)| *effect))
        })
        .collect();
    let must_not_repeat = |effect: &&model::Effect| !matches!(effect, model::Effect::Read | model::Effect::Idempotent);
    [effects.len(), effects.iter().filter(must_not_repeat).count()].map(|count| u32::try_from(count).unwrap())
}

/// Actions that create something at the endpoint.
const MORE: [(&str, &str); 4] = [
    ("aliyun-cas-2020-04-07", "CreateCertificateRequest"),
    ("aliyun-cas-2020-04-07", "CreateCertificateWithCsrRequest"),
    ("aliyun-cas-2018-07-13", "CreateUserCertificate"),
    ("ksyun-kcm-2016-03-04", "ApplyCertificate"),
];

/// How often each outcome must come up, by the effects of the description and the kinds of the faults.
fn wanted() -> BTreeMap<&'static str, u32> {
    let [variants, must_not_repeat] = described();
    let of =
        |kinds: &[Kind]| u32::try_from(faults().iter().filter(|(_, kind, _)| kinds.contains(kind)).count()).unwrap();
    [
        ("unusable response, sent once", variants * of(&[Kind::Useless])),
        ("succeeded", variants * of(&[Kind::Harmless, Kind::Rejected])),
        ("succeeded after a retry", (variants - must_not_repeat) * of(&[Kind::Doubtful])),
        ("outcome unknown, sent once", must_not_repeat * of(&[Kind::Doubtful])),
    ]
    .into()
}

// Two tests, so that they run side by side.

#[test]
fn every_action_survives_every_fault_and_is_executed_once_in_json() {
    assert_eq!(matrix(Format::Json), wanted());
}

#[test]
fn every_action_survives_every_fault_and_is_executed_once_in_xml() {
    assert_eq!(matrix(Format::Xml), wanted());
}
