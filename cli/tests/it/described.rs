//! A new action of the description needs no code: commands are made from descriptions that the program was not built with.

use crate::setup::Folder;
use crate::setup::words::{example, kebab, with_files, words};
use cloudcert::model::{Api, Model};
use cloudcert_cli::described;
use cloudcert_codegen::source::SourceFile;
use cloudcert_codegen::{disk, load};
use serde_json::json;
use std::path::Path;

/// An action that no service has.
const INVENTED: &str = include_str!("../data/BrewCertificate.yaml");

/// An enum that it uses, to stand below the others.
const STRENGTH: &str = "
  BrewStrength:
    doc: How strong it is.
    doc_zh: 浓度。
    base: string
    values:
      MILD:
        doc: Lets everybody sleep.
        doc_zh: 不影响睡眠。
      STRONG:
        doc: Keeps everybody awake.
        doc_zh: 让人睡不着。
";

/// The description in a folder of the repository.
fn read(folder: &str, change: impl FnOnce(&mut Vec<SourceFile>)) -> Model {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = disk::read(&root.join(folder)).unwrap();
    change(&mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    load(&files).unwrap_or_else(|findings| panic!("{findings}"))
}

fn with_the_invented_action() -> Api {
    const API: &str = "ksyun-kcm-2016-03-04";
    let model = read("spec", |files| {
        let enums = files.iter_mut().find(|file| file.path == format!("{API}/enums.yaml")).unwrap();
        enums.bytes.extend_from_slice(STRENGTH.as_bytes());
        files.push(SourceFile::new(format!("{API}/BrewCertificate.yaml"), INVENTED));
    });
    model.api(API).unwrap().clone()
}

fn help(api: &Api, lang: &str, words: &[&str]) -> String {
    let all = std::iter::once("cloudcert").chain(words.iter().copied()).chain(["--help"]);
    described::command(api, lang).try_get_matches_from(all).unwrap_err().to_string()
}

#[test]
fn an_invented_action_has_a_command_with_help_and_options() {
    let api = with_the_invented_action();
    assert!(cloudcert::model::api(&api.id).unwrap().action("BrewCertificate").is_none());
    assert!(help(&api, "en", &[]).contains("brew-certificate"));
    let en = help(&api, "en", &["brew-certificate"]);
    for part in [
        "Brews a certificate",
        "--main-domain <VALUE>",
        "--strength <VALUE>",
        "- STRONG: Keeps everybody awake.",
        "--sugar[=<true|false>]",
        "--bean <VALUE>",
        "--cup.size <NUMBER>",
        "--recipe <FILE|-|env:NAME>",
        "Every call creates another object.",
        "Strong ones need a cup.",
        "cloudcert ksyun-kcm brew-certificate --main-domain=www.example.com",
    ] {
        assert!(en.contains(part), "`{part}` is not in {en}");
    }
    let zh = help(&api, "zh", &["BrewCertificate"]);
    assert!(zh.contains("冲泡证书") && zh.contains("每次调用都会新建一个对象。"), "{zh}");
}

#[test]
fn an_invented_action_takes_requests_and_prints_a_skeleton() {
    let api = with_the_invented_action();
    let request = |line: &[&str]| {
        let words: Vec<String> = line.iter().map(|word| (*word).to_owned()).collect();
        described::request(&api, &words)
    };
    let words =
        "brew-certificate --main-domain www.example.com --strength strong --sugar --bean a --bean b --cup.size 3";
    let words: Vec<&str> = words.split(' ').collect();
    assert_eq!(
        request(&words).unwrap(),
        json!({ "MainDomain": "www.example.com", "Strength": "STRONG", "Sugar": true, "Bean": ["a", "b"], "Cup": { "Size": 3 } })
    );
    let wire = ["BrewCertificate", "--MainDomain=www.example.com", "--Cup.Size=3"];
    assert_eq!(request(&wire).unwrap(), json!({ "MainDomain": "www.example.com", "Cup": { "Size": 3 } }));
    let wrong = request(&["brew-certificate", "--cup.size", "big", "--recipe", "CANARY"]).unwrap_err();
    assert!(wrong.contains("--cup.size: must be a whole number") && wrong.contains("--recipe: "), "{wrong}");
    assert!(!wrong.contains("CANARY"));
    assert!(request(&["brew-certificate", "--milk"]).unwrap_err().contains("--milk"));
    let action = api.action("BrewCertificate").unwrap();
    let skeleton = described::skeleton(&api, action);
    assert_eq!(skeleton, json!({ "MainDomain": "www.example.com", "Strength": "STRONG" }));
}

#[test]
fn the_examples_of_another_description_come_back_from_their_options() {
    let model = read("codegen/tests/data/base", |_| {});
    let mut checked = 0;
    for api in &model.apis {
        for action in &api.actions {
            for lang in ["en", "zh"] {
                let text = help(api, lang, &[&kebab(&action.name)]);
                let title = if lang == "zh" { &action.title.zh } else { &action.title.en };
                assert!(text.contains(title.trim()), "{text}");
                let absent =
                    action.parameters.iter().find(|field| !text.contains(&format!("--{}", kebab(&field.wire))));
                assert!(absent.is_none(), "{absent:?} has no option in {text}");
            }
            let folder = Folder::new();
            let request = example(api, action);
            let made = with_files(words(action, &|wire| kebab(wire), &request), &folder);
            let made = made.into_iter().map(|word| match word.split_once('=') {
                Some((option, file)) if folder.0.join(file).is_file() => format!("{option}={}", folder.path(file)),
                _ => word,
            });
            let line: Vec<String> = std::iter::once(kebab(&action.name)).chain(made).collect();
            let found = described::request(api, &line).unwrap();
            for name in request.keys() {
                assert!(found.get(name).is_some(), "{}: {name} is lost: {line:?} {found}", action.name);
                checked += 1;
            }
        }
    }
    assert!(checked > 2, "the description has next to no parameters");
}
