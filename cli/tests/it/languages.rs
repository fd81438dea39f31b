//! What is wrong with arguments and with requests, in both languages.

use crate::setup::{Folder, bare, cloudcert, command, for_each_action, split};
use cloudcert::model::{Action, Sensitivity, Type};
use cloudcert_cli::Exit;
use serde_json::{Map, Value, json};

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "../snapshots",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text);
    });
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// Mistakes of every usual kind.
const MISTAKES: [&str; 19] = [
    "",
    "frob",
    "aliyun-cas list-css",
    "aliyun-cas list-csr --frob",
    "aliyun-cas list-csr --out json",
    "aliyun-cas list-csr CANARY",
    "aliyun-cas list-csr --show-size",
    "aliyun-cas list-csr --output xml",
    "aliyun-cas list-csr --output",
    "aliyun-cas list-csr --skeleton --skeleton",
    "aliyun-cas list-csr --output json --output text",
    "aliyun-cas list-csr --max-items 0",
    "aliyun-cas list-csr --all --write A=b",
    "aliyun-cas list-csr --all=3",
    "aliyun-cas list-csr --timeout soon",
    "aliyun-cas wait certificate-issued --deadline 1x",
    "aliyun-cas list-csr --dry-run=paper",
    "call",
    "explain",
];

#[test]
fn mistakes_in_both_languages() {
    for lang in ["en", "zh"] {
        let mut all = String::new();
        for line in MISTAKES {
            let done = bare(split(line)).env("CLOUDCERT_LANG", lang).ends(Exit::Usage);
            assert!(done.out.is_empty() && !done.err.contains("CANARY"), "{line}: {}", done.all());
            // Help is in a snapshot of its own.
            let said: String = done.err.split_inclusive('\n').take(8).collect();
            all.extend(["$ cloudcert ", line, "\n", &said, "\n"]);
            let words = split(line).into_iter().chain(["--output=json"]);
            let json = bare(words).env("CLOUDCERT_LANG", lang).done();
            if json.err.starts_with('{') {
                let error: Value = serde_json::from_str(json.err.trim()).unwrap();
                let message = error["error"]["message"].as_str().unwrap();
                assert!(!message.starts_with("error") && !message.starts_with("错误"), "{message}");
                assert_eq!(is_chinese(message), lang == "zh", "{message}");
            }
        }
        snapshot(&format!("mistakes-{lang}"), &all);
    }
}

#[test]
fn chinese_help_has_no_words_of_the_parser() {
    for line in ["--help", "aliyun-cas --help", "aliyun-cas list-csr -h", "call --help", "config --help", "whoami -h"] {
        let help = bare(split(line)).env("CLOUDCERT_LANG", "zh").ends(Exit::Done).out;
        for word in
            ["Usage", "OPTIONS", "COMMAND>", "Options:", "Arguments:", "Commands:", "possible values", "[default"]
        {
            assert!(!help.contains(word), "{line}: {word} in {help}");
        }
    }
}

/// A request whose values break whatever rules there are: texts too long and of no format, numbers too small, lists too long.
fn broken(action: &Action) -> Value {
    let mut request = Map::new();
    for field in &action.parameters {
        let value = match &field.kind {
            _ if field.sensitivity == Some(Sensitivity::Secret) => continue,
            Type::I32 | Type::I64 | Type::F64 => json!(-1),
            Type::String | Type::Enum(_) | Type::Image | Type::Pem | Type::Csr => json!("?".repeat(3000)),
            Type::List(item) if matches!(**item, Type::String | Type::Enum(_)) => json!(vec!["?"; 500]),
            _ => continue,
        };
        request.insert(field.wire.clone(), value);
    }
    request.into()
}

#[test]
fn problems_of_every_action_are_told_in_the_language_of_the_user() {
    for_each_action(|api, action| {
        for request in [json!({}), broken(action)] {
            let words = [&command(api), &action.name, "--input", "-", "--dry-run", "--lang"].map(str::to_owned);
            let run = |lang: &str| {
                let words = words.iter().map(String::as_str).chain([lang]);
                cloudcert("http://127.0.0.1:9", words).stdin(request.to_string()).done()
            };
            let (en, zh) = (run("en"), run("zh"));
            let told = |err: &str| -> Vec<String> {
                let is_problem =
                    |line: &&str| ["  --", "advice:", "建议："].iter().any(|start| line.starts_with(start));
                err.lines().filter(is_problem).map(str::to_owned).collect()
            };
            let (en, zh) = (told(&en.err), told(&zh.err));
            assert_eq!(en.len(), zh.len(), "{}: {en:?} {zh:?}", action.name);
            for line in en {
                assert!(!is_chinese(&line), "{}: {line}", action.name);
            }
            for line in zh {
                let message = line.trim_start_matches("建议：");
                assert!(is_chinese(message), "{}: {line}", action.name);
            }
        }
    });
}

#[test]
fn rules_in_both_languages() {
    let folder = Folder::new();
    let file = folder.file("no.pem", "not a PEM");
    let lines = [
        "ksyun-kcm apply-certificate --certificate-code SECDV01 --main-domain nowhere --year-length 9 --domain-count 0 --wildcard-count -1",
        "aliyun-cas create-certificate-request --domain *.example.com --email ops --phone x --username Li --validate-type FILE --product-code geotrust-dv-1-starter",
        "aliyun-cas create-certificate-request --domain nowhere --email ops --phone 1 --username Li --validate-type ROT13",
        "aliyun-cas create-certificate-with-csr-request --email a@example.com --phone 13800000000 --username Li --validate-type DNS --csr CSR.PEM",
        "aliyun-cas create-csr --algorithm RSA --key-size 7 --common-name www.example.com",
        "aliyun-cas list-csr --input IN.JSON",
    ];
    let input = folder.file("in.json", r#"{"ShowSize": "many", "Colour": 1, "KeyWord": {"a": 1}}"#);
    for lang in ["en", "zh"] {
        let mut all = String::new();
        for line in lines {
            let words: Vec<String> =
                split(line).iter().map(|word| word.replace("CSR.PEM", &file).replace("IN.JSON", &input)).collect();
            let words = words.iter().map(String::as_str).chain(["--lang", lang, "--dry-run"]);
            let done = cloudcert("http://127.0.0.1:9", words).done();
            all.extend(["$ cloudcert ", line, "\n", &done.err, "\n"]);
        }
        snapshot(&format!("problems-{lang}"), &all);
    }
}
