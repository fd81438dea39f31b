//! Decisions of our own spec that must not change by accident: effects, secrets, guaranteed fields, defaults, defects.

use crate::fixture::{action, data, flat, model, repository};
use crate::snapshots::compare;
use cloudcert_codegen::model::{Action, Effect, Field, Method, Model, Need, Probe, Retry, Sensitivity, Type};
use cloudcert_codegen::summary;
use cloudcert_codegen::{defects, load};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What money, secrets and lost responses depend on, action by action. A new action adds its lines when the snapshots are renewed; whoever
/// reviews it reads them, and a line that changes is a decision that changes.
#[test]
fn effects_are_what_the_money_depends_on() {
    let mut text = String::new();
    for api in &model().apis {
        let _ = writeln!(text, "{}{}", if text.is_empty() { "" } else { "\n" }, api.id);
        for structure in &api.types {
            let fields: Vec<&Field> = flat(&structure.fields).collect();
            let lines = about_fields("", &fields).chain(guaranteed(&fields)).collect::<Vec<_>>();
            if !lines.is_empty() {
                let _ = writeln!(text, "  type {}\n    {}", structure.name, lines.join("\n    "));
            }
        }
        for action in &api.actions {
            let _ = writeln!(text, "  {}: {}", action.name, decisions(action).join("\n    "));
        }
    }
    compare(".", "decisions", Some("What money, secrets and lost responses depend on."), &text);
}

/// The word of the language.
fn word(of: impl serde::Serialize) -> String {
    serde_json::to_value(of).unwrap().as_str().unwrap().to_owned()
}

fn decisions(action: &Action) -> Vec<String> {
    let methods: Vec<String> = action.methods.iter().map(word).collect();
    let cost = action.cost.as_ref().map_or(String::new(), |cost| format!(" for {}", word(cost.unit)));
    let mut lines = vec![format!("{}{cost} by {}", word(action.effect), methods.join(", "))];
    lines.extend(action.effect_when.iter().map(|(_, effect)| format!("{} under a condition", word(*effect))));
    if action.irreversible {
        lines.push("takes something away for good".to_owned());
    }
    lines.extend(action.repeat_key().map(|field| format!("repeat key {}", field.wire)));
    for precondition in action.preconditions.iter().filter(|of| of.wait_seconds.is_some()) {
        let after = precondition.after.as_deref().unwrap();
        // A pause is about the thing that the action before has made.
        let about = action.parameters.iter().find(|p| p.obtained_from.iter().any(|(from, _)| from == after)).unwrap();
        let seconds = precondition.wait_seconds.unwrap();
        lines.push(format!("{seconds} seconds after {after} with the same {}", about.wire));
    }
    for recipe in &action.reconcile {
        let probe = match &recipe.probe {
            Probe::Counter { .. } => "counter".to_owned(),
            Probe::Listing { .. } => "list".to_owned(),
            Probe::State { before, .. } if before.is_empty() => "state, whatever it was before".to_owned(),
            Probe::State { before, .. } => format!("state, {} before", before.join(" or ")),
        };
        lines.push(format!("found out by {}: {probe}", recipe.action));
    }
    lines.extend(action.nothing_shows.iter().map(|_| "found out by nothing".to_owned()));
    let (parameters, response) =
        (flat(&action.parameters).collect::<Vec<_>>(), flat(&action.response).collect::<Vec<_>>());
    lines.extend(about_fields("sends ", &parameters));
    for field in &action.parameters {
        if let Need::Defaulted(value) = &field.need {
            lines.push(format!("sends {}={value} by itself", field.wire));
        }
    }
    lines.extend(about_fields("returns ", &response).chain(guaranteed(&response)));
    lines
}

fn about_fields<'a>(side: &'a str, fields: &'a [&Field]) -> impl Iterator<Item = String> + 'a {
    let secret = fields.iter().filter(|field| field.sensitivity == Some(Sensitivity::Secret));
    secret.map(move |field| format!("{side}the secret {}", field.wire))
}

fn guaranteed<'a>(fields: &'a [&Field]) -> impl Iterator<Item = String> + 'a {
    fields.iter().filter(|field| field.guaranteed).map(|field| format!("guarantees {}", field.wire))
}

/// A key in a structure is that of a tag.
#[test]
fn every_private_key_and_token_is_a_secret_and_calls_with_one_are_posted() {
    let mut seen = BTreeSet::new();
    for action in model().apis.iter().flat_map(|api| &api.actions) {
        let name = &action.name;
        for field in action.parameters.iter().chain(&action.response) {
            let is_text = matches!(field.kind, Type::String | Type::Pem);
            let name_of_one = field.wire.ends_with("PrivateKey") || ["Key", "Token"].contains(&field.wire.as_str());
            if is_text && name_of_one {
                assert_eq!(field.sensitivity, Some(Sensitivity::Secret), "{} of {name}", field.wire);
                seen.insert(field.wire.as_str());
            }
        }
        if flat(&action.parameters).any(|field| field.sensitivity == Some(Sensitivity::Secret)) {
            assert_eq!(action.methods[0], Method::Post, "{name}");
        }
    }
    assert_eq!(seen, ["EncryptPrivateKey", "Key", "PrivateKey", "SignPrivateKey", "Token"].into());
}

#[test]
fn what_is_got_only_reads_and_all_else_is_posted() {
    for action in model().apis.iter().flat_map(|api| &api.actions) {
        assert!(action.methods.contains(&Method::Post), "{}", action.name);
        assert!(action.methods[0] == Method::Post || action.effect == Effect::Read, "{}", action.name);
    }
}

#[test]
fn a_required_parameter_with_a_documented_default_is_sent_with_it() {
    let sent = |api: &str, name: &str, wire: &str| match &action(model(), api, name).parameter(wire).unwrap().need {
        Need::Defaulted(value) => value.as_i64(),
        _ => None,
    };
    let old = "aliyun-cas-2018-07-13";
    assert_eq!(sent("ksyun-kcm-2016-03-04", "ApplyCertificate", "YearLength"), Some(1));
    assert_eq!(sent(old, "DescribeOrderInstanceList", "StartIndex"), Some(0));
    assert_eq!(sent(old, "DescribeUserCertificateList", "CurrentPage"), Some(1));
    assert_eq!(sent(old, "DescribeUserCertificateList", "ShowSize"), Some(50));
}

#[test]
fn the_defaults_of_the_official_kingsoft_client_are_there() {
    let default = |name: &str, wire: &str| {
        let field = action(model(), "ksyun-kcm-2016-03-04", name).parameter(wire).unwrap();
        assert_eq!(field.need, Need::Optional, "{wire} is not sent by itself");
        field.default.clone()
    };
    assert_eq!(default("ApplyCertificate", "BillType"), Some(805.into()));
    assert_eq!(default("ApplyCertificate", "ProjectId"), Some(0.into()));
    assert_eq!(default("ExtendCertificate", "BillType"), Some(805.into()));
    assert_eq!(default("UpdateCertificate", "AuthMethod"), Some("DNS".into()));
    assert_eq!(default("UpdateCertificate", "CertSignature"), Some("SHA2-256".into()));
    let kcm = model().api("ksyun-kcm-2016-03-04").unwrap();
    let values = kcm.enumeration("CertSignature").unwrap().values.iter().map(|value| value.wire.as_str());
    assert_eq!(values.collect::<Vec<_>>(), ["SHA2-256", "SHA256-FULLCHAIN"]);
}

#[test]
fn what_may_have_been_executed_is_not_to_be_sent_again_just_so() {
    let mut rows = 0;
    for row in model().apis.iter().flat_map(|api| &api.errors) {
        let (en, zh) = (row.remedy.en.as_str(), row.remedy.zh.as_str());
        let about = format!("{}: {en} {zh}", row.name);
        match row.retry {
            Retry::Transient | Retry::Reconcile => {
                assert!(en.contains("find out first whether it was") && zh.contains("须先确认是否已执行"), "{about}");
            }
            Retry::Throttle | Retry::Skew => {
                assert!(en.starts_with("It was not executed. ") && zh.starts_with("请求没有被执行。"), "{about}");
            }
            Retry::Renew => {
                let resent = (en.contains("It was not executed, and can be sent again"), zh.contains("请求没有被执行"));
                assert_eq!(resent, (true, true), "{about}");
            }
            Retry::Never => {
                let words = en.split(|c: char| !c.is_ascii_alphabetic());
                assert!(words.clone().all(|word| word != "again") && !zh.contains("重新"), "{about}");
            }
        }
        // A revocation is for good, and an order costs: neither is what helps against an error.
        assert!(!en.to_lowercase().contains("revoke") && !zh.contains("吊销"), "{about}");
        rows += 1;
    }
    assert!(rows > 80, "only {rows} rows");
    let throttled = &model().api("aliyun-cas-2020-04-07").unwrap().errors;
    let throttled = throttled.iter().find(|row| row.name == "throttled").unwrap();
    assert!(throttled.remedy.en.contains("x-acs-retry-after"), "{}", throttled.remedy.en);
}

#[test]
fn a_reading_stands_in_an_entry_and_not_in_a_comment() {
    let files = cloudcert_codegen::disk::read(&repository().join("spec")).unwrap();
    for file in files.iter().filter(|file| file.path != "schema.json" && file.path != "README.md") {
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        for line in text.lines().skip(1) {
            assert!(!line.trim_start().starts_with('#') && !line.contains(" # "), "{}: {line}", file.path);
        }
    }
}

#[test]
fn the_86_known_defects_of_the_documents_are_all_there() {
    let model = model();
    let numbers: BTreeSet<u32> = summary::defects(model).iter().map(|(defect, _)| defect.id).collect();
    let missing: Vec<u32> = (1..=86).filter(|number| !numbers.contains(number)).collect();
    assert!(missing.is_empty(), "without a place in the spec: {missing:?}");
}

#[test]
fn the_page_of_defects_is_current() {
    let page = std::fs::read_to_string(repository().join("docs/document-defects.md")).unwrap();
    assert!(
        page.replace("\r\n", "\n") == defects::page(model()),
        "run: cargo run -p cloudcert-codegen -- defects > docs/document-defects.md"
    );
}

/// `INSTA_UPDATE=always` corrects them.
#[test]
fn the_numbers_of_actions_in_the_readme_are_current() {
    let path = repository().join("README.md");
    let old = std::fs::read_to_string(&path).unwrap();
    let mut new = old.clone();
    for api in &model().apis {
        let row = format!("\n| `{}` |", api.modules.join("::"));
        let row = new.find(&row).unwrap_or_else(|| panic!("README.md has no row {row}")) + 1;
        let line = new[row..].lines().next().unwrap();
        let cell = line.trim_end_matches(" |").rfind(' ').unwrap() + 1;
        new.replace_range(row + cell..row + line.len() - " |".len(), &api.actions.len().to_string());
    }
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        std::fs::write(&path, new).unwrap();
    } else {
        assert!(old == new, "README.md is out of date: renew it with INSTA_UPDATE=always");
    }
}

#[test]
fn the_withdrawn_api_version_says_so_and_what_replaces_each_action() {
    let model = model();
    for api in &model.apis {
        assert_eq!(api.legacy.is_some(), api.id == "aliyun-cas-2018-07-13");
        for action in &api.actions {
            assert_eq!(action.replaced_by.is_some(), api.legacy.is_some(), "{}", action.name);
        }
    }
}

#[test]
fn the_2021_state_of_the_documents_loads_and_differs_where_the_documents_do() {
    let files = cloudcert_codegen::disk::read(&data().join("documents-2021-01-05")).unwrap();
    let old = load(&files).unwrap_or_else(|findings| panic!("{findings}"));
    let new = model();
    let api = "aliyun-cas-2020-04-07";
    let wires = |model: &Model| -> Vec<String> {
        action(model, api, "CreateCertificateRequest").parameters.iter().map(|p| p.wire.clone()).collect()
    };
    assert_eq!(wires(&old).iter().filter(|w| *w == "ProductCode").count(), 0);
    assert_eq!(wires(new).iter().filter(|w| *w == "ProductCode").count(), 1);
    let codes = |model: &Model| model.api(api).unwrap().enumeration("ProductCode").unwrap().values.len();
    assert_eq!((codes(&old), codes(new)), (6, 15));
}

#[test]
fn tests_that_hold_a_reading_exist() {
    let mut sources = String::new();
    let mut folders = ["codegen/tests/it", "tests/it"].map(|folder| repository().join(folder)).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                sources.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let held: Vec<&str> = summary::defects(model()).iter().filter_map(|(d, _)| d.held_by.as_deref()).collect();
    assert!(held.len() >= 10, "only {} readings are held by a test", held.len());
    for test in held {
        assert!(sources.contains(&format!("fn {test}()")), "there is no test {test}");
    }
}

/// In Rust they are lists, so nobody has to know what parts their elements on the wire.
#[test]
fn texts_about_lists_say_nothing_about_commas() {
    let mut seen = 0;
    for api in &model().apis {
        let members = api.structures().into_iter().flat_map(|of| &of.fields);
        let actions = api.actions.iter().flat_map(|action| action.parameters.iter().chain(&action.response));
        for field in members.chain(actions).filter(|field| matches!(field.kind, Type::CommaList(_))) {
            seen += 1;
            assert!(!field.doc.en.contains("comma") && field.doc.en.contains("one element each"), "{}", field.doc.en);
            assert!(!field.doc.zh.contains("逗号"), "{}", field.doc.zh);
        }
    }
    assert!(seen >= 7, "{seen}");
}
