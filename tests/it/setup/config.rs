//! Settings of clients: with keys that the local endpoint accepts, at a URL or over a transport.

use super::clock::ManualClock;
use cloudcert::http::Transport;
use cloudcert::model::Family;
use cloudcert::{Config, Credentials, Retries};
use std::time::Duration;

/// Keys of Alibaba Cloud.
pub(crate) fn aliyun_keys() -> Credentials {
    Credentials::new("testid", "testsecret")
}

/// Keys of Kingsoft Cloud.
pub(crate) fn ksyun_keys() -> Credentials {
    Credentials::new("AKLTtestid", "testsecret")
}

/// Keys of the cloud that speaks this protocol.
pub(crate) fn keys_for(family: Family) -> Credentials {
    match family {
        Family::AliyunRpc => aliyun_keys(),
        Family::KsyunQuery => ksyun_keys(),
    }
}

/// A client with these keys at a URL, with everything else by default.
pub(crate) fn config_at(url: impl Into<String>, keys: Credentials) -> Config {
    Config::new(keys).endpoint(url)
}

/// A client of Kingsoft Cloud at a URL that makes one attempt a call and gives up a connection after three seconds.
pub(crate) fn single_attempt_at(url: impl Into<String>) -> Config {
    config_at(url, ksyun_keys()).retries(Retries::none()).connect_timeout(Duration::from_secs(3))
}

/// A client with these keys that sends by a transport, at the time of the tests.
pub(crate) fn config_over(transport: impl Transport, keys: Credentials) -> Config {
    Config::new(keys).transport(transport).environment(ManualClock::new())
}
