//! A complete builder is a future: awaited itself, it does what `send` does.

use crate::setup::futures::now;
use crate::setup::requests::{application, order};
use crate::setup::script::{Script, pairs};
use cloudcert::ErrorKind;

#[test]
fn a_builder_that_is_awaited_sends_what_send_sends() {
    let (awaited, sent) = (Script::json(r#"{"OrderId":7}"#), Script::json(r#"{"OrderId":7}"#));
    let response = now(async { order(&awaited.cas_client()).await }).unwrap();
    assert_eq!(response.order_id, now(order(&sent.cas_client()).send()).unwrap().order_id);
    assert_eq!(pairs(&awaited.sent()[0].body), pairs(&sent.sent()[0].body));
}

#[test]
fn nothing_is_sent_before_the_builder_is_polled() {
    let script = Script::json(r#"{"OrderId":7}"#);
    drop(order(&script.cas_client()));
    assert!(script.sent().is_empty());
    now(order(&script.cas_client())).unwrap();
    assert_eq!(script.sent().len(), 1);
}

#[test]
fn a_builder_without_required_parameters_can_be_awaited_at_once() {
    let script = Script::json(r#"{"CertificateSet":[]}"#);
    let response = now(async { script.kcm_client().list_certificates().page_size(5).await }).unwrap();
    assert!(response.certificate_set.is_empty());
}

#[test]
fn a_mistake_is_found_before_anything_is_sent() {
    let script = Script::json("{}");
    let error = now(application(&script.kcm_client()).domain_count(-1)).unwrap_err();
    assert_eq!((error.kind(), script.sent().len()), (ErrorKind::Invalid, 0));
}

/// A builder goes wherever it went before it was a future.
#[test]
fn builders_are_shared_between_threads() {
    fn shared<T: Send + Sync + Unpin + 'static>(_: &T) {}
    shared(&order(&Script::json("{}").cas_client()));
}
