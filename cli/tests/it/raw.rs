//! Raw orders in the journal: listed, shown and settled by their names, and never sent twice while nobody knows what became of them.

use crate::setup::recorder::Recorder;
use crate::setup::{Done, Folder, ORDER, Run, actions, called, cloudcert, command, endpoint, fault, split};
use cloudcert::model::Effect;
use cloudcert_cli::Exit;
use cloudcert_emulator::Handle;
use serde_json::{Value, json};

/// A user with a state folder and without a configuration.
struct User<'a> {
    state: Folder,
    endpoint: &'a Handle,
}

impl<'a> User<'a> {
    fn new(endpoint: &'a Handle) -> Self {
        Self { state: Folder::new(), endpoint }
    }

    fn run(&self, line: &str) -> Run {
        cloudcert(self.endpoint.url(), split(line)).env("CLOUDCERT_STATE", &self.state.path("state"))
    }

    #[track_caller]
    fn ends(&self, line: &str, exit: Exit) -> Done {
        self.run(line).ends(exit)
    }

    #[track_caller]
    fn order(&self, exit: Exit) -> Done {
        self.ends(&format!("{ORDER} --yes --output json"), exit)
    }

    /// The orders as `order list` shows them.
    #[track_caller]
    fn listed(&self) -> Vec<Value> {
        let listed = self.ends("order list --output json", Exit::Done).json();
        assert_eq!(listed["version"], 1);
        listed["orders"].as_array().unwrap().clone()
    }

    /// The name of the last order, as listed.
    #[track_caller]
    fn last(&self) -> (String, Value) {
        let row = self.listed().pop().unwrap();
        (row["order"].as_str().unwrap().to_owned(), row)
    }
}

/// The orders at the endpoint.
fn total(endpoint: &Handle) -> u64 {
    endpoint.state()["services"]["aliyun-cas-2020-04-07"]["orders"]["total"].as_u64().unwrap()
}

/// The error as programs read it.
#[track_caller]
fn error(done: &Done) -> Value {
    let line = done.err.lines().find(|line| line.starts_with('{'));
    serde_json::from_str(line.unwrap_or_else(|| panic!("no JSON in: {}", done.err))).unwrap()
}

/// Loses the next response, and keeps the probes after it from finding anything.
fn lose(endpoint: &Handle) {
    fault(endpoint, "CreateCertificateRequest", &json!({ "kind": "close-after-commit" }));
    let refusal =
        json!({ "kind": "response", "status": 403, "body": r#"{"Code":"Forbidden","Message":"m","RequestId":"R"}"# });
    for probe in ["ListUserCertificateOrder", "DescribePackageState"] {
        // The probe before the order passes.
        let script: Vec<_> = std::iter::once(json!(null)).chain(std::iter::repeat_n(refusal.clone(), 20)).collect();
        endpoint.inject(serde_json::from_value(json!({ "action": probe, "script": script })).unwrap()).unwrap();
    }
}

#[test]
fn raw_orders_are_listed_and_shown_without_a_configuration() {
    let endpoint = endpoint();
    let user = User::new(&endpoint);
    assert!(user.listed().is_empty());
    let id = user.order(Exit::Done).json()["OrderId"].as_str().unwrap().to_owned();
    let (order, row) = user.last();
    let name = order.strip_suffix("/1").unwrap().to_owned();
    assert!(name.starts_with("_direct-"), "{row}");
    assert_eq!((&row["status"], &row["ids"]), (&json!("done"), &json!(format!("OrderId={id}"))));
    assert_eq!(
        (&row["action"], &row["request"]["Domain"]),
        (&json!("CreateCertificateRequest"), &json!("www.example.com"))
    );
    let table = user.ends("order list", Exit::Done).out;
    for part in [&order, "CreateCertificateRequest", "Domain=www.example.com", &id] {
        assert!(table.contains(part), "{part} is not in: {table}");
    }
    // The same request again is another order, after the first has ended.
    user.order(Exit::Done);
    assert_eq!((user.listed().len(), total(&endpoint)), (2, 2));

    for (line, lines) in [
        (format!("order show {name}"), 5),
        (format!("order show {name}/1"), 5),
        (format!("order export {name}"), 10),
        (format!("order export {name}/2 --json-lines"), 5),
    ] {
        let shown = user.ends(&line, Exit::Done);
        assert_eq!(shown.out.lines().count(), lines, "{line}: {}", shown.out);
        for personal in ["13800000000", "ops@example.com", "testsecret"] {
            assert!(!shown.all().contains(personal), "{line}: {}", shown.all());
        }
    }
    let own = user.ends(&format!("order list {name} --output json"), Exit::Done).json();
    assert_eq!(own["orders"].as_array().unwrap().len(), 2);
    // An order that has ended needs nothing.
    user.ends(&format!("order find-out {name}"), Exit::Done);
    user.ends(&format!("order find-out {order}"), Exit::Invalid).says("/2");
    user.ends(&format!("order resolve {name} --not-executed --why w"), Exit::Invalid);
    user.ends(&format!("order abandon {name} --why w"), Exit::Unconfirmed);
    user.ends(&format!("order abandon {name} --why w --yes"), Exit::Invalid);
    user.ends("order show _direct-0", Exit::Unconfirmed).says("cloudcert order list");
    user.ends(&format!("order show {name}/7"), Exit::Unconfirmed);
    assert_eq!(total(&endpoint), 2);
}

#[test]
fn the_same_request_is_refused_until_it_is_found_out() {
    let endpoint = endpoint();
    let user = User::new(&endpoint);
    lose(&endpoint);
    user.order(Exit::Unknown).says("the response was lost");
    let refused = user.order(Exit::Unknown);
    let report = &error(&refused)["error"];
    assert_eq!((&report["code"], &report["status"]), (&json!("Forbidden"), &json!(403)), "{report}");
    assert_eq!((&report["request_id"], &report["outcome_unknown"]), (&json!("R"), &json!(true)), "{report}");
    let (order, row) = user.last();
    assert_eq!((&row["status"], total(&endpoint)), (&json!("unknown"), 1), "{row}");
    for command in ["find-out", "resolve"] {
        let next = format!("cloudcert order {command} {order}");
        assert!(report["remedy"].as_str().unwrap().contains(&next), "{report}");
    }
    user.ends(&format!("order find-out {order}"), Exit::Unknown);
    endpoint.clear_faults();
    let found = user.ends(&format!("order find-out {order} --output json"), Exit::Done).json();
    assert_eq!(found["orders"][0]["status"], "done", "{found}");
    assert!(found["orders"][0]["ids"].as_str().unwrap().contains("OrderId="), "{found}");
    assert_eq!(
        (total(&endpoint), called(&endpoint).iter().filter(|name| *name == "CreateCertificateRequest").count()),
        (1, 1)
    );
    user.order(Exit::Done);
    assert_eq!(total(&endpoint), 2);
}

#[test]
fn the_same_request_finds_out_by_itself() {
    let endpoint = endpoint();
    let user = User::new(&endpoint);
    lose(&endpoint);
    user.order(Exit::Unknown);
    endpoint.clear_faults();
    let found = user.order(Exit::Done).json();
    assert_eq!((&found["Outcome"], total(&endpoint)), (&json!("executed"), 1), "{found}");
    assert_eq!(user.last().1["status"], "done");
}

#[test]
fn a_person_settles_a_raw_order() {
    let endpoint = endpoint();
    for (command, status) in [
        ("resolve NAME --executed 17 --why seen", "done"),
        ("resolve NAME --not-executed --why seen", "failed"),
        ("abandon NAME --why seen --yes", "abandoned"),
    ] {
        endpoint.reset();
        let user = User::new(&endpoint);
        lose(&endpoint);
        user.order(Exit::Unknown);
        let (order, _) = user.last();
        let settled = user.ends(&format!("order {} --output json", command.replace("NAME", &order)), Exit::Done).json();
        let row = &settled["orders"][0];
        assert_eq!((&row["status"], &row["order"]), (&json!(status), &json!(order)), "{command}");
        assert_eq!(row["ids"] == "OrderId=17", status == "done", "{command}: {row}");
        endpoint.clear_faults();
        user.order(Exit::Done);
        assert_eq!((user.listed().len(), total(&endpoint)), (2, 2), "{command}");
    }
}

#[test]
fn a_refusal_has_what_the_service_said() {
    let endpoint = endpoint();
    let user = User::new(&endpoint);
    let body = r#"{"Code":"Throttling.User","Message":"m","RequestId":"R-1"}"#;
    let times = json!({ "kind": "response", "status": 400, "body": body });
    for (fault_of, exit, code) in [
        (json!({ "kind": "service", "row": "quota-exhausted" }), Exit::Refused, None),
        (times, Exit::NotNow, Some("Throttling.User")),
    ] {
        let script: Vec<Value> = std::iter::repeat_n(fault_of, 9).collect();
        let rule = json!({ "action": "CreateCertificateRequest", "script": script });
        endpoint.inject(serde_json::from_value(rule).unwrap()).unwrap();
        let report = &error(&user.order(exit))["error"];
        for member in ["message", "code", "cause", "remedy", "request_id", "status"] {
            assert!(!report[member].is_null(), "{member} is absent in {report}");
        }
        assert_eq!(report["outcome_unknown"], false);
        assert!(code.is_none_or(|code| report["code"] == code), "{report}");
        endpoint.clear_faults();
    }
    // A lost response keeps what came with it.
    fault(&endpoint, "CreateCertificateRequest", &json!({ "kind": "internal", "committed": true }));
    for probe in ["ListUserCertificateOrder", "DescribePackageState"] {
        let script = [json!(null), json!({ "kind": "response", "status": 403, "body": "{}" })];
        endpoint.inject(serde_json::from_value(json!({ "action": probe, "script": script })).unwrap()).unwrap();
    }
    let report = &error(&user.order(Exit::Unknown))["error"];
    assert_eq!((&report["status"], &report["outcome_unknown"]), (&json!(500), &json!(true)), "{report}");
    assert!(report["code"].is_string() && report["request_id"].is_string(), "{report}");
    assert_eq!(total(&endpoint), 1);
}

#[test]
fn what_the_program_says_of_raw_orders_is_chinese_too() {
    let endpoint = endpoint();
    let user = User::new(&endpoint);
    lose(&endpoint);
    let lost = user.run(&format!("{ORDER} --yes --lang zh")).ends(Exit::Unknown);
    for part in ["响应丢失：正在核实调用是否已执行", "错误：", "下一步："] {
        lost.says(part);
    }
    user.ends("order list --help --lang zh", Exit::Done);
    let help = user.ends("order show --help --lang zh", Exit::Done).out;
    assert!(help.contains("`order list` 所列的单次调用订单"), "{help}");
    let (order, _) = user.last();
    user.ends(&format!("order abandon {order} --why w --lang zh"), Exit::Unconfirmed).says("未确认");
    let refused = user.ends("call aliyun-cas RefundInstance --effect order --yes --lang zh", Exit::Usage);
    refused.says("须使用其专用命令");
    refused.says("`cloudcert aliyun-cas refund-instance`");
    assert_eq!(total(&endpoint), 1);
}

/// Which of two requests is the same one is known by the command of the action alone.
#[test]
fn call_sends_no_order_that_has_a_command() {
    let recorder = Recorder::start();
    let once = |effect: &Effect| matches!(effect, Effect::Order | Effect::SubmitOnce | Effect::Unknown);
    let mut refused = 0;
    for (api, action) in actions() {
        let conditional = action.effect_when.iter().map(|(_, effect)| effect);
        if conditional.chain([&action.effect]).any(once) {
            let words = ["call", &api.id, &action.name, "--effect", "read", "--yes"];
            let done = cloudcert(&recorder.url, words).ends(Exit::Usage);
            done.says("its own command");
            let help = cloudcert(&recorder.url, [&command(api), &action.name, "--help"]).ends(Exit::Done);
            assert!(help.out.contains("--extra"), "{}", help.out);
            refused += 1;
        }
    }
    assert!(refused > 0 && recorder.seen().is_empty());
}

#[test]
fn a_call_of_an_unknown_action_that_orders_is_in_the_journal() {
    let endpoint = endpoint();
    let user = User::new(&endpoint);
    let line = "call aliyun-cas CreateCsr CommonName=www.example.com Algorithm=RSA KeySize=2048 CountryCode=CN Province=Beijing Locality=Beijing --effect order --yes --output json";
    fault(&endpoint, "CreateCsr", &json!({ "kind": "close-after-commit" }));
    for _ in 0..2 {
        let report = &error(&user.ends(line, Exit::Unknown))["error"];
        assert_eq!(report["outcome_unknown"], true);
    }
    let sent = || called(&endpoint).iter().filter(|name| *name == "CreateCsr").count();
    let (order, row) = user.last();
    assert_eq!((&row["about"], sent()), (&json!("CreateCsr"), 1), "{row}");
    user.ends(&format!("order find-out {order}"), Exit::Unknown);
    user.ends(&format!("order resolve {order} --not-executed --why seen"), Exit::Done);
    endpoint.clear_faults();
    let done = user.ends(line, Exit::Done).json();
    assert!(done["CsrId"].is_string() || done["CsrId"].is_number(), "{done}");
    assert_eq!((sent(), &user.last().1["status"]), (2, &json!("done")));
}
