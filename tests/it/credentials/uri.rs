//! Keys from a URL.

use super::play::{Play, Server, coded};
use super::{around, ask, parts};
use cloudcert::credentials::CredentialsUri;

#[test]
fn a_url_answers_with_keys() {
    let server = Server::always(200, coded("uri"));
    let url = format!("{}/keys?who=me", server.url);
    let surroundings = around([("ALIBABA_CLOUD_CREDENTIALS_URI", &url)]);
    for provider in [CredentialsUri::from_variables(&surroundings), CredentialsUri::new(url.as_str(), &around([]))] {
        let given = ask(&provider).unwrap();
        assert_eq!(parts(&given), ("uri-id", "uri-secret", Some("uri-token")));
        assert_eq!((given.source(), given.expiry()), ("the credentials URI", Some(super::NOW + 3600)));
    }
    assert!(server.seen().iter().all(|seen| (seen.method.as_str(), seen.path.as_str()) == ("GET", "/keys?who=me")));
}

#[test]
fn a_byte_order_mark_is_passed_over_and_half_a_key_is_none() {
    let server = Server::always(200, format!("\u{feff}{}", coded("uri").replacen('{', "{\"Later\":1e400,", 1)));
    let given = ask(&CredentialsUri::new(server.url.as_str(), &around([]))).unwrap();
    assert_eq!(parts(&given), ("uri-id", "uri-secret", Some("uri-token")));
    let server = Server::always(200, coded("uri").replace("uri-secret", "uri-secret\\ud800"));
    let error = ask(&CredentialsUri::new(server.url.as_str(), &around([]))).unwrap_err().to_string();
    assert!(error.contains("no AccessKeySecret") && !error.contains("uri-secret"), "{error}");
}

#[test]
fn faults_say_what_happened_and_no_redirect_is_followed() {
    assert!(ask(&CredentialsUri::from_variables(&around([]))).unwrap_err().is_absent());
    for (play, expected) in [
        (Play::Answer(302, coded("x")), "HTTP 302"),
        (Play::Answer(500, coded("x")), "HTTP 500"),
        (Play::Answer(200, "garbage".into()), "not valid JSON"),
        (Play::Answer(200, coded("x").replace("Success", "Denied")), "Code in the response is not Success"),
        (Play::Answer(200, coded("x").replace("x-token", "")), "no SecurityToken"),
        (Play::Answer(200, coded("x").replace("2026", "2025")), "have already expired"),
        (Play::Close, "no response came"),
    ] {
        let server = Server::new(move |_| play.clone());
        let error = ask(&CredentialsUri::new(server.url.as_str(), &around([]))).unwrap_err();
        assert!(!error.is_absent() && error.to_string().contains(expected), "{error}");
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn plain_http_leads_no_further_than_this_machine() {
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
