//! What proves that a call was not executed. Every action meets every kind of response that a proxy, a gateway or a changed service can
//! send. A call that must not happen twice is retried, and reported as not executed, only after a documented code with its own status and
//! no result beside it. The endpoint counts.

use super::matrix::{counts, logged, variants};
use super::stage::{Stage, side_by_side};
use super::{Case, cases, example};
use crate::setup::config::{config_at, keys_for};
use cloudcert::Retries;
use cloudcert::api::Effect;
use cloudcert::model::{ErrorRow, ErrorStyle, Match, Retry};
use cloudcert_emulator::{Fault, Rule};
use serde_json::{Map, Value, json};
use std::time::Duration;

const STATUSES: [u16; 11] = [200, 204, 302, 400, 401, 403, 404, 409, 429, 500, 503];

/// What the body of a response says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    Nothing,
    Page,
    NoCode,
    NoErrorOfThis,
    /// An undocumented code, in the vendor's own form.
    Later,
    /// A documented code. It proves something only with its own status.
    Known(&'static ErrorRow),
    BesideAResult(&'static ErrorRow),
    Twice(&'static ErrorRow),
    CutOff(&'static ErrorRow),
    /// A documented code in the form of the other cloud.
    Foreign(&'static ErrorRow),
}

/// An error in this form, with further members beside it.
fn error(style: ErrorStyle, code: &str, beside: &str) -> String {
    match style {
        ErrorStyle::Flat => {
            format!(r#"{{"RequestId":"R","HostId":"h","Code":"{code}","Message":"said","Recommend":"r"{beside}}}"#)
        }
        ErrorStyle::Nested => {
            format!(r#"{{"RequestId":"R","Error":{{"Type":"Sender","Code":"{code}","Message":"said"}}{beside}}}"#)
        }
    }
}

fn code(row: &ErrorRow) -> String {
    match &row.code {
        Match::Exact(code) => code.clone(),
        Match::Prefix(start) => format!("{start}.User"),
    }
}

impl Body {
    fn text(self, case: &Case) -> String {
        let style = case.api.protocol.error_style;
        let other = if style == ErrorStyle::Flat { ErrorStyle::Nested } else { ErrorStyle::Flat };
        match self {
            Body::Nothing => String::new(),
            Body::Page => "<html><body><h1>Too Many Requests</h1></body></html>".to_owned(),
            Body::NoCode => r#"{"message":"Forbidden by a proxy"}"#.to_owned(),
            Body::NoErrorOfThis => r#"{"error":{"status":403,"reason":"quota"}}"#.to_owned(),
            Body::Later => error(style, "Later.Code", ""),
            Body::Known(row) => error(style, &code(row), ""),
            Body::BesideAResult(row) => error(style, &code(row), r#","OrderId":5"#),
            Body::Twice(row) => {
                error(style, &code(row), "").replacen(r#""Code""#, &format!(r#""Code":"{}","Code""#, code(row)), 1)
            }
            Body::CutOff(row) => error(style, &code(row), r#","Data":{"A"#).trim_end_matches('}').to_owned(),
            Body::Foreign(row) => error(other, &code(row), ""),
        }
    }

    /// Whether the call may be retried, if the response proves that it was not executed; otherwise `None`.
    fn proves(self, status: u16) -> Option<bool> {
        match self {
            Body::Known(row) if row.status.contains(&status) => match row.retry {
                Retry::Never => Some(false),
                Retry::Throttle => Some(true),
                _ => None,
            },
            _ => None,
        }
    }
}

/// The bodies for an action, with documented rows that their code alone identifies: permanent ones and one of throttling.
fn bodies(case: &Case) -> Vec<Body> {
    let plain = |row: &&ErrorRow| row.inner_code.is_none() && row.message_contains.is_none();
    let of = |retry: Retry, status: u16| {
        case.api.errors.iter().filter(plain).find(move |row| row.retry == retry && row.status.contains(&status))
    };
    let slow = case.api.errors.iter().filter(plain).find(|row| row.retry == Retry::Throttle).unwrap();
    let rows: Vec<&'static ErrorRow> =
        [400, 403, 404].into_iter().filter_map(|status| of(Retry::Never, status)).collect();
    let mut all = vec![Body::Nothing, Body::Page, Body::NoCode, Body::NoErrorOfThis, Body::Later];
    all.extend(rows.into_iter().chain([slow]).map(Body::Known));
    all.extend([Body::BesideAResult(slow), Body::Twice(slow), Body::CutOff(slow), Body::Foreign(slow)]);
    all
}

#[test]
fn only_a_known_code_with_its_own_status_proves_that_nothing_was_executed() {
    let all = cases();
    let rows: Vec<_> =
        all.iter().flat_map(|case| variants(case).into_iter().map(move |effect| (case, effect))).collect();
    let counts = side_by_side(&rows, |(case, effect)| row(case, *effect));
    let [proved, open] = [0, 1].map(|at| counts.iter().map(|row| row[at]).sum::<u32>());
    assert!(proved > 20 && open > 1_000, "{proved} proved, {open} open");
}

/// Calls an action with each response. Returns how many proved that it was not executed, and how many left that open.
fn row(case: &Case, variant: Option<Effect>) -> [u32; 2] {
    let [mut proved, mut open] = [0; 2];
    // Preparing the calls moves the clock, and what is asked for its state should have a short log.
    let mut stage = Stage::new();
    let fits = |request: &Map<String, Value>| variant.is_none_or(|effect| (case.effect)(&json!(request)) == effect);
    let written = example(case, fits);
    let effect = (case.effect)(&json!(written));
    if matches!(effect, Effect::Read | Effect::Idempotent) {
        return [proved, open];
    }
    let bodies = bodies(case);
    for (number, (status, body)) in
        STATUSES.iter().flat_map(|status| bodies.iter().map(|body| (*status, *body))).enumerate()
    {
        if number % bodies.len() == 0 {
            stage = Stage::new();
        }
        // Every eighth combination is executed. 8 and the number of bodies have no common factor, so this happens with every body.
        let committed = body.proves(status).is_none() && number % 8 == 0;
        let real = committed || body.proves(status) == Some(true);
        let request = json!(if real { stage.request(case, variant) } else { written.clone() });
        let about = format!("{} ({effect}), {status} {body:?}, committed {committed}", case.action.name);
        let fault =
            Fault::Response { status, body: body.text(case), content_type: "application/json".to_owned(), committed };
        stage.endpoint.clear_faults();
        stage.endpoint.inject(Rule::new(fault).action(&*case.action.name).times(1)).unwrap();
        let before = stage.endpoint.state();
        let config = config_at(stage.endpoint.url(), keys_for(case.api.protocol.family))
            .retries(Retries::new().initial_backoff(Duration::from_millis(1)));
        let result = (case.call)(config, &request);
        let after = stage.endpoint.state();
        let [arrived, executed] = logged(&after, &case.action.name, before["requests"]["seen"].as_u64().unwrap());
        let happened: Vec<i64> =
            counts(&after).iter().zip(counts(&before)).map(|(after, before)| after - before).collect();
        if let Some(again) = body.proves(status) {
            proved += 1;
            assert_eq!(result.is_ok(), again, "{about}");
            assert!(result.err().is_none_or(|error| !error.outcome_unknown()), "{about}");
            assert_eq!((arrived, executed), if again { (2, 1) } else { (1, 0) }, "{about}");
            continue;
        }
        open += 1;
        assert_eq!((arrived, executed), (1, usize::from(committed)), "{about}: sent once");
        assert!(happened[..3].iter().all(|n| *n <= 1) && happened[3] <= 100, "{about}: {happened:?}");
        let error = result.err().unwrap_or_else(|| panic!("{about}: a success"));
        assert!(error.outcome_unknown() && error.attempts() == 1, "{about}: {error}");
    }
    [proved, open]
}
