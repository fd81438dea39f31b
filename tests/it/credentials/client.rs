//! How clients use their credentials: when they fetch them, share them, and scrub them from texts.

use crate::setup::clock::{NOW, WallClock};
use crate::setup::futures::now;
use crate::setup::script::Script;
use crate::setup::surroundings::around;
use cloudcert::credentials::{Chain, CredentialsError, from_fn};
use cloudcert::ksyun_kcm::v2016_03_04::Client;
use cloudcert::{Config, Credentials, ErrorKind};
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

#[test]
fn each_attempt_is_signed_with_the_current_credentials() {
    let (script, clock, calls) =
        (Script::repeat(r#"{"Token":"t","RequestId":"R"}"#), WallClock::new(), Arc::new(AtomicU32::new(0)));
    let (counter, time) = (calls.clone(), clock.clone());
    let provider = from_fn("turns", move || {
        let number = counter.fetch_add(1, Ordering::SeqCst);
        let end = time.now() + 1000;
        async move {
            Ok(Credentials::new(format!("key{number}"), "s").with_token(format!("token{number}")).with_expiry(end))
        }
    });
    let client = Client::new(Config::new(provider).transport(script.clone()).environment(clock.clone())).unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 0, "nothing is asked before it is needed");
    for (pass, key, token) in [(0, "key0", "token0"), (700, "key0", "token0"), (100, "key1", "token1")] {
        clock.advance(pass);
        now(client.get_token().send()).unwrap();
        let sent = script.sent().pop().unwrap();
        let header =
            |name: &str| sent.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone()).unwrap();
        assert!(header("authorization").contains(&format!("Credential={key}/")), "{key}");
        assert_eq!(header("x-amz-security-token"), token);
    }
    let given = now(client.credentials()).unwrap();
    assert_eq!((given.access_key_id(), given.source(), given.expiry()), ("key1", "turns", Some(NOW + 1800)));
}

#[test]
fn clients_of_one_config_share_its_credentials() {
    let calls = Arc::new(AtomicU32::new(0));
    let counter = calls.clone();
    let provider = from_fn("counted", move || {
        counter.fetch_add(1, Ordering::SeqCst);
        async { Ok(Credentials::new("id", "s")) }
    });
    let config = Config::new(provider);
    now(Client::new(config.clone()).unwrap().credentials()).unwrap();
    now(cloudcert::aliyun_cas::v2020_04_07::Client::new(config).unwrap().credentials()).unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[test]
fn without_credentials_nothing_is_sent_and_all_sources_are_named() {
    let script = Script::default();
    let chain = Chain::ksyun(&around([("KS_ACCESS_KEY_ID", "canary")]));
    let client = Client::new(Config::new(chain).transport(script.clone())).unwrap();
    let error = now(client.get_token().send()).unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Credentials, false));
    let text = error.to_string();
    assert!(
        text.starts_with("GetToken: no credentials: no source provided credentials: 1. environment variables: "),
        "{text}"
    );
    assert!(text.contains("KS_ACCESS_KEY_ID is set, but KS_SECRET_ACCESS_KEY is not; 2. credentials file: "), "{text}");
    assert!(!text.contains("canary"));
    let source = error.source().unwrap().downcast_ref::<CredentialsError>().unwrap();
    assert_eq!(source.tried().len(), 2);
    assert!(script.sent().is_empty());
    assert_eq!(now(client.credentials()).unwrap_err().action(), "Client::credentials");
}

#[test]
fn quotes_of_a_service_are_scrubbed_of_the_signing_keys() {
    let response = r#"{"RequestId":"R","Error":{"Code":"X","Message":"you sent fresh-secret and fresh-token"}}"#;
    let script = Script::error(400, response);
    let provider = from_fn("fresh", || async { Ok(Credentials::new("id", "fresh-secret").with_token("fresh-token")) });
    let client = Client::new(Config::new(provider).transport(script)).unwrap();
    let error = now(client.get_token().send()).unwrap_err();
    assert_eq!(error.message(), "you sent [redacted] and [redacted]");
}

#[test]
fn a_client_of_the_default_chain_is_lazy() {
    // Whatever this machine has, making the client asks for nothing.
    Client::from_default_chain().unwrap();
    cloudcert::aliyun_cas::v2020_04_07::Client::from_default_chain().unwrap();
}
