//! No secret is in any output.

use crate::setup::recorder::Recorder;
use crate::setup::words::kebab;
use crate::setup::{Folder, actions, bare, cloudcert, command, endpoint, split};
use cloudcert::model::{Action, Api, Field, Sensitivity, Type};
use cloudcert_cli::Exit;
use serde_json::{Map, Value, json};

const CANARY: &str = "CANARY";

fn is_secret(field: &Field) -> bool {
    field.sensitivity == Some(Sensitivity::Secret) || field.kind == Type::SecretUrl
}

/// A value of a field with a mark in what is secret, and how many marks there are.
fn marked(api: &Api, field: &Field, deep: usize, marks: &mut usize) -> Option<Value> {
    if is_secret(field) {
        *marks += 1;
        let text = json!(format!("{CANARY}-{}", field.wire));
        return Some(if field.kind.is_list() { json!([text]) } else { text });
    }
    let name = field.kind.structure().filter(|_| deep < 5)?;
    let structures = api.structures();
    let of = structures.into_iter().find(|of| of.name == name)?;
    let members: Map<String, Value> =
        of.fields.iter().filter_map(|field| Some((field.wire.clone(), marked(api, field, deep + 1, marks)?))).collect();
    let value = Value::from(members);
    Some(if field.kind.is_list() { json!([value]) } else { value })
}

/// The response of an action with marks in its secrets, if it has any.
pub(crate) fn response(api: &Api, action: &Action) -> Option<Value> {
    let mut marks = 0;
    let own = action.response.iter().filter_map(|field| Some((field.wire.clone(), marked(api, field, 0, &mut marks)?)));
    let mut body: Map<String, Value> = own.collect();
    body.insert("RequestId".to_owned(), json!("R"));
    (marks > 0).then(|| body.into())
}

#[test]
fn secrets_of_responses_are_printed_in_no_form() {
    let mut checked = 0;
    for (api, action) in actions() {
        let Some(body) = response(api, action) else { continue };
        let text = body.to_string();
        let recorder = Recorder::answering(move |_| text.clone());
        for form in ["json", "jsonl", "table", "text"] {
            let words = [&command(api), &kebab(&action.name), "--skip-validation", "--yes", "--output", form];
            let done = cloudcert(&recorder.url, words).done();
            assert!(!done.all().contains(CANARY), "{} in {form}: {} {}", action.name, done.out, done.err);
            checked += 1;
        }
        let words = ["call", &command(api), &action.name, "--effect", "read", "--yes"];
        let done = cloudcert(&recorder.url, words).ends(Exit::Done);
        assert!(!done.all().contains(CANARY) && done.out.contains(cloudcert::REDACTED), "{}", done.out);
    }
    assert!(checked > 0);
}

#[test]
fn access_keys_are_nowhere() {
    let endpoint = endpoint();
    for line in [
        "--help",
        "ksyun-kcm get-token --help",
        "config show",
        "whoami",
        "aliyun-cas list-csr",
        "aliyun-cas list-csr --dry-run",
        "aliyun-cas list-csr --dry-run=curl",
        "aliyun-cas list-csr --dry-run=sign",
        "ksyun-kcm list-certificates --dry-run=curl",
        "call aliyun-cas ListCsr --effect read --dry-run",
    ] {
        let done = cloudcert(endpoint.url(), split(line))
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "CANARY-secret")
            .env("ALIBABA_CLOUD_SECURITY_TOKEN", "CANARY-token")
            .env("KSYUN_SECRET_KEY", "CANARY-secret")
            .done();
        assert!(!done.all().contains(CANARY), "{line}: {} {}", done.out, done.err);
    }
}

#[test]
fn secrets_of_requests_come_from_files_and_variables_only() {
    let (recorder, folder) = (Recorder::start(), Folder::new());
    folder.file("secret", "CANARY-file\r\n");
    let base =
        split("aliyun-cas add-cloud-access --cloud-name Tencent --secret-id AKIDexample --skip-validation --yes");
    let sent = |how: &str, stdin: &str| {
        let words = base.iter().copied().chain(["--secret-key", how]);
        let done = cloudcert(&recorder.url, words).env("OF_ENV", "CANARY-env").stdin(stdin).folder(&folder).done();
        assert!(!done.all().contains(CANARY), "{} {}", done.out, done.err);
        let all = recorder.take();
        (all.iter().find_map(|request| request.parameters.get("SecretKey").cloned()), done)
    };
    assert_eq!(sent("secret", "").0.as_deref(), Some("CANARY-file"));
    assert_eq!(sent("-", "CANARY-stdin\n").0.as_deref(), Some("CANARY-stdin"));
    assert_eq!(sent("env:OF_ENV", "").0.as_deref(), Some("CANARY-env"));
    for wrong in ["CANARY-literal", "--CANARY", "env:ABSENT", ""] {
        let (parameter, done) = sent(wrong, "");
        assert_eq!((parameter, done.code), (None, Some(3)), "{wrong}: {}", done.err);
        done.says("--secret-key");
    }
    // Nor in the message about an argument that has no place.
    let key = "-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----";
    let long = format!("MII{}CANARY", "A".repeat(64));
    for words in [&[key][..], &["--", key], &["CANARY"], &["--output", "json", "CANARY"], &["--input", &long]] {
        let done = cloudcert(&recorder.url, base.iter().chain(words).copied()).done();
        assert!(!done.all().contains(CANARY) && matches!(done.code, Some(2 | 3)), "{}", done.err);
    }
    let done = cloudcert(&recorder.url, base.iter().chain(&["--secret-key", "env:CANARY"]).copied()).done();
    assert!(!done.all().contains(CANARY), "{}", done.err);
    let mut dry = base.clone();
    dry.extend(["--secret-key", "secret"]);
    for form in ["--dry-run", "--dry-run=curl", "--dry-run=sign"] {
        let done = cloudcert(&recorder.url, dry.iter().chain(&[form])).folder(&folder).ends(Exit::Done);
        assert!(!done.all().contains(CANARY), "{}", done.out);
    }
    // Nor as a parameter of `call`, by whatever case.
    for pair in
        ["SecretKey=CANARY", "secretkey=CANARY", "Some.1.SecretKey=CANARY", "A=-----BEGIN PRIVATE KEY-----CANARY"]
    {
        let done =
            cloudcert(&recorder.url, ["call", "aliyun-cas", "AddCloudAccess", pair, "--effect", "create", "--yes"]);
        let done = done.ends(Exit::Usage);
        assert!(!done.all().contains(CANARY), "{}", done.err);
    }
    for pair in ["SecretKey=CANARY", "secretkey=CANARY", "A=-----BEGIN PRIVATE KEY-----CANARY"] {
        let done = cloudcert(&recorder.url, base.iter().copied().chain(["--extra", pair])).ends(Exit::Usage);
        done.says("--extra");
        assert!(!done.all().contains(CANARY), "{}", done.err);
    }
    assert!(recorder.seen().is_empty());
}

#[test]
fn an_endpoint_that_quotes_the_request_does_not_make_the_program_repeat_it() {
    let (endpoint, folder) = (endpoint(), Folder::new());
    folder.file("secret", "CANARYsecret");
    let words = split(
        "aliyun-cas add-cloud-access --cloud-name Tencent --secret-id AKIDexample --secret-key secret --yes --skip-validation",
    );
    for form in ["text", "json"] {
        // The error about a wrong signature has the string that was signed, with all parameters.
        let run = cloudcert(endpoint.url(), words.iter().copied().chain(["--output", form])).folder(&folder);
        let done = run.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "wrong").ends(Exit::Refused);
        done.says("Signature");
        assert!(!done.all().contains(CANARY), "{}", done.err);
    }
}

#[test]
fn a_key_in_the_configuration_is_not_repeated() {
    let folder = Folder::new();
    for (text, line) in [
        ("[profiles.a]\ncloud = \"CANARY\"\n", 2),
        ("# a\n\n[profiles.a]\ncloud = \"ksyun\"\ncredentials = [\"CANARY\"]\n", 5),
        ("[profiles.a]\ncloud = \"ksyun\"\ncredentials = \"CANARY\"\n", 0),
        ("[profiles.a]\ncloud = \"ksyun\"\nregion = CANARY\n", 3),
        ("profiles = \"CANARY\"\n", 1),
    ] {
        let file = folder.file("config.toml", text);
        let words = ["ksyun-kcm", "list-certificates", "--profile", "a", "--config", &file];
        let done = bare(words).ends(Exit::Unconfigured);
        assert!(!done.all().contains(CANARY), "{}", done.err);
        if line > 0 {
            done.says(&format!("config.toml:{line}:"));
        }
    }
    let file = folder.file("config.toml", "[profiles.a]\ncloud = \"ksyun\"\nsecret = 1\n");
    let words = ["ksyun-kcm", "list-certificates", "--profile", "a", "--config", &file];
    bare(words).ends(Exit::Unconfigured).says("secret");
}
