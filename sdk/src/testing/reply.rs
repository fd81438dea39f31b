//! The replies of a script.

use crate::action::context::AttemptContext;
use crate::http::{HttpRequest, HttpResponse, TransportError};
use crate::protocol::Dialect;
use std::time::Duration;

/// The reply of a script to a call.
#[derive(Clone)]
pub struct Reply {
    kind: ReplyKind,
    headers: Vec<(String, String)>,
    pause: Option<Duration>,
    /// How often it is used; `None` means every time.
    times: Option<u32>,
}

#[derive(Clone)]
enum ReplyKind {
    Response { status: u16, body: Vec<u8> },
    Error { status: u16, code: String, inner: Option<String>, message: String },
    Lost,
    NotSent,
    Never,
}

/// Does not show the body, which may contain secrets.
impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.describe())
    }
}

impl Reply {
    fn new(kind: ReplyKind) -> Self {
        Self { kind, headers: Vec::new(), pause: None, times: Some(1) }
    }

    /// Responds with status 200 and JSON: a text, or a value of `serde_json::json!`.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "`Reply::json(json!(..))` reads better without a reference")]
    pub fn json(body: impl ToString) -> Self {
        Self::status(200, body.to_string()).header("content-type", "application/json")
    }

    /// Responds with status 200 and XML.
    #[must_use]
    pub fn xml(body: impl Into<String>) -> Self {
        Self::status(200, body.into()).header("content-type", "application/xml")
    }

    /// Responds with any status and body. The response has no headers unless you add some.
    #[must_use]
    pub fn status(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(ReplyKind::Response { status, body: body.into() })
    }

    /// Responds with an error code, in the error format of the called service.
    #[must_use]
    pub fn error(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(ReplyKind::Error { status, code: code.into(), inner: None, message: message.into() })
    }

    /// Sets the inner code of an [`error`](Self::error). Only Kingsoft Cloud has inner codes.
    #[must_use]
    pub fn inner_code(mut self, code: impl Into<String>) -> Self {
        if let ReplyKind::Error { inner, .. } = &mut self.kind {
            *inner = Some(code.into());
        }
        self
    }

    /// Breaks the connection after the request was sent: the service may have executed it.
    #[must_use]
    pub fn lost() -> Self {
        Self::new(ReplyKind::Lost)
    }

    /// Fails to connect: nothing was sent.
    #[must_use]
    pub fn not_sent() -> Self {
        Self::new(ReplyKind::NotSent)
    }

    /// Never responds: for tests that drop a call.
    #[must_use]
    pub fn never() -> Self {
        Self::new(ReplyKind::Never)
    }

    /// Adds a header. Its name is in lower case.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Delays the reply. The delay runs on tokio's timer.
    #[must_use]
    pub fn after(mut self, pause: Duration) -> Self {
        self.pause = Some(pause);
        self
    }

    /// Uses the reply this many times.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Uses the reply for every call from here on. It does not have to be used at all.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// Whether it has been used as often as it was meant to be.
    pub(super) fn is_used_up(&self) -> bool {
        self.times == Some(0)
    }

    /// Whether it must still be used.
    pub(super) fn is_due(&self) -> bool {
        self.times.is_some_and(|times| times > 0)
    }

    /// Counts a use.
    pub(super) fn count(&mut self) {
        self.times = self.times.map(|times| times.saturating_sub(1));
    }

    /// Describes the reply without its contents.
    pub(super) fn describe(&self) -> String {
        let what = match &self.kind {
            ReplyKind::Response { status, body } => format!("status {status}, {} bytes", body.len()),
            ReplyKind::Error { status, code, .. } => format!("status {status}, {code}"),
            ReplyKind::Lost => "a lost connection".to_owned(),
            ReplyKind::NotSent => "no connection".to_owned(),
            ReplyKind::Never => "no response, ever".to_owned(),
        };
        match self.times {
            Some(times) if times > 1 => format!("{what}, {times} times"),
            _ => what,
        }
    }

    /// Responds to a request.
    pub(super) async fn give(self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        if let Some(pause) = self.pause {
            crate::base::timer::Delay::new(pause).await;
        }
        let (status, body) = match self.kind {
            ReplyKind::Response { status, body } => (status, body),
            ReplyKind::Error { status, code, inner, message } => {
                let Some(context) = AttemptContext::of(request) else {
                    return Err(TransportError::refused(
                        "a script can only respond to requests that a client of this crate made",
                    ));
                };
                let body = (Dialect::of(context.call.api).error_body)(&code, inner.as_deref(), &message);
                (status, body.to_string().into_bytes())
            }
            ReplyKind::Lost => return Err(TransportError::lost("the connection broke, as the script says")),
            ReplyKind::NotSent => return Err(TransportError::not_sent("no connection was made, as the script says")),
            ReplyKind::Never => std::future::pending().await,
        };
        if body.len() > request.limit {
            return Err(TransportError::too_large(request.limit));
        }
        Ok(HttpResponse::new(status, self.headers, body))
    }
}
