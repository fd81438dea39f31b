//! Credentials of a role, from a server that plays STS.

use super::{ask, parts};
use crate::setup::clock::NOW;
use crate::setup::futures::run;
use crate::setup::script::pairs;
use crate::setup::server::Server;
use crate::setup::surroundings::{Folder, around};
use crate::setup::token_service::{Play, sts_response, temporary_keys};
use cloudcert::credentials::{AssumedRole, OidcRole, Role, caller_identity};
use cloudcert::sign::aliyun_v1;
use cloudcert::{Credentials, Secret};
use std::time::Duration;

const ARN: &str = "acs:ram::1:role/ops";

fn base() -> Credentials {
    Credentials::new("base-id", "base-secret").with_token("base-token")
}

#[test]
fn a_role_is_assumed_with_a_signed_request() {
    let server = Server::repeating_token_service(200, sts_response("role"));
    let role = Role::new(ARN).session_name("me").duration(Duration::from_secs(900)).policy("{}").external_id("e-1");
    let provider = AssumedRole::new(base(), role, &around([]).sts_endpoint(server.url()));
    let given = ask(&provider).unwrap();
    assert_eq!(parts(&given), ("role-id", "role-secret", Some("role-token")));
    assert_eq!(given.expiry(), Some(NOW + 3600));
    assert_eq!(given.source(), "AssumeRole (base: given by the program)");

    let seen = server.seen();
    assert_eq!((seen.len(), seen[0].method(), seen[0].path()), (1, "POST", "/"));
    let mut form = pairs(&seen[0].body);
    for (name, value) in [
        ("Action", "AssumeRole"),
        ("Version", "2015-04-01"),
        ("RoleArn", ARN),
        ("RoleSessionName", "me"),
        ("DurationSeconds", "900"),
        ("Policy", "{}"),
        ("ExternalId", "e-1"),
        ("AccessKeyId", "base-id"),
        ("SecurityToken", "base-token"),
        ("Timestamp", "2026-01-02T03:04:05Z"),
    ] {
        assert_eq!(seen[0].form_value(name).as_deref(), Some(value), "{name}");
    }
    form.retain(|(name, _)| name != "Signature");
    let signature = aliyun_v1::sign("POST", &form, &Secret::from("base-secret")).signature;
    assert_eq!(seen[0].form_value("Signature"), Some(signature));
    assert!(!seen[0].body.contains("base-secret"));
}

#[test]
fn a_role_by_a_token_file_needs_no_signature() {
    let server = Server::repeating_token_service(200, sts_response("oidc"));
    let folder = Folder::new();
    let file = folder.file("token", "first-token\n");
    let surroundings = around([
        ("ALIBABA_CLOUD_ROLE_ARN", ARN),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/k8s"),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", &file),
        ("ALIBABA_CLOUD_ROLE_SESSION_NAME", "pod-7"),
    ]);
    let provider = OidcRole::from_variables(&surroundings.sts_endpoint(server.url()));
    let given = ask(&provider).unwrap();
    assert_eq!(parts(&given), ("oidc-id", "oidc-secret", Some("oidc-token")));
    assert_eq!(given.source(), "the OIDC role (AssumeRoleWithOIDC)");
    // Clusters renew the token.
    folder.file("token", "second-token");
    ask(&provider).unwrap();
    let seen = server.seen();
    for (name, value) in [
        ("Action", "AssumeRoleWithOIDC"),
        ("Version", "2015-04-01"),
        ("RoleArn", ARN),
        ("OIDCProviderArn", "acs:ram::1:oidc-provider/k8s"),
        ("OIDCToken", "first-token"),
        ("RoleSessionName", "pod-7"),
        ("DurationSeconds", "3600"),
    ] {
        assert_eq!(seen[0].form_value(name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(seen[1].form_value("OIDCToken").as_deref(), Some("second-token"));
    assert!(["Signature", "AccessKeyId"].iter().all(|name| seen[0].form_value(name).is_none()));
}

#[test]
fn all_three_variables_of_an_oidc_role_are_needed() {
    let file = Folder::new().file("token", "t");
    let all = [
        ("ALIBABA_CLOUD_ROLE_ARN", ARN),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "canary-provider"),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", &file),
    ];
    let [a, b, _] = all;
    let error = ask(&OidcRole::from_variables(&around([a, b]))).unwrap_err();
    assert!(!error.is_absent());
    assert_eq!(
        error.to_string(),
        "ALIBABA_CLOUD_OIDC_TOKEN_FILE must be set too, besides ALIBABA_CLOUD_ROLE_ARN and ALIBABA_CLOUD_OIDC_PROVIDER_ARN"
    );
    assert!(ask(&OidcRole::from_variables(&around([]))).unwrap_err().is_absent());
}

#[test]
fn a_token_file_must_hold_a_token() {
    let folder = Folder::new();
    for (text, why) in [(Some(""), "is empty"), (Some("  \n"), "is empty"), (None, "does not exist")] {
        let path = folder.0.join("token");
        let _ = std::fs::remove_file(&path);
        text.map(|text| folder.file("token", text));
        let error = ask(&OidcRole::new(Role::new(ARN), "p", &path, &around([]))).unwrap_err().to_string();
        assert!(error.ends_with(why), "{error}");
    }
    let error = ask(&OidcRole::new(Role::new(ARN), "p", &folder.0, &around([]))).unwrap_err().to_string();
    assert!(error.ends_with("is not a regular file"), "{error}");
}

#[test]
fn the_host_of_sts_is_one_of_alibaba_cloud() {
    for (region, fits) in [("cn-hangzhou", true), ("evil.example.com/", false), ("a.b", false), ("x@y", false)] {
        let role = Role::new(ARN).sts_region(region);
        // Without an endpoint of the test nothing may be sent, so the duration is invalid.
        let role = if fits { role.duration(Duration::from_secs(1)) } else { role };
        let surroundings = cloudcert::credentials::Surroundings::system().variables(|_| None);
        let error = ask(&AssumedRole::new(base(), role, &surroundings)).unwrap_err().to_string();
        assert_eq!(error.contains("not a valid region name"), !fits, "{region}: {error}");
        assert_eq!(error.contains("900 seconds"), fits, "{region}: {error}");
    }
    let surroundings = around([]).sts_endpoint("http://sts.example.com");
    let error = ask(&AssumedRole::new(base(), Role::new(ARN), &surroundings)).unwrap_err().to_string();
    assert!(error.contains("plain http"), "{error}");
}

#[test]
fn faults_of_sts_say_what_happened() {
    let denied = r#"{"Code":"NoPermission","Message":"You are not allowed to do it.","RequestId":"R-9"}"#;
    let ended = format!(r#"{{"Credentials":{{{}}}}}"#, temporary_keys("x", "2026-01-02T03:04:05Z"));
    for (play, expected) in [
        (
            Play::Response(403, denied.into()),
            "AssumeRole: NoPermission (HTTP 403): You are not allowed to do it. [request id R-9]",
        ),
        (Play::Response(500, String::new()), "HTTP 500"),
        (Play::Response(302, String::new()), "HTTP 302"),
        (Play::Response(200, "<html>".into()), "cannot be read"),
        (Play::Response(200, "{".into()), "cannot be read"),
        (Play::Response(200, "{}".into()), "AssumeRole: the response has no AccessKeyId"),
        (
            Play::Response(200, sts_response("x").replace("2026-01-02T04", "soon")),
            "Expiration in the response is not a valid time",
        ),
        (Play::Response(200, ended), "have already expired: check this machine's clock"),
        (Play::Response(200, "x".repeat(300_000)), "the response is too large"),
        (Play::Close, "no response came"),
    ] {
        let server = Server::token_service(move |_| play.clone());
        let provider = AssumedRole::new(base(), Role::new(ARN), &around([]).sts_endpoint(server.url()));
        let error = ask(&provider).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!error.is_absent());
        assert_eq!(server.seen().len(), 1);
    }
    let error = ask(&AssumedRole::new(base(), Role::new(ARN), &around([]))).unwrap_err().to_string();
    assert!(error.contains("no connection could be made"), "{error}");
}

#[test]
fn a_key_says_whose_it_is() {
    let body = r#"{"RequestId":"R","AccountId":"1","UserId":"2","PrincipalId":"2","IdentityType":"RAMUser","Arn":"acs:ram::1:user/ops"}"#;
    let server = Server::repeating_token_service(200, body.to_owned());
    let identity = run(caller_identity(&base(), &around([]).sts_endpoint(server.url()))).unwrap();
    assert_eq!(
        (identity.account_id.as_str(), identity.arn.as_str(), identity.identity_type.as_str()),
        ("1", "acs:ram::1:user/ops", "RAMUser")
    );
    let seen = server.seen();
    for (name, value) in [("Action", "GetCallerIdentity"), ("AccessKeyId", "base-id"), ("SecurityToken", "base-token")]
    {
        assert_eq!(seen[0].form_value(name).as_deref(), Some(value), "{name}");
    }
    // A refusal, and a response without the account, are errors without secrets.
    let quoted = r#"{"Code":"InvalidSecurityToken","Message":"base-token of base-secret"}"#;
    for (status, body) in [(400, quoted), (200, r#"{"Arn":"acs:ram::1:user/ops"}"#)] {
        let server = Server::repeating_token_service(status, body.to_owned());
        let error = run(caller_identity(&base(), &around([]).sts_endpoint(server.url()))).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains("GetCallerIdentity") && !shown.contains("base-token") && !shown.contains("base-secret"),
            "{shown}"
        );
    }
}
