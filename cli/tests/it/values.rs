//! How what stands behind options is read, by the types of the description.

use crate::setup::recorder::Recorder;
use crate::setup::{Folder, actions, cloudcert, command, split};
use cloudcert::model::{self, Type};
use cloudcert_cli::Exit;
use serde_json::json;
use std::collections::BTreeMap;

/// Beyond what a floating point number keeps.
const ID: &str = "9007199254740993";

/// Sends a command, and returns the parameters of its request and what was said.
#[track_caller]
fn sent(words: &[&str]) -> (BTreeMap<String, String>, String) {
    let recorder = Recorder::answering(|_| json!({ "RequestId": "R" }).to_string());
    let start = ["--skip-validation", "--yes"];
    let done = cloudcert(&recorder.url, words.iter().chain(&start)).done();
    let all = recorder.take();
    assert_eq!(all.len(), 1, "{} {}", done.out, done.err);
    (all[0].lasting(), done.err)
}

#[test]
fn ids_stay_exact_in_both_directions() {
    let body = format!(r#"{{"RequestId":"R","Type":"process","CertificateList":[{{"CertificateId":{ID}}}]}}"#);
    let recorder = Recorder::answering(move |_| body.clone());
    cloudcert(&recorder.url, ["aliyun-cas", "describe-certificate-state", "--order-id", ID]).ends(Exit::Done);
    assert_eq!(recorder.take()[0].parameters["OrderId"], ID);
    let listed = cloudcert(&recorder.url, ["aliyun-cas", "list-certificates"]).ends(Exit::Done);
    assert_eq!(listed.json()["CertificateList"][0]["CertificateId"], ID);
    let queried =
        ["aliyun-cas", "list-certificates", "--query", "CertificateList[0].CertificateId", "--output", "text"];
    assert_eq!(cloudcert(&recorder.url, queried).ends(Exit::Done).out.trim(), ID);
    // From a file they may be numbers.
    let input = ["aliyun-cas", "describe-certificate-state", "--input", "-"];
    cloudcert(&recorder.url, input).stdin(format!(r#"{{"OrderId":{ID}}}"#)).ends(Exit::Done);
    assert_eq!(recorder.take().last().unwrap().parameters["OrderId"], ID);
}

#[test]
fn booleans_are_flags() {
    let flag = |(_, action): &(_, &'static model::Action)| {
        action.parameters.iter().find(|field| matches!(field.kind, Type::Boolean { .. })).is_some()
    };
    let (api, action) = actions().find(flag).unwrap();
    let field = action.parameters.iter().find(|field| matches!(field.kind, Type::Boolean { .. })).unwrap();
    let sends =
        |tail: &str| sent(&[&command(api), &action.name, &format!("--{}{tail}", field.wire)]).0[&field.wire].clone();
    let (yes, no) = (sends(""), sends("=false"));
    assert_ne!(yes, no);
    assert_eq!(sends("=true"), yes);
    assert_eq!(sends("=NO"), no);
    let recorder = Recorder::start();
    let wrong = [&command(api), &action.name, &format!("--{}=maybe", field.wire)];
    cloudcert(&recorder.url, wrong).ends(Exit::Invalid).says("must be true or false");
    assert!(recorder.seen().is_empty());
}

#[test]
fn enums_are_open_and_forgiving() {
    let with = |value: &'static str| sent(&["aliyun-cas", "list-csr", "--algorithm", value]);
    let (parameters, said) = with("RSA");
    assert_eq!((parameters["Algorithm"].as_str(), said.contains("--algorithm")), ("RSA", false));
    let (parameters, said) = with("rsa");
    assert_eq!(parameters["Algorithm"], "RSA");
    assert!(said.contains("note: --algorithm was read as `RSA`"), "{said}");
    let (parameters, said) = with("ROT13");
    assert_eq!(parameters["Algorithm"], "ROT13");
    assert!(said.contains("--algorithm is not one of the known values") && said.contains("SM2"), "{said}");
    // The rules of the request say no more about it.
    for lang in ["en", "zh"] {
        let words = ["aliyun-cas", "list-csr", "--algorithm", "ROT13", "--dry-run", "--lang", lang];
        let done = cloudcert("http://127.0.0.1:9", words).ends(Exit::Done);
        assert_eq!(done.err.matches("--algorithm").count(), 1, "{}", done.err);
    }
}

#[test]
fn misprints_of_documents_are_corrected() {
    let mut corrected = 0;
    for (api, action) in actions() {
        for field in &action.parameters {
            let Type::Enum(name) = &field.kind else { continue };
            for value in &api.enumeration(name).unwrap().values {
                for misprint in &value.misprints {
                    let option = format!("--{}={misprint}", field.wire);
                    let words = [&command(api), &action.name, &option, "--skip-validation", "--dry-run"];
                    let done = cloudcert("http://127.0.0.1:9", words).ends(Exit::Done);
                    done.says(&format!("was read as `{}`", value.wire));
                    assert!(done.out.contains(&value.wire) && !done.out.contains(misprint.as_str()), "{}", done.out);
                    corrected += 1;
                }
            }
        }
    }
    assert!(corrected > 0, "no parameter has a value with a known misprint");
}

#[test]
fn times_are_those_of_the_service_or_of_people() {
    let is_time = |field: &&model::Field| matches!(field.kind, Type::Time { layout, .. } if layout.is_number());
    let fits =
        |action: &model::Action| action.reconcile.is_empty() && action.parameters.iter().any(|field| is_time(&field));
    let (api, action) = actions().find(|(_, action)| fits(action)).unwrap();
    let field = action.parameters.iter().find(is_time).unwrap();
    let sends =
        |text: &str| sent(&[&command(api), &action.name, &format!("--{}={text}", field.wire)]).0[&field.wire].clone();
    let number = sends("2026-01-02T03:04:05Z");
    assert!(number.starts_with("1767323045"), "{number}");
    assert_eq!(sends(&number), number);
    assert_eq!(sends("2026-01-02T11:04:05+08:00"), number);
    let wrong = [&command(api), &action.name, &format!("--{}=yesterday", field.wire)];
    cloudcert("http://127.0.0.1:9", wrong).ends(Exit::Invalid).says("2026-01-02T03:04:05Z");
}

#[test]
fn lists_are_options_repeated() {
    let (parameters, _) =
        sent(&split("aliyun-cas untag-resources --resource-type Certificate --resource-id a --resource-id b,c"));
    assert_eq!((parameters["ResourceId.1"].as_str(), parameters["ResourceId.2"].as_str()), ("a", "b,c"));
}

#[test]
fn comma_lists_take_commas_too() {
    let is_list =
        |field: &&model::Field| matches!(&field.kind, Type::CommaList(item) if !matches!(**item, Type::Structure(_)));
    let fits =
        |action: &model::Action| action.reconcile.is_empty() && action.parameters.iter().any(|field| is_list(&field));
    let (api, action) = actions().find(|(_, action)| fits(action)).unwrap();
    let field = action.parameters.iter().find(is_list).unwrap();
    let option = |text: &str| format!("--{}={text}", field.wire);
    let (once, _) = sent(&[&command(api), &action.name, &option("1, 2,3")]);
    let (often, _) = sent(&[&command(api), &action.name, &option("1"), &option("2"), &option("3")]);
    assert_eq!(once[&field.wire], "1,2,3");
    assert_eq!(often[&field.wire], "1,2,3");
}

#[test]
fn structures_come_by_members_and_by_file_and_members_win() {
    let folder = Folder::new();
    let (api, action, field, members) = actions()
        .find_map(|(api, action)| {
            let field = action.parameters.iter().find(|field| matches!(field.kind, Type::JsonText(_)))?;
            let name = field.kind.structure()?;
            let structures = api.structures();
            let found = structures.into_iter().find(|of| of.name == name)?;
            Some((api, action, field, &found.fields))
        })
        .unwrap();
    let texts: Vec<&str> =
        members.iter().filter(|member| member.kind == Type::String).map(|member| member.wire.as_str()).collect();
    let file = folder.file("whole.json", json!({ texts[0]: "from the file", texts[1]: "kept" }).to_string());
    let whole = format!("--{}={file}", field.wire);
    let member = format!("--{}.{}=from the option", field.wire, texts[0]);
    for words in [[&member, &whole], [&whole, &member]] {
        let (parameters, _) = sent(&[&command(api), &action.name, words[0], words[1]]);
        let value: serde_json::Value = serde_json::from_str(&parameters[&field.wire]).unwrap();
        assert_eq!(value, json!({ texts[0]: "from the option", texts[1]: "kept" }));
    }
    let (parameters, _) = sent(&[&command(api), &action.name, &member]);
    let value: serde_json::Value = serde_json::from_str(&parameters[&field.wire]).unwrap();
    assert_eq!(value, json!({ texts[0]: "from the option" }));
}

#[test]
fn lists_of_structures_are_written_or_read_from_a_file() {
    let folder = Folder::new();
    let tags = ["aliyun-cas", "tag-resources", "--resource-type", "Certificate", "--resource-id", "a"];
    let (parameters, _) = sent(&[tags.as_slice(), &["--tag", r"key=a\,b,value=x=y", "--tag", "Key=c"]].concat());
    let named = |parameters: &BTreeMap<String, String>| {
        let of = |name: &str| parameters.get(name).cloned().unwrap_or_default();
        [of("Tag.1.Key"), of("Tag.1.Value"), of("Tag.2.Key")]
    };
    assert_eq!(named(&parameters), ["a,b", "x=y", "c"]);
    let file = folder.file("tags", r#"[{"Key":"a,b","Value":"x=y"},{"Key":"c"}]"#);
    let (parameters, _) = sent(&[tags.as_slice(), &["--tag", &file]].concat());
    assert_eq!(named(&parameters), ["a,b", "x=y", "c"]);
    let done =
        cloudcert("http://127.0.0.1:9", [tags.as_slice(), &["--tag", "colour=red"]].concat()).ends(Exit::Invalid);
    done.says("--tag: has no member `colour`");
    let done =
        cloudcert("http://127.0.0.1:9", [tags.as_slice(), &["--tag", "key=a,key=b"]].concat()).ends(Exit::Invalid);
    done.says("--tag: names a member twice");
}

#[test]
fn maps_are_entries() {
    let is_map =
        |field: &&model::Field| matches!(&field.kind, Type::Map(item) | Type::JsonMap(item) if **item == Type::String);
    let Some((api, action)) = actions().find(|(_, action)| action.parameters.iter().any(|field| is_map(&field))) else {
        // The description has none now.
        return;
    };
    let field = action.parameters.iter().find(is_map).unwrap();
    let option = |text: &str| format!("--{}={text}", field.wire);
    let (parameters, _) = sent(&[&command(api), &action.name, &option("a=1=2"), &option("b=")]);
    let shown = format!("{parameters:?}");
    assert!(shown.contains("1=2"), "{shown}");
}

#[test]
fn a_value_may_begin_with_a_hyphen() {
    let (parameters, _) = sent(&["aliyun-cas", "list-csr", "--key-word=-a"]);
    assert_eq!(parameters["KeyWord"], "-a");
    let (parameters, _) = sent(&["aliyun-cas", "list-csr", "--current-page", "-1"]);
    assert_eq!(parameters["CurrentPage"], "-1");
    let (parameters, _) = sent(&["aliyun-cas", "list-csr", "--extra", "Later=-1"]);
    assert_eq!(parameters["Later"], "-1");
}

#[test]
fn numbers_have_the_range_of_their_type() {
    for wrong in ["1.5", "many", "99999999999999999999"] {
        let done =
            cloudcert("http://127.0.0.1:9", ["aliyun-cas", "list-csr", "--show-size", wrong]).ends(Exit::Invalid);
        done.says("--show-size: must be a whole number");
    }
}
