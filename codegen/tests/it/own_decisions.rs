//! Decisions of our own spec that must not change by accident: effects, secrets, guaranteed fields, defaults, defects.

use crate::fixture::{action, data, flat, model, repository};
use cloudcert_codegen::model::{Effect, Method, Model, Need, Probe, Retry, Sensitivity, Type};
use cloudcert_codegen::summary;
use cloudcert_codegen::{defects, load};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn effects_are_what_the_money_depends_on() {
    use Effect::{Idempotent, NameGuarded, Order, Read, SubmitOnce};
    let model = model();
    let not_reading: BTreeMap<(&str, &str), Effect> = [
        (("aliyun-cas-2020-04-07", "CreateCertificateRequest"), Order),
        (("aliyun-cas-2020-04-07", "CreateCertificateWithCsrRequest"), Order),
        (("aliyun-cas-2020-04-07", "DeleteCertificateRequest"), NameGuarded),
        (("aliyun-cas-2018-07-13", "CreateUserCertificate"), NameGuarded),
        (("aliyun-cas-2018-07-13", "CreateDVOrderAudit"), SubmitOnce),
        (("aliyun-cas-2018-07-13", "DeleteUserCertificate"), Idempotent),
        (("ksyun-kcm-2016-03-04", "ApplyCertificate"), Order),
        (("ksyun-kcm-2016-03-04", "UpdateCertificate"), Idempotent),
        (("ksyun-kcm-2016-03-04", "CancelTransaction"), Idempotent),
        (("ksyun-kcm-2016-03-04", "ExtendCertificate"), Order),
        (("ksyun-kcm-2016-03-04", "RevokeCertificate"), SubmitOnce),
    ]
    .into();
    for api in &model.apis {
        for action in &api.actions {
            let wanted = not_reading.get(&(api.id.as_str(), action.name.as_str())).copied().unwrap_or(Read);
            assert_eq!(action.effect, wanted, "{}", action.name);
            assert_eq!(action.cost.is_some(), wanted == Order, "{}: an order costs, and only an order", action.name);
            let guarded = matches!(wanted, Order | SubmitOnce | NameGuarded) || !action.effect_when.is_empty();
            assert_eq!(
                action.reconcile.is_some(),
                guarded,
                "{}: the outcome of a lost response must be found out",
                action.name
            );
        }
    }
    let update = action(model, "ksyun-kcm-2016-03-04", "UpdateCertificate");
    assert_eq!(update.effect_when.len(), 1);
    assert_eq!(update.effect_when[0].1, SubmitOnce);
    let wait = update.preconditions.iter().find_map(|p| Some((p.after.as_deref()?, p.wait_seconds?)));
    assert_eq!(wait, Some(("ApplyCertificate", 2)));
}

#[test]
fn a_pause_is_about_the_thing_that_the_action_before_has_made() {
    let mut pauses = BTreeSet::new();
    for action in model().apis.iter().flat_map(|api| &api.actions) {
        for precondition in action.preconditions.iter().filter(|p| p.wait_seconds.is_some()) {
            let after = precondition.after.as_deref().unwrap();
            let about = action.parameters.iter().find(|p| p.obtained_from.iter().any(|(from, _)| from == after));
            pauses.insert((action.name.as_str(), after, about.map(|p| p.wire.as_str())));
        }
    }
    assert_eq!(pauses, [("UpdateCertificate", "ApplyCertificate", Some("CertificateId"))].into());
}

#[test]
fn recipes_by_state_say_what_it_must_have_been_before() {
    let mut before = BTreeMap::new();
    for action in model().apis.iter().flat_map(|api| &api.actions) {
        if let Some(Probe::State { before: values, .. }) = action.reconcile.as_ref().map(|recipe| &recipe.probe) {
            before.insert(action.name.as_str(), values.join(" "));
        }
    }
    // What the response for an instance is that was never submitted is not documented.
    let wanted = [
        ("CreateDVOrderAudit", ""),
        ("DeleteCertificateRequest", "verify_fail"),
        ("ExtendCertificate", "2"),
        ("RevokeCertificate", "2"),
        ("UpdateCertificate", "0"),
    ];
    assert_eq!(before, wanted.map(|(name, values)| (name, values.to_owned())).into());
}

#[test]
fn every_private_key_and_token_is_a_secret_and_calls_with_one_are_posted() {
    let model = model();
    let mut secrets = BTreeSet::new();
    for api in &model.apis {
        for action in &api.actions {
            let sides = [("request", &action.parameters), ("response", &action.response)];
            for (side, fields) in sides {
                for field in flat(fields).filter(|f| f.sensitivity == Some(Sensitivity::Secret)) {
                    secrets.insert(format!("{} {side} {}", action.name, field.wire));
                    assert!(side == "response" || action.methods[0] == Method::Post, "{}", action.name);
                }
            }
        }
    }
    let wanted = [
        "CreateUserCertificate request Key",
        "DescribeCertificateState response PrivateKey",
        "DescribeDVOrderResult response PrivateKey",
        "DescribeUserCertificateDetail response Key",
        "GetDownloadLink response DownloadUrl",
        "GetToken response Token",
        "RevokeCertificate request Token",
    ];
    assert_eq!(secrets, wanted.map(str::to_owned).into());
}

#[test]
fn only_what_a_call_is_pointless_without_is_guaranteed() {
    let model = model();
    let mut guaranteed = BTreeSet::new();
    for api in &model.apis {
        for structure in &api.types {
            guaranteed.extend(
                structure.fields.iter().filter(|f| f.guaranteed).map(|f| format!("{}.{}", structure.name, f.wire)),
            );
        }
        for action in &api.actions {
            guaranteed
                .extend(flat(&action.response).filter(|f| f.guaranteed).map(|f| format!("{}.{}", action.name, f.wire)));
        }
    }
    let wanted = [
        "ApplyCertificate.Certificate",
        "Certificate.CertificateId",
        "CreateCertificateRequest.OrderId",
        "CreateCertificateWithCsrRequest.OrderId",
        "ExtendCertificate.Certificate",
        "GetCertificateDetail.Certificate",
        "GetDownloadLink.DownloadUrl",
        "GetToken.Token",
    ];
    assert_eq!(guaranteed, wanted.map(str::to_owned).into());
}

#[test]
fn a_required_parameter_with_a_documented_default_is_sent_with_it() {
    let model = model();
    let mut sent = BTreeSet::new();
    for action in model.apis.iter().flat_map(|api| &api.actions) {
        for field in &action.parameters {
            if let Need::Defaulted(value) = &field.need {
                sent.insert(format!("{}.{}={value}", action.name, field.wire));
            }
        }
    }
    let wanted = [
        "ApplyCertificate.YearLength=1",
        "DescribeOrderInstanceList.StartIndex=0",
        "DescribeUserCertificateList.CurrentPage=1",
        "DescribeUserCertificateList.ShowSize=50",
    ];
    assert_eq!(sent, wanted.map(str::to_owned).into());
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
fn the_reads_of_kingsoft_cloud_are_got_and_all_else_is_posted() {
    let mut got = BTreeSet::new();
    for action in model().apis.iter().flat_map(|api| &api.actions) {
        assert!(action.methods.contains(&Method::Post), "{}", action.name);
        if action.methods[0] == Method::Get {
            assert_eq!(action.effect, Effect::Read, "{}", action.name);
            got.insert(action.name.as_str());
        }
    }
    assert_eq!(got, ["GetCertificateDetail", "GetDownloadLink", "GetToken", "ListCertificates"].into());
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
