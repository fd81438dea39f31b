//! Every action under every fault, in both formats: the outcome follows from the effect of the action and from the fault alone. The
//! endpoint counts executions, and nothing that must not happen twice does.

use super::stage::{Stage, csr};
use super::{Case, cases, example};
use crate::setup::config::{config_at, keys_for};
use cloudcert::api::Effect;
use cloudcert::http::Format;
use cloudcert::model;
use cloudcert::{Error, ErrorKind, Retries};
use cloudcert_emulator::{Fault, Rule};
use serde_json::{Map, Value, json};
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

/// The variants of an action whose effect depends on the request: whether it is a submission.
pub(super) fn variants(case: &Case) -> Vec<Option<bool>> {
    if case.action.parameter("IsSubmit").is_some() { vec![Some(false), Some(true)] } else { vec![None] }
}

/// The request of an example. With the number of a cell, the endpoint can execute it.
pub(super) fn request(stage: &Stage, case: &Case, submits: Option<bool>, cell: Option<usize>) -> Value {
    let fits = |request: &Map<String, Value>| {
        submits.is_none_or(|submits| request.get("IsSubmit").is_some_and(|is| *is == json!(true)) == submits)
    };
    let mut request = example(case, fits);
    let Some(cell) = cell else { return Value::Object(request) };
    request.entry("CSR").and_modify(|made_up| *made_up = json!(csr()));
    request.entry("Name").and_modify(|name| *name = json!(format!("certificate-{cell}")));
    request.extend(stage.real(case).as_object().unwrap().clone());
    Value::Object(request)
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

/// Runs all cells of a format and counts the outcomes.
fn matrix(format: Format) -> BTreeMap<&'static str, u32> {
    let stage = Stage::new();
    let mut cells = 0;
    let mut guarded = 0;
    let mut outcomes = BTreeMap::new();
    let all = cases();
    for (case, submits) in all.iter().flat_map(|case| variants(case).into_iter().map(move |submits| (case, submits))) {
        for (fault, kind, committed) in faults() {
            cells += 1;
            let request = request(&stage, case, submits, Some(cells));
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
            *outcomes.entry(outcome).or_default() += 1;
            let after = stage.endpoint.state();
            let seen = before["requests"]["seen"].as_u64().unwrap();
            let [came, executed] = logged(&after, &case.action.name, seen);
            let [orders, uploads, certificates, spent] = {
                let before = counts(&before);
                let after = counts(&after);
                std::array::from_fn(|i| after[i] - before[i])
            };
            let happened = orders.max(uploads).max(certificates);
            assert!(happened <= 1 && spent <= 100, "{about}: happened {happened} times, spent {spent}");
            if !matches!(effect, Effect::Read | Effect::Idempotent) {
                guarded += 1;
                let wanted = usize::from(committed || kind == Kind::Rejected);
                assert_eq!(executed, wanted, "{about}: executed");
                // A call that the endpoint would refuse the second time must not even be sent twice.
                let most = if kind == Kind::Rejected { 2 } else { 1 };
                assert!(came <= most, "{about}: came {came} times");
                if MORE.contains(&(case.api.id.as_str(), case.action.name.as_str())) {
                    assert_eq!(usize::try_from(happened).unwrap(), wanted, "{about}: there is one thing more");
                }
            }
        }
    }
    let faults = faults().len();
    assert_eq!([cells, guarded], described().map(|count| usize::try_from(count).unwrap() * faults));
    outcomes
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
