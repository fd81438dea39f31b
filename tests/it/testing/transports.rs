//! Scripts play replies, and recordings replay what a service did.

use crate::setup::config::{aliyun_keys, config_over, ksyun_keys};
use crate::setup::futures::{now, run};
use crate::setup::requests::{order, revocation};
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::testing::{Cassette, Recorder, Replay, Reply, Script};
use cloudcert::{Credentials, ErrorKind, Retries};
use std::time::Duration;

fn kcm_with(transport: impl cloudcert::http::Transport) -> kcm::Client {
    kcm::Client::new(config_over(transport, ksyun_keys())).unwrap()
}

fn cas_with(transport: impl cloudcert::http::Transport) -> cas::Client {
    cas::Client::new(config_over(transport, aliyun_keys())).unwrap()
}

const TOKEN: &str = r#"{"Token": "first-token", "ApiHost": "kcm.example.com", "RequestId": "R"}"#;
const REVOKED: &str = r#"{"Later": "7", "RequestId": "R"}"#;

#[test]
fn replies_for_an_action_come_before_those_for_any() {
    let script = Script::new()
        .then(Reply::json(r#"{"CertificateSet": []}"#))
        .on("GetToken", Reply::json(TOKEN))
        .on("GetToken", Reply::error(409, "LimitExceeded", "too fast").inner_code("request_limit"));
    let client = kcm::Client::new(script.config().retries(Retries::none())).unwrap();
    assert_eq!(now(client.get_token().send()).unwrap().token.expose(), "first-token");
    assert!(now(client.list_certificates().send()).unwrap().certificate_set.is_empty());
    let error = now(client.get_token().send()).unwrap_err();
    assert_eq!((error.code(), error.inner_code()), (Some("LimitExceeded"), Some("request_limit")));
    script.finish().unwrap();
}

#[test]
fn an_error_is_written_as_the_called_service_writes_it() {
    let script = Script::new().then(Reply::error(404, "NotRemainCount", "none left").always());
    let config = || script.config().retries(Retries::none());
    let client = cas::Client::new(config()).unwrap();
    let error = now(client.describe_package_state().send()).unwrap_err();
    assert_eq!((error.kind(), error.code(), error.status()), (ErrorKind::Service, Some("NotRemainCount"), Some(404)));
    assert_eq!(error.message(), "none left");
    let client = kcm::Client::new(config()).unwrap();
    assert_eq!(now(client.get_token().send()).unwrap_err().code(), Some("NotRemainCount"));
    script.finish().unwrap();
}

#[test]
fn a_call_without_a_reply_is_described_and_not_retried() {
    let script = Script::new().on("GetToken", Reply::json(TOKEN).times(2)).on("ListCertificates", Reply::lost());
    let client = kcm_with(script.clone());
    let error = now(client.get_certificate_detail().certificate_id("7").send()).unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.outcome_unknown()), (ErrorKind::Config, 1, false));
    let text = error.to_string();
    for part in
        ["call 1", "GetCertificateDetail of ksyun-kcm-2016-03-04", "CertificateId", "200", "2 times for GetToken"]
    {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
    let left = script.finish().unwrap_err();
    assert_eq!((left.left.len(), left.unanswered.len()), (2, 1));
    assert!(left.to_string().contains("a lost connection for ListCertificates"), "{left}");
    assert_eq!(script.requests().len(), 1);
}

#[test]
fn recorded_requests_have_action_parameters_and_headers() {
    let script = Script::new().then(Reply::json(r#"{"OrderId": 5}"#));
    now(order(&cas_with(script.clone())).send()).unwrap();
    let request = &script.requests()[0];
    assert_eq!((request.api(), request.action()), ("aliyun-cas-2020-04-07", "CreateCertificateRequest"));
    assert_eq!(request.effect(), cloudcert::api::Effect::Order);
    assert_eq!(request.parameter("Username").as_deref(), Some("Li Lei"));
    let names: Vec<String> = request.parameters().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        ["Domain", "Email", "Phone", "Username", "ValidateType"],
        "what belongs to the signature is not there"
    );
    assert!(request.header("content-type").unwrap().contains("form"));
    let shown = format!("{request:?} {script:?}");
    assert!(!shown.contains("ops@") && !shown.contains("testid"), "{shown}");
}

#[test]
fn lost_connections_delays_and_silence_are_played() {
    let script = Script::new()
        .then(Reply::not_sent())
        .then(Reply::lost())
        .then(Reply::json(TOKEN).after(Duration::from_millis(5)))
        .then(Reply::never());
    let client = kcm_with(script.clone());
    run(async {
        let started = std::time::Instant::now();
        client.get_token().send().await.unwrap();
        assert!(started.elapsed() >= Duration::from_millis(5));
        let silent = tokio::time::timeout(Duration::from_millis(5), client.get_token().send()).await;
        assert!(silent.is_err());
    });
    assert_eq!(script.requests().len(), 4);
    script.finish().unwrap();
    let large = Script::new().then(Reply::json("x".repeat(100)));
    let client = kcm::Client::new(large.config().response_limit(50)).unwrap();
    assert_eq!(now(client.get_token().send()).unwrap_err().kind(), ErrorKind::Response);
}

/// Fetches a token and uses it: two calls with a common secret.
fn flow(client: &kcm::Client) -> Result<(), cloudcert::Error> {
    let token = now(client.get_token().send())?.token;
    now(revocation(client).token(token).send()).map(|_| ())
}

fn recorded() -> Cassette {
    let recorder = Recorder::new(Script::new().then(Reply::json(TOKEN)).then(Reply::json(REVOKED)));
    flow(&kcm_with(recorder.clone())).unwrap();
    recorder.cassette()
}

#[test]
fn the_same_secret_has_the_same_placeholder_so_that_a_flow_fits_together() {
    let cassette = recorded();
    let text = cassette.to_json();
    assert!(!text.contains("first-token"), "{text}");
    assert_eq!(text.matches("[secret 1]").count(), 2, "{text}");
    let replay = Replay::new(cassette).in_order();
    flow(&kcm_with(replay.clone())).unwrap();
    replay.finish().unwrap();
}

const FLOW: &str = r#"{
  "cassette": 1,
  "exchanges": [
    {
      "api": "ksyun-kcm-2016-03-04",
      "action": "GetToken",
      "parameters": {},
      "response": {
        "status": 200,
        "headers": {
          "content-type": "application/json"
        },
        "json": {
          "ApiHost": "kcm.example.com",
          "RequestId": "R",
          "Token": "[secret 1]"
        }
      }
    },
    {
      "api": "ksyun-kcm-2016-03-04",
      "action": "RevokeCertificate",
      "parameters": {
        "CertificateId": "7",
        "Reason": "lost",
        "Token": "[secret 1]"
      },
      "response": {
        "status": 200,
        "headers": {
          "content-type": "application/json"
        },
        "json": {
          "Later": "[unknown 2]",
          "RequestId": "R"
        }
      }
    }
  ]
}
"#;

#[test]
fn a_cassette_is_a_file_that_people_can_read() {
    assert_eq!(recorded().to_json(), FLOW);
}

#[test]
fn a_cassette_travels_through_a_file_and_errors_name_it() {
    let folder = std::env::temp_dir().join(format!("cloudcert-cassette-{}", std::process::id()));
    let file = folder.join("deep/flow.json");
    recorded().save(&file).unwrap();
    assert_eq!(Cassette::load(&file).unwrap(), recorded());
    std::fs::write(&file, "{").unwrap();
    let error = Cassette::load(&file).unwrap_err().to_string();
    assert!(error.contains("flow.json") && error.contains("not valid JSON"), "{error}");
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(Cassette::load(&file).unwrap_err().to_string().contains("flow.json"));
}

#[test]
fn a_slip_in_an_edited_cassette_is_named_with_its_exchange() {
    let text = recorded().to_json();
    for (from, to, expected) in [
        ("\"cassette\": 1", "\"cassette\": 2", "`cassette` must be 1"),
        ("\"response\"", "\"respnose\"", "exchange 1: it has the unknown member `respnose`"),
        ("\"status\": 200", "\"status\": \"200\"", "exchange 1: `status` is missing"),
        ("\"json\"", "\"jsn\"", "`response` has the unknown member `jsn`"),
        ("\"action\": \"RevokeCertificate\"", "\"action\": 5", "exchange 2: `action` is missing"),
        (
            "\"CertificateId\": \"7\",\n        \"Reason\"",
            "\"CertificateId\": 7,\n        \"Reason\"",
            "`parameters` must be an object of texts",
        ),
        ("\"exchanges\"", "\"changes\"", "`exchanges` is missing"),
    ] {
        let edited = text.replacen(from, to, 1);
        assert_ne!(edited, text, "{from} is not in the cassette:\n{text}");
        let error = Cassette::from_json(&edited).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let failure = r#"{"cassette": 1, "exchanges": [{"api": "a", "action": "b", "failure": "gone"}]}"#;
    assert!(Cassette::from_json(failure).unwrap_err().to_string().contains("not-sent"));
}

#[test]
fn a_download_is_scripted_and_leaves_nothing_in_a_recording() {
    let script = Script::new().on("Client::download", Reply::status(200, "canary-file").times(2));
    let link = "https://certs.example.com/canary-path.zip?canary-name&Signature=canary-signature";
    let file = now(kcm_with(script.clone()).download(link).into_future()).unwrap();
    assert_eq!(file.expose(), b"canary-file");
    let recorder = Recorder::new(script.clone());
    now(kcm_with(recorder.clone()).download(link).into_future()).unwrap();
    let text = recorder.cassette().to_json();
    assert!(!text.contains("canary") && text.contains("Client::download"), "{text}");
    let error = now(kcm_with(script).download(link).into_future()).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 1));
    assert!(!error.to_string().contains("canary"), "{error}");
}

/// The states of an order, recorded one after the other.
fn polls() -> Cassette {
    let states = ["process", "domain_verify", "certificate"];
    let script = states.iter().fold(Script::new(), |script, state| {
        script.then(Reply::json(serde_json::json!({ "Type": state, "RequestId": "R" })))
    });
    let recorder = Recorder::new(script);
    let client = cas_with(recorder.clone());
    for _ in states {
        now(client.describe_certificate_state().order_id(5).send()).unwrap();
    }
    recorder.cassette()
}

#[test]
fn a_read_gets_the_last_response_again_and_an_order_does_not() {
    let replay = Replay::new(polls());
    let client = cas_with(replay.clone());
    let state = || now(client.describe_certificate_state().order_id(5).send()).unwrap().kind.unwrap().to_string();
    assert_eq!([state(), state(), state(), state()], ["process", "domain_verify", "certificate", "certificate"]);
    replay.finish().unwrap();

    let strict = cas_with(Replay::new(polls()).in_order());
    let ask = || now(strict.describe_certificate_state().order_id(5).send());
    assert!((0..3).all(|_| ask().is_ok()));
    assert!(ask().unwrap_err().to_string().contains("all of it was played"));

    let recorder = Recorder::new(Script::new().then(Reply::json(r#"{"OrderId": 5}"#)));
    let place = |client: cas::Client| now(order(&client).send());
    place(cas_with(recorder.clone())).unwrap();
    let replay = Replay::new(recorder.cassette());
    assert_eq!(place(cas_with(replay.clone())).unwrap().order_id.get(), 5);
    let error = place(cas_with(replay.clone())).unwrap_err();
    assert!(error.to_string().contains("exchange 1 fits, but was played already"), "{error}");
    assert!(!error.to_string().contains("ops@example.com"), "{error}");
    assert_eq!(replay.finish().unwrap_err().unanswered.len(), 1);
}

#[test]
fn an_unrecorded_call_names_the_nearest_recorded_one() {
    let text = polls().to_json();
    let client = cas_with(Replay::new(polls()));
    let error = now(client.describe_certificate_state().order_id(6).send()).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 1));
    let message = error.to_string();
    assert!(message.contains("DescribeCertificateState of aliyun-cas-2020-04-07 with OrderId=6"), "{message}");
    assert!(message.contains("the nearest is exchange 1, where `OrderId` is `5`"), "{message}");
    let error = now(client.describe_package_state().send()).unwrap_err().to_string();
    assert!(error.contains("no call of this action at all, only of: DescribeCertificateState"), "{error}");
    // A cassette that was edited by hand replays its new content.
    let edited = Cassette::from_json(&text.replace("\"OrderId\": \"5\"", "\"OrderId\": \"6\"")).unwrap();
    now(cas_with(Replay::new(edited)).describe_certificate_state().order_id(6).send()).unwrap();
}

#[test]
fn calls_out_of_order_are_refused_by_a_replay_in_order() {
    let client = kcm_with(Replay::new(recorded()).in_order());
    let error = now(revocation(&client).send()).unwrap_err().to_string();
    assert!(error.contains("the next in order is exchange 1, GetToken"), "{error}");
}

#[test]
fn unreadable_values_are_recorded_as_they_were_read() {
    // In an unknown field.
    let response = r#"{"CertificateSet": [], "New": {"Deep": 1e999, "Half": "\ud800"}, "RequestId": "R"}"#;
    let recorder = Recorder::new(Script::new().then(Reply::json(response)));
    now(kcm_with(recorder.clone()).list_certificates().send()).unwrap();
    let cassette = recorder.cassette();
    assert!(!cassette.to_json().contains("unreadable"), "{}", cassette.to_json());
    now(kcm_with(Replay::new(cassette.clone())).list_certificates().send()).unwrap();
    let edited = Cassette::from_json(&format!("\u{feff}{}", cassette.to_json())).unwrap();
    assert_eq!(edited.len(), 1, "an editor may have put a mark before it");
    // A guaranteed field is missing then, also in the replay.
    for response in
        ["{\"DownloadUrl\": \"https://a.example/\\ud800\"}", "<R><DownloadUrl>https://a.example/&x;</DownloadUrl></R>"]
    {
        let recorder = Recorder::new(Script::new().then(Reply::json(response)));
        let first = now(kcm_with(recorder.clone()).get_download_link().certificate_id("1").send()).unwrap_err();
        let client = kcm_with(Replay::new(recorder.cassette()));
        let again = now(client.get_download_link().certificate_id("1").send()).unwrap_err();
        assert_eq!((first.kind(), again.kind()), (cloudcert::ErrorKind::Response, cloudcert::ErrorKind::Response));
        assert!(again.to_string().contains("lacks DownloadUrl"), "{again}");
    }
}

#[test]
fn the_name_of_a_field_is_recorded_even_if_a_secret_contains_it() {
    let secret = "canary-CertificateSet-4f9a";
    let response = format!(r#"{{"CertificateSet": [], "{secret}": "", "RequestId": "R"}}"#);
    let recorder = Recorder::new(Script::new().then(Reply::json(response)));
    let config = config_over(recorder.clone(), Credentials::new("testid", secret));
    now(kcm::Client::new(config).unwrap().list_certificates().send()).unwrap();
    let text = recorder.cassette().to_json();
    assert!(text.contains("CertificateSet") && !text.contains("canary"), "{text}");
}
