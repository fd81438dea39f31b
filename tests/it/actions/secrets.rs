//! No generated type shows a secret or personal data. Every such field of every type is filled with a mark, and no output may contain one.

use super::sample::{Style, members};
use super::{Outcome, call_with_response, cases};
use crate::setup::marked::{PERSON, SECRET};
use crate::setup::script::Script;
use cloudcert::model::{Api, Field, Sensitivity, StateCase, Type};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// How many marks of a kind are in a value.
fn marks(value: &Value, mark: &str) -> usize {
    value.to_string().matches(mark).count()
}

fn check(of: &str, filled: &Value, shown: &Outcome) {
    for mark in [SECRET, PERSON] {
        assert!(!shown.debug.contains(mark), "debug output of {of} shows {mark}");
    }
    assert!(!shown.json.to_string().contains(SECRET), "{of} as JSON shows a secret");
    assert_eq!(marks(&shown.json, PERSON), marks(filled, PERSON), "{of} as JSON is for the caller: persons stay");
}

#[test]
fn no_generated_type_shows_a_secret_or_personal_data() {
    let mut types = 0;
    let mut secrets = 0;
    let mut persons = 0;
    for case in cases() {
        for (fields, is_request) in [(&case.action.parameters, true), (&case.action.response, false)] {
            let filled = Value::Object(members(case.api, fields, Style::MARKED));
            let name = format!("{} {}", case.action.name, if is_request { "request" } else { "response" });
            let shown = if is_request { (case.request)(&filled) } else { (case.shown)(&filled) };
            check(&name, &filled, &shown);
            if !is_request {
                check(&name, &filled, &call_with_response(&case, 200, filled.to_string()).unwrap());
            }
            types += 1;
            secrets += marks(&filled, SECRET);
            persons += marks(&filled, PERSON);
        }
    }
    assert_eq!(types, 2 * cases().len());
    assert!(secrets >= 5 && persons >= 20, "{secrets} secrets and {persons} persons were hidden");
}

/// The debug output of the state of a response, which is given as JSON.
type View = fn(&Value) -> String;

macro_rules! views {
    ($($action:literal $module:ident :: $version:ident $file:ident,)*) => {
        /// Every response with a view of its states.
        const VIEWS: &[(&str, View)] = &[$(($action, |response| {
            use cloudcert::$module::$version::$file::Response;
            let response: Response = serde_json::from_value(response.clone()).unwrap();
            let state = response.state();
            let shown = format!("{state:?}\n{state:#?}");
            assert_eq!(shown, format!("{0:?}\n{0:#?}", response.into_state()));
            shown
        }),)*];
    };
}

views! {
    "DescribeCertificateState" aliyun_cas::v2020_04_07 describe_certificate_state,
    "DescribeDVOrderResult" aliyun_cas::v2018_07_13 describe_dv_order_result,
}

/// The fields that select each state, including an unknown one.
fn told(on: &str, states: &[StateCase]) -> Vec<Vec<(String, String)>> {
    let mut all = vec![vec![(on.to_owned(), "a-later-value".to_owned())]];
    for state in states {
        let this = (on.to_owned(), state.value.clone());
        let inner = state.by.as_ref().map_or_else(|| vec![Vec::new()], |by| told(by, &state.cases));
        all.extend(inner.into_iter().map(|inner| [vec![this.clone()], inner].concat()));
    }
    all
}

#[test]
fn no_view_of_a_state_shows_a_secret_or_personal_data() {
    let cases = cases();
    let described: BTreeSet<&str> =
        cases.iter().filter(|case| case.action.state_view.is_some()).map(|case| case.action.name.as_str()).collect();
    assert_eq!(VIEWS.iter().map(|(action, _)| *action).collect::<BTreeSet<_>>(), described);
    let mut states = 0;
    let mut known = 0;
    for (action, show) in VIEWS {
        let case = cases.iter().find(|case| case.action.name == *action).unwrap();
        let view = case.action.state_view.as_ref().unwrap();
        for told in told(&view.on, &view.states) {
            let mut filled = members(case.api, &case.action.response, Style::MARKED);
            filled.extend(told.iter().map(|(field, value)| (field.clone(), json!(value))));
            let filled = Value::Object(filled);
            assert!(marks(&filled, SECRET) > 0, "{action} has no secret to hide");
            let shown = show(&filled);
            for mark in [SECRET, PERSON] {
                assert!(!shown.contains(mark), "the view of {action} as {told:?} shows {mark}: {shown}");
            }
            states += 1;
            known += usize::from(!shown.starts_with("Other("));
        }
    }
    assert_eq!((states, known), (15, 11));
}

/// The marks reach every structure of the description, the shared ones and those inside others.
#[test]
fn every_structure_with_a_secret_is_part_of_a_request_or_a_response() {
    fn reach(api: &Api, fields: &[Field], seen: &mut BTreeSet<String>) {
        for field in fields {
            let kind = if let Type::List(item) = &field.kind { item } else { &field.kind };
            if let Type::Structure(name) | Type::JsonText(name) = kind
                && seen.insert(name.clone())
            {
                let structure = api.structures().into_iter().find(|s| s.name == *name).unwrap();
                reach(api, &structure.fields, seen);
            }
        }
    }
    for api in cloudcert::model::apis() {
        let mut seen = BTreeSet::new();
        for action in &api.actions {
            reach(api, &action.parameters, &mut seen);
            reach(api, &action.response, &mut seen);
        }
        let hides = |field: &Field| field.sensitivity == Some(Sensitivity::Secret);
        for structure in api.structures() {
            assert!(seen.contains(&structure.name) || !structure.fields.iter().any(hides), "{}", structure.name);
        }
    }
}

#[test]
fn an_error_that_quotes_the_request_shows_no_secret_or_personal_data() {
    for case in cases() {
        let request = Value::Object(members(case.api, &case.action.parameters, Style::MARKED));
        let once = cloudcert::sign::encode(&request.to_string());
        let texts: Vec<String> = request
            .as_object()
            .unwrap()
            .values()
            .filter_map(|value| Some(value.as_str()?.to_owned()))
            .filter(|text| text.contains(SECRET) || text.contains(PERSON))
            .collect();
        for message in [
            format!("The signature is wrong. server string to sign is:POST&%2F&{}", cloudcert::sign::encode(&once)),
            format!(
                "Bad value {}, {}",
                texts.join(" "),
                texts.iter().map(|t| cloudcert::sign::encode(t)).collect::<String>()
            ),
            "The key testsecret is wrong".to_owned(),
        ] {
            let body = json!({"Code": "X", "Message": message, "Error": {"Code": "X", "Message": message}});
            let script = Script::error(400, body.to_string());
            let error = (case.call)(script.config(), &request).err().unwrap();
            let shown = format!("{error} {error:?} {error:#?} {}", panicked(&error));
            assert!(!shown.contains(SECRET) && !shown.contains("testsecret"), "{shown}");
            assert!(!shown.contains(PERSON), "{shown}");
            let changed = message != error.message();
            assert_eq!(error.raw_message().map(cloudcert::Secret::expose), changed.then_some(message.as_str()));
        }
    }
}

/// The message of a program that panics over an error.
fn panicked(error: &cloudcert::Error) -> String {
    let fails = |error: &cloudcert::Error| -> Result<(), cloudcert::Error> { Err(error.clone()) };
    let payload = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| fails(error).unwrap())).unwrap_err();
    payload.downcast_ref::<String>().unwrap().clone()
}
