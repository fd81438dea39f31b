//! Files and standard input as sources of a request, and all problems at once.

use crate::setup::recorder::Recorder;
use crate::setup::{Folder, called, cloudcert, command, endpoint, split};
use cloudcert::model::SetBy;
use cloudcert_cli::Exit;

#[test]
fn options_win_over_input() {
    let recorder = Recorder::start();
    let folder = Folder::new();
    let input = folder.file("in.json", "\u{feff}{\"KeyWord\":\"of the file\",\"ShowSize\":7}\r\n");
    cloudcert(&recorder.url, ["aliyun-cas", "list-csr", "--input", &input, "--key-word", "of the option"])
        .ends(Exit::Done);
    let sent = recorder.take().remove(0).parameters;
    assert_eq!((sent["KeyWord"].as_str(), sent["ShowSize"].as_str()), ("of the option", "7"));

    // A list replaces that of the file and is not added to it.
    let list = r#"{"ResourceType":"Certificate","ResourceId":["a","b"],"TagKey":["kept"]}"#;
    let words = split("aliyun-cas untag-resources --input - --yes --resource-id c");
    cloudcert(&recorder.url, words).stdin(list).ends(Exit::Done);
    let sent = recorder.take().remove(0).parameters;
    assert_eq!((sent["ResourceId.1"].as_str(), sent["TagKey.1"].as_str()), ("c", "kept"));
    assert!(!sent.contains_key("ResourceId.2"));
}

#[test]
fn input_must_be_an_object_of_known_parameters() {
    let recorder = Recorder::start();
    let list = || cloudcert(&recorder.url, ["aliyun-cas", "list-csr", "--input", "-"]);
    list().stdin("[]").ends(Exit::Invalid).says("--input: must be a JSON object");
    list().stdin("{\n  \"KeyWord\": CANARY}").ends(Exit::Invalid).says("--input: is not valid JSON (2:");
    list().stdin(b"\xff{}").ends(Exit::Invalid).says("UTF-8");
    let done = list().stdin(r#"{"Colour":"red","ShowSize":{"CANARY":1}}"#).ends(Exit::Invalid);
    done.says("Colour");
    done.says("--show-size");
    done.says("Colour: is not a parameter of ListCsr");
    done.says("--show-size: must be a whole number within the range of its type, and is an object");
    assert!(!done.all().contains("CANARY") && !done.err.contains("::"), "{}", done.err);
    let done = cloudcert(&recorder.url, ["aliyun-cas", "list-csr", "--input", "absent.json"]).ends(Exit::Invalid);
    done.says("cannot read `absent.json`");
    assert!(recorder.seen().is_empty());
}

#[test]
fn a_member_that_stands_there_twice_is_refused() {
    let recorder = Recorder::start();
    let list = |input: &str| cloudcert(&recorder.url, ["aliyun-cas", "list-csr", "--input", "-"]).stdin(input).done();
    for (input, said) in [
        (r#"{"KeyWord":"CANARY","KeyWord":"b"}"#, "--input: names a member twice: `KeyWord` (1:29)"),
        ("{\"Other\":[{\"A\":1,\n\"A\":2}]}", "--input: names a member twice: `A` (2:3)"),
    ] {
        let done = list(input);
        assert_eq!(done.code, Some(3));
        done.says(said);
        assert!(!done.all().contains("CANARY"));
    }
    let long = "K".repeat(80);
    let done = list(&format!("{{\"{long}\":1,\"{long}\":2}}"));
    assert!(done.err.contains("twice: (1:") && !done.err.contains(&long), "{}", done.err);
    assert!(recorder.seen().is_empty());
}

#[test]
fn values_of_a_wrong_type_are_named_in_the_words_of_json() {
    for (line, input, said) in [
        (
            "aliyun-cas list-csr",
            r#"{"ShowSize":"x"}"#,
            "--show-size: must be a whole number within the range of its type, and is a string",
        ),
        (
            "aliyun-cas list-csr",
            r#"{"ShowSize":1.5}"#,
            "--show-size: must be a whole number within the range of its type, and is a number",
        ),
        (
            "aliyun-cas list-csr",
            r#"{"ShowSize":[1]}"#,
            "--show-size: must be a whole number within the range of its type, and is an array",
        ),
        ("aliyun-cas list-csr", r#"{"KeyWord":{"a":1}}"#, "--key-word: must be a string, and is an object"),
        ("aliyun-cas untag-resources", r#"{"All":"maybe"}"#, "--param-all: must be a boolean, and is a string"),
        (
            "ksyun-kcm list-certificates",
            r#"{"Filter":[{"Name":"a","Colour":1}]}"#,
            "--filter: has no member `Colour`, only: Name, Value",
        ),
        (
            "aliyun-cas untag-resources",
            r#"{"ResourceId":["a",{"b":1}]}"#,
            "--resource-id: must be a string, and is an object",
        ),
        ("aliyun-cas untag-resources", r#"{"ResourceId":["a",null]}"#, "--resource-id: must be a value, and is null"),
        ("ksyun-kcm list-certificates", r#"{"Filter":"a"}"#, "--filter: must be an object, and is a string"),
    ] {
        let words = split(line).into_iter().chain(["--input", "-"]);
        let done = cloudcert("http://127.0.0.1:9", words).stdin(input).ends(Exit::Invalid);
        done.says(said);
        assert!(!done.err.contains("::Request"), "{}", done.err);
    }
}

#[test]
fn standard_input_is_read_once() {
    let words = split("aliyun-cas upload-user-certificate --name a --cert - --key -");
    let done = cloudcert("http://127.0.0.1:9", words).stdin("CANARY").ends(Exit::Invalid);
    done.says("--key: cannot read standard input, which was read for `--cert`");
    assert!(!done.all().contains("CANARY"));
}

#[test]
fn large_files_are_refused_without_being_read_whole() {
    let folder = Folder::new();
    let file = folder.file("large", vec![b'a'; (8 << 20) + 1]);
    let words = ["aliyun-cas", "upload-csr", "--name", "a", "--csr", &file];
    cloudcert("http://127.0.0.1:9", words).ends(Exit::Invalid).says("--csr: must be at most 8 MiB");
    let endless = ["aliyun-cas", "upload-csr", "--name", "a", "--csr", "/dev/zero"];
    cloudcert("http://127.0.0.1:9", endless).ends(Exit::Invalid).says("--csr: must be at most 8 MiB");
}

#[test]
fn all_problems_come_at_once_and_nothing_is_sent() {
    let recorder = Recorder::start();
    let words = split("ksyun-kcm apply-certificate --year-length many --domain-count x --yes");
    let done = cloudcert(&recorder.url, &words).ends(Exit::Invalid);
    for option in ["--year-length", "--domain-count", "--certificate-code", "--main-domain"] {
        assert_eq!(done.err.matches(&format!("  {option}: ")).count(), 1, "{option}: {}", done.err);
    }
    assert!(recorder.seen().is_empty());
    let json = cloudcert(&recorder.url, words.iter().chain(&["--output", "json"])).ends(Exit::Invalid);
    let error: serde_json::Value = serde_json::from_str(json.err.trim()).unwrap();
    assert_eq!(error["exit"], 3);
    let named: Vec<&str> =
        error["error"]["problems"].as_array().unwrap().iter().map(|of| of["option"].as_str().unwrap()).collect();
    assert!(named.contains(&"--year-length") && named.contains(&"--certificate-code"), "{named:?}");
}

#[test]
fn a_secret_that_another_action_returns_is_obtained_by_auto() {
    let endpoint = endpoint();
    let words = "ksyun-kcm revoke-certificate --certificate-id 2601020900001 --reason compromised --token auto";
    // All problems first, and nothing is sent.
    let letter = Folder::new();
    let letter = letter.file("letter.png", b"\x89PNG\r\n\x1a\n");
    cloudcert(endpoint.url(), split(&words.replace(" --reason compromised", ""))).ends(Exit::Invalid).says("--reason");
    cloudcert(endpoint.url(), split(words)).ends(Exit::Unconfirmed);
    let dry = cloudcert(endpoint.url(), split(&format!("{words} --dry-run"))).ends(Exit::Done);
    assert!(dry.out.contains("Token"));
    assert_eq!(called(&endpoint), [""; 0]);
    // GetToken is called first. The certificate does not exist, so the probe before the revocation fails.
    let words = format!("{words} --revoke-letter {letter} --yes");
    let done = cloudcert(endpoint.url(), split(&words)).ends(Exit::Refused);
    done.says("calling GetToken");
    assert_eq!(called(&endpoint).first().map(String::as_str), Some("GetToken"));
    // Where no action returns the secret, `auto` is the name of a file.
    let words = "aliyun-cas upload-csr --name n --csr absent.pem --key auto --yes";
    cloudcert(endpoint.url(), split(words)).ends(Exit::Invalid).says("--key");
}

#[test]
fn parameters_of_every_request_have_options() {
    let recorder = Recorder::start();
    for api in cloudcert::model::apis() {
        let Some(of) = api.common_parameters.iter().find(|of| of.set_by == SetBy::Caller && of.header.is_none()) else {
            continue;
        };
        let list = api.actions.iter().find(|action| action.paginator.is_some()).unwrap();
        let option = format!("--{}", of.wire);
        let words = [command(api), list.name.clone(), option, "v".to_owned(), "--skip-validation".to_owned()];
        cloudcert(&recorder.url, words).ends(Exit::Done);
        assert_eq!(recorder.take().remove(0).parameters[&of.wire], "v", "{}", api.id);
    }
}
