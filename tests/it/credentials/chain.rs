//! Sources are tried in their order, and an error lists why each of them failed.

use super::{ask, parts};
use crate::setup::clock::{NOW, WallClock};
use crate::setup::server::Server;
use crate::setup::surroundings::Folder;
use crate::setup::token_service::{Play, metadata_response, sts_response};
use cloudcert::Credentials;
use cloudcert::credentials::{Chain, CredentialsError, Surroundings, from_fn};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// All sources of Alibaba Cloud at once, without the first `gone` of them.
fn without(gone: usize, server: &Server) -> Surroundings {
    let home = Folder::new();
    let token = home.file("token", "the-token");
    let uri = format!("{}/uri", server.url());
    let mut variables: HashMap<&str, String> = HashMap::new();
    if gone < 1 {
        variables.insert("ALIBABA_CLOUD_ACCESS_KEY_ID", "variables-id".into());
        variables.insert("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s".into());
    }
    if gone < 2 {
        variables.insert("ALIBABA_CLOUD_ROLE_ARN", "arn".into());
        variables.insert("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "prov".into());
        variables.insert("ALIBABA_CLOUD_OIDC_TOKEN_FILE", token);
    }
    let key = |id: &str| format!(r#""access_key_id":"{id}","access_key_secret":"s""#);
    if gone < 3 {
        let text = format!(r#"{{"current":"p","profiles":[{{"name":"p","mode":"AK",{}}}]}}"#, key("cli-id"));
        home.file(".aliyun/config.json", &text);
    }
    if gone < 4 {
        home.file(
            ".alibabacloud/credentials",
            "[default]\ntype=access_key\naccess_key_id=file-id\naccess_key_secret=s",
        );
    }
    let metadata = if gone < 5 { server.url() } else { "http://127.0.0.1:1".to_owned() };
    if gone < 6 {
        variables.insert("ALIBABA_CLOUD_CREDENTIALS_URI", uri);
    }
    Surroundings::system()
        .variables(move |name| variables.get(name).cloned())
        .home(home.0)
        .environment(WallClock::new())
        .sts_endpoint(server.url())
        .metadata_endpoint(metadata)
}

fn server() -> Server {
    Server::token_service(|seen| match (seen.method(), seen.path()) {
        ("PUT", _) => Play::Response(200, "t".into()),
        ("POST", _) => Play::Response(200, sts_response("oidc")),
        (_, "/uri") => Play::Response(200, metadata_response("uri")),
        (_, path) if path.ends_with('/') => Play::Response(200, "ops".into()),
        _ => Play::Response(200, metadata_response("ecs")),
    })
}

#[test]
fn the_sources_of_alibaba_cloud_are_tried_in_their_order() {
    let server = server();
    let order = ["variables-id", "oidc-id", "cli-id", "file-id", "ecs-id", "uri-id"];
    for (gone, expected) in order.iter().enumerate() {
        let given = ask(&Chain::aliyun(&without(gone, &server))).unwrap();
        assert_eq!(given.access_key_id(), *expected);
    }
}

#[test]
fn a_failure_lists_every_source_and_its_reason() {
    let error = ask(&Chain::aliyun(&without(6, &server()))).unwrap_err();
    let names: Vec<&str> = error.tried().iter().map(|one| one.name.as_str()).collect();
    let expected = [
        "environment variables",
        "OIDC role",
        "command line's file",
        "credentials file",
        "ECS metadata",
        "credentials URI",
    ];
    assert_eq!(names, expected);
    assert!(error.is_absent(), "nothing is set up at all");
    let text = error.to_string();
    for part in [
        "no source provided credentials: 1. environment variables: ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET are not set; ",
        "2. OIDC role: ALIBABA_CLOUD_ROLE_ARN, ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE are not set; ",
        "3. command line's file: ~/.aliyun/config.json does not exist; ",
        "4. credentials file: ~/.alibabacloud/credentials and ~/.alibabacloud/credentials.ini: no such file; ",
        "5. ECS metadata: this does not seem to be an ECS instance: no connection could be made: ",
        "6. credentials URI: ALIBABA_CLOUD_CREDENTIALS_URI is not set",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn a_failing_source_is_skipped_as_in_the_official_sdks() {
    let server = Server::token_service(|seen| match seen.method() {
        "POST" => Play::Response(500, String::new()),
        _ => Play::Response(200, String::new()),
    });
    assert_eq!(ask(&Chain::aliyun(&without(1, &server))).unwrap().access_key_id(), "cli-id");
}

#[test]
fn the_sources_of_kingsoft_cloud_are_tried_in_their_order() {
    let home = Folder::new();
    home.file(".ks/credentials", "[default]\nks_access_key_id=file\nks_secret_access_key=s");
    let all = [
        ("KSYUN_ACCESS_KEY", "one"),
        ("KSYUN_SECRET_KEY", "s"),
        ("KS_ACCESS_KEY_ID", "two"),
        ("KS_SECRET_ACCESS_KEY", "s"),
    ];
    for (gone, expected) in [(0, "one"), (2, "two"), (4, "file")] {
        let variables: HashMap<&str, &str> = all.into_iter().skip(gone).collect();
        let look_up = move |name: &str| variables.get(name).map(ToString::to_string);
        let surroundings = Surroundings::system().variables(look_up).home(&home.0);
        assert_eq!(ask(&Chain::ksyun(&surroundings)).unwrap().access_key_id(), expected);
    }
    let nothing = Surroundings::system().variables(|_| None).home(Folder::new().0);
    let error = ask(&Chain::ksyun(&nothing)).unwrap_err();
    assert_eq!(error.tried().len(), 2);
    assert!(error.to_string().ends_with("2. credentials file: ~/.ks/credentials does not exist"), "{error}");
}

#[test]
fn a_source_that_has_succeeded_once_is_never_replaced() {
    let calls = Arc::new(AtomicU32::new(0));
    let counter = calls.clone();
    let first = from_fn("first", move || {
        let call = counter.fetch_add(1, Ordering::SeqCst);
        async move {
            if call == 1 { Err(CredentialsError::failed("out of order")) } else { Ok(Credentials::new("one", "s")) }
        }
    });
    let chain = Chain::new().then(first).then(Credentials::new("two", "s"));
    assert_eq!(parts(&ask(&chain).unwrap()).0, "one");
    assert_eq!(ask(&chain).unwrap_err().to_string(), "first provided credentials before, but fails now: out of order");
    assert_eq!(ask(&chain).unwrap().source(), "first");
}

#[test]
fn a_failure_before_the_first_success_fixes_no_source() {
    let calls = Arc::new(AtomicU32::new(0));
    let counter = calls.clone();
    let late = from_fn("late", move || {
        let call = counter.fetch_add(1, Ordering::SeqCst);
        async move {
            if call == 0 {
                Err(CredentialsError::failed("not yet"))
            } else {
                Ok(Credentials::new("late", "s").with_expiry(NOW))
            }
        }
    });
    let chain = Chain::new().then(late);
    assert!(ask(&chain).is_err());
    assert_eq!(ask(&chain).unwrap().access_key_id(), "late");
    assert_eq!(ask(&Chain::new()).unwrap_err().to_string(), "no source provided credentials");
}
