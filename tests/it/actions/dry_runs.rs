//! A dry run of every action is the request that would be sent. Neither it nor an interceptor shows a secret or personal data.

use super::cases;
use super::sample::{Style, members};
use crate::setup::marked::{PERSON, SECRET};
use crate::setup::script::{Script, pairs};
use cloudcert::api::Signature;
use cloudcert::http::Method;
use cloudcert::{Config, Credentials, Incoming, Interceptor, Outgoing, Refusal};
use serde_json::Value;
use std::sync::{Arc, Mutex};

/// A setup whose keys are marked, that goes by this script.
fn marked(script: &Script, scheme: Signature, method: Method) -> Config {
    let keys = Credentials::new("testid", format!("{SECRET}key"));
    let keys = if method == Method::Post { keys.with_token(format!("{SECRET}token")) } else { keys };
    script.config_with_keys(keys).signature(scheme).method(method)
}

#[test]
fn a_dry_run_is_the_request_that_would_be_sent() {
    for case in cases() {
        let request = Value::Object(members(case.api, &case.action.parameters, Style::MARKED));
        for scheme in case.schemes() {
            let script = Script::json("{}");
            let _ = (case.call)(marked(&script, scheme, Method::Post), &request);
            let nothing = Script::default();
            let dry = (case.dry_run)(marked(&nothing, scheme, Method::Post), &request).unwrap();
            let (sent, dry) = (&script.sent()[0], dry.request());
            assert_eq!(
                (sent.method, &sent.base, &sent.query, &sent.headers, &sent.body),
                (dry.method, &dry.base, &dry.query, &dry.headers, &dry.body),
                "{}",
                case.action.name
            );
            assert!(nothing.sent().is_empty(), "a dry run sends nothing");
        }
    }
}

#[test]
fn a_dry_run_shows_no_secret_no_personal_data_and_no_signature() {
    let mut shown = 0;
    for case in cases() {
        let request = Value::Object(members(case.api, &case.action.parameters, Style::MARKED));
        for (scheme, method) in
            case.schemes().into_iter().flat_map(|scheme| [(scheme, Method::Post), (scheme, Method::Get)])
        {
            let dry = (case.dry_run)(marked(&Script::default(), scheme, method), &request).unwrap();
            let exact = dry.exact_curl().expose().to_owned();
            let signature = signature(&exact);
            assert!(signature.len() >= 28, "{exact}");
            let texts = [
                dry.to_string(),
                format!("{dry:?} {dry:#?}"),
                dry.curl(),
                dry.string_to_sign().to_owned(),
                dry.canonical_request().unwrap_or_default().to_owned(),
            ];
            for text in &texts {
                for mark in [SECRET, PERSON, signature] {
                    assert!(!text.contains(mark), "{} by {scheme:?} shows {mark}: {text}", case.action.name);
                }
                shown += 1;
            }
            // What is shown is the request otherwise: every parameter and every header has its name in it.
            for name in parameter_and_header_names(&dry) {
                assert!(texts[0].contains(&name), "{name} is not shown in {}", texts[0]);
            }
            assert_eq!(dry.canonical_request().is_some(), matches!(scheme, Signature::Acs3 | Signature::Aws4));
        }
    }
    assert!(shown >= 400, "{shown} texts were checked");
}

/// The signature in a request that is written out.
fn signature(exact: &str) -> &str {
    let marks = [", Signature=", ",Signature=", "&Signature="];
    let start = marks.iter().find_map(|mark| Some(exact.find(mark)? + mark.len())).unwrap();
    exact[start..].split(['&', '"', ',', '\n']).next().unwrap()
}

fn parameter_and_header_names(dry: &cloudcert::DryRun) -> Vec<String> {
    let request = dry.request();
    let pairs = pairs(&format!("{}&{}", request.query, request.body));
    let names = pairs.into_iter().map(|(name, _)| cloudcert::sign::encode(&name));
    names.chain(request.headers.iter().map(|(name, _)| (*name).to_owned())).collect()
}

/// Records everything that an interceptor is shown.
#[derive(Debug, Clone, Default)]
struct Seen(Arc<Mutex<String>>);

impl Interceptor for Seen {
    fn before_signing(&self, request: &mut Outgoing<'_>) -> Result<(), Refusal> {
        self.0.lock().unwrap().extend([format!("{request:?} {:?}", request.parameters())]);
        Ok(())
    }

    fn after_response(&self, response: &Incoming<'_>) {
        let text = format!("{response:?} {:?} {:?}", response.redacted_body(), response.error());
        self.0.lock().unwrap().push_str(&text);
    }
}

#[test]
fn interceptors_see_everything_but_secrets_and_personal_data() {
    for case in cases() {
        let request = Value::Object(members(case.api, &case.action.parameters, Style::MARKED));
        let response = Value::Object(members(case.api, &case.action.response, Style::MARKED));
        for reply in [Script::json(response.to_string()), Script::error(400, format!("{{\"{SECRET}"))] {
            let seen = Seen::default();
            let scheme = case.schemes()[0];
            let _ = (case.call)(marked(&reply, scheme, Method::Post).interceptor(seen.clone()), &request);
            let seen = seen.0.lock().unwrap().clone();
            for name in request.as_object().unwrap().keys() {
                assert!(seen.contains(name.as_str()), "{name} of {} is not shown: {seen}", case.action.name);
            }
            for mark in [SECRET, PERSON] {
                assert!(!seen.contains(mark), "an interceptor of {} sees {mark}: {seen}", case.action.name);
            }
        }
    }
}
