//! Scripted transports and the responses that they play.

pub(crate) use cloudcert::testing::Reply;

use super::clock::ManualClock;
use super::config::aliyun_keys;
use cloudcert::aliyun_cas::{v2018_07_13 as old, v2020_04_07 as cas};
use cloudcert::http::{HttpRequest, Transport, TransportFuture};
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{Config, Credentials, Retries, testing};

/// A response with a content type.
pub(crate) fn response(status: u16, content_type: &str, body: impl Into<String>) -> Reply {
    Reply::status(status, body.into()).header("content-type", content_type)
}

/// A response in JSON with any status.
pub(crate) fn json_response(status: u16, body: impl Into<String>) -> Reply {
    response(status, "application/json", body)
}

/// A response with headers.
pub(crate) fn response_with_headers(status: u16, headers: Vec<(&str, &str)>, body: impl Into<String>) -> Reply {
    headers.into_iter().fold(Reply::status(status, body.into()), |reply, (name, value)| reply.header(name, value))
}

/// A transient failure, after which nobody knows whether the call was executed.
pub(crate) fn busy() -> Reply {
    json_response(503, r#"{"Code":"ServiceUnavailable","Message":"busy"}"#)
}

/// The scripted transport of the SDK, with shorthands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script(testing::Script);

impl Transport for Script {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        self.0.send(request)
    }
}

impl Script {
    /// One response in JSON.
    pub(crate) fn json(body: impl Into<String>) -> Self {
        Self::reply(json_response(200, body))
    }

    /// Several responses in JSON, one after the other.
    pub(crate) fn jsons<const N: usize>(bodies: [&str; N]) -> Self {
        Self::replies(bodies.map(Reply::json))
    }

    /// The same response to every call.
    pub(crate) fn repeat(body: &str) -> Self {
        Self::reply(Reply::json(body).always())
    }

    /// One error in JSON.
    pub(crate) fn error(status: u16, body: impl Into<String>) -> Self {
        Self::reply(json_response(status, body))
    }

    /// What comes of each call, one after the other.
    pub(crate) fn replies(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self(replies.into_iter().fold(testing::Script::new(), testing::Script::then))
    }

    /// What comes of the only call.
    pub(crate) fn reply(reply: Reply) -> Self {
        Self::replies([reply])
    }

    /// The requests so far.
    pub(crate) fn sent(&self) -> Vec<HttpRequest> {
        self.0.requests()
    }

    /// The settings of a client over this script that makes one attempt a call, at the time of the tests.
    pub(crate) fn config(&self) -> Config {
        self.config_with_keys(aliyun_keys())
    }

    /// The same settings with other keys.
    pub(crate) fn config_with_keys(&self, keys: Credentials) -> Config {
        Config::new(keys).transport(self.clone()).environment(ManualClock::new()).retries(Retries::none())
    }

    /// The same settings with retries, as a client has them by default.
    pub(crate) fn config_with_retries(&self) -> Config {
        self.config().retries(Retries::new())
    }

    /// A client of CAS, version 2020-04-07, over this script.
    pub(crate) fn cas_client(&self) -> cas::Client {
        cas::Client::new(self.config()).unwrap()
    }

    /// A client of CAS, version 2018-07-13, over this script.
    pub(crate) fn old_client(&self) -> old::Client {
        old::Client::new(self.config()).unwrap()
    }

    /// A client of KCM over this script.
    pub(crate) fn kcm_client(&self) -> kcm::Client {
        kcm::Client::new(self.config()).unwrap()
    }
}

/// The pairs of a query or form, decoded and sorted.
pub(crate) fn pairs(encoded: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let mut pairs: Vec<(String, String)> = encoded
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (decode(key), decode(value)))
        .collect();
    pairs.sort();
    pairs
}
