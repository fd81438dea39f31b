//! `--write`: fields of a response in files that only their owner can read.

use crate::secrets::response;
use crate::setup::recorder::Recorder;
use crate::setup::{Folder, actions, called, cloudcert, command, endpoint, split};
use cloudcert_cli::Exit;
use serde_json::json;
use std::os::unix::fs::PermissionsExt;

const READ: &str = "aliyun-cas get-csr-detail --csr-id 7";

fn detail() -> Recorder {
    Recorder::answering(|_| {
        json!({ "RequestId": "R", "CsrId": 7, "Csr": "request", "PrivateKey": "CANARY-key" }).to_string()
    })
}

#[test]
fn a_secret_goes_into_a_file_and_nowhere_else() {
    let (recorder, folder) = (detail(), Folder::new());
    let words = split(READ).into_iter().chain(split("--write PrivateKey=key.pem --write Csr=request.pem"));
    let done = cloudcert(&recorder.url, words).folder(&folder).ends(Exit::Done);
    assert_eq!(std::fs::read_to_string(folder.path("key.pem")).unwrap(), "CANARY-key");
    assert_eq!(std::fs::read_to_string(folder.path("request.pem")).unwrap(), "request");
    for file in ["key.pem", "request.pem"] {
        let mode = std::fs::metadata(folder.path(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    assert_eq!(done.json()["PrivateKey"], cloudcert::REDACTED);
    assert!(!done.all().contains("CANARY"));
}

#[test]
fn every_secret_of_the_description_can_be_written() {
    let mut written = 0;
    for (api, action) in actions() {
        let Some(body) = response(api, action) else { continue };
        let (text, folder) = (body.to_string(), Folder::new());
        let recorder = Recorder::answering(move |_| text.clone());
        for (field, value) in body.as_object().unwrap().iter().filter(|(field, _)| *field != "RequestId") {
            let Some(secret) = value.as_str() else { continue };
            let wish = format!("{field}={field}");
            let words = [&command(api), &action.name, "--skip-validation", "--yes", "--write", &wish];
            cloudcert(&recorder.url, words).folder(&folder).done();
            assert_eq!(std::fs::read_to_string(folder.path(field)).unwrap(), secret, "{}", action.name);
            written += 1;
        }
    }
    assert!(written > 0);
}

#[test]
fn files_that_cannot_be_made_are_refused_before_anything_is_sent() {
    let endpoint = endpoint();
    let folder = Folder::new();
    folder.file("there", "precious");
    for (wish, said) in [
        ("PrivateKey=there", "--write does not overwrite"),
        ("PrivateKey=absent/key.pem", "existing folder"),
        ("PrivateKey=/", "--write"),
        ("PrivateKey=key/", "existing folder"),
        ("Colour=colour", "Csr, PrivateKey"),
        ("PrivateKey", "FIELD=FILE"),
        ("=file", "FIELD=FILE"),
    ] {
        let words = split(READ).into_iter().chain(["--write", wish]);
        cloudcert(endpoint.url(), words).folder(&folder).ends(Exit::Usage).says(said);
    }
    let twice = split(READ).into_iter().chain(split("--write PrivateKey=a --write Csr=a"));
    cloudcert(endpoint.url(), twice).folder(&folder).ends(Exit::Usage).says("--write does not overwrite");
    assert_eq!(called(&endpoint), Vec::<String>::new());
    assert_eq!(std::fs::read_to_string(folder.path("there")).unwrap(), "precious");
}

#[test]
fn a_field_that_is_absent_is_named_and_the_response_is_not_lost() {
    let (recorder, folder) = (Recorder::answering(|_| json!({ "Csr": "request" }).to_string()), Folder::new());
    let words = split(READ).into_iter().chain(split("--write PrivateKey=key.pem --write Csr=csr.pem"));
    let done = cloudcert(&recorder.url, words).folder(&folder).ends(Exit::Failed);
    done.says("the call succeeded, but its response has no PrivateKey");
    assert_eq!(done.json()["Csr"], "request");
    assert!(std::fs::exists(folder.path("csr.pem")).unwrap() && !std::fs::exists(folder.path("key.pem")).unwrap());
}
