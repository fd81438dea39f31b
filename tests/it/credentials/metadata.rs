//! Credentials of an instance's role, from a server that plays the metadata service.

use super::{ask, parts};
use crate::setup::clock::NOW;
use crate::setup::server::{Seen, Server};
use crate::setup::surroundings::around;
use crate::setup::token_service::{Play, metadata_response};
use cloudcert::credentials::EcsMetadata;
use std::time::Duration;

const KEYS: &str = "/latest/meta-data/ram/security-credentials/";

/// Version 2 of the metadata service, with this response to the request for a token.
fn service(token: Play) -> Server {
    let strict = matches!(token, Play::Response(200, _));
    Server::token_service(move |seen: &Seen| match (seen.method(), seen.path()) {
        ("PUT", "/latest/api/token") if seen.header("x-aliyun-ecs-metadata-token-ttl-seconds") == Some("21600") => {
            token.clone()
        }
        ("GET", _) if strict && seen.header("x-aliyun-ecs-metadata-token") != Some("the-token") => {
            Play::Response(403, String::new())
        }
        ("GET", KEYS) => Play::Response(200, "ops role\n".into()),
        ("GET", path) if path == format!("{KEYS}ops%20role") => Play::Response(200, metadata_response("ecs")),
        _ => Play::Response(404, String::new()),
    })
}

fn paths(server: &Server) -> Vec<String> {
    server.seen().into_iter().map(|seen| format!("{} {}", seen.method(), seen.path())).collect()
}

#[test]
fn version_two_fetches_a_token_first() {
    let server = service(Play::Response(200, "the-token".into()));
    let given = ask(&EcsMetadata::new(&around([]).metadata_endpoint(server.url()))).unwrap();
    assert_eq!(parts(&given), ("ecs-id", "ecs-secret", Some("ecs-token")));
    assert_eq!((given.source(), given.expiry()), ("ECS metadata", Some(NOW + 3600)));
    let keys = format!("GET {KEYS}ops%20role");
    assert_eq!(paths(&server), ["PUT /latest/api/token".to_owned(), format!("GET {KEYS}"), keys]);
}

#[test]
fn a_named_role_is_not_requested() {
    for by_variable in [true, false] {
        let server = service(Play::Response(200, "the-token".into()));
        let surroundings = if by_variable { around([("ALIBABA_CLOUD_ECS_METADATA", "ops role")]) } else { around([]) };
        let provider = EcsMetadata::new(&surroundings.metadata_endpoint(server.url()));
        let provider = if by_variable { provider } else { provider.role("ops role") };
        ask(&provider).unwrap();
        assert_eq!(paths(&server).len(), 2);
    }
}

#[test]
fn version_one_is_used_where_there_is_no_token_unless_it_is_switched_off() {
    for token in [Play::Response(404, String::new()), Play::Response(200, String::new()), Play::Close] {
        let server = service(match &token {
            Play::Response(200, _) => Play::Response(405, String::new()),
            other => other.clone(),
        });
        let allowed = around([]).metadata_endpoint(server.url());
        assert_eq!(ask(&EcsMetadata::new(&allowed)).unwrap().source(), "ECS metadata (version 1)");
        let seen = server.seen().len();
        let switched = around([("ALIBABA_CLOUD_IMDSV1_DISABLED", "True")]).metadata_endpoint(server.url());
        for provider in [EcsMetadata::new(&switched), EcsMetadata::new(&allowed).allow_v1(false)] {
            let error = ask(&provider).unwrap_err().to_string();
            assert!(error.ends_with("version 1 is disabled"), "{error}");
        }
        assert_eq!(server.seen().len(), seen + 2, "only tokens were asked for");
    }
}

#[test]
fn a_service_that_is_silent_about_tokens_is_called_without_one() {
    let server = service(Play::Silence(Duration::from_secs(5)));
    let given = ask(&EcsMetadata::new(&around([]).metadata_endpoint(server.url()))).unwrap();
    assert_eq!(given.source(), "ECS metadata (version 1)");
}

#[test]
fn the_metadata_service_can_be_switched_off() {
    let server = service(Play::Response(200, "the-token".into()));
    let off = around([("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")]).metadata_endpoint(server.url());
    let error = ask(&EcsMetadata::new(&off)).unwrap_err();
    assert!(error.is_absent());
    assert_eq!(error.to_string(), "ALIBABA_CLOUD_ECS_METADATA_DISABLED is true");
    assert!(server.seen().is_empty());
}

#[test]
fn faults_say_what_happened() {
    let error = ask(&EcsMetadata::new(&around([]))).unwrap_err();
    assert!(error.is_absent() && error.to_string().contains("does not seem to be an ECS instance"), "{error}");
    for (response, expected) in [
        (Play::Response(404, String::new()), "HTTP 404"),
        (Play::Response(500, "oops".into()), "HTTP 500"),
        (Play::Response(302, String::new()), "HTTP 302"),
        (Play::Response(200, "<html>".into()), "not valid JSON"),
        (Play::Response(200, r#"{"Code":"Failed"}"#.into()), "Code in the response is not Success"),
        (Play::Response(200, r#"{"Code":"Success","AccessKeyId":""}"#.into()), "no AccessKeyId"),
        (Play::Response(200, metadata_response("x").replace("2026", "2025")), "have already expired"),
        (Play::Close, "no response came"),
    ] {
        let server = Server::token_service(move |seen| match seen.method() {
            "PUT" => Play::Response(200, "the-token".into()),
            _ => response.clone(),
        });
        let provider = EcsMetadata::new(&around([]).metadata_endpoint(server.url())).role("ops");
        let error = ask(&provider).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    let server =
        Server::token_service(|seen| Play::Response(if seen.method() == "PUT" { 200 } else { 404 }, "t".into()));
    let error = ask(&EcsMetadata::new(&around([]).metadata_endpoint(server.url()))).unwrap_err();
    assert_eq!((error.is_absent(), error.to_string().as_str()), (true, "the instance has no RAM role"));
}

#[test]
fn the_metadata_endpoint_must_be_this_machine_or_https() {
    for url in ["http://metadata.example.com", "http://127.0.0.1:1@example.com", "http://example.com#127.0.0.1"] {
        let error = ask(&EcsMetadata::new(&around([]).metadata_endpoint(url))).unwrap_err().to_string();
        assert!(error.contains("credentials are sent by https only"), "{url}: {error}");
    }
}
