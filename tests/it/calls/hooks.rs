//! Interceptors run in order for every attempt, may add headers and refuse a call, and cannot touch the signature.

use crate::setup::futures::now;
use crate::setup::script::{Reply, Script, json_response};
use cloudcert::aliyun_cas::v2020_04_07::Client;
use cloudcert::api::Effect;
use cloudcert::{ErrorKind, Incoming, Interceptor, Outgoing, Refusal};
use std::sync::{Arc, Mutex};

/// Writes down what happens, and does what `header` and `refuse` say.
#[derive(Debug, Clone, Default)]
struct Hook {
    notes: Arc<Mutex<Vec<String>>>,
    name: &'static str,
    header: Option<(&'static str, &'static str)>,
    refuse: Option<u32>,
}

impl Interceptor for Hook {
    fn before_signing(&self, request: &mut Outgoing<'_>) -> Result<(), Refusal> {
        let note = format!(
            "{} before {} {} {} at {}: {:?}",
            self.name,
            request.attempt(),
            request.api(),
            request.action(),
            request.host(),
            request.parameters()
        );
        self.notes.lock().unwrap().push(note);
        if let Some((name, value)) = self.header {
            request.header(name, value);
        }
        if self.refuse == Some(request.attempt()) {
            assert_eq!(request.effect(), Effect::Read);
            return Err("not today".into());
        }
        Ok(())
    }

    fn after_response(&self, response: &Incoming<'_>) {
        let note = format!(
            "{} after {}: {:?} {:?} {:?} {:?}",
            self.name,
            response.attempt(),
            response.status(),
            response.request_id(),
            response.redacted_body(),
            response.error().map(cloudcert::Error::kind),
        );
        self.notes.lock().unwrap().push(note);
    }
}

#[test]
fn interceptors_run_in_order_for_every_attempt() {
    let script = Script::replies([
        Reply::lost(),
        json_response(200, r#"{"RequestId": "r-1", "Type": "process", "Later": 1}"#.to_owned()),
    ]);
    let first = Hook { name: "first", ..Hook::default() };
    let second = Hook { name: "second", notes: first.notes.clone(), ..Hook::default() };
    let client = Client::new(script.config_with_retries().interceptor(first.clone()).interceptor(second)).unwrap();
    now(client.describe_certificate_state().order_id(7).send()).unwrap();
    let notes = first.notes.lock().unwrap().join("\n");
    insta::assert_snapshot!(notes, @r##"
    first before 1 aliyun-cas-2020-04-07 DescribeCertificateState at cas.aliyuncs.com: [("OrderId", "7")]
    second before 1 aliyun-cas-2020-04-07 DescribeCertificateState at cas.aliyuncs.com: [("OrderId", "7")]
    first after 1: None None None Some(Transport)
    second after 1: None None None Some(Transport)
    first before 2 aliyun-cas-2020-04-07 DescribeCertificateState at cas.aliyuncs.com: [("OrderId", "7")]
    second before 2 aliyun-cas-2020-04-07 DescribeCertificateState at cas.aliyuncs.com: [("OrderId", "7")]
    first after 2: Some(200) Some("r-1") Some("{\"Later\":\"[redacted]\",\"Type\":\"process\"}") None
    second after 2: Some(200) Some("r-1") Some("{\"Later\":\"[redacted]\",\"Type\":\"process\"}") None
    "##);
}

#[test]
fn headers_of_interceptors_are_sent_unsigned() {
    let script = Script::json(r#"{"RequestId": "r-1", "Type": "process"}"#);
    let hook = Hook { header: Some(("traceparent", "00-01-02-03")), ..Hook::default() };
    let client = Client::new(script.config_with_retries().interceptor(hook)).unwrap();
    now(client.describe_certificate_state().order_id(7).send()).unwrap();
    assert!(script.sent()[0].headers.contains(&("traceparent", "00-01-02-03".to_owned())));
}

#[test]
fn an_interceptor_cannot_change_the_signature_or_smuggle_headers_in() {
    for header in [
        ("authorization", "mine"),
        ("x-acs-date", "2026"),
        ("host", "example.com"),
        ("content-length", "1"),
        ("X-Upper", "a"),
        ("", "a"),
        ("bad name", "a"),
        ("traceparent", "a\r\nx-other: b"),
    ] {
        let script = Script::default();
        let client =
            Client::new(script.config_with_retries().interceptor(Hook { header: Some(header), ..Hook::default() }))
                .unwrap();
        let error = now(client.describe_certificate_state().order_id(7).send()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{header:?}");
        assert!(error.to_string().contains("cannot add the header"), "{error}");
        assert!(script.sent().is_empty() && !error.outcome_unknown());
    }
}

#[test]
fn an_interceptor_that_refuses_ends_the_call_before_anything_is_sent() {
    let script = Script::replies([Reply::lost()]);
    for (attempt, sent) in [(1, 0), (2, 1)] {
        let hook = Hook { refuse: Some(attempt), ..Hook::default() };
        let client = Client::new(script.config_with_retries().interceptor(hook)).unwrap();
        let error = now(client.describe_certificate_state().order_id(7).send()).unwrap_err();
        assert_eq!((error.kind(), script.sent().len()), (ErrorKind::Refused, sent));
        assert!(error.to_string().contains("was not sent: not today"), "{error}");
    }
}
