//! All providers of credentials, with marks in everything that they read and in what servers respond.

use super::SECRET as MARK;
use crate::setup::clock::WallClock;
use crate::setup::futures::run;
use crate::setup::script::pairs;
use crate::setup::server::Server;
use crate::setup::shown::everything_shown;
use crate::setup::surroundings::{Folder, around};
use crate::setup::token_service::Play;
use cloudcert::Credentials;
use cloudcert::credentials::{
    AliyunCli, AliyunFile, AssumedRole, Cached, Chain, CredentialsUri, EcsMetadata, EnvironmentVariables, KsyunFile,
    OidcRole, ProvideCredentials, Role, Surroundings, from_fn,
};
use serde_json::json;
use std::collections::HashMap;
use std::fmt::Write;

/// Fetches credentials from all providers, under all responses and faults of servers, and checks that nothing shows a mark.
///
/// Gives how many were asked, and how many gave credentials.
pub(crate) fn ask_all_providers() -> (usize, usize) {
    let modes = ["AK", "StsToken", "RamRoleArn", "EcsRamRole", "OIDC", "External", "CloudSSO", MARK];
    let kinds = ["access_key", "ram_role_arn", "ecs_ram_role", "oidc_role_arn", "rsa_key_pair", MARK];
    let (mut asked, mut given) = (0, 0);
    for (what, play) in plays() {
        // A token of version 2 is a secret too.
        let server = Server::token_service(move |seen| match (seen.method(), play(seen.body.clone())) {
            ("PUT", Play::Response(200, _)) => Play::Response(200, format!("{MARK}metadata")),
            (_, play) => play,
        });
        for (index, mode) in modes.iter().enumerate() {
            let around = marked(&server, mode, kinds[index % kinds.len()]);
            for provider in providers(&around) {
                let text = shown(&*provider);
                assert!(!text.contains(MARK), "{what}, {mode}: {text}");
                asked += 1;
                given += usize::from(text.contains("[redacted]"));
            }
        }
    }
    (asked, given)
}

/// What comes of a request with this body.
type Respond = Box<dyn Fn(String) -> Play + Send + Sync>;

/// Good responses and faults, with marks in each.
fn plays() -> Vec<(&'static str, Respond)> {
    let keys = format!(r#""AccessKeyId":"id","AccessKeySecret":"{MARK}s","SecurityToken":"{MARK}t","Expiration":"#);
    let good = format!(r#"{{"Code":"Success",{keys}"2026-01-02T04:04:05Z"}}"#);
    let sts = format!(r#"{{"Credentials":{{{keys}"2026-01-02T04:04:05Z"}}}}"#);
    vec![
        ("good", Box::new(move |_| Play::Response(200, good.clone()))),
        ("sts", Box::new(move |_| Play::Response(200, sts.clone()))),
        (
            "quotes",
            Box::new(|body| {
                let text = format!("the string to sign is: {body}");
                Play::Response(
                    403,
                    json!({"Code": "SignatureDoesNotMatch", "Message": text, "RequestId": "R"}).to_string(),
                )
            }),
        ),
        (
            "quotes decoded",
            Box::new(|body| {
                let pairs = pairs(&body);
                let text: Vec<&str> = pairs.iter().map(|(_, value)| value.as_str()).collect();
                Play::Response(400, json!({"Code": "X", "Message": text.join(" "), "RequestId": "R"}).to_string())
            }),
        ),
        (
            "old",
            Box::new({
                let old = format!(
                    r#"{{"Code":"Success",{keys}"2020-01-01T00:00:00Z","Credentials":{{{keys}"2020-01-01T00:00:00Z"}}}}"#
                );
                move |_| Play::Response(200, old.clone())
            }),
        ),
        ("no time", Box::new(move |_| Play::Response(200, format!(r#"{{"Code":"Success",{keys}"{MARK}"}}"#)))),
        ("garbage", Box::new(|_| Play::Response(200, format!("{MARK} {{{MARK}")))),
        ("an error", Box::new(|_| Play::Response(500, format!("<html>{MARK}</html>")))),
        ("an end", Box::new(|_| Play::Close)),
    ]
}

/// Everything that a person may see of a provider and what it gives.
fn shown(provider: &dyn ProvideCredentials) -> String {
    let mut text = format!("{} {provider:?} {provider:#?}", provider.name());
    match run(provider.provide()) {
        Ok(given) => write!(text, "{given:?} {given:#?} {}", given.source()).unwrap(),
        Err(error) => {
            write!(text, "{} {:?}", everything_shown(&error), error.tried()).unwrap();
        }
    }
    text
}

/// Marks in every place that has a value; only names of sections and profiles are plain, for they say where keys come from.
fn marked(server: &Server, mode: &str, kind: &str) -> Surroundings {
    let folder = Folder::new();
    let value = |name: &str| format!("{MARK}{name}");
    let token = folder.file("token", &value("oidc"));
    let names = [
        "access_key_secret",
        "sts_token",
        "ram_role_arn",
        "external_id",
        "policy",
        "ram_session_name",
        "process_command",
        "oidc_provider_arn",
        "access_token",
        "role_session_name",
        "ram_role_name",
    ];
    let mut profile: serde_json::Map<String, serde_json::Value> =
        names.iter().map(|name| ((*name).to_owned(), value(name).into())).collect();
    profile.extend(
        [("name", "p"), ("mode", mode), ("access_key_id", "id"), ("oidc_token_file", &token)]
            .map(|(k, v)| (k.to_owned(), v.into())),
    );
    folder.file(".aliyun/config.json", &json!({"current": "p", "profiles": [profile]}).to_string());
    let keys = [
        "access_key_secret",
        "role_arn",
        "role_session_name",
        "policy",
        "oidc_provider_arn",
        "role_name",
        "private_key_file",
    ];
    let mut section = format!("[default]\ntype = {kind}\naccess_key_id = id\noidc_token_file_path = {token}\n");
    for key in keys {
        writeln!(section, "{key} = {}", value(key)).unwrap();
    }
    folder.file(".alibabacloud/credentials", &section);
    folder.file(
        ".ks/credentials",
        &format!("[default]\nks_access_key_id = id\nks_secret_access_key = {MARK}\nks_security_token = {MARK}\n"),
    );
    let mut variables: HashMap<&str, String> = HashMap::from([
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "id".into()),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", token),
        ("ALIBABA_CLOUD_CREDENTIALS_URI", format!("{}/{MARK}?key={MARK}", server.url())),
        ("KSYUN_ACCESS_KEY", "id".into()),
    ]);
    for name in [
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "ALIBABA_CLOUD_SECURITY_TOKEN",
        "ALIBABA_CLOUD_ROLE_ARN",
        "KSYUN_SECRET_KEY",
        "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
        "ALIBABA_CLOUD_ROLE_SESSION_NAME",
        "KSYUN_SECURITY_TOKEN",
    ] {
        variables.insert(name, value(name));
    }
    around([])
        .variables(move |name| variables.get(name).cloned())
        .home(folder.0)
        .sts_endpoint(server.url())
        .metadata_endpoint(server.url())
}

fn providers(around: &Surroundings) -> Vec<Box<dyn ProvideCredentials>> {
    let key = || Credentials::new("id", format!("{MARK}secret")).with_token(format!("{MARK}token"));
    let role = Role::new("arn").external_id(MARK).policy(MARK);
    vec![
        Box::new(key()),
        Box::new(EnvironmentVariables::aliyun(around)),
        Box::new(EnvironmentVariables::ksyun(around)),
        Box::new(from_fn("closure", move || std::future::ready(Ok(key())))),
        Box::new(OidcRole::from_variables(around)),
        Box::new(AssumedRole::new(Credentials::new("id", format!("{MARK}base")), role, around)),
        Box::new(AliyunCli::new(around)),
        Box::new(AliyunFile::new(around)),
        Box::new(KsyunFile::new(around)),
        Box::new(EcsMetadata::new(around)),
        Box::new(CredentialsUri::from_variables(around)),
        Box::new(CredentialsUri::new(format!("https://{MARK}:{MARK}@127.0.0.1:1/{MARK}"), around)),
        Box::new(CredentialsUri::new(format!("http://{MARK}.example.com/{MARK}"), around)),
        Box::new(CredentialsUri::new(format!("{MARK}://{MARK}"), around)),
        Box::new(Chain::aliyun(around)),
        Box::new(Chain::ksyun(around)),
        Box::new(Cached::new(Chain::aliyun(around)).environment(WallClock::new())),
    ]
}
