//! No provider shows what it reads, whatever responses and faults servers have for it.

use crate::setup::futures::run;
use crate::setup::marked::SECRET as MARK;
use crate::setup::marked::providers::ask_all_providers;
use crate::setup::server::Server;
use crate::setup::surroundings::{Folder, around};
use crate::setup::token_service::Play;
use cloudcert::Credentials;
use cloudcert::credentials::{AliyunCli, AliyunFile, AssumedRole, Chain, KsyunFile, ProvideCredentials, Role};
use serde_json::json;
use std::collections::HashMap;

#[test]
fn no_value_of_a_source_is_shown() {
    let (asked, given) = ask_all_providers();
    assert_eq!(asked, 9 * 8 * 17);
    assert!(given > 100, "{given} gave credentials");
}

/// Names of sections and profiles in variables and files are values too.
#[test]
fn a_source_is_named_without_values_of_variables_or_fields() {
    let folder = Folder::new();
    let name = format!("{MARK}profile");
    let profile = json!({"name": name, "mode": "AK", "access_key_id": "id", "access_key_secret": "s"});
    folder.file(".aliyun/config.json", &json!({"current": name, "profiles": [profile]}).to_string());
    let section = format!("[{name}]\ntype = access_key\naccess_key_id = id\naccess_key_secret = s\n");
    folder.file(".alibabacloud/credentials", &section);
    folder.file(".ks/credentials", &format!("[{name}]\nks_access_key_id = id\nks_secret_access_key = s\n"));
    let around = |variables: &[&'static str]| {
        let variables: HashMap<&str, String> = variables.iter().map(|variable| (*variable, name.clone())).collect();
        around([]).variables(move |name| variables.get(name).cloned()).home(&folder.0)
    };
    let named = around(&["ALIBABA_CLOUD_PROFILE", "KS_PROFILE"]);
    for (provider, expected) in [
        (
            Box::new(AliyunCli::new(&named)) as Box<dyn ProvideCredentials>,
            "the profile that ALIBABA_CLOUD_PROFILE names (AK) of ~/.aliyun/config.json",
        ),
        (Box::new(AliyunCli::new(&around(&[]))), "the current profile (AK) of ~/.aliyun/config.json"),
        (
            Box::new(AliyunFile::new(&named)),
            "the section that ALIBABA_CLOUD_PROFILE names (access_key) of ~/.alibabacloud/credentials",
        ),
        (
            Box::new(AliyunFile::new(&around(&[])).section(&name)),
            "the section that the program names (access_key) of ~/.alibabacloud/credentials",
        ),
        (Box::new(KsyunFile::new(&named)), "the section that KS_PROFILE names of ~/.ks/credentials"),
        (
            Box::new(KsyunFile::new(&around(&["KS_DEFAULT_PROFILE"]))),
            "the section that KS_DEFAULT_PROFILE names of ~/.ks/credentials",
        ),
        (Box::new(Chain::aliyun(&named)), "the profile that ALIBABA_CLOUD_PROFILE names (AK) of ~/.aliyun/config.json"),
    ] {
        let given = run(provider.provide()).unwrap();
        assert_eq!(given.source(), expected);
        assert!(!format!("{given:?} {}", provider.name()).contains(MARK));
    }
}

/// STS quotes the signature of the request, and forges lines.
#[test]
fn errors_of_sts_are_scrubbed_too() {
    let server = Server::token_service(|seen| {
        let signature = seen.form_value("Signature").unwrap_or_default();
        let text = format!("{signature} {} \r\n\u{1b}[2J\u{202e}", cloudcert::sign::encode(&signature));
        Play::Response(
            400,
            json!({"Code": format!("X\n{signature}"), "Message": text, "RequestId": signature}).to_string(),
        )
    });
    let around = around([]).sts_endpoint(server.url());
    let error =
        run(AssumedRole::new(Credentials::new("id", "secret"), Role::new("arn"), &around).provide()).unwrap_err();
    let signature = server.seen()[0].form_value("Signature").unwrap();
    for shown in [error.to_string(), format!("{error:?}")] {
        assert!(!shown.contains(&signature[..12]) && !shown.contains(&signature[12..24]), "{shown}");
        assert!(
            !shown.contains(|c: char| c.is_control() || c == '\u{202e}') && shown.contains("[redacted]"),
            "{shown:?}"
        );
    }
}
