//! `tracing` gets one span a call and in it one an attempt, and no text of a service forges a line of a log.

use crate::setup::clock::ManualClock;
use crate::setup::futures::now;
use crate::setup::requests::order;
use crate::setup::script::{Script, json_response};
use cloudcert::Retries;
use cloudcert::aliyun_cas::v2020_04_07::Client;
use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Writes down spans, their fields, and events.
#[derive(Clone, Default)]
struct Notes {
    text: Arc<Mutex<String>>,
    ids: Arc<AtomicU64>,
    /// The spans that were entered and not left.
    inside: Arc<Mutex<Vec<u64>>>,
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Latencies vary, and backoff has jitter.
        if field.name().ends_with("_ms") {
            let _ = write!(self.0, " {}", field.name());
        } else {
            let _ = write!(self.0, " {}={value:?}", field.name());
        }
    }
}

impl Notes {
    fn add(&self, line: &str) {
        let mut text = self.text.lock().unwrap();
        text.push_str(line);
        text.push('\n');
    }
}

impl Subscriber for Notes {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "cloudcert"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.ids.fetch_add(1, Ordering::Relaxed) + 1;
        let mut fields = Fields(String::new());
        span.record(&mut fields);
        let parent = span.parent().map_or(String::new(), |parent| format!(" in {}", parent.into_u64()));
        self.add(&format!("span {id}{parent}: {}{}", span.metadata().name(), fields.0));
        Id::from_u64(id)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut fields = Fields(String::new());
        values.record(&mut fields);
        self.add(&format!("  {}:{}", span.into_u64(), fields.0));
    }

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(String::new());
        event.record(&mut fields);
        let span = self.inside.lock().unwrap().last().map_or("no span".to_owned(), |id| format!("span {id}"));
        let place = if *event.metadata().level() == Level::WARN { format!(" in {span}") } else { String::new() };
        self.add(&format!("  event{place}:{}", fields.0));
    }

    fn enter(&self, span: &Id) {
        self.inside.lock().unwrap().push(span.into_u64());
    }

    fn exit(&self, _span: &Id) {
        self.inside.lock().unwrap().pop();
    }
}

#[test]
fn a_call_is_a_span_with_its_attempts_in_it() {
    let script = Script::replies([
        json_response(400, r#"{"RequestId": "r-1", "Code": "Throttling.User", "Message": "slow"}"#.to_owned()),
        json_response(200, r#"{"RequestId": "r-2", "Type": "process"}"#.to_owned()),
        json_response(404, r#"{"RequestId": "r-3", "Code": "NotFoundOrder", "Message": "none"}"#.to_owned()),
    ]);
    let notes = Notes::default();
    let text = notes.text.clone();
    tracing::subscriber::with_default(notes, || {
        let config = script.config_with_retries();
        let client = Client::new(config).unwrap();
        now(client.describe_certificate_state().order_id(7).send()).unwrap();
        now(client.describe_certificate_state().order_id(8).send()).unwrap_err();
    });
    insta::assert_snapshot!(text.lock().unwrap().trim_end(), @r##"
    span 1: operation api="aliyun-cas-2020-04-07" action="DescribeCertificateState" effect=read
      1: attempts=1
    span 2 in 1: attempt attempt=1
      2: latency_ms
      2: status=400
      2: request_id="r-1"
      2: code="Throttling.User"
      event: message=failed kind=Service
      event: message=retried after a backoff action="DescribeCertificateState" code="Throttling.User" backoff_ms
      1: attempts=2
    span 3 in 1: attempt attempt=2
      3: latency_ms
      3: status=200
      3: request_id="r-2"
      event: message=responded
      1: latency_ms
      1: status=200
      1: request_id="r-2"
      event: message=responded
    span 4: operation api="aliyun-cas-2020-04-07" action="DescribeCertificateState" effect=read
      4: attempts=1
    span 5 in 4: attempt attempt=1
      5: latency_ms
      5: status=404
      5: request_id="r-3"
      5: code="NotFoundOrder"
      event: message=failed kind=Service
      4: latency_ms
      4: status=404
      4: request_id="r-3"
      4: code="NotFoundOrder"
      4: outcome_unknown=false
      event: message=failed kind=Service
    "##);
}

#[test]
fn advice_is_logged_once_in_the_span_of_its_call() {
    let script = Script::replies([
        json_response(400, r#"{"RequestId": "r-1", "Code": "Throttling.User", "Message": "slow"}"#.to_owned()),
        json_response(200, r#"{"RequestId": "r-2", "OrderId": 7}"#.to_owned()),
    ]);
    let notes = Notes::default();
    let text = notes.text.clone();
    tracing::subscriber::with_default(notes, || {
        let client = Client::new(script.config_with_retries()).unwrap();
        now(order(&client).product_code("a-later-code").send()).unwrap();
    });
    let text = text.lock().unwrap();
    let advice: Vec<&str> = text.lines().filter(|line| line.contains("ProductCode")).collect();
    let wanted = r#"  event in span 1: message=is not one of the documented values action="CreateCertificateRequest" parameter=ProductCode"#;
    assert_eq!(advice, [wanted], "{text}");
    assert!(text.starts_with("span 1: operation "), "{text}");
}

#[test]
fn no_text_of_a_service_forges_a_line_of_a_log() {
    let forged = format!("x\r\n\u{1b}[2J\u{202e}\u{2028}\u{200b}{}", "y".repeat(5000));
    let body = |code: &str| serde_json::json!({"RequestId": forged, "Code": code, "Message": forged}).to_string();
    let script = Script::replies([
        json_response(500, body(&forged)),
        json_response(400, body("Throttling.User")),
        json_response(200, serde_json::json!({"RequestId": forged, "Type": "process"}).to_string()),
        json_response(400, body(&format!("Throttling{forged}"))),
        json_response(200, serde_json::json!({"RequestId": forged, "Type": "process"}).to_string()),
    ]);
    let notes = Notes::default();
    let text = notes.text.clone();
    tracing::subscriber::with_default(notes, || {
        let config = script.config().environment(ManualClock::new()).retries(Retries::new().attempts(2));
        let client = Client::new(config).unwrap();
        for order in 0..2 {
            let _ = now(client.describe_certificate_state().order_id(order).send());
        }
    });
    let text = text.lock().unwrap().clone();
    assert!(text.contains("retried after a backoff"), "{text}");
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    assert!(!text.contains(['\u{202e}', '\u{2028}', '\u{200b}']), "{text:?}");
    // The notes are debug output, which escapes the backslashes of what was escaped before.
    assert!(text.lines().all(|line| line.len() < 400 && !line.starts_with("x\\")), "{text}");
    assert!(text.contains(r"x\\r\\n\\u{1b}[2J\\u{202e}"), "{text}");
}
