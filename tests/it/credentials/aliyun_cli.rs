//! Credentials from the configuration of Alibaba Cloud's command line.

use super::{ask, parts};
use crate::setup::clock::NOW;
use crate::setup::server::Server;
use crate::setup::surroundings::{Folder, around};
use crate::setup::token_service::{Play, metadata_response, sts_response};
use cloudcert::Credentials;
use cloudcert::credentials::{AliyunCli, CredentialsError, Surroundings};

/// A file with these profiles, of which `p` is the current one.
fn config_file(profiles: &str) -> String {
    format!(r#"{{"current":"p","profiles":[{{"name":"other","mode":"AK"}},{profiles}],"meta_path":""}}"#)
}

/// A home with this file in it.
fn home(surroundings: Surroundings, text: &str) -> Surroundings {
    let folder = Folder::new();
    folder.file(".aliyun/config.json", text);
    surroundings.home(folder.0)
}

fn read(text: &str) -> Result<Credentials, CredentialsError> {
    ask(&AliyunCli::new(&home(around([]), text)))
}

#[test]
fn keys_are_read_from_the_file() {
    let key = r#""access_key_id":"id","access_key_secret":"secret","region_id":"cn-hangzhou""#;
    let lasting = read(&config_file(&format!(r#"{{"name":"p","mode":"AK",{key},"sts_token":"not read"}}"#))).unwrap();
    assert_eq!(parts(&lasting), ("id", "secret", None));
    assert_eq!(lasting.source(), "the current profile (AK) of ~/.aliyun/config.json");
    let marked =
        format!("\u{feff}{}", config_file(&format!(r#"{{"name":"p","mode":"StsToken",{key},"sts_token":"t"}}"#)));
    assert_eq!(parts(&read(&marked).unwrap()), ("id", "secret", Some("t")));
}

#[test]
fn a_role_is_assumed_with_the_keys_of_the_profile() {
    let server = Server::repeating_token_service(200, sts_response("cli"));
    for (seconds, expected) in [("900", "900"), ("0", "3600"), ("\"1800\"", "1800"), ("null", "3600")] {
        let profile = format!(
            r#"{{"name":"p","mode":"RamRoleArn","access_key_id":"id","access_key_secret":"secret","ram_role_arn":"arn",
            "ram_session_name":"me","expired_seconds":{seconds},"policy":"{{}}","external_id":"e","sts_region":"cn-x","enable_vpc":true}}"#
        );
        let surroundings = home(around([]), &config_file(&profile)).sts_endpoint(server.url());
        let given = ask(&AliyunCli::new(&surroundings)).unwrap();
        assert_eq!(parts(&given), ("cli-id", "cli-secret", Some("cli-token")));
        assert_eq!(given.expiry(), Some(NOW + 3600));
        let seen = server.seen().pop().unwrap();
        for (name, value) in [
            ("Action", "AssumeRole"),
            ("AccessKeyId", "id"),
            ("RoleArn", "arn"),
            ("RoleSessionName", "me"),
            ("DurationSeconds", expected),
            ("Policy", "{}"),
            ("ExternalId", "e"),
        ] {
            assert_eq!(seen.form_value(name).as_deref(), Some(value), "{name}");
        }
    }
}

#[test]
fn roles_of_an_instance_and_of_a_cluster_are_assumed() {
    let server = Server::token_service(|seen| match seen.method() {
        "PUT" => Play::Response(200, "t".into()),
        "POST" => Play::Response(200, sts_response("oidc")),
        _ => Play::Response(200, metadata_response("ecs")),
    });
    let profile = r#"{"name":"p","mode":"EcsRamRole","ram_role_name":"ops"}"#;
    let surroundings = home(around([]), &config_file(profile)).metadata_endpoint(server.url());
    assert_eq!(parts(&ask(&AliyunCli::new(&surroundings)).unwrap()).0, "ecs-id");
    assert!(server.seen().pop().unwrap().path().ends_with("/ops"));

    let token = Folder::new().file("token", "the-token");
    let profile = format!(
        r#"{{"name":"p","mode":"OIDC","oidc_provider_arn":"prov","oidc_token_file":"{token}","ram_role_arn":"arn","role_session_name":"s"}}"#
    );
    let surroundings = home(around([]), &config_file(&profile)).sts_endpoint(server.url());
    assert_eq!(parts(&ask(&AliyunCli::new(&surroundings)).unwrap()).0, "oidc-id");
    let seen = server.seen().pop().unwrap();
    for (name, value) in
        [("OIDCProviderArn", "prov"), ("OIDCToken", "the-token"), ("RoleArn", "arn"), ("RoleSessionName", "s")]
    {
        assert_eq!(seen.form_value(name).as_deref(), Some(value), "{name}");
    }
}

#[test]
fn the_profile_is_the_given_one_that_of_a_variable_or_the_current_one() {
    let profile =
        |name: &str| format!(r#"{{"name":"{name}","mode":"AK","access_key_id":"{name}-id","access_key_secret":"s"}}"#);
    let text = config_file(&[profile("p"), profile("q"), profile("r")].join(","));
    let bare = home(around([]), &text);
    let named = home(around([("ALIBABA_CLOUD_PROFILE", "q")]), &text);
    assert_eq!(parts(&ask(&AliyunCli::new(&bare)).unwrap()).0, "p-id");
    assert_eq!(parts(&ask(&AliyunCli::new(&named)).unwrap()).0, "q-id");
    assert_eq!(parts(&ask(&AliyunCli::new(&named).profile("r")).unwrap()).0, "r-id");
    let error = ask(&AliyunCli::new(&home(around([("ALIBABA_CLOUD_PROFILE", "canary")]), &text))).unwrap_err();
    assert_eq!(error.to_string(), "~/.aliyun/config.json: the profile that ALIBABA_CLOUD_PROFILE names is not in it");
}

#[test]
fn the_file_can_be_elsewhere_and_can_be_switched_off() {
    let text = config_file(r#"{"name":"p","mode":"AK","access_key_id":"id","access_key_secret":"s"}"#);
    let path = Folder::new().file("elsewhere.json", &text);
    let given = ask(&AliyunCli::new(&around([("ALIBABA_CLOUD_CONFIG_FILE", &path)]))).unwrap();
    assert_eq!(given.source(), "the current profile (AK) of the file that ALIBABA_CLOUD_CONFIG_FILE names");
    let off = around([("ALIBABA_CLOUD_CONFIG_FILE", &path), ("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "TRUE")]);
    let error = ask(&AliyunCli::new(&off)).unwrap_err();
    assert_eq!((error.is_absent(), error.to_string().as_str()), (true, "ALIBABA_CLOUD_CLI_PROFILE_DISABLED is true"));
    let error = ask(&AliyunCli::new(&around([]))).unwrap_err();
    assert_eq!((error.is_absent(), error.to_string().as_str()), (true, "~/.aliyun/config.json does not exist"));
}

#[test]
fn other_modes_are_refused_by_name_with_advice() {
    for (mode, advice) in [
        ("ChainableRamRoleArn", "use the mode RamRoleArn"),
        ("RamRoleArnWithRoleName", "use an `AssumedRole` with `EcsMetadata`"),
        ("CloudSSO", "hand in keys by environment variables"),
        ("OAuth", "hand in keys by environment variables"),
        ("External", "run it yourself in a closure, `from_fn`"),
        ("RsaKeyPair", "use an access key or a role"),
        ("CredentialsURI", "set ALIBABA_CLOUD_CREDENTIALS_URI"),
        ("Novel", "use AK, StsToken, RamRoleArn, EcsRamRole or OIDC"),
    ] {
        // Nothing is run: the command would make a file.
        let mark = Folder::new().0.join("ran");
        let command = format!("touch {}", mark.display());
        let error = read(&config_file(&format!(r#"{{"name":"p","mode":"{mode}","process_command":"{command}"}}"#)))
            .unwrap_err();
        let text = error.to_string();
        let begin = format!("~/.aliyun/config.json: the current profile: the mode {mode} is not supported: ");
        assert!(text.starts_with(&begin) && text.contains(advice), "{text}");
        assert!(!error.is_absent() && !mark.exists());
    }
    let text = read(&config_file(r#"{"name":"p","mode":"a-Canary-in-the-wrong-place"}"#)).unwrap_err().to_string();
    assert!(text.contains("its mode is not supported") && !text.contains("Canary"), "{text}");
}

#[test]
fn a_mistake_in_the_file_is_reported_without_quoting_it() {
    for (text, expected) in [
        ("", "it is not valid JSON, line 1 column 0"),
        ("{canary", "it is not valid JSON, line 1 column 2"),
        ("[]", "it has no `current` profile"),
        (r#"{"current":"canary"}"#, "the current profile is not in it"),
        (r#"{"current":"p","profiles":{}}"#, "the current profile is not in it"),
        (r#"{"current":"p","profiles":["p",{"name":"p"}]}"#, "it has no mode"),
        (r#"{"current":"p","profiles":[{"name":"p","mode":"AK"}]}"#, "it has no access_key_id"),
        (r#"{"current":"p","profiles":[{"name":"p","mode":"AK","access_key_id":"i"}]}"#, "it has no access_key_secret"),
        (r#"{"current":"p","profiles":[{"name":"p","mode":"OIDC"}]}"#, "it has no oidc_provider_arn"),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!format!("{error} {error:?}").contains("canary") && !error.is_absent(), "{error}");
    }
    let profile = r#"{"name":"p","mode":"RamRoleArn","access_key_id":"i","access_key_secret":"s","ram_role_arn":"a","expired_seconds":"canary"}"#;
    assert!(read(&config_file(profile)).unwrap_err().to_string().ends_with("its expired_seconds is not a number"));
    let large = read(&" ".repeat(2 << 20)).unwrap_err().to_string();
    assert_eq!(large, "~/.aliyun/config.json is too large");
}
