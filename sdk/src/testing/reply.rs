//! The replies of a script.

use crate::action::context::AttemptContext;
use crate::http::{HttpRequest, HttpResponse, TransportError};
use crate::protocol::Dialect;
use std::time::Duration;

/// The reply of a script to a call.
#[derive(Clone)]
pub struct Reply {
    content: ReplyKind,
    headers: Vec<(String, String)>,
    pause: Option<Duration>,
    /// How often it is given; always, if absent.
    times: Option<u32>,
}

#[derive(Clone)]
enum ReplyKind {
    Answer { status: u16, body: Vec<u8> },
    Refusal { status: u16, code: String, inner: Option<String>, message: String },
    Lost,
    NotSent,
    Never,
}

/// Without the body: it may hold what must not be seen.
impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.describe())
    }
}

impl Reply {
    fn new(content: ReplyKind) -> Self {
        Self { content, headers: Vec::new(), pause: None, times: Some(1) }
    }

    /// An answer with status 200, in JSON: a text, or what `serde_json::json!` makes.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "`Reply::json(json!(..))` reads better without a reference")]
    pub fn json(body: impl ToString) -> Self {
        Self::status(200, body.to_string()).header("content-type", "application/json")
    }

    /// An answer with status 200, in XML.
    #[must_use]
    pub fn xml(body: impl Into<String>) -> Self {
        Self::status(200, body.into()).header("content-type", "application/xml")
    }

    /// An answer with any status and body. It has no headers unless you add some.
    #[must_use]
    pub fn status(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(ReplyKind::Answer { status, body: body.into() })
    }

    /// An error with this code, in the form that the called service has for errors.
    #[must_use]
    pub fn error(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(ReplyKind::Refusal { status, code: code.into(), inner: None, message: message.into() })
    }

    /// The inner code of an [`error`](Self::error), which only Kingsoft Cloud has.
    #[must_use]
    pub fn inner_code(mut self, code: impl Into<String>) -> Self {
        if let ReplyKind::Refusal { inner, .. } = &mut self.content {
            *inner = Some(code.into());
        }
        self
    }

    /// The connection breaks after the request was sent: the service may have executed it.
    #[must_use]
    pub fn lost() -> Self {
        Self::new(ReplyKind::Lost)
    }

    /// No connection comes about: nothing was sent.
    #[must_use]
    pub fn not_sent() -> Self {
        Self::new(ReplyKind::NotSent)
    }

    /// Nothing comes, ever: for tests that give up a call by dropping it.
    #[must_use]
    pub fn never() -> Self {
        Self::new(ReplyKind::Never)
    }

    /// Adds a header, its name in lower case.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Comes after a pause, which tokio's timer measures.
    #[must_use]
    pub fn after(mut self, pause: Duration) -> Self {
        self.pause = Some(pause);
        self
    }

    /// Is given so many times.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Is given to every call from here on; it need not be asked for.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// Whether it has been given as often as it is meant to be.
    pub(super) fn is_used_up(&self) -> bool {
        self.times == Some(0)
    }

    /// Whether somebody must ask for it.
    pub(super) fn is_due(&self) -> bool {
        self.times.is_some_and(|times| times > 0)
    }

    /// Counts that it was given.
    pub(super) fn count(&mut self) {
        self.times = self.times.map(|times| times.saturating_sub(1));
    }

    /// What it is, without what it holds.
    pub(super) fn describe(&self) -> String {
        let what = match &self.content {
            ReplyKind::Answer { status, body } => format!("status {status}, {} bytes", body.len()),
            ReplyKind::Refusal { status, code, .. } => format!("status {status}, {code}"),
            ReplyKind::Lost => "a lost connection".to_owned(),
            ReplyKind::NotSent => "no connection".to_owned(),
            ReplyKind::Never => "no answer".to_owned(),
        };
        match self.times {
            Some(times) if times > 1 => format!("{what}, {times} times"),
            _ => what,
        }
    }

    /// Answers a request.
    pub(super) async fn give(self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        if let Some(pause) = self.pause {
            crate::base::timer::Pause::new(pause).await;
        }
        let (status, body) = match self.content {
            ReplyKind::Answer { status, body } => (status, body),
            ReplyKind::Refusal { status, code, inner, message } => {
                let Some(context) = AttemptContext::of(request) else {
                    return Err(TransportError::refused("a script answers requests of a client only"));
                };
                let body = (Dialect::of(context.call.api).error_body)(&code, inner.as_deref(), &message);
                (status, body.to_string().into_bytes())
            }
            ReplyKind::Lost => return Err(TransportError::lost("the connection broke, as the script says")),
            ReplyKind::NotSent => return Err(TransportError::not_sent("no connection came about, as the script says")),
            ReplyKind::Never => std::future::pending().await,
        };
        if body.len() > request.limit {
            return Err(TransportError::too_large(request.limit));
        }
        Ok(HttpResponse::new(status, self.headers, body))
    }
}
