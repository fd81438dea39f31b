//! What validation advised on stands in the error of a service that then refuses the request.

use crate::setup::futures::now;
use crate::setup::requests::order;
use crate::setup::script::Script;
use cloudcert::{CallOptions, Error, ErrorKind, Severity};

/// The error of an order with this domain and a product that no document lists.
fn refused(status: u16, body: &str, domain: &str) -> Error {
    let script = Script::error(status, body);
    let order = order(&script.cas_client()).domain(domain).product_code("a-later-code");
    now(order.send()).unwrap_err()
}

const QUOTA: &str = r#"{"Code":"NotRemainCount","Message":"No quota.","RequestId":"R-4"}"#;

#[test]
fn a_refusal_names_what_validation_advised_on() {
    let error = refused(404, QUOTA, "not a domain");
    let said: Vec<(Severity, &str)> = error.advice().iter().map(|p| (p.severity, p.parameter.as_ref())).collect();
    assert_eq!(said, [(Severity::Advice, "Domain"), (Severity::Advice, "ProductCode")]);
    assert!(error.problems().is_empty());
    let text = error.to_string();
    let wanted = "No quota. Validation had warned about the request: `Domain` is not a valid domain name; \
                  `ProductCode` is not one of the documented values. ";
    assert!(text.contains(wanted), "{text}");
    assert!(!text.contains("not a domain"), "{text}");
}

#[test]
fn an_unknown_code_is_a_refusal_if_its_status_says_so() {
    let body = r#"{"Code":"NoSuchCode","Message":"no","RequestId":"R-4"}"#;
    assert_eq!(refused(400, body, "www.example.com").advice().len(), 1);
    assert!(refused(500, body, "www.example.com").advice().is_empty());
}

#[test]
fn a_failure_that_is_not_about_the_request_has_no_advice() {
    let throttled = r#"{"Code":"Throttling.User","Message":"slow","RequestId":"R-4"}"#;
    let error = refused(400, throttled, "www.example.com");
    assert_eq!((error.kind(), error.advice().len()), (ErrorKind::Service, 0));
    assert!(!error.to_string().contains("Validation"), "{error}");
    let script = Script::error(404, QUOTA);
    let sound = now(order(&script.cas_client()).send()).unwrap_err();
    assert!(sound.advice().is_empty() && !sound.to_string().contains("Validation"), "{sound}");
}

#[test]
fn a_call_that_skips_validation_has_no_advice() {
    let script = Script::error(404, QUOTA);
    let order = order(&script.cas_client()).product_code("a-later-code");
    let error = now(order.with_options(CallOptions::default().skip_validation()).send()).unwrap_err();
    assert!(error.advice().is_empty());
}
