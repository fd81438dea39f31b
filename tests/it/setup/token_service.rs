//! Servers that play STS, the metadata service and credentials URIs, and what these write.

use super::server::{Seen, Server};
use std::io::{Error, ErrorKind};
use std::time::Duration;

/// What comes of a request to a token service. The connection ends after it.
#[derive(Clone)]
pub(crate) enum Play {
    /// A response with this status and body.
    Response(u16, String),
    /// No response.
    Close,
    /// No response, and that only after a while.
    Silence(Duration),
}

impl Server {
    /// A token service without TLS.
    pub(crate) fn token_service(play: impl Fn(&Seen) -> Play + Send + Sync + 'static) -> Self {
        Self::new(None, move |seen, out| {
            match play(seen) {
                Play::Close => {}
                Play::Silence(time) => std::thread::sleep(time),
                Play::Response(status, body) => {
                    let location = if status == 302 { "Location: /elsewhere\r\n" } else { "" };
                    let headers = format!("{location}Connection: close\r\n");
                    out.write_all(&super::server::http(&format!("{status} X"), &headers, body))?;
                    out.flush()?;
                }
            }
            Err(Error::from(ErrorKind::ConnectionAborted))
        })
    }

    /// A token service with the same response to every request.
    pub(crate) fn repeating_token_service(status: u16, body: impl Into<String>) -> Self {
        let body = body.into();
        Self::token_service(move |_| Play::Response(status, body.clone()))
    }
}

/// Temporary keys with this name in each part, and their end.
pub(crate) fn temporary_keys(name: &str, end: &str) -> String {
    format!(
        r#""AccessKeyId":"{name}-id","AccessKeySecret":"{name}-secret","SecurityToken":"{name}-token","Expiration":"{end}""#
    )
}

/// An hour after the time of the tests.
const IN_AN_HOUR: &str = "2026-01-02T04:04:05Z";

/// Keys that are valid for an hour, as the metadata service and credentials URIs write them.
pub(crate) fn metadata_response(name: &str) -> String {
    format!(r#"{{"Code":"Success",{}}}"#, temporary_keys(name, IN_AN_HOUR))
}

/// Keys that are valid for an hour, as STS writes them.
pub(crate) fn sts_response(name: &str) -> String {
    let keys = temporary_keys(name, IN_AN_HOUR);
    format!(r#"{{"RequestId":"R-1","AssumedRoleUser":{{"Arn":"a"}},"Credentials":{{{keys}}}}}"#)
}
