//! Clients of the SDK for an endpoint.

use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{Config, Credentials};

/// The configuration of a client with this access key.
pub(crate) fn config(url: &str, id: &str, secret: &str) -> Config {
    Config::new(Credentials::new(id, secret)).endpoint(url)
}

/// The configuration of a client with the test key of Alibaba Cloud.
pub(crate) fn aliyun(url: &str) -> Config {
    config(url, "testid", "testsecret")
}

/// The configuration of a client with the test key of Kingsoft Cloud.
pub(crate) fn ksyun(url: &str) -> Config {
    config(url, "AKLTtestid", "testsecret")
}

pub(crate) fn kcm(config: Config) -> kcm::Client {
    kcm::Client::new(config).unwrap()
}
