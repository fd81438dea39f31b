//! What every response becomes: in JSON and in XML, with numbers as texts, in an envelope, with unknown values, and with fields missing.

use super::sample::{Style, members};
use super::{Case, call_with_response, cases};
use cloudcert::model::{Type, XmlLists};
use serde_json::{Map, Value, json};
use std::fmt::Write;

fn response(case: &Case, style: Style) -> Value {
    Value::Object(members(case.api, &case.action.response, style))
}

/// The values as the response shows them: exact numbers, secrets redacted.
fn expected(case: &Case, style: Style) -> Value {
    (case.shown)(&response(case, style)).json
}

#[test]
fn every_field_of_every_action_is_read() {
    for case in cases() {
        let plain = response(&case, Style::default());
        let read = call_with_response(&case, 200, plain.to_string()).unwrap();
        // Every member is there by its name, and only secrets are redacted.
        for (name, value) in plain.as_object().unwrap() {
            let shown = &read.json[name];
            let hidden = shown.to_string().contains("[redacted]");
            assert!(hidden || shown == value, "{name} of {}: {shown} is not {value}", case.action.name);
        }
        assert!(read.unknown.is_empty(), "{:?}", read.unknown);
    }
}

#[test]
fn numbers_as_texts_single_items_and_unknown_values_read_the_same() {
    for case in cases() {
        let exact = expected(&case, Style::default());
        let texts = response(&case, Style { texts: true, ..Style::default() });
        assert_eq!(call_with_response(&case, 200, texts.to_string()).unwrap().json, exact, "{}", case.action.name);
        let alone = Style { alone: true, ..Style::default() };
        let one = call_with_response(&case, 200, response(&case, alone).to_string()).unwrap().json;
        assert_eq!(one, expected(&case, alone), "{}", case.action.name);
        let later = Style { unknown_values: true, ..Style::default() };
        let read = call_with_response(&case, 200, response(&case, later).to_string()).unwrap();
        assert_eq!(read.json, expected(&case, later), "{}", case.action.name);
        let has_enum = case.action.response.iter().any(|field| matches!(field.kind, Type::Enum(_)));
        assert!(!has_enum || read.json.to_string().contains("a-later-value") || read.json.to_string().contains("7777"));
    }
}

#[test]
fn xml_reads_like_json() {
    for case in cases() {
        let body = document(&case, &response(&case, Style::default()));
        assert_eq!(
            call_with_response(&case, 200, body).unwrap().json,
            expected(&case, Style::default()),
            "{}",
            case.action.name
        );
    }
}

/// A response in XML, as its cloud writes it.
pub(super) fn document(case: &Case, response: &Value) -> String {
    let mut body = format!("<?xml version=\"1.0\"?><{}Response><RequestId>R</RequestId>", case.action.name);
    xml(response, case.api.protocol.xml_lists, &mut body);
    let _ = write!(body, "</{}Response>", case.action.name);
    body
}

fn xml(value: &Value, lists: XmlLists, out: &mut String) {
    let Value::Object(members) = value else {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        out.push_str(&text.replace('&', "&amp;").replace('<', "&lt;"));
        return;
    };
    for (name, value) in members {
        let each: Vec<&Value> = value.as_array().map_or_else(|| vec![value], |list| list.iter().collect());
        let _ = match (value.is_array(), lists) {
            (true, XmlLists::Item) => {
                let _ = write!(out, "<{name}>");
                for item in each {
                    out.push_str("<item>");
                    xml(item, lists, out);
                    out.push_str("</item>");
                }
                write!(out, "</{name}>")
            }
            _ => each.into_iter().try_for_each(|item| {
                write!(out, "<{name}>")?;
                xml(item, lists, out);
                write!(out, "</{name}>")
            }),
        };
    }
}

#[test]
fn every_envelope_of_the_description_is_removed() {
    let mut wrapped = 0;
    for case in cases() {
        for envelope in &case.action.envelopes {
            let body = json!({ envelope.clone(): response(&case, Style::default()), "RequestId": "R" });
            let read = call_with_response(&case, 200, body.to_string()).unwrap();
            assert_eq!(read.json, expected(&case, Style::default()), "{envelope}");
            wrapped += 1;
        }
    }
    assert!(wrapped >= 9, "each action of Kingsoft Cloud may respond in an envelope");
}

#[test]
fn missing_fields_stay_empty_and_unknown_fields_are_retained() {
    for case in cases() {
        let guaranteed = case.action.response.iter().filter(|field| field.guaranteed);
        let mut least: Map<String, Value> = members(case.api, guaranteed, Style::default());
        let bare = call_with_response(&case, 200, Value::Object(least.clone()).to_string()).unwrap();
        assert_eq!(bare.json, (case.shown)(&Value::Object(least.clone())).json, "{}", case.action.name);
        least.insert("ALaterField".into(), json!({"x": [1, null, "canary"]}));
        let read = call_with_response(&case, 200, Value::Object(least).to_string()).unwrap();
        assert_eq!(read.unknown, ["ALaterField"], "{}", case.action.name);
        assert!(!read.debug.contains("canary"), "{}", read.debug);
    }
}

#[test]
fn a_missing_guaranteed_field_is_an_error_that_names_it() {
    let mut guaranteed = 0;
    for case in cases() {
        for gone in case.action.response.iter().filter(|field| field.guaranteed) {
            let mut rest = members(case.api, &case.action.response, Style::MARKED);
            rest.remove(&gone.wire);
            rest.insert("RequestId".into(), json!("R-1"));
            let error = call_with_response(&case, 200, Value::Object(rest).to_string()).err().unwrap();
            // The client fills it in, and then the call may be repeated.
            let filled = case.action.repeat_key().map(|key| (key.wire.clone(), json!("key")));
            let effect = (case.effect)(&Value::Object(filled.into_iter().collect()));
            assert!(error.to_string().contains(&gone.wire), "{error}");
            assert_eq!(error.request_id(), Some("R-1"));
            let body = error.redacted_body().unwrap();
            assert!(!body.contains("canary-secret") && !body.contains("canary-person"), "{body}");
            let harmless = matches!(effect, cloudcert::api::Effect::Read | cloudcert::api::Effect::Idempotent);
            assert_eq!(error.outcome_unknown(), !harmless, "{}", case.action.name);
            guaranteed += 1;
        }
    }
    assert!(guaranteed > 0);
}
