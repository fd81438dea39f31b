//! What a dialect takes from the spec: a changed key of `protocol:` changes what the endpoint accepts and sends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use super::{Gate, NoDialect, Nonces, Route};
use crate::base::call::Fields;
use crate::base::credential::Keyring;
use crate::request::{Denial, Reason, Received};
use crate::response;
use bytes::Bytes;
use cloudcert::Secret;
use cloudcert::model::{
    self, Api, Envelope, ErrorStyle, Protocol, RetryAfter, RetryAfterUnit, SignatureScheme, TimeStampStyle,
};
use cloudcert::sign::{aliyun_v1, encode};
use serde_json::{Value, json};
use std::sync::Mutex;

const CAS: &str = "aliyun-cas-2020-04-07";
const KCM: &str = "ksyun-kcm-2016-03-04";
/// 2026-01-02T03:04:05Z.
const NOW: i64 = 1_767_323_045;

/// The APIs of a spec with one API whose protocol is changed. They live as long as the process, as those of the model do.
fn changed(id: &str, change: impl FnOnce(&mut Protocol)) -> &'static [Api] {
    let mut api = model::api(id).unwrap().clone();
    change(&mut api.protocol);
    Vec::leak(vec![api])
}

/// A request with these parameters in its query.
fn received(parameters: &[(&str, &str)]) -> Received {
    let pairs: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    let request = hyper::Request::builder().uri(format!("/?{}", pairs.join("&"))).header("host", "localhost");
    Received::new(request.body(()).unwrap().into_parts().0, Bytes::new())
}

/// Signs a call of CAS with version 1.0 at a time, and verifies it against the API.
fn verify(apis: &'static [Api], time: &str) -> Result<(), Denial> {
    let mut parameters = vec![
        ("Action", "DescribePackageState"),
        ("Version", "2020-04-07"),
        ("AccessKeyId", "testid"),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureVersion", "1.0"),
        ("SignatureNonce", "nonce"),
        ("Timestamp", time),
    ];
    let signature = aliyun_v1::sign("GET", &parameters, &Secret::from("testsecret")).signature;
    parameters.push(("Signature", &signature));
    let received = received(&parameters);
    let route = Route::of(&received, apis).unwrap();
    let api = route.api()?;
    let (keys, nonces) = (Keyring::new(Vec::new()), Mutex::new(Nonces::kept_for(1)));
    let gate = Gate { received: &received, api, action: route.action(api)?, keys: &keys, nonces: &nonces, now: NOW };
    route.verify(&gate)
}

fn route(apis: &'static [Api], action: &str) -> Route<'static> {
    Route::of(&received(&[("Action", action), ("Version", &apis[0].version)]), apis).unwrap()
}

fn body(rendered: &response::Rendered) -> Value {
    serde_json::from_slice(&rendered.body).unwrap()
}

#[test]
fn the_clock_window_is_that_of_the_spec() {
    let late = "2026-01-02T03:02:00Z";
    assert!(verify(changed(CAS, |_| {}), late).is_ok());
    let narrow = changed(CAS, |protocol| protocol.clock_window_seconds = Some(60));
    assert_eq!(verify(narrow, late).unwrap_err().code, "InvalidTimeStamp.Expired");
    assert!(verify(narrow, "2026-01-02T03:03:05Z").is_ok());
}

#[test]
fn time_stamps_are_in_the_style_of_the_spec() {
    let compact = changed(CAS, |protocol| protocol.time_stamps = TimeStampStyle::Compact);
    assert!(verify(compact, "20260102T030405Z").is_ok());
    let denial = verify(compact, "2026-01-02T03:04:05Z").unwrap_err();
    assert_eq!(denial.code, "InvalidTimeStamp.Format");
    assert!(denial.message.contains("20260102T030405Z"), "{}", denial.message);
}

#[test]
fn only_the_signatures_of_the_spec_are_accepted() {
    let acs3 = changed(CAS, |protocol| protocol.signatures = vec![SignatureScheme::Acs3]);
    assert!(verify(acs3, "2026-01-02T03:04:05Z").unwrap_err().message.contains("SignatureVersion"));
}

#[test]
fn only_an_api_with_an_envelope_is_wrapped() {
    let wrap = |envelope| {
        let apis = changed(KCM, |protocol| protocol.envelope = envelope);
        let action = apis[0].action("GetToken").unwrap();
        body(&response::success(&route(apis, "GetToken"), &apis[0], action, Fields::new(), "id", true))
    };
    assert_eq!(wrap(Envelope::Optional), json!({ "GetTokenResponse": { "RequestId": "id" } }));
    assert_eq!(wrap(Envelope::Never), json!({ "RequestId": "id" }));
}

#[test]
fn a_response_made_from_an_example_has_the_id_of_its_own_request() {
    let apis = changed(KCM, |_| {});
    let action = apis[0].action("GetToken").unwrap();
    let example =
        Fields::from_iter([("RequestId".to_owned(), json!("of the example")), ("Token".to_owned(), json!("t"))]);
    let made = body(&response::success(&route(apis, "GetToken"), &apis[0], action, example, "id", false));
    assert_eq!(made, json!({ "RequestId": "id", "Token": "t" }));
}

#[test]
fn errors_are_in_the_style_of_the_spec() {
    let error = |style| {
        let apis = changed(KCM, |protocol| protocol.error_style = style);
        let route = route(apis, "GetToken");
        body(&response::error(&route, &route.refuse(&Reason::Throttled), "id"))
    };
    assert_eq!(error(ErrorStyle::Nested)["Error"]["Code"], "LimitExceeded");
    assert_eq!(error(ErrorStyle::Flat)["Code"], "LimitExceeded");
}

#[test]
fn the_header_of_a_throttle_is_that_of_the_spec() {
    let headers = |retry_after| {
        let apis = changed(CAS, |protocol| protocol.retry_after = retry_after);
        let route = route(apis, "DescribePackageState");
        let denial = Denial { retry_after_ms: Some(1_500), ..route.refuse(&Reason::Throttled) };
        response::error(&route, &denial, "id").headers.split_off(1)
    };
    let header = |header: &str, unit| Some(RetryAfter { header: header.to_owned(), unit });
    let sent = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    assert_eq!(headers(header("x-wait", RetryAfterUnit::Milliseconds)), sent("x-wait", "1500"));
    assert_eq!(headers(header("retry-after", RetryAfterUnit::Seconds)), sent("retry-after", "2"));
    assert_eq!(headers(None), []);
}

#[test]
fn an_api_of_an_unknown_family_has_no_dialect() {
    let apis = changed(KCM, |_| {});
    let unmarked = received(&[("Action", "GetToken"), ("Version", &apis[0].version)]);
    let none = |_| None;
    assert_eq!(super::route::dialect(&unmarked, apis, none).err(), Some(NoDialect(KCM.to_owned())));
    let marked = received(&[("Version", &apis[0].version), ("AccessKeyId", "testid")]);
    assert!(super::route::dialect(&marked, apis, none).is_ok(), "the marks of a request decide first");
}

#[test]
fn of_apis_with_one_version_the_one_with_the_action_is_meant() {
    let mut other = model::api(KCM).unwrap().clone();
    other.id = "ksyun-other-2016-03-04".to_owned();
    other.actions.retain(|action| action.name == "GetToken");
    let apis: &'static [Api] = Vec::leak(vec![other, model::api(KCM).unwrap().clone()]);
    let meant = |action| route(apis, action).api().unwrap().id.clone();
    assert_eq!(meant("ListCertificates"), KCM);
    assert_eq!(meant("GetToken"), "ksyun-other-2016-03-04");
}
