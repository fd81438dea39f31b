//! Certificates, requests, keys and pictures.

use crate::setup::recorder::Recorder;
use crate::setup::words::{CERTIFICATE, CSR, KEY, PICTURE, base64, example, pem, untidy, with_files, words};
use crate::setup::{Folder, actions, cloudcert, split};
use crate::tree::option_name;
use cloudcert::model;
use cloudcert_cli::Exit;

const OTHER_KEY: &str = include_str!("../../../tests/data/pem/ed25519.key");
const RSA: &str = include_str!("../../../tests/data/pem/rsa2048.pem");

#[test]
fn untidy_pem_is_brought_into_one_form() {
    let (recorder, folder) = (Recorder::start(), Folder::new());
    folder.file("cert.pem", untidy(pem(CERTIFICATE)));
    folder.file("key.pem", untidy(pem(KEY)));
    let words = split("aliyun-cas upload-user-certificate --name a --cert cert.pem --key key.pem --yes");
    cloudcert(&recorder.url, words).folder(&folder).done();
    let sent = recorder.take().pop().unwrap().parameters;
    assert_eq!((sent["Cert"].as_str(), sent["Key"].as_str()), (pem(CERTIFICATE), pem(KEY)));

    folder.file("request.pem", untidy(pem(CSR)));
    let words = split("aliyun-cas upload-csr --name a --csr request.pem --yes");
    cloudcert(&recorder.url, words).folder(&folder).done();
    assert_eq!(recorder.take().pop().unwrap().parameters["Csr"], pem(CSR));
    // A key alone, too.
    let words = split("aliyun-cas upload-csr --name a --csr request.pem --key key.pem --yes");
    cloudcert(&recorder.url, words).folder(&folder).done();
    assert_eq!(recorder.take().pop().unwrap().parameters["Key"], pem(KEY));
}

#[test]
fn a_key_of_another_certificate_is_refused_before_anything_is_sent() {
    let (recorder, folder) = (Recorder::start(), Folder::new());
    folder.file("cert.pem", CERTIFICATE);
    folder.file("key.pem", OTHER_KEY);
    let words = split("aliyun-cas upload-user-certificate --name a --cert cert.pem --key key.pem --yes");
    let done = cloudcert(&recorder.url, &words).folder(&folder).ends(Exit::Invalid);
    done.says("--key: ");
    assert!(!done.all().contains(OTHER_KEY.lines().nth(2).unwrap()));
    assert!(recorder.seen().is_empty());
    // Unless somebody insists, for keys that only the service understands.
    cloudcert(&recorder.url, words.iter().chain(&["--skip-validation"])).folder(&folder).done();
    assert_eq!(recorder.take().pop().unwrap().parameters["Key"], pem(OTHER_KEY));
}

#[test]
fn material_of_the_wrong_kind_is_named_by_its_option() {
    let folder = Folder::new();
    folder.file("cert.pem", RSA);
    folder.file("request.pem", CSR);
    folder.file("key.pem", KEY);
    for (words, option) in [
        ("aliyun-cas upload-csr --name a --csr cert.pem", "--csr: "),
        ("aliyun-cas upload-user-certificate --name a --cert request.pem --key key.pem", "--cert: "),
        ("aliyun-cas upload-user-certificate --name a --cert key.pem", "--cert: "),
    ] {
        let done = cloudcert("http://127.0.0.1:9", split(words)).folder(&folder).ends(Exit::Invalid);
        done.says(option);
        assert!(!done.all().contains(KEY.lines().nth(2).unwrap()));
    }
}

#[test]
fn a_picture_is_read_from_a_file_or_standard_input() {
    let recorder = Recorder::start();
    let image = |field: &&model::Field| field.kind == model::Type::Image;
    let (api, action) = actions().find(|(_, action)| action.parameters.iter().any(|field| image(&field))).unwrap();
    let field = action.parameters.iter().find(image).unwrap();
    let mut request = example(api, action);
    request.remove(&field.wire);
    let folder = Folder::new();
    let words = with_files(words(action, &|wire| option_name(api, action, wire), &request), &folder);
    let start = [&api.id, &action.name, "--yes", "--skip-validation"].map(str::to_owned);
    let option = [format!("--{}", field.wire), "-".to_owned()];
    let run = || cloudcert(&recorder.url, start.iter().chain(&words).chain(&option)).folder(&folder);
    run().stdin(PICTURE).done();
    let all = recorder.take();
    let own = all.iter().find(|request| request.action() == action.name).unwrap();
    assert_eq!(own.parameters[&field.wire], base64(PICTURE));
    let strict = start.iter().take(3).chain(&words).chain(&option);
    let done = cloudcert(&recorder.url, strict).folder(&folder).stdin("no picture").ends(Exit::Invalid);
    done.says(&format!("--{}: ", option_name(api, action, &field.wire)));
}

#[test]
fn text_in_the_place_of_a_file_is_refused_and_not_repeated() {
    let literal = "-----BEGIN CERTIFICATE-----\nCANARYMII\n-----END CERTIFICATE-----";
    for option in [format!("--cert={literal}"), format!("--key={literal}"), r#"--key={"k":"CANARY"}"#.to_owned()] {
        let done = cloudcert("http://127.0.0.1:9", ["aliyun-cas", "upload-user-certificate", "--name", "a", &option]);
        let done = done.ends(Exit::Invalid);
        assert!(done.err.contains("file") && !done.all().contains("CANARY"), "{}", done.err);
    }
    for option in ["--cert", "--key"] {
        let words = ["aliyun-cas", "upload-user-certificate", "--name", "a", option, literal];
        let done = cloudcert("http://127.0.0.1:9", words).ends(Exit::Invalid);
        done.says(&format!("{option}: takes "));
        assert!(!done.all().contains("CANARY"), "{}", done.err);
    }
    let words = ["aliyun-cas", "upload-user-certificate", "--input", r#"{"Key":"CANARY"}"#];
    let done = cloudcert("http://127.0.0.1:9", words).ends(Exit::Invalid);
    done.says("--input: takes the name of a file, not its text");
    assert!(!done.all().contains("CANARY"), "{}", done.err);
}
