//! The management API: state, clock, reset, faults, and what it refuses.

use crate::setup::signed::{CAS, NOW, OLD_CAS, aws4, endpoint, v1};
use crate::setup::wire::{Response, Sent};
use cloudcert_emulator::Handle;
use serde_json::json;

async fn get(endpoint: &Handle, path: &str) -> Response {
    Sent::new("GET", path).to(endpoint.address()).await
}

async fn post(endpoint: &Handle, path: &str, body: &str) -> Response {
    Sent::new("POST", path).body("application/json", body).to(endpoint.address()).await
}

#[tokio::test]
async fn the_state_shows_the_requests() {
    let endpoint = endpoint().await;
    v1(CAS, "DescribePackageState", &[("ProductCode", "symantec-free-1-free")]).to(endpoint.address()).await;
    v1(CAS, "DescribeCertificateState", &[]).to(endpoint.address()).await;
    let state = get(&endpoint, "/_emulator/state").await.json();
    assert_eq!(state["url"], endpoint.url());
    assert_eq!(state["seed"], 0);
    assert_eq!(state["clock"], json!({"seconds": NOW, "time": "2026-01-02T03:04:05Z", "running": false}));
    assert_eq!(state["faults"], 0);
    assert!(state["services"].is_object());
    let requests = &state["requests"];
    assert_eq!(requests["seen"], 2);
    let first = &requests["latest"][0];
    let id = first["request_id"].as_str().unwrap();
    assert_eq!(id.len(), 36);
    assert_eq!(
        *first,
        json!({
            "number": 1, "time": "2026-01-02T03:04:05Z", "request_id": id, "method": "POST", "api": "aliyun-cas-2020-04-07",
            "action": "DescribePackageState", "effect": "read", "status": 200, "code": null, "fault": null, "executed": true, "described": false,
            "parameters": {"ProductCode": "symantec-free-1-free"}, "ignored": []
        })
    );
    assert_eq!(
        (requests["latest"][1]["code"].as_str(), requests["latest"][1]["status"].as_u64()),
        (Some("MissingOrderId"), Some(400))
    );
}

#[tokio::test]
async fn neither_log_nor_state_contains_a_secret() {
    let endpoint = endpoint().await;
    let key = "-----BEGIN PRIVATE KEY-----\nTOPSECRET\n-----END PRIVATE KEY-----";
    let own = [("Name", "n"), ("Cert", "c"), ("Key", key), ("Kye", "MISSPELTSECRET")];
    v1(OLD_CAS, "CreateUserCertificate", &own).to(endpoint.address()).await;
    let contact = r#"{"FirstName":"PRIVATENAME"}"#;
    aws4("UpdateCertificate", &[("CertificateId", "1"), ("Contact", contact)]).to(endpoint.address()).await;
    aws4("RevokeCertificate", &[("CertificateId", "1"), ("Token", "TOKENSECRET"), ("Reason", "r")])
        .to(endpoint.address())
        .await;
    let state = get(&endpoint, "/_emulator/state").await;
    for secret in ["TOPSECRET", "MISSPELTSECRET", "PRIVATENAME", "TOKENSECRET", "testsecret", "testtoken", "Signature"]
    {
        assert!(!state.body.contains(secret), "{secret} is in {}", state.body);
    }
    let latest = &state.json()["requests"]["latest"];
    assert_eq!(latest[0]["parameters"]["Name"], "n");
    assert_eq!(latest[0]["parameters"]["Key"], cloudcert::REDACTED);
    assert_eq!(latest[0]["ignored"], json!(["Kye"]));
    assert!(!format!("{endpoint:?}").contains("secret"));
}

#[tokio::test]
async fn the_log_is_bounded() {
    let endpoint = endpoint().await;
    let long = "x".repeat(10_000);
    for _ in 0..510 {
        let sent = v1(CAS, "DescribeCertificateState", &[("OrderId", &long)]);
        sent.to(endpoint.address()).await;
    }
    let state = endpoint.state();
    assert_eq!(state["requests"]["seen"], 510);
    let latest = state["requests"]["latest"].as_array().unwrap();
    assert_eq!((latest.len(), latest[0]["number"].as_u64()), (500, Some(11)));
    assert!(latest[0]["parameters"]["OrderId"].as_str().unwrap().len() < 200);
}

#[tokio::test]
async fn the_clock_is_set_advanced_and_stopped() {
    let endpoint = endpoint().await;
    let clock = "/_emulator/clock";
    assert_eq!(get(&endpoint, clock).await.json()["seconds"], NOW);
    let response = post(&endpoint, clock, r#"{"advance_seconds": 3600}"#).await;
    assert_eq!((response.status, response.json()["time"].as_str()), (200, Some("2026-01-02T04:04:05Z")));
    let late = v1(CAS, "DescribePackageState", &[]).to(endpoint.address()).await;
    assert_eq!(late.code(), "InvalidTimeStamp.Expired", "signatures go by this clock");
    let response = post(&endpoint, clock, r#"{"set": "2026-01-02T03:04:05Z"}"#).await;
    assert_eq!(response.json()["seconds"], NOW);
    let response = post(&endpoint, clock, r#"{"set": 1000, "advance_seconds": 5}"#).await;
    assert_eq!(response.json(), json!({"seconds": 1005, "time": "1970-01-01T00:16:45Z", "running": false}));
    assert_eq!(post(&endpoint, clock, r#"{"running": true}"#).await.json()["running"], true);
    assert!(endpoint.clock().is_running());
}

#[tokio::test]
async fn a_reset_restores_the_start() {
    let endpoint = endpoint().await;
    post(&endpoint, "/_emulator/faults", r#"{"faults": [{"fault": {"kind": "internal"}}]}"#).await;
    v1(CAS, "DescribePackageState", &[]).to(endpoint.address()).await;
    endpoint.clock().set(5);
    for body in ["", "{}"] {
        let response = post(&endpoint, "/_emulator/reset", body).await;
        assert_eq!((response.status, response.json()), (200, json!({"reset": true})));
    }
    let state = endpoint.state();
    assert_eq!((state["requests"]["seen"].as_u64(), state["faults"].as_u64()), (Some(0), Some(0)));
    assert!((NOW..NOW + 60).contains(&state["clock"]["seconds"].as_i64().unwrap()), "{state}");
}

#[tokio::test]
async fn faults_are_added_listed_and_cleared() {
    let endpoint = endpoint().await;
    let path = "/_emulator/faults";
    let rules = json!({"faults": [
        {"action": "DescribePackageState", "times": 2, "fault": {"kind": "throttle", "retry_after_ms": 350}},
        {"probability": 0.25, "action": "GetToken", "fault": {"kind": "slow", "ms": 10}},
        {"action": "ListCertificates", "script": [{"kind": "close-after-commit"}, null, {"kind": "empty", "status": 504}]},
    ]});
    let response = post(&endpoint, path, &rules.to_string()).await;
    assert_eq!(response.status, 200, "{response:?}");
    let met = v1(CAS, "DescribePackageState", &[]).to(endpoint.address()).await;
    assert_eq!((met.code().as_str(), met.header("x-acs-retry-after")), ("Throttling.User", Some("350")));
    let listed = get(&endpoint, path).await.json();
    assert_eq!(listed["faults"][0]["times"], 1, "one is left: {listed}");
    assert_eq!(listed["faults"].as_array().unwrap().len(), 3);
    let response = Sent::new("DELETE", path).to(endpoint.address()).await;
    assert_eq!((response.status, response.json()), (200, json!({"faults": []})));
}

#[tokio::test]
async fn errors_say_what_is_wrong() {
    let endpoint = endpoint().await;
    let faults = "/_emulator/faults";
    let clock = "/_emulator/clock";
    let reset = "/_emulator/reset";
    let table = [
        (faults, "", "must be JSON like"),
        (faults, "{}", "missing field `faults`"),
        (faults, "[]", "must be JSON like"),
        (faults, r#"{"faults": [{}]}"#, "either a fault or a script"),
        (faults, r#"{"faults": [{"fault": {"kind": "flood"}}]}"#, "unknown variant `flood`"),
        (faults, r#"{"faults": [{"fault": {"kind": "slow", "sm": 1}}]}"#, "unknown field `sm`"),
        (faults, r#"{"faults": [{"fault": {"kind": "truncated", "ms": 1}}]}"#, "unknown field `ms`"),
        (faults, r#"{"faults": [{"fault": {"kind": "slow"}, "tmies": 1}]}"#, "unknown field `tmies`"),
        (faults, r#"{"faults": [{"fault": {"kind": "slow"}, "action": "GetTokne"}]}"#, "no API has an action GetTokne"),
        (faults, r#"{"faults": [{"fault": {"kind": "slow"}, "times": 0}]}"#, "times must be at least 1"),
        (faults, r#"{"faults": [{"fault": {"kind": "slow"}, "times": -1}]}"#, "must be JSON like"),
        (faults, r#"{"faults": [{"fault": {"kind": "slow"}, "probability": 2}]}"#, "probability must be from 0 to 1"),
        (faults, r#"{"faults": [{"script": []}]}"#, "script must have at least one step"),
        (faults, r#"{"faults": [{"script": [null], "times": 2}]}"#, "its steps decide"),
        (faults, r#"{"faults": [{"fault": {"kind": "html", "status": 200}}]}"#, "status must be from 400 to 599"),
        (faults, r#"{"faults": [{"fault": {"kind": "oversized", "bytes": 99999999999}}]}"#, "at most 1 GiB"),
        (
            faults,
            r#"{"faults": [{"fault": {"kind": "content-type", "value": "a\nb"}}]}"#,
            "the content type is not valid",
        ),
        (faults, r#"{"faults": [{"fault": {"kind": "response", "status": 100}}]}"#, "status must be from 200 to 599"),
        (
            faults,
            r#"{"faults": [{"fault": {"kind": "response", "status": 200, "content_type": "a\nb"}}]}"#,
            "the content type is not valid",
        ),
        (clock, "{}", "one of set, advance_seconds and running"),
        (clock, r#"{"advance": 1}"#, "unknown field `advance`"),
        (clock, r#"{"advance_seconds": -1}"#, "must be JSON like"),
        (clock, r#"{"set": "tomorrow"}"#, "set must be seconds since 1970 or a time"),
        (clock, r#"{"set": -1}"#, "between the years 1970 and 9999"),
        (clock, r#"{"advance_seconds": 9999999999999}"#, "between the years 1970 and 9999"),
        (reset, r#"{"seed": 1}"#, "unknown field `seed`"),
    ];
    for (path, body, part) in table {
        let response = post(&endpoint, path, body).await;
        let error = response.json()["error"].as_str().unwrap().to_owned();
        assert_eq!(response.status, 400, "{body}: {error}");
        assert!(error.contains(part), "{body}: {error}");
    }
    assert_eq!(endpoint.state()["faults"], 0, "nothing of a bad list is taken");
    let response = get(&endpoint, "/_emulator/reset").await;
    assert_eq!((response.status, response.json()["error"].as_str()), (405, Some("/_emulator/reset takes POST")));
    for path in ["/_emulator/sate", "/_emulator//", "/_emulator/page/index.html"] {
        let response = get(&endpoint, path).await;
        assert_eq!(response.status, 404);
        assert!(response.json()["error"].as_str().unwrap().contains("/_emulator/state"));
    }
    assert_eq!(get(&endpoint, "/nothing").await.status, 404);
    assert_eq!(post(&endpoint, "/nothing", "").await.status, 405);
}

/// Sends a request, and returns whether it was executed, and the response.
async fn done(endpoint: &Handle, sent: Sent) -> (bool, Response) {
    let response = sent.to(endpoint.address()).await;
    let refused = matches!(response.status, 400 | 403 | 415);
    assert!(refused || response.status == 200, "{response:?}");
    if refused && response.header("content-type") == Some("application/json") {
        assert!(response.json()["error"].is_string(), "{response:?}");
    }
    assert_eq!(response.header("access-control-allow-origin"), None);
    (!refused, response)
}

#[tokio::test]
async fn only_hosts_of_this_machine_are_accepted() {
    let endpoint = endpoint().await;
    let port = endpoint.address().port();
    let own = ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]"];
    for host in own {
        for host in [host.to_owned(), format!("{host}:{port}"), format!("{host}:1")] {
            let reset = Sent::new("POST", "/_emulator/reset").body("application/json", "{}").header("host", &*host);
            assert!(done(&endpoint, reset).await.0, "{host}");
            assert!(done(&endpoint, Sent::new("GET", "/_emulator/state").header("host", &*host)).await.0, "{host}");
        }
    }
    let foreign = [
        "",
        "example.com",
        "localhost.example.com",
        "127.0.0.1.example.com",
        "localhost@example.com",
        "x@localhost",
        "127.0.0.1@example.com",
        "0.0.0.0",
        "[::]",
        "192.0.2.1",
        "[2001:db8::1]",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.0.0.1.",
        "::1",
        "[::1",
        "[::1]x",
        "localhost:",
        "localhost:x",
        "localhost:99999",
        "localhost:80:80",
        "localhost, example.com",
        "127.0.0.256",
        "localhost/",
        "rebind.network",
    ];
    endpoint.clock().set(5);
    for host in foreign {
        for sent in [
            Sent::new("GET", "/_emulator/state"),
            Sent::new("POST", "/_emulator/reset").body("application/json", "{}"),
            Sent::new("DELETE", "/_emulator/faults"),
        ] {
            let (is_done, response) = done(&endpoint, sent.header("host", host)).await;
            assert!(!is_done, "{host}: {response:?}");
        }
    }
    let twice = Sent::new("POST", "/_emulator/reset").body("application/json", "{}").header("host", "localhost");
    assert!(!done(&endpoint, twice.header("host", "localhost")).await.0);
    // The target names another host than the header.
    let target = Sent::new("POST", "http://example.com/_emulator/reset").body("application/json", "{}");
    assert!(!done(&endpoint, target.header("host", "localhost")).await.0);
    let old = b"POST /_emulator/reset HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    let response = crate::setup::wire::parse(&crate::setup::wire::raw(endpoint.address(), old).await).unwrap();
    assert_eq!(response.status, 403, "there is no host at all");
    assert_eq!(endpoint.clock().now(), 5, "nothing was reset");
}

#[tokio::test]
async fn a_page_in_a_browser_changes_and_reads_nothing() {
    let endpoint = endpoint().await;
    let own = format!("http://{}", endpoint.address());
    let json = || Sent::new("POST", "/_emulator/reset").body("application/json", "{}");
    let state = || Sent::new("GET", "/_emulator/state");
    assert!(done(&endpoint, json().header("origin", &*own).header("sec-fetch-site", "same-origin")).await.0);
    assert!(done(&endpoint, state().header("sec-fetch-site", "none")).await.0, "an address that somebody typed");
    endpoint.clock().set(5);
    let origins = [
        "null",
        "http://example.com",
        "https://example.com",
        "http://localhost",
        "http://127.0.0.1",
        "http://localhost:1",
        "",
        &own.replace("http", "https"),
        &format!("{own}/"),
        &format!("{own}.example.com"),
    ];
    for origin in origins {
        for sent in
            [json(), state(), Sent::new("DELETE", "/_emulator/faults"), Sent::new("OPTIONS", "/_emulator/reset")]
        {
            assert!(!done(&endpoint, sent.header("origin", origin)).await.0, "{origin}");
        }
    }
    assert!(!done(&endpoint, json().header("origin", &*own).header("origin", "http://example.com")).await.0);
    for site in ["cross-site", "same-site", "", "other"] {
        assert!(!done(&endpoint, json().header("sec-fetch-site", site)).await.0, "{site}");
        assert!(!done(&endpoint, state().header("sec-fetch-site", site)).await.0, "{site}");
    }
    let kinds = [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain; application/json",
        "application/jsonx",
        "application/json, text/plain",
        "application",
        "",
    ];
    for kind in kinds {
        for body in ["{}", ""] {
            let sent = Sent::new("POST", "/_emulator/reset").body(kind, body);
            let (_, response) = done(&endpoint, sent).await;
            assert_eq!(response.status, 415, "{kind}: {response:?}");
        }
        assert!(!done(&endpoint, Sent::new("DELETE", "/_emulator/faults").body(kind, "")).await.0, "{kind}");
    }
    assert_eq!(Sent::new("POST", "/_emulator/reset").to(endpoint.address()).await.status, 415, "no type at all");
    assert_eq!(endpoint.clock().now(), 5, "nothing was reset");
    for kind in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
        assert!(done(&endpoint, Sent::new("POST", "/_emulator/reset").body(kind, "{}")).await.0, "{kind}");
    }
    // What is read changes nothing, whatever it says.
    for path in ["reset", "reset?running=false", "clock?set=5", "faults?clear=1", "state"] {
        let before = endpoint.state();
        Sent::new("GET", format!("/_emulator/{path}")).to(endpoint.address()).await;
        let mut after = endpoint.state();
        after["clock"] = before["clock"].clone();
        assert_eq!(after, before, "{path}");
    }
}

#[tokio::test]
async fn the_address_that_is_listened_on_is_this_machine_too() {
    let emulator = cloudcert_emulator::Emulator::new().listen("127.0.0.5:0".parse().unwrap());
    let endpoint = emulator.serve().await.unwrap();
    assert_eq!(get(&endpoint, "/_emulator/state").await.status, 200);
    let large = format!("{{\"faults\": [{}]}}", " ".repeat(256 << 10));
    assert_eq!(post(&endpoint, "/_emulator/faults", &large).await.status, 413);
}
