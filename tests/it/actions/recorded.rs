//! Every action is recorded and replayed: a recording contains no secret and no personal data, and reads like the original when it is
//! replayed.

use super::responses::document;
use super::sample::{Style, members};
use super::stage::Stage;
use super::{Case, Outcome, cases};
use crate::setup::clock::ManualClock;
use crate::setup::config::{config_at, keys_for};
use crate::setup::futures::run;
use crate::setup::marked::{PERSON, SECRET};
use crate::setup::script::response;
use cloudcert::api::Signature;
use cloudcert::http::Format;
use cloudcert::model::{Action, Api, Field, Type};
use cloudcert::testing::{Cassette, Recorder, Replay, Reply, Script};
use cloudcert::{Config, Credentials, Error, Retries};
use serde_json::{Map, Value, json};

/// Keys with a mark in each part.
fn marked(transport: impl cloudcert::http::Transport, signature: Signature) -> Config {
    let key = Credentials::new(format!("{SECRET}id"), format!("{SECRET}key")).with_token(format!("{SECRET}token"));
    let config = Config::new(key).environment(ManualClock::new()).retries(Retries::none());
    config.transport(transport).signature(signature)
}

/// Checks that a cassette contains nothing that must not be seen. Names of the action's own fields may be those of signatures.
fn inspect(about: &str, action: Option<&Action>, cassette: &Cassette) {
    let text = cassette.to_json();
    let nonce_and_time = ["nonce-0001", "2026-01-02T03:04:05Z", "20260102T030405Z"];
    for mark in [SECRET, PERSON, "PRIVATE KEY", "https://example.com/archive"].into_iter().chain(nonce_and_time) {
        assert!(!text.contains(mark), "{about}: {mark} is written down\n{text}");
    }
    let own =
        |name: &str| action.is_some_and(|of| of.parameters.iter().chain(&of.response).any(|field| field.wire == name));
    for start in ["Signature", "AccessKeyId", "Accesskey", "SecurityToken", "authorization", "x-acs-date", "Timestamp"]
    {
        let names = text.split('"').filter(|name| name.starts_with(start) && name.is_ascii());
        let signs: Vec<&str> = names.filter(|name| !own(name)).collect();
        assert!(signs.is_empty(), "{about}: {signs:?} is written down\n{text}");
    }
    assert_eq!(&Cassette::from_json(&text).unwrap(), cassette, "it reads as it was written");
}

/// Whether a text must be hidden wherever it stands.
fn is_marked(text: &str) -> bool {
    [SECRET, PERSON, "PRIVATE KEY", "https://example.com/archive"].iter().any(|mark| text.contains(mark))
}

/// Whether the members of a replayed response are the recorded ones, or placeholders where something must be hidden.
fn alike_members(api: &Api, fields: &[Field], hides: bool, recorded: &Value, played: &Value) -> bool {
    let (Value::Object(a), Value::Object(b)) = (recorded, played) else { return fits(hides, recorded, played) };
    a.len() == b.len()
        && a.iter().all(|(name, value)| {
            let Some(played) = b.get(name) else { return false };
            // A name may be public in one structure and personal in another.
            match fields.iter().find(|field| field.wire == *name) {
                Some(field) => alike_values(api, &field.kind, hides || field.sensitivity.is_some(), value, played),
                None => fits(hides, value, played),
            }
        })
}

fn alike_values(api: &Api, kind: &Type, hides: bool, recorded: &Value, played: &Value) -> bool {
    match (kind, recorded, played) {
        (Type::Structure(name) | Type::JsonText(name), ..) => {
            let structure = api.structures().into_iter().find(|one| one.name == *name).unwrap();
            alike_members(api, &structure.fields, hides, recorded, played)
        }
        (Type::List(item) | Type::CommaList(item) | Type::JsonList(item), Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike_values(api, item, hides, a, b))
        }
        (Type::Map(item) | Type::JsonMap(item), Value::Object(a), Value::Object(b)) => {
            let same = |name, a| b.get(name).is_some_and(|b| alike_values(api, item, hides, a, b));
            a.len() == b.len() && a.iter().all(|(name, a)| same(name, a))
        }
        // A CSR or a certificate may contain what the request hides, in base64.
        (Type::Csr | Type::Pem, Value::String(_), Value::String(b)) if b.starts_with("[personal ") => true,
        _ => fits(hides, recorded, played),
    }
}

/// Whether a replayed value without known members is the recorded one, or a placeholder where something must be hidden.
fn fits(hides: bool, recorded: &Value, played: &Value) -> bool {
    match (recorded, played) {
        // A value of any type, of which nobody has judged what may be shown.
        (Value::Object(_), Value::String(b)) => b.starts_with("[unknown "),
        (Value::String(a), Value::String(b)) if is_marked(a) => !is_marked(b) && b.contains('['),
        (Value::String(a), Value::String(b)) if hides && !a.is_empty() => a == "[redacted]" || a != b,
        (a, b) => a == b,
    }
}

/// Responses in both formats, with marks in everything that must be hidden.
fn responses(case: &Case) -> Vec<Reply> {
    let mut plain = members(case.api, &case.action.response, Style::MARKED);
    plain.insert("RequestId".into(), json!("R-1"));
    let mut odd = plain.clone();
    odd.insert("ALaterField".into(), json!({ format!("{SECRET}name"): [format!("{SECRET}value"), 5, true] }));
    // Keys and links in unexpected places.
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----\n");
    for (name, bad) in odd.clone().keys().zip([pem.as_str(), "see https://example.com/archive.zip?x=1"].iter().cycle())
    {
        if odd[name].is_string() && !["RequestId", "Code", "Message"].contains(&name.as_str()) {
            odd.insert(name.clone(), json!(bad));
        }
    }
    let quoted = format!("server string to sign is:POST&%2F&Key%3D{SECRET}x, not {SECRET}key of {SECRET}id");
    let error = json!({"Code": "X", "Message": quoted, "Recommend": SECRET,
        "Error": {"Code": "X", "InnerCode": "Y", "Message": quoted, "Type": SECRET}});
    let json = |value: Map<String, Value>| Reply::json(Value::Object(value));
    vec![
        response(200, "text/xml", document(case, &Value::Object(plain.clone()))),
        response(200, "text/xml", document(case, &Value::Object(odd.clone()))),
        json(plain),
        json(odd),
        Reply::status(400, error.to_string()).header("x-acs-request-id", format!("{SECRET}token")),
        Reply::status(200, format!("{{\"{SECRET}x")).header("x-later", SECRET),
        Reply::status(200, format!("<{}Response><A>{SECRET}", case.action.name)),
        Reply::status(502, format!("<html>{SECRET}</html>")),
        Reply::status(502, ""),
        Reply::lost(),
        Reply::not_sent(),
        Reply::status(200, "x".repeat(5 << 20)),
    ]
}

#[test]
fn no_recording_of_any_action_contains_a_secret_or_personal_data() {
    let mut played = 0;
    for case in cases() {
        let request = Value::Object(members(case.api, &case.action.parameters, Style::MARKED));
        let schemes = case.schemes();
        for (number, reply) in responses(&case).into_iter().enumerate() {
            let about = format!("{} with {reply:?} ({number})", case.action.name);
            let signature = schemes[number % 2];
            let recorder = Recorder::new(Script::new().then(reply));
            let first = (case.call)(marked(recorder.clone(), signature), &request);
            let cassette = recorder.cassette();
            inspect(&about, Some(case.action), &cassette);
            // The same request gets the same response, and so does one with other secrets and other personal data.
            for request in [request.clone(), with_others(&request)] {
                let replay = Replay::new(cassette.clone()).in_order();
                let again = (case.call)(marked(replay.clone(), schemes[(number + 1) % 2]), &request);
                replay.finish().unwrap_or_else(|left| panic!("{about}: {left}"));
                alike(&about, &case, &first, &again);
                played += 1;
            }
        }
    }
    assert_eq!(played, cases().len() * 12 * 2);
}

/// The same request with other secrets and other personal data.
fn with_others(request: &Value) -> Value {
    serde_json::from_str(&request.to_string().replace(SECRET, "other-key-").replace(PERSON, "someone-else-")).unwrap()
}

fn alike(about: &str, case: &Case, recorded: &Result<Outcome, Error>, played: &Result<Outcome, Error>) {
    match (recorded, played) {
        (Ok(recorded), Ok(played)) => {
            assert!(
                alike_members(case.api, &case.action.response, false, &recorded.json, &played.json),
                "{about}: {} is not {}",
                played.json,
                recorded.json
            );
            assert_eq!(recorded.unknown, played.unknown, "{about}");
        }
        (Err(recorded), Err(played)) => {
            let facts =
                |e: &Error| (e.kind(), e.code().map(str::to_owned), e.inner_code().map(str::to_owned), e.status());
            assert_eq!(facts(recorded), facts(played), "{about}: {played} is not {recorded}");
            assert_eq!(recorded.outcome_unknown(), played.outcome_unknown(), "{about}");
        }
        (recorded, played) => {
            panic!(
                "{about}: {:?}, then {:?}",
                recorded.as_ref().map(|_| "a response"),
                played.as_ref().map(|_| "a response")
            )
        }
    }
}

#[test]
fn recordings_made_at_the_endpoint_replay_offline_in_both_formats() {
    let stage = Stage::new();
    let mut cassettes = 0;
    for case in cases() {
        for format in [Format::Json, Format::Xml] {
            let request = Value::Object(stage.request(&case, None));
            let recorder = Recorder::online().unwrap();
            let online = config_at(stage.endpoint.url(), keys_for(case.api.protocol.family)).format(format);
            let first = (case.call)(online.transport(recorder.clone()), &request);
            assert!(first.is_ok(), "{}: {:?}", case.action.name, first.err());
            let cassette = recorder.cassette();
            let text = cassette.to_json();
            for bad in ["testid", "testsecret", "PRIVATE KEY", "AKLT", "/_emulator"] {
                assert!(!text.contains(bad), "{}: {bad} is written down\n{text}", case.action.name);
            }
            let replay = Replay::new(cassette);
            let offline = config_at("https://nowhere.example.com", keys_for(case.api.protocol.family)).format(format);
            let played = (case.call)(offline.transport(replay.clone()), &request);
            alike(&case.action.name, &case, &first, &played);
            replay.finish().unwrap();
            cassettes += 1;
        }
    }
    assert_eq!(cassettes, 2 * cases().len());
}

#[test]
fn an_unknown_action_is_recorded_by_its_names_only() {
    use cloudcert::aliyun_cas::v2020_04_07::Client;
    let body = r#"{"Rows": [{"Phone": "13800000000", "Count": 3}], "RequestId": "R", "Empty": ""}"#;
    let recorder = Recorder::new(Script::new().then(Reply::json(body)));
    let client = Client::new(marked(recorder.clone(), Signature::Acs3)).unwrap();
    let call = |client: &Client| {
        run(client.call("ListLater", [("Mail", "ops@example.com")], cloudcert::api::Effect::Read)).unwrap().value
    };
    call(&client);
    let cassette = recorder.cassette();
    inspect("ListLater", None, &cassette);
    let text = cassette.to_json();
    assert!(!text.contains("13800000000") && !text.contains("ops@example.com"), "{text}");
    let client = Client::new(marked(Replay::new(cassette), Signature::Acs3)).unwrap();
    let played = call(&client);
    assert_eq!(played, json!({"Rows": [{"Phone": "[unknown 3]", "Count": "[unknown 2]"}], "Empty": ""}));
}
