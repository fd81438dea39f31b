//! Credentials from a URL.

use super::{ask, parts};
use crate::setup::clock::NOW;
use crate::setup::server::Server;
use crate::setup::surroundings::around;
use crate::setup::token_service::{Play, metadata_response};
use cloudcert::credentials::CredentialsUri;

#[test]
fn a_url_responds_with_keys() {
    let server = Server::repeating_token_service(200, metadata_response("uri"));
    let url = format!("{}/keys?who=me", server.url());
    let surroundings = around([("ALIBABA_CLOUD_CREDENTIALS_URI", &url)]);
    for provider in [CredentialsUri::from_variables(&surroundings), CredentialsUri::new(url.as_str(), &around([]))] {
        let given = ask(&provider).unwrap();
        assert_eq!(parts(&given), ("uri-id", "uri-secret", Some("uri-token")));
        assert_eq!((given.source(), given.expiry()), ("the credentials URI", Some(NOW + 3600)));
    }
    assert!(server.seen().iter().all(|seen| (seen.method(), seen.path()) == ("GET", "/keys?who=me")));
}

#[test]
fn a_byte_order_mark_is_skipped_and_half_a_key_refused() {
    let server = Server::repeating_token_service(
        200,
        format!("\u{feff}{}", metadata_response("uri").replacen('{', "{\"Later\":1e400,", 1)),
    );
    let given = ask(&CredentialsUri::new(server.url(), &around([]))).unwrap();
    assert_eq!(parts(&given), ("uri-id", "uri-secret", Some("uri-token")));
    let server =
        Server::repeating_token_service(200, metadata_response("uri").replace("uri-secret", "uri-secret\\ud800"));
    let error = ask(&CredentialsUri::new(server.url(), &around([]))).unwrap_err().to_string();
    assert!(error.contains("no AccessKeySecret") && !error.contains("uri-secret"), "{error}");
}

#[test]
fn faults_say_what_happened_and_no_redirect_is_followed() {
    assert!(ask(&CredentialsUri::from_variables(&around([]))).unwrap_err().is_absent());
    for (play, expected) in [
        (Play::Response(302, metadata_response("x")), "HTTP 302"),
        (Play::Response(500, metadata_response("x")), "HTTP 500"),
        (Play::Response(200, "garbage".into()), "not valid JSON"),
        (
            Play::Response(200, metadata_response("x").replace("Success", "Denied")),
            "Code in the response is not Success",
        ),
        (Play::Response(200, metadata_response("x").replace("x-token", "")), "no SecurityToken"),
        (Play::Response(200, metadata_response("x").replace("2026", "2025")), "have already expired"),
        (Play::Close, "no response came"),
    ] {
        let server = Server::token_service(move |_| play.clone());
        let error = ask(&CredentialsUri::new(server.url(), &around([]))).unwrap_err();
        assert!(!error.is_absent() && error.to_string().contains(expected), "{error}");
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn plain_http_is_for_this_machine_only() {
    for (url, why) in [
        ("http://keys.example.com/", "credentials are sent by https only"),
        ("http://127.0.0.1@keys.example.com/", "credentials are sent by https only"),
        ("http://localhost.example.com/", "credentials are sent by https only"),
        ("http://10.0.0.1/", "credentials are sent by https only"),
        ("file:///etc/passwd", "credentials are sent by https only"),
        ("keys", "the address is not a valid URL"),
    ] {
        let error = ask(&CredentialsUri::new(url, &around([]))).unwrap_err().to_string();
        assert!(error.contains(why), "{url}: {error}");
    }
}
