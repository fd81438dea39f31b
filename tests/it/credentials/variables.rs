//! Credentials from environment variables.

use super::{ask, parts};
use crate::setup::surroundings::around;
use cloudcert::Credentials;
use cloudcert::credentials::{CredentialsError, EnvironmentVariables};

fn aliyun<const N: usize>(variables: [(&str, &str); N]) -> Result<Credentials, CredentialsError> {
    ask(&EnvironmentVariables::aliyun(&around(variables)))
}

fn ksyun<const N: usize>(variables: [(&str, &str); N]) -> Result<Credentials, CredentialsError> {
    ask(&EnvironmentVariables::ksyun(&around(variables)))
}

#[test]
fn the_variables_of_alibaba_cloud_are_read() {
    let lasting =
        aliyun([("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret\n")]).unwrap();
    assert_eq!(parts(&lasting), ("id", "secret", None));
    assert_eq!(lasting.source(), "the environment variable ALIBABA_CLOUD_ACCESS_KEY_ID");
    assert_eq!(lasting.expiry(), None);
    let both = [("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret")];
    let [id, secret] = both;
    let temporary = aliyun([id, secret, ("ALIBABA_CLOUD_SECURITY_TOKEN", "token")]).unwrap();
    assert_eq!(parts(&temporary), ("id", "secret", Some("token")));
    let empty = aliyun([id, secret, ("ALIBABA_CLOUD_SECURITY_TOKEN", "")]).unwrap();
    assert_eq!(parts(&empty).2, None);
}

#[test]
fn the_variables_of_kingsoft_cloud_are_read_in_their_order() {
    let [id, secret, token] = [("KSYUN_ACCESS_KEY", "one"), ("KSYUN_SECRET_KEY", "s1"), ("KSYUN_SECURITY_TOKEN", "t1")];
    let [other, its] = [("KS_ACCESS_KEY_ID", "two"), ("KS_SECRET_ACCESS_KEY", "s2")];
    assert_eq!(parts(&ksyun([id, secret, token, other, its]).unwrap()), ("one", "s1", Some("t1")));
    assert_eq!(parts(&ksyun([id, other, its]).unwrap()), ("two", "s2", None));
    for name in ["KS_SECURITY_TOKEN", "KS_SESSION_TOKEN"] {
        assert_eq!(parts(&ksyun([other, its, (name, "t2")]).unwrap()), ("two", "s2", Some("t2")));
    }
}

#[test]
fn missing_variables_are_named() {
    let error = aliyun([]).unwrap_err();
    assert!(error.is_absent());
    assert_eq!(error.to_string(), "ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET are not set");
    let error =
        aliyun([("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "canary"), ("ALIBABA_CLOUD_ACCESS_KEY_ID", " ")]).unwrap_err();
    assert!(!error.is_absent());
    assert_eq!(error.to_string(), "ALIBABA_CLOUD_ACCESS_KEY_SECRET is set, but ALIBABA_CLOUD_ACCESS_KEY_ID is not");
    let error = ksyun([]).unwrap_err().to_string();
    assert_eq!(
        error,
        "KSYUN_ACCESS_KEY and KSYUN_SECRET_KEY, or KS_ACCESS_KEY_ID and KS_SECRET_ACCESS_KEY are not set"
    );
}
