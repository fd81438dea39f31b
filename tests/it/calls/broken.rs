//! Recordings of responses that are truncated, malformed or of another type contain nothing but what the description knows.

use crate::setup::config::{config_over, ksyun_keys};
use crate::setup::futures::now;
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::testing::{Recorder, Replay, Reply, Script};
use cloudcert::{Error, Retries};
use serde_json::{Value, json};

/// What must not stand in a recording: a key, the head of one, a link, a person, an account.
const MARKS: [&str; 7] = [
    "canary-secret-key-4f9a8b7c6d5e",
    "MIIEvgIBADANBgkqhkiG9w0BAQEFAASC",
    "https://oss.example.com/canary.zip?Expires=1&Signature=cGFzc3dvcmQtMTIzNDU2Nzg5MA%3D%3D",
    "Han Meimei",
    "13800000000",
    "wJalrXUtnFEMIK7MDENGbPxRfiCY",
    "me@shop.example.net",
];
const PEM: &str = "-----BEGIN PRIVATE KEY-----\nMIIEvgIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n";

/// Calls an action of one of the clouds whose response may contain keys and links.
fn call_cloud(alibaba: bool, transport: impl cloudcert::http::Transport) -> Result<(), Error> {
    if alibaba {
        let client = cas::Client::new(config_over(transport, ksyun_keys()).retries(Retries::none())).unwrap();
        now(client.describe_certificate_state().order_id(5).send()).map(|_| ())
    } else {
        let client = kcm::Client::new(config_over(transport, ksyun_keys()).retries(Retries::none())).unwrap();
        now(client.get_download_link().certificate_id("7").send()).map(|_| ())
    }
}

/// Records a response. The recording must contain none of the marks, and must replay alike.
fn recorded(alibaba: bool, status: u16, body: &[u8]) -> String {
    let recorder = Recorder::new(Script::new().then(Reply::status(status, body)));
    let first = call_cloud(alibaba, recorder.clone());
    let cassette = recorder.cassette();
    let text = cassette.to_json();
    let shown = String::from_utf8_lossy(body);
    // Eight characters of a mark are enough to know it by.
    for mark in MARKS.iter().chain([&PEM]) {
        for start in (0..mark.len() - 8).step_by(4) {
            let part = &mark[start..start + 8];
            let public = ["EXAMPLE", "-----", "Signatur", "https://"].iter().any(|public| part.contains(public));
            assert!(public || !text.contains(part), "{part} is written down\nof {shown}\nas {text}");
        }
    }
    let replay = Replay::new(cassette).in_order();
    let again = call_cloud(alibaba, replay.clone());
    replay.finish().unwrap();
    match (&first, &again) {
        (Ok(()), Ok(())) => {}
        (Err(a), Err(b)) => {
            let facts =
                |e: &Error| (e.kind(), e.status(), e.outcome_unknown(), e.is_throttled(), e.info().map(|row| row.code));
            assert_eq!(facts(a), facts(b), "{a}, then {b}, of {shown}: {text}");
        }
        (a, b) => panic!("{a:?}, then {b:?}, of {shown}: {text}"),
    }
    text
}

/// Responses and errors with marks in every place that has a value.
fn responses() -> Vec<Value> {
    let mut all = Vec::new();
    for (number, mark) in
        MARKS.iter().copied().take(5).chain([PEM]).enumerate().filter(|(number, _)| !matches!(number, 3 | 1))
    {
        let code = ["StatusError", "Throttling.User", "Odd", mark][number % 4];
        let inner = if number % 2 == 0 { mark } else { "cert_status_error" };
        all.push(json!({"Error": {"Code": code, "InnerCode": mark, "Message": mark}, "RequestId": "R-1"}));
        all.push(
            json!({"Error": {"Code": code, "InnerCode": inner, "Message": mark, "Type": mark}, "RequestId": mark}),
        );
        all.push(json!({"Code": code, "HostId": mark, "Message": mark, "Recommend": mark, "RequestId": "R-1"}));
        all.push(json!({"Code": mark, "Message": mark, "RequestId": mark}));
        all.push(json!({"Type": "certificate", "Certificate": "-----BEGIN CERTIFICATE-----\n", "PrivateKey": PEM, "RequestId": "R"}));
        all.push(json!({"DownloadLink": mark, "DownloadURL": mark, "Later": {"Deep": [mark]}, "RequestId": "R-1"}));
    }
    all
}

#[test]
fn a_truncated_response_is_recorded_without_anything_unknown() {
    let mut tried = 0;
    for (number, response) in responses().into_iter().enumerate() {
        let text = response.to_string();
        for end in 0..=text.len() {
            let status = [200, 400, 500][(number + end) % 3];
            recorded(number % 2 == 0, status, &text.as_bytes()[..end]);
            tried += 1;
        }
    }
    assert!(tried > 4_000, "{tried}");
}

#[test]
fn an_error_with_members_of_other_types_is_recorded_without_anything_unknown() {
    for mark in MARKS.iter().copied().chain([PEM]) {
        let values = [
            json!(mark),
            json!([mark]),
            json!({"a": mark}),
            json!([[{"Code": mark}]]),
            json!({"Code": {"Code": mark}}),
            json!(null),
            json!(13_800_000_000_u64),
            json!(true),
        ];
        for value in &values {
            for response in [
                json!({"Error": value}),
                json!({"Error": {"Code": value, "InnerCode": value, "Message": value, "Later": value}}),
                json!({"Error": [{"Code": value, "InnerCode": value}]}),
                json!({"Code": value, "Message": value, "RequestId": value}),
                json!({"Code": "StatusError", "Error": {"InnerCode": value}}),
                json!([value]),
                value.clone(),
            ] {
                for alibaba in [true, false] {
                    for status in [200, 400] {
                        recorded(alibaba, status, response.to_string().as_bytes());
                    }
                }
            }
        }
    }
}

#[test]
fn a_body_in_no_format_or_with_trailing_data_is_recorded_without_anything_unknown() {
    for mark in MARKS.iter().copied().chain([PEM]) {
        let error = json!({"Error": {"Code": "StatusError", "InnerCode": mark, "Message": mark}}).to_string();
        let xml = format!("<R><RequestId>{mark}</RequestId><Error><Code>{mark}</Code><InnerCode>{mark}</InnerCode><Message>{mark}</Message></Error></R>").replace('&', "&amp;");
        for body in [
            format!("{error}{mark}"),
            format!("{error}\n{error}"),
            format!("{mark}{error}"),
            error.replace("\"Message\"", &format!("\"Message\": 1e999, \"{mark}\"").replace('\n', "\\n")),
            mark.to_owned(),
            xml.clone(),
            xml[..xml.len() - 8].to_owned(),
            format!("{xml}{mark}"),
            format!("<!-- {mark} -->{xml}"),
            format!("<html><body>{mark}</body></html>"),
        ] {
            for alibaba in [true, false] {
                for status in [200, 400] {
                    recorded(alibaba, status, body.as_bytes());
                    let latin: Vec<u8> = [body.as_bytes(), &[0xff, 0xfe]].concat();
                    recorded(alibaba, status, &latin);
                }
            }
        }
    }
}

#[test]
fn the_known_part_of_a_truncated_error_is_recorded_and_replays_as_truncated() {
    let whole = json!({"Error": {"Code": "StatusError", "InnerCode": "cancel_conflict", "Message": "cancel conflict"}})
        .to_string();
    let text = recorded(false, 400, &whole.as_bytes()[..whole.len() - 1]);
    for known in ["\"broken\"", "StatusError", "cancel_conflict"] {
        assert!(text.contains(known), "{text}");
    }
    let odd = whole.replace("cancel_conflict", "canary-secret-key-4f9a8b7c6d5e");
    let text = recorded(false, 400, &odd.as_bytes()[..odd.len() - 1]);
    assert!(text.contains("\"InnerCode\": \"[unknown "), "{text}");
}
