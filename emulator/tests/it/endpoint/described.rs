//! An endpoint on another description: each action is answered from it alone.

use crate::setup::served::{Served, program};
use crate::setup::signed::{KCM, aws4, standing, v1};
use crate::setup::wire::{Response, Sent, parse, raw};
use cloudcert::model::{
    self, Api, Condition, Example, Field, Model, Need, Rule as ParameterRule, RuleDemand, Severity, Structure,
    TimeLayout, TimeZone, Type,
};
use cloudcert_emulator::{Emulator, Fault, Handle, Rule};
use serde_json::{Value, json};
use std::path::PathBuf;

const ACTION: &str = "GetToken";

fn api(id: &str) -> Api {
    model::api(id).unwrap().clone()
}

fn of(apis: Vec<Api>) -> Model {
    Model { apis, register: Vec::new() }
}

/// A structure with these members, for fields of type `name`.
fn structure(name: &str, fields: Vec<Field>) -> Structure {
    Structure {
        name: name.to_owned(),
        doc: model::Text::default(),
        fields,
        history: None,
        undocumented: model::Undocumented::default(),
        defects: Vec::new(),
        at: model::Place::default(),
    }
}

/// The description of KCM with one action, changed.
fn changed(change: impl FnOnce(&mut Api)) -> Model {
    let mut kcm = api("ksyun-kcm-2016-03-04");
    kcm.actions.retain(|action| action.name == ACTION);
    change(&mut kcm);
    of(vec![kcm])
}

async fn serving(model: Model) -> Handle {
    standing(Emulator::new().model(model)).await
}

async fn call(endpoint: &Handle, sent: &Sent) -> Response {
    parse(&raw(endpoint.address(), &sent.bytes(endpoint.address())).await).unwrap()
}

fn last(endpoint: &Handle) -> Value {
    endpoint.state()["requests"]["latest"].as_array().unwrap().last().unwrap().clone()
}

fn example(request: &[(&str, Value)], response: &[(&str, Value)], error: Option<&str>) -> Example {
    let map = |pairs: &[(&str, Value)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let title = model::Text::default();
    Example { title, request: map(request), response: map(response), error: error.map(str::to_owned) }
}

#[tokio::test]
async fn every_action_is_answered_from_the_description_whatever_its_name() {
    // The APIs are those that have behaviours, but their description came from outside.
    let endpoint = serving(of(model::apis().to_vec())).await;
    assert_eq!(endpoint.state()["services"], json!({}));
    for _ in 0..2 {
        let response = call(&endpoint, &v1("2020-04-07", "DescribePackageState", &[])).await;
        assert_eq!(response.header("x-cloudcert-emulator"), Some("described"));
        assert_eq!(response.status, 200);
        let entry = last(&endpoint);
        assert_eq!((&entry["described"], &entry["executed"]), (&json!(true), &json!(true)), "{entry}");
    }
    // Signature and parameters are checked as always.
    let mut unsigned = aws4(ACTION, &[]);
    unsigned.headers.retain(|(name, _)| name != "authorization");
    assert_eq!(call(&endpoint, &unsigned).await.status, 403);
    let long = aws4("ListCertificates", &[("PageSize", "many")]);
    assert_eq!(call(&endpoint, &long).await.code(), "InvalidParameterValue");
    // After a reset there are no behaviours either.
    endpoint.reset();
    assert_eq!(endpoint.state()["services"], json!({}));
}

#[tokio::test]
async fn actions_and_versions_are_those_of_the_description() {
    let model = changed(|api| {
        let mut asked = api.actions[0].clone();
        asked.name = "AskSomething".to_owned();
        asked.examples = vec![
            example(&[("Colour", json!("red"))], &[("Shade", json!(7))], None),
            example(&[("Colour", json!("none"))], &[], Some("colour-missing")),
        ];
        asked.errors = vec!["colour-missing".to_owned()];
        asked.parameters =
            vec![Field { wire: "Colour".to_owned(), kind: Type::String, ..api.common_response[0].clone() }];
        api.actions.push(asked);
        let row = api.errors[0].clone();
        api.errors.push(model::ErrorRow {
            name: "colour-missing".to_owned(),
            code: model::Match::Exact("NoColour".to_owned()),
            status: vec![404],
            ..row
        });
        let extra = Field {
            wire: "Extra".to_owned(),
            kind: Type::I32,
            example: Some(json!(3)),
            ..api.common_response[0].clone()
        };
        api.common_response.push(extra);
    });
    let endpoint = serving(model).await;
    let response = call(&endpoint, &aws4("AskSomething", &[("Colour", "red")])).await.json();
    // Fields that every response carries come with it.
    assert_eq!((&response["Shade"], &response["Extra"]), (&json!(7), &json!(3)), "{response}");
    let response = call(&endpoint, &aws4("AskSomething", &[("Colour", "none")])).await;
    assert_eq!((response.status, response.code().as_str()), (404, "NoColour"));
    // What is not in it, the endpoint does not know.
    assert_eq!(call(&endpoint, &aws4("ListCertificates", &[])).await.status, 404);
    assert!(call(&endpoint, &v1("2020-04-07", "DescribePackageState", &[])).await.status >= 400);
    // Faults may name its actions and errors, and no others.
    endpoint.inject(Rule::new(Fault::CloseAfterCommit).action("AskSomething").times(1)).unwrap();
    let unknown = endpoint.inject(Rule::new(Fault::Truncated).action("ListCertificates")).unwrap_err();
    assert!(unknown.to_string().contains("no API has an action ListCertificates"), "{unknown}");
}

#[tokio::test]
async fn rules_over_several_parameters_are_checked() {
    let path = |name: &str| vec![name.to_owned()];
    let model = changed(|api| {
        let parameter =
            |wire: &str| Field { wire: wire.to_owned(), kind: Type::String, ..api.common_response[0].clone() };
        api.actions[0].parameters = vec![parameter("A"), parameter("B"), parameter("C")];
        let rule = |name: &str, when, demand| ParameterRule {
            name: name.to_owned(),
            severity: Severity::Advice,
            when,
            demand,
            doc: model::Text::default(),
            at: model::Place::default(),
        };
        api.actions[0].rules = vec![
            rule("pair", Some(Condition::Present(path("A"))), RuleDemand::Require(vec![path("B")])),
            rule(
                "not-both",
                Some(Condition::OneOf { path: path("C"), values: vec![json!("x"), json!(1)] }),
                RuleDemand::Forbid(vec![path("B")]),
            ),
        ];
    });
    let endpoint = serving(model).await;
    for (sent, code) in [
        (&[("A", "a")][..], "MissingParameter"),
        (&[("A", "a"), ("B", "b")], ""),
        (&[("B", "b"), ("C", "1")], "InvalidParameterValue"),
        (&[("B", "b"), ("C", "2")], ""),
        (&[], ""),
    ] {
        let response = call(&endpoint, &aws4(ACTION, sent)).await;
        assert_eq!(
            response.code().contains(code),
            !code.is_empty() || response.status == 200,
            "{sent:?}: {response:?}"
        );
        assert_eq!(response.status == 200, code.is_empty(), "{sent:?}: {response:?}");
        assert_eq!(last(&endpoint)["executed"], json!(code.is_empty()));
    }
}

#[tokio::test]
async fn parameters_have_the_form_and_the_members_that_the_description_gives_them() {
    let named = || "Person".to_owned();
    let model = changed(|api| {
        let like = api.common_response[0].clone();
        let field = |wire: &str, kind| Field { wire: wire.to_owned(), kind, ..like.clone() };
        let members = vec![field("Name", Type::String), Field { need: Need::Required, ..field("Age", Type::I32) }];
        api.types.push(structure("Person", members));
        let text = Box::new(Type::String);
        api.actions[0].parameters = vec![
            field("Json", Type::JsonText(named())),
            field("Flat", Type::Structure(named())),
            field("Tags", Type::List(text)),
            field("Digits", Type::Boolean { digits: true }),
            field("Day", Type::Time { layout: TimeLayout::Date, zone: TimeZone::Unstated }),
        ];
    });
    let endpoint = serving(model).await;
    for (sent, ignored) in [
        (&[("Json", r#"{"Name":"n","Age":3}"#)][..], Some(&[][..])),
        (&[("Json", r#"{"Age":3,"Nick":"x"}"#)], Some(&["Json.Nick"])),
        (&[("Json", r#"{"Name":"n"}"#)], None),
        (&[("Json", r#"{"Name":"n","Age":"3"}"#)], None),
        (&[("Flat.Name", "n"), ("Flat.Age", "3")], Some(&[])),
        (&[("Flat.Age", "3"), ("Flat.Nick", "x")], Some(&["Flat.Nick"])),
        (&[("Flat.Name", "n")], None),
        (&[("Flat", r#"{"Age":3}"#)], Some(&["Flat"])),
        (&[("Tags.1", "a")], Some(&[])),
        (&[("Tags", "a")], Some(&["Tags"])),
        (&[("Digits", "1")], Some(&[])),
        (&[("Digits", "true")], None),
        (&[("Day", "2026-01-02")], Some(&[])),
        (&[("Day", "2 January")], None),
    ] {
        let response = call(&endpoint, &aws4(ACTION, sent)).await;
        assert_eq!(response.status == 200, ignored.is_some(), "{sent:?}: {response:?}");
        assert_eq!(last(&endpoint)["ignored"], json!(ignored.unwrap_or_default()), "{sent:?}");
    }
}

#[tokio::test]
async fn the_gateway_refuses_in_its_own_words_where_the_description_has_none() {
    let model = changed(|api| {
        api.errors.retain(|row| api.actions[0].errors.contains(&row.name));
    });
    let endpoint = serving(model).await;
    let mut unsigned = aws4(ACTION, &[]);
    unsigned.headers.retain(|(name, _)| name != "authorization");
    assert_eq!(call(&endpoint, &unsigned).await.code(), "MissingAuthenticationToken");
}

#[tokio::test]
async fn an_error_after_the_execution_hides_it_as_with_a_behaviour() {
    let described = serving(changed(|_| {})).await;
    let played = standing(Emulator::new()).await;
    let row = described_row();
    for (endpoint, action) in [(&described, ACTION), (&played, "ListCertificates")] {
        for committed in [false, true] {
            let fault = Fault::Service { row: row.clone(), committed };
            endpoint.inject(Rule::new(fault).times(1)).unwrap();
            let response = call(endpoint, &aws4(action, &[])).await;
            assert!(response.status >= 400, "{response:?}");
            assert_eq!(last(endpoint)["executed"], committed, "{action}");
            // It was for one call.
            assert_eq!(call(endpoint, &aws4(action, &[])).await.status, 200);
        }
        endpoint.inject(Rule::new(Fault::Internal { committed: true }).times(1)).unwrap();
        assert!(call(endpoint, &aws4(ACTION, &[])).await.status >= 500 && last(endpoint)["executed"] == true);
    }
    for fault in [Fault::CloseAfterCommit, Fault::Html { status: 502, committed: true }] {
        described.clear_faults();
        described.inject(Rule::new(fault)).unwrap();
        let sent = aws4(ACTION, &[]);
        raw(described.address(), &sent.bytes(described.address())).await;
        let entry = last(&described);
        assert!(entry["executed"] == true && entry["described"] == true, "{entry}");
    }
}

/// An error that both actions of the test list.
fn described_row() -> String {
    let kcm = model::api("ksyun-kcm-2016-03-04").unwrap();
    let listed = |name: &str| kcm.action(name).unwrap().errors.clone();
    let other = listed("ListCertificates");
    listed(ACTION).into_iter().find(|row| other.contains(row)).unwrap()
}

#[tokio::test]
async fn an_instance_of_a_structure_of_its_own_kind_is_bounded() {
    let model = changed(|api| {
        let list = |wire: usize| Field {
            wire: format!("F{wire}"),
            kind: Type::List(Box::new(Type::Structure("Node".to_owned()))),
            ..api.common_response[0].clone()
        };
        let fields: Vec<Field> = (0..200).map(list).collect();
        api.types.push(structure("Node", fields.clone()));
        api.actions[0].examples.clear();
        api.actions[0].response = fields;
    });
    let endpoint = serving(model).await;
    let begun = std::time::Instant::now();
    let response = call(&endpoint, &aws4(ACTION, &[])).await;
    assert!(response.status == 200 && response.body.len() < 1 << 20, "{}", response.body.len());
    assert!(begun.elapsed().as_secs() < 10);
}

#[tokio::test]
async fn a_description_that_cannot_be_answered_from_is_refused() {
    let twice = of(vec![api("ksyun-kcm-2016-03-04"), api("ksyun-kcm-2016-03-04")]);
    let odd = changed(|api| api.errors[0].status = vec![42]);
    for (model, why) in [
        (of(Vec::new()), "the description has no API"),
        (twice, "two APIs with the id ksyun-kcm-2016-03-04"),
        (odd, "has a status that is not from 200 to 599"),
    ] {
        let error = Emulator::new().model(model).serve().await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
        assert!(error.to_string().contains(why), "{error}");
    }
}

/// A file for one test, removed when this is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, content: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("cloudcert-emulator-{name}-{}.json", std::process::id()));
        std::fs::write(&path, content).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn the_program_answers_from_a_file() {
    let file = Scratch::new("model", &serde_json::to_vec_pretty(&changed(|_| {})).unwrap());
    let served = Served::with(program().args(["--clock", crate::setup::signed::NOW_EXTENDED, "--model"]).arg(&file.0));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let response = runtime.block_on(aws4(ACTION, &[]).to(served.address()));
    assert_eq!((response.status, response.header("x-cloudcert-emulator")), (200, Some("described")));
    let response = runtime.block_on(aws4("ListCertificates", &[]).to(served.address()));
    assert_eq!(response.status, 404, "{KCM} has one action here");
    served.end("-TERM");
}

#[test]
fn a_broken_file_ends_in_an_error_that_says_what_and_where() {
    let text = serde_json::to_string_pretty(&changed(|_| {})).unwrap();
    let cut = &text[..text.len() / 2];
    let family = text.replacen("ksyun-query", "carrier-pigeon", 1);
    let wrong = text.replacen("\"version\": \"2016-03-04\"", "\"version\": 7", 1);
    let deep = text.replacen("\"default\": null", &format!("\"default\": {}", "[".repeat(200_000)), 1);
    let odd = text.replacen("\"status\": [", "\"status\": [\n 99999,", 1);
    for (name, content, why) in [
        ("empty", "", "line 1 column 0"),
        ("not-json", "apis: []", "line 1 column 1"),
        ("list", "[]", "is not what `cloudcert-codegen model` prints"),
        ("none", "{\"apis\": [], \"register\": []}", "the description has no API"),
        ("cut", cut, "is not what `cloudcert-codegen model` prints: EOF while parsing"),
        (
            "family",
            &family,
            "the API ksyun-kcm-2016-03-04 speaks the protocol carrier-pigeon, which this endpoint does not know",
        ),
        ("wrong", &wrong, "invalid type: integer `7`, expected a string at line"),
        ("deep", &deep, "recursion limit exceeded at line"),
        ("odd", &odd, "invalid value: integer `99999`, expected u16 at line"),
        ("nul", "\u{0}\u{0}", "expected value at line 1 column 1"),
    ] {
        let file = Scratch::new(name, content.as_bytes());
        refused(&file.0, why);
    }
    refused(&std::env::temp_dir().join("cloudcert-emulator-nowhere.json"), "cannot be read");
    refused(&std::env::temp_dir(), "cannot be read");
    // A file without an end.
    refused(std::path::Path::new("/dev/zero"), "is larger than 16 MiB");
}

#[test]
fn any_change_of_a_byte_is_refused_or_served() {
    let text = serde_json::to_vec(&changed(|api| api.errors.truncate(3))).unwrap();
    let mut seed = 7_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap()
    };
    for round in 0..60 {
        let mut bytes = text.clone();
        for _ in 0..=round % 3 {
            let (at, byte) = (next() % bytes.len(), u8::try_from(next() % 256).unwrap());
            bytes[at] = byte;
        }
        if let Ok(model) = serde_json::from_slice::<Model>(&bytes) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                if let Ok(endpoint) = Emulator::new().model(model).clock_start(crate::setup::signed::NOW).serve().await
                {
                    let response = raw(endpoint.address(), &aws4(ACTION, &[]).bytes(endpoint.address())).await;
                    assert!(parse(&response).is_some());
                }
            });
        }
    }
}

/// Whether the program refuses a file, and says why.
fn refused(file: &std::path::Path, why: &str) {
    let out = program().arg("--model").arg(file).output().unwrap();
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(matches!(out.status.code(), Some(1 | 2)) && said.starts_with("error: "), "{:?}: {said}", out.status);
    assert!(said.contains(why), "{}: {said}", file.display());
}
