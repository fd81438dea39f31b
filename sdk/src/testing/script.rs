//! A transport that responds with the replies that a test gives it.

use super::{Reply, Unfinished};
use crate::base::credentials::Credentials;
use crate::http::{HttpRequest, Transport, TransportError, TransportFuture};
use crate::setup::config::Config;
use crate::wire::first_of;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A transport that responds with the replies that a test gives it, and keeps the requests. Clones share both.
///
/// A call takes the next answer for its action ([`on`](Script::on)), or else the next one for any action ([`then`](Script::then)). A
/// call that has no answer is an error of the kind [`Config`](crate::ErrorKind::Config), which is not sent again and says what was
/// asked and what the script still holds.
///
/// ```
/// # #[cfg(feature = "aliyun-cas-2020-04-07")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use cloudcert::aliyun_cas::v2020_04_07::Client;
/// use cloudcert::testing::{Reply, Script};
///
/// let script = Script::new().on("DescribeCertificateState", Reply::error(400, "InvalidParameter", "no such order"));
/// let client = Client::new(script.config())?;
/// let error = client.describe_certificate_state().order_id(5).send().await.unwrap_err();
/// assert_eq!(error.code(), Some("InvalidParameter"));
/// let asked = &script.requests()[0];
/// assert_eq!((asked.action(), asked.parameter("OrderId").as_deref()), ("DescribeCertificateState", Some("5")));
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "aliyun-cas-2020-04-07"))]
/// # fn main() {}
/// ```
#[derive(Clone, Default)]
pub struct Script(Arc<Mutex<ScriptState>>);

#[derive(Default)]
struct ScriptState {
    /// Answers for an action, or for any.
    replies: VecDeque<(Option<String>, Reply)>,
    requests: Vec<HttpRequest>,
    unanswered: Vec<String>,
}

impl Script {
    /// Without answers yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an answer for calls of this action, after those that are there.
    #[must_use]
    pub fn on(self, action: impl Into<String>, reply: Reply) -> Self {
        self.add(Some(action.into()), reply);
        self
    }

    /// Adds an answer for calls of any action, after those that are there.
    #[must_use]
    pub fn then(self, reply: Reply) -> Self {
        self.add(None, reply);
        self
    }

    /// Adds an answer while the script is in use; for any action, if none is given.
    pub fn add(&self, action: Option<String>, reply: Reply) {
        self.state().replies.push_back((action, reply));
    }

    /// Every request so far, in order. They are whole, secrets too; their debug output is not.
    #[must_use]
    pub fn requests(&self) -> Vec<HttpRequest> {
        self.state().requests.clone()
    }

    /// A configuration that uses this script, with an access key that is none.
    #[must_use]
    pub fn config(&self) -> Config {
        Config::new(Credentials::new("testid", "testsecret")).transport(self.clone())
    }

    /// Whether every call had an answer and every answer was asked for.
    ///
    /// # Errors
    ///
    /// What is left over.
    pub fn finish(&self) -> Result<(), Unfinished> {
        let state = self.state();
        Unfinished::check(state.left(), state.unanswered.clone())
    }

    fn state(&self) -> MutexGuard<'_, ScriptState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ScriptState {
    /// The answers that nobody asked for.
    fn left(&self) -> Vec<String> {
        let due = self.replies.iter().filter(|(_, reply)| reply.is_due());
        due.map(|(action, reply)| format!("{} for {}", reply.describe(), action.as_deref().unwrap_or("any action")))
            .collect()
    }

    /// The answer for a request: the next one for its action, or else the next one for any.
    fn take(&mut self, request: &HttpRequest) -> Result<Reply, String> {
        self.requests.push(request.clone());
        let find = |wanted: Option<&str>| {
            self.replies.iter().position(|(action, reply)| action.as_deref() == wanted && !reply.is_used_up())
        };
        let found = find(Some(request.action())).or_else(|| find(None));
        if let Some((_, reply)) = found.and_then(|at| self.replies.get_mut(at)) {
            let given = reply.clone();
            reply.count();
            return Ok(given);
        }
        let names: Vec<String> = request.parameters().into_iter().map(|(name, _)| name).collect();
        let asked = format!("{} of {} with {}", request.action(), request.api(), list(&names, "no parameters"));
        let left = list(&self.left(), "nothing");
        self.unanswered.push(asked.clone());
        Err(format!("the script has no answer for call {}: {asked}; it still holds {left}", self.requests.len()))
    }
}

fn list(items: &[String], none: &str) -> String {
    if items.is_empty() { none.to_owned() } else { first_of(items, items.len(), ", ") }
}

impl Transport for Script {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        let reply = self.state().take(&request);
        Box::pin(async move {
            match reply {
                Ok(reply) => reply.give(&request).await,
                Err(why) => Err(TransportError::refused(why)),
            }
        })
    }
}

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.state();
        f.debug_struct("Script").field("left", &state.left()).field("requests", &state.requests).finish_non_exhaustive()
    }
}
