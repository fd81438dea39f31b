//! A transport that responds with the replies that a test gives it.

use super::{Reply, Unfinished};
use crate::base::credentials::Credentials;
use crate::http::{HttpRequest, Transport, TransportError, TransportFuture};
use crate::setup::config::Config;
use crate::wire::first_of;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A transport that responds with the replies of a test and keeps the requests. Clones share both.
///
/// A call uses the next reply for its action ([`on`](Script::on)), or else the next one for any action ([`then`](Script::then)). A call without a
/// reply ends with an error of the kind [`Config`](crate::ErrorKind::Config), which is not retried. It names the call and the remaining replies.
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
    /// Replies with the action that each is for; `None` means any.
    replies: VecDeque<(Option<String>, Reply)>,
    requests: Vec<HttpRequest>,
    unanswered: Vec<String>,
}

impl Script {
    /// Creates a script without replies.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a reply for calls of this action, after the others.
    #[must_use]
    pub fn on(self, action: impl Into<String>, reply: Reply) -> Self {
        self.add(Some(action.into()), reply);
        self
    }

    /// Adds a reply for calls of any action, after the others.
    #[must_use]
    pub fn then(self, reply: Reply) -> Self {
        self.add(None, reply);
        self
    }

    /// Adds a reply while the script is in use. `None` means any action.
    pub fn add(&self, action: Option<String>, reply: Reply) {
        self.state().replies.push_back((action, reply));
    }

    /// All requests so far, in order, with their secrets. Debug output hides these.
    #[must_use]
    pub fn requests(&self) -> Vec<HttpRequest> {
        self.state().requests.clone()
    }

    /// A configuration that uses this script, with a made-up access key.
    #[must_use]
    pub fn config(&self) -> Config {
        Config::new(Credentials::new("testid", "testsecret")).transport(self.clone())
    }

    /// Checks that every call had a reply and that every reply was used.
    ///
    /// # Errors
    ///
    /// The calls without a reply and the replies that were not used.
    pub fn finish(&self) -> Result<(), Unfinished> {
        let state = self.state();
        Unfinished::check(state.left(), state.unanswered.clone())
    }

    fn state(&self) -> MutexGuard<'_, ScriptState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ScriptState {
    /// The replies that were not used.
    fn left(&self) -> Vec<String> {
        let due = self.replies.iter().filter(|(_, reply)| reply.is_due());
        due.map(|(action, reply)| format!("{} for {}", reply.describe(), action.as_deref().unwrap_or("any action")))
            .collect()
    }

    /// The reply for a request: the next one for its action, or else the next one for any action.
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
        Err(format!("the script has no reply for call {}: {asked}; it still holds {left}", self.requests.len()))
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
