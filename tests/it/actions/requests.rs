//! What every action sends, to the byte: method, address, headers, parameters.

use super::methods::may;
use super::sample::{Style, members};
use super::{Case, cases};
use crate::setup::script::{Script, pairs};
use cloudcert::api::Signature;
use cloudcert::http::{HttpRequest, Method};
use cloudcert::model::Family;
use serde_json::{Value, json};
use std::fmt::Write;

fn sent(case: &Case, signature: Signature, request: &Value) -> HttpRequest {
    let script = Script::json("{}");
    // The response lacks its guaranteed fields, which does not matter here.
    let _ = (case.call)(script.config().signature(signature), request);
    script.sent().remove(0)
}

/// The parameters of a request, wherever its method puts them.
fn parameters(request: &HttpRequest) -> Vec<(String, String)> {
    pairs(if request.method == Method::Get { &request.query } else { &request.body })
}

/// A request as people read it: headers and parameters one a line, sorted.
fn text(request: &HttpRequest) -> String {
    let mut out = format!("{} {}\n", request.method.as_str(), request.base);
    let mut headers = request.headers.clone();
    headers.sort();
    // The user agent contains the version and has a test of its own.
    headers.retain(|(name, _)| *name != "user-agent");
    for (name, value) in headers {
        let _ = writeln!(out, "{name}: {value}");
    }
    for (part, encoded) in [("query", &request.query), ("form", &request.body)] {
        if !encoded.is_empty() {
            let _ = writeln!(out, "\n{part}");
        }
        for (name, value) in pairs(encoded).into_iter().filter(|_| !encoded.is_empty()) {
            let _ = writeln!(out, "  {name} = {value}");
        }
    }
    out
}

#[test]
fn every_parameter_of_every_action_is_sent() {
    for case in cases() {
        let request = Value::Object(members(case.api, &case.action.parameters, Style::default()));
        let [signature, _] = case.schemes();
        let name = format!("{}-{}", case.api.id, case.action.name);
        insta::with_settings!({
            snapshot_path => "../../snapshots/requests",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(name, text(&sent(&case, signature, &request)));
        });
    }
}

#[test]
fn every_scheme_sends_the_same_parameters() {
    for case in cases() {
        let request = Value::Object(members(case.api, &case.action.parameters, Style::default()));
        let own = |signature| {
            let form = parameters(&sent(&case, signature, &request));
            let names: Vec<&str> = case.action.parameters.iter().map(|field| field.wire.as_str()).collect();
            let is_own = |name: &str| names.contains(&name.split('.').next().unwrap_or_default());
            form.into_iter().filter(|(name, _)| is_own(name)).collect::<Vec<_>>()
        };
        let [first, second] = case.schemes().map(own);
        assert_eq!(first, second, "{}", case.action.name);
        assert!(case.action.parameters.is_empty() || !first.is_empty(), "{}", case.action.name);
    }
}

#[test]
fn absent_parameters_are_not_sent_and_empty_ones_are() {
    for case in cases() {
        let form = |request: &Value| parameters(&sent(&case, case.schemes()[0], request));
        let bare = form(&json!({}));
        for field in &case.action.parameters {
            let defaulted = matches!(field.need, cloudcert::model::Need::Defaulted(_));
            let there = bare.iter().any(|(name, _)| *name == field.wire);
            let by_the_client = field.fill.is_some() || field.preset.is_some();
            assert_eq!(there, defaulted || by_the_client, "{} of {}", field.wire, case.action.name);
            if matches!(field.kind, cloudcert::model::Type::String) {
                let empty = form(&json!({ field.wire.clone(): "" }));
                assert!(empty.contains(&(field.wire.clone(), String::new())), "{}", field.wire);
            }
        }
    }
}

#[test]
fn a_get_has_the_same_parameters_as_a_post() {
    for case in cases() {
        let request = Value::Object(members(case.api, &case.action.parameters, Style::default()));
        let signature = match case.api.protocol.family {
            Family::AliyunRpc => Signature::Acs3,
            Family::KsyunQuery => Signature::Aws4,
        };
        let by = |method: Method| {
            let script = Script::json("{}");
            let _ = (case.call)(script.config().signature(signature).method(method), &request);
            script.sent().remove(0)
        };
        let first = by(Method::Get);
        let second = by(Method::Post);
        assert_eq!(parameters(&first), parameters(&second), "{}", case.action.name);
        let reads = case.action.effect == cloudcert::model::Effect::Read;
        let wanted = reads && may(&case, signature, Method::Get);
        assert_eq!(first.method == Method::Get, wanted, "{}", case.action.name);
    }
}
