//! What the page for people needs of the management API: a bounded state with a version, and what can be chosen.

use crate::setup::signed::{CAS, NOW, aws4, endpoint, v1};
use crate::setup::wire::{Response, Sent};
use cloudcert_emulator::{Cloud, Credential, Emulator, Fault, Handle, Rule};
use serde_json::{Value, json};
use std::time::Duration;

async fn get(endpoint: &Handle, path: &str) -> Response {
    Sent::new("GET", path).to(endpoint.address()).await
}

async fn post(endpoint: &Handle, path: &str, body: &Value) -> Response {
    Sent::new("POST", path).body("application/json", body.to_string()).to(endpoint.address()).await
}

const STATE: &str = "/_emulator/state?limit=3";

#[tokio::test]
async fn a_limit_bounds_every_list_of_the_state() {
    let endpoint = endpoint().await;
    let order = |number: u32| {
        let domain = format!("{number}.example.com");
        let own = [
            ("Domain", &*domain),
            ("ProductCode", "symantec-free-1-free"),
            ("Email", "ops@example.com"),
            ("Phone", "13800000000"),
            ("Username", "Li Lei"),
            ("ValidateType", "DNS"),
        ];
        v1(CAS, "CreateCertificateRequest", &own)
    };
    for number in 0..5 {
        assert_eq!(order(number).to(endpoint.address()).await.status, 200);
        endpoint.inject(Rule::new(Fault::Truncated).action("GetToken")).unwrap();
    }
    let state = get(&endpoint, STATE).await.json();
    let cas = &state["services"]["aliyun-cas-2020-04-07"];
    assert_eq!(cas["orders"]["total"], 5);
    let domains: Vec<&Value> = cas["orders"]["latest"].as_array().unwrap().iter().map(|row| &row["domain"]).collect();
    assert_eq!(domains, ["4.example.com", "3.example.com", "2.example.com"]);
    let numbers: Vec<&Value> =
        state["requests"]["latest"].as_array().unwrap().iter().map(|row| &row["number"]).collect();
    assert_eq!((&state["requests"]["seen"], numbers), (&json!(5), vec![&json!(3), &json!(4), &json!(5)]));
    assert_eq!((&state["faults"], state["rules"].as_array().unwrap().len()), (&json!(5), 3));
    let old = &state["services"]["aliyun-cas-2018-07-13"];
    assert_eq!((old["instances"].as_array().unwrap().len(), &old["instances_total"]), (3, &json!(12)));
    let none = get(&endpoint, "/_emulator/state?limit=0").await.json();
    assert_eq!(none["services"]["aliyun-cas-2020-04-07"]["orders"], json!({"total": 5, "latest": []}));
    for wrong in ["limit=", "limit=-1", "limit=1001", "limit=x", "limit=1e2"] {
        let response = get(&endpoint, &format!("/_emulator/state?{wrong}")).await;
        assert_eq!(response.status, 400, "{wrong}");
        assert!(response.json()["error"].as_str().unwrap().contains("from 0 to 1000"), "{wrong}");
    }
    let mut whole = get(&endpoint, "/_emulator/state?limit=1000&other=1").await.json();
    whole["clock"] = json!(null);
    let mut usual = endpoint.state();
    usual["clock"] = json!(null);
    assert_eq!(whole, usual, "a thousand rows is what there is without a limit");
}

#[tokio::test]
async fn a_client_that_knows_the_state_gets_it_again_only_if_it_may_differ() {
    let endpoint = endpoint().await;
    let version = async || get(&endpoint, STATE).await.header("etag").unwrap().to_owned();
    let known = async |version: &str| {
        let sent = Sent::new("GET", STATE).header("if-none-match", format!("\"other\", {version}"));
        let response = sent.to(endpoint.address()).await;
        assert_eq!(response.body.is_empty(), response.status == 304, "{response:?}");
        response.status == 304
    };
    let mut seen = vec![version().await];
    assert!(known(&seen[0]).await);
    assert_eq!(get(&endpoint, "/_emulator/state?limit=4").await.status, 200);
    assert!(
        !Sent::new("GET", "/_emulator/state?limit=4")
            .header("if-none-match", &*seen[0])
            .to(endpoint.address())
            .await
            .body
            .is_empty()
    );
    for step in 0..8 {
        match step {
            0 => drop(v1(CAS, "DescribePackageState", &[]).to(endpoint.address()).await),
            1 => {
                drop(
                    post(&endpoint, "/_emulator/faults", &json!({"faults": [{"fault": {"kind": "truncated"}}]})).await,
                );
            }
            2 => drop(Sent::new("DELETE", "/_emulator/faults/1").to(endpoint.address()).await),
            3 => drop(post(&endpoint, "/_emulator/clock", &json!({"advance_seconds": 1})).await),
            4 => endpoint.clock().advance(Duration::from_secs(1)),
            5 => endpoint.clock().run(),
            6 => endpoint.clock().stop(),
            _ => drop(post(&endpoint, "/_emulator/reset", &json!({})).await),
        }
        let now = version().await;
        assert!(!seen.contains(&now), "step {step}: {now}");
        assert!(!known(seen.last().unwrap()).await, "step {step}");
        seen.push(now);
    }
    let other = crate::setup::signed::endpoint().await;
    assert_ne!(get(&other, STATE).await.header("etag").unwrap(), seen[0], "another endpoint has other versions");
}

#[tokio::test]
async fn what_can_be_chosen_can_be_added_and_removed_by_its_number() {
    let endpoint = endpoint().await;
    let choices = get(&endpoint, "/_emulator/choices").await.json();
    let kinds = choices["kinds"].as_array().unwrap();
    for kind in kinds {
        let mut fault = json!({ "kind": kind["kind"] });
        for (name, member) in kind["members"].as_object().unwrap() {
            if member["required"] == true {
                fault[name] = if name == "row" { json!("quota-exhausted") } else { member["default"].clone() };
            }
        }
        let response = post(&endpoint, "/_emulator/faults", &json!({"faults": [{ "fault": fault }]})).await;
        assert_eq!(response.status, 200, "{fault}: {response:?}");
    }
    let listed = get(&endpoint, "/_emulator/faults").await.json();
    let numbers: Vec<u64> =
        listed["faults"].as_array().unwrap().iter().map(|rule| rule["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=kinds.len() as u64).collect::<Vec<_>>());
    let removed = Sent::new("DELETE", "/_emulator/faults/2").to(endpoint.address()).await;
    assert_eq!((removed.status, removed.json()["faults"].as_array().unwrap().len()), (200, kinds.len() - 1));
    for gone in ["2", "0", "x", "-1", "", "1/2", "99999999999999999999999"] {
        let response = Sent::new("DELETE", format!("/_emulator/faults/{gone}")).to(endpoint.address()).await;
        assert_eq!(response.status, 404, "{gone}");
    }
    assert_eq!(get(&endpoint, "/_emulator/faults/1").await.status, 405);
    // What was listed can be added again, and gets numbers of its own.
    Sent::new("DELETE", "/_emulator/faults").to(endpoint.address()).await;
    let again = post(&endpoint, "/_emulator/faults", &listed).await.json();
    assert_eq!(again["faults"][0]["number"], kinds.len() as u64 + 1);
    let api = choices["apis"].as_array().unwrap().iter().find(|api| api["id"] == "ksyun-kcm-2016-03-04").unwrap();
    let apply = api["actions"].as_array().unwrap().iter().find(|action| action["name"] == "ApplyCertificate").unwrap();
    assert_eq!(apply["effect"], "order");
    for row in apply["errors"].as_array().unwrap().iter().chain(api["errors"].as_array().unwrap()) {
        let rule = json!({"action": "ApplyCertificate", "fault": {"kind": "service", "row": row}});
        assert_eq!(post(&endpoint, "/_emulator/faults", &json!({ "faults": [rule] })).await.status, 200, "{row}");
    }
}

#[tokio::test]
async fn rules_are_shown_with_long_texts_cut() {
    let endpoint = endpoint().await;
    let long = "x".repeat(200_000);
    let fault = Fault::Response { status: 200, body: long.clone(), content_type: "a/b".to_owned(), committed: true };
    for _ in 0..900 {
        endpoint.inject(Rule::new(fault.clone()).action("GetToken").times(2)).unwrap();
    }
    let steps = std::iter::repeat_n(None, 50_000);
    endpoint.inject(Rule::script([Some(fault)].into_iter().chain(steps)).action("GetToken")).unwrap();
    let response = get(&endpoint, "/_emulator/state").await;
    assert!(response.body.len() < 1 << 20, "{}", response.body.len());
    let state = response.json();
    assert_eq!((&state["faults"], &state["chaos"]), (&json!(901), &json!(false)));
    let rules = state["rules"].as_array().unwrap();
    assert_eq!(
        (&rules[0]["number"], &rules[0]["times"], &rules[0]["action"]),
        (&json!(1), &json!(2), &json!("GetToken"))
    );
    assert!(rules[0]["fault"]["body"].as_str().unwrap().len() < 200);
    assert_eq!((&rules[900]["steps"], rules[900]["script"].as_array().unwrap().len()), (&json!(50_001), 20));
    let chaotic = Emulator::new().chaos(1).serve().await.unwrap();
    assert_eq!(chaotic.state()["chaos"], true);
    chaotic.clear_faults();
    assert_eq!(chaotic.state()["chaos"], false);
}

#[tokio::test]
async fn the_log_tells_the_effect_of_each_call() {
    let endpoint = endpoint().await;
    let update = |submit: &str| aws4("UpdateCertificate", &[("CertificateId", "1"), ("IsSubmit", submit)]);
    update("false").to(endpoint.address()).await;
    update("true").to(endpoint.address()).await;
    v1(CAS, "CreateCertificateRequest", &[]).to(endpoint.address()).await;
    v1(CAS, "NoSuchAction", &[]).to(endpoint.address()).await;
    endpoint.inject(Rule::new(Fault::Internal { committed: true })).unwrap();
    v1(CAS, "DescribePackageState", &[]).to(endpoint.address()).await;
    let state = endpoint.state();
    let latest = state["requests"]["latest"].as_array().unwrap();
    let effects: Vec<Option<&str>> = latest.iter().map(|request| request["effect"].as_str()).collect();
    assert_eq!(effects, [Some("idempotent"), Some("submit-once"), Some("order"), None, Some("read")]);
    let lost = &latest[4];
    assert_eq!(
        (&lost["status"], &lost["code"], &lost["executed"]),
        (&json!(500), &json!("InternalError"), &json!(true))
    );
}

#[tokio::test]
async fn responses_carry_the_time_of_the_endpoint() {
    let endpoint = endpoint().await;
    let sent = v1(CAS, "DescribePackageState", &[]);
    for response in [sent.to(endpoint.address()).await, get(&endpoint, "/ca.pem").await, get(&endpoint, STATE).await] {
        assert_eq!(response.header("date"), Some("Fri, 02 Jan 2026 03:04:05 GMT"));
    }
    endpoint.clock().set(NOW + 86_400);
    assert_eq!(get(&endpoint, STATE).await.header("date"), Some("Sat, 03 Jan 2026 03:04:05 GMT"));
}

#[tokio::test]
async fn nothing_that_the_page_loads_has_a_secret() {
    let key = |cloud, id: &str| Credential::new(cloud, id, "CANARY-SECRET").token("CANARY-TOKEN");
    let with_own_keys = Emulator::new().credential(key(Cloud::Aliyun, "testid")).credential(key(Cloud::Ksyun, "other"));
    // The calls are executed by the first, and refused by the second.
    for endpoint in [endpoint().await, crate::setup::signed::standing(with_own_keys).await] {
        let pem = "-----BEGIN PRIVATE KEY-----\nCANARY-KEY\n-----END PRIVATE KEY-----";
        let own =
            [("Name", "n"), ("Cert", "c"), ("Key", pem), ("Kye", "CANARY-MISSPELT"), ("SecurityToken", "CANARY-TOKEN")];
        let contact = r#"{"FirstName": "CANARY-NAME", "Mobile": "CANARY-PHONE"}"#;
        for sent in [
            v1("2018-07-13", "CreateUserCertificate", &own[..4]),
            v1("2018-07-13", "CreateUserCertificate", &own),
            aws4("UpdateCertificate", &[("CertificateId", "1"), ("Contact", contact)]),
            aws4("RevokeCertificate", &[("CertificateId", "1"), ("Token", "CANARY-REVOKE"), ("Reason", "r")]),
            aws4("UploadCertificate", &[("CertName", "n"), ("CertFile", "c"), ("CertKey", pem)]),
        ] {
            sent.to(endpoint.address()).await;
        }
        let page = [
            "",
            "style.css",
            "icon.svg",
            "words.json",
            "page.js",
            "show.js",
            "services.js",
            "faults.js",
            "clock.js",
            "words.js",
        ];
        for path in page.into_iter().chain(["state", "state?limit=100", "choices", "faults", "clock"]) {
            let response = get(&endpoint, &format!("/_emulator/{path}")).await;
            assert_eq!(response.status, 200, "{path}");
            for part in ["CANARY", "PRIVATE KEY", "Signature="] {
                assert!(!response.body.contains(part), "{part} is in {path}");
                assert!(
                    !response.headers.iter().any(|(_, value)| value.contains(part)),
                    "{part} is in a header of {path}"
                );
            }
        }
        assert_eq!(endpoint.state()["requests"]["seen"], 5);
    }
}
