//! Which calls meet which fault.

use crate::base::call::may_return;
use crate::base::random::Random;
use cloudcert::model::{Api, Envelope};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::collections::VecDeque;

/// Something that goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Fault {
    /// Refuses the call as too frequent: 400 `Throttling.User` at Alibaba Cloud, 409 `LimitExceeded` at Kingsoft Cloud.
    Throttle {
        /// The value of `x-acs-retry-after` in milliseconds. Kingsoft Cloud has no such header.
        #[serde(default)]
        retry_after_ms: Option<u64>,
    },
    /// Fails the call with status 500 and an error in the vendor's form.
    Internal {
        /// Whether the call is executed all the same.
        #[serde(default)]
        committed: bool,
    },
    /// Fails the call with status 503 and an error in the vendor's form.
    Unavailable {
        /// Whether the call is executed all the same.
        #[serde(default)]
        committed: bool,
    },
    /// Fails the call with an error that the spec lists for the action, or for all of its API.
    Service {
        /// The name of the error row in the spec: `quota-exhausted`.
        row: String,
        /// Whether the call is executed all the same.
        #[serde(default)]
        committed: bool,
    },
    /// Responds with an HTML error page, as proxies do.
    Html {
        /// The HTTP status.
        #[serde(default = "bad_gateway")]
        status: u16,
        /// Whether the call is executed all the same.
        #[serde(default)]
        committed: bool,
    },
    /// Responds with an error status and no body.
    Empty {
        /// The HTTP status.
        #[serde(default = "bad_gateway")]
        status: u16,
        /// Whether the call is executed all the same.
        #[serde(default)]
        committed: bool,
    },
    /// Responds with any status and body, as a proxy on the way or a changed service could.
    Response {
        /// The HTTP status.
        status: u16,
        /// The body.
        #[serde(default)]
        body: String,
        /// Its content type.
        #[serde(default = "json")]
        content_type: String,
        /// Whether the call is executed all the same.
        #[serde(default)]
        committed: bool,
    },
    /// Closes the connection before the whole request is read. The call is not executed.
    CloseBeforeReading,
    /// Executes the call, and closes the connection without a response.
    CloseAfterCommit,
    /// Sends the body of the response in pieces over this time.
    Slow {
        /// The time in milliseconds.
        #[serde(default = "a_second")]
        ms: u64,
    },
    /// Sends half of the body, waits, and closes the connection.
    Stall {
        /// How many milliseconds to wait.
        #[serde(default = "long")]
        ms: u64,
    },
    /// Sends half of the body, and closes the connection.
    Truncated,
    /// Sends half of the body as if it were the whole.
    Malformed,
    /// Pads the body with blanks to this size.
    Oversized {
        /// The size in bytes.
        #[serde(default = "large")]
        bytes: u64,
    },
    /// Sends a wrong content type.
    ContentType {
        /// The content type.
        #[serde(default = "plain")]
        value: String,
    },
    /// Checks the signature's time stamp against a clock that is wrong.
    ClockSkew {
        /// How many seconds that clock is ahead.
        #[serde(default = "an_hour")]
        seconds: i64,
    },
    /// Wraps the response of Kingsoft Cloud in an envelope, with numbers as strings. This is not an error, but clients may not expect it.
    Envelope,
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Fault {
    /// Reads a fault. The derived code denies unknown members of every kind but those without members.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = Value::deserialize(deserializer)?;
        let fault = Self::deserialize(&members).map_err(D::Error::custom)?;
        let known = serde_json::to_value(&fault).map_err(D::Error::custom)?;
        let unknown = members.as_object().and_then(|all| all.keys().find(|name| known.get(name.as_str()).is_none()));
        unknown.map_or(Ok(fault), |name| Err(D::Error::custom(format_args!("unknown field `{name}`"))))
    }
}

fn bad_gateway() -> u16 {
    502
}

fn a_second() -> u64 {
    1_000
}

fn long() -> u64 {
    60_000
}

fn large() -> u64 {
    16 << 20
}

fn plain() -> String {
    "text/plain".to_owned()
}

fn json() -> String {
    "application/json".to_owned()
}

fn an_hour() -> i64 {
    3_600
}

impl Fault {
    /// Returns its name in the management API.
    pub(crate) fn name(&self) -> String {
        let kind = serde_json::to_value(self).ok().and_then(|value| value.get("kind").cloned());
        kind.and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

/// What a rule decides about a call.
pub(super) enum Turn {
    /// The next rule decides.
    Leave,
    /// The call meets no fault.
    Pass,
    Meet(Fault),
}

/// Says which calls meet which fault. A rule without conditions applies to every call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The number that names the rule once it is in force. One that a client sends is replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    number: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    api: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fault: Option<Fault>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    script: Option<VecDeque<Option<Fault>>>,
}

impl Rule {
    /// Creates a rule by which every call meets this fault.
    #[must_use]
    pub fn new(fault: Fault) -> Self {
        Self { number: None, api: None, action: None, times: None, probability: None, fault: Some(fault), script: None }
    }

    /// Creates a rule by which the first call meets the first of these faults, and so on. `None` lets a call pass. After the last step
    /// the rule is gone.
    #[must_use]
    pub fn script(steps: impl IntoIterator<Item = Option<Fault>>) -> Self {
        let script = Some(steps.into_iter().collect());
        Self { number: None, api: None, action: None, times: None, probability: None, fault: None, script }
    }

    /// Limits the rule to calls of this API version, such as `ksyun-kcm-2016-03-04`: both clouds have some actions of the same name.
    #[must_use]
    pub fn api(mut self, id: impl Into<String>) -> Self {
        self.api = Some(id.into());
        self
    }

    /// Limits the rule to calls of this action.
    #[must_use]
    pub fn action(mut self, name: impl Into<String>) -> Self {
        self.action = Some(name.into());
        self
    }

    /// Limits the rule to this many calls.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Makes the rule apply with this probability, from 0 to 1.
    #[must_use]
    pub fn probability(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self
    }

    pub(super) fn numbered(mut self, number: u64) -> Self {
        self.number = Some(number);
        self
    }

    pub(super) fn number(&self) -> Option<u64> {
        self.number
    }

    /// Checks the rule against the APIs of an endpoint. The error says what is wrong.
    pub(super) fn check(&self, apis: &[Api]) -> Result<(), String> {
        let apis: Vec<&Api> = apis.iter().filter(|api| self.api.as_ref().is_none_or(|id| *id == api.id)).collect();
        if let (Some(id), true) = (&self.api, apis.is_empty()) {
            return Err(format!("no API is called {id}"));
        }
        let known = |name: &String| apis.iter().any(|api| api.action(name).is_some());
        if let Some(name) = self.action.as_ref().filter(|name| !known(name)) {
            return Err(format!("no API has an action {name}"));
        }
        if self.probability.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
            return Err("probability must be from 0 to 1".to_owned());
        }
        if self.times == Some(0) {
            return Err("times must be at least 1".to_owned());
        }
        let check = |fault: &Fault| check(fault, self.action.as_deref(), &apis);
        match (&self.fault, &self.script) {
            (Some(fault), None) => check(fault),
            (None, Some(script)) if script.is_empty() => Err("script must have at least one step".to_owned()),
            (None, Some(_)) if self.times.is_some() || self.probability.is_some() => {
                Err("a script must not have times or probability: its steps decide".to_owned())
            }
            (None, Some(script)) => script.iter().flatten().try_for_each(check),
            _ => Err("a rule needs either a fault or a script".to_owned()),
        }
    }

    /// Whether the rule applies to a call. A fault that its API does not have leaves the call to the next rule.
    pub(super) fn covers(&self, api: Option<&Api>, action: &str) -> bool {
        let named = self.action.as_ref().is_none_or(|name| name == action);
        let has = |api: &Api| match &self.fault {
            Some(Fault::Service { row, .. }) => api.action(action).is_some_and(|action| may_return(api, action, row)),
            Some(Fault::Envelope) => api.protocol.envelope == Envelope::Optional,
            _ => true,
        };
        match api {
            Some(api) => named && self.api.as_ref().is_none_or(|id| *id == api.id) && has(api),
            None => named && !self.depends_on_api(),
        }
    }

    /// Whether only the API version of a call tells that the rule applies to it.
    pub(super) fn depends_on_api(&self) -> bool {
        self.api.is_some() || matches!(self.fault, Some(Fault::Service { .. } | Fault::Envelope))
    }

    /// Whether the rule applies to calls of any action.
    pub(super) fn covers_all(&self) -> bool {
        self.action.is_none()
    }

    /// Whether the rule is used up.
    pub(super) fn is_over(&self) -> bool {
        self.times == Some(0) || self.script.as_ref().is_some_and(VecDeque::is_empty)
    }

    /// Decides about a call.
    pub(super) fn next(&mut self, random: &mut Random) -> Turn {
        if let Some(script) = &mut self.script {
            return script.pop_front().flatten().map_or(Turn::Pass, Turn::Meet);
        }
        if let Some(probability) = self.probability
            && random.share() >= probability
        {
            return Turn::Leave;
        }
        self.times = self.times.map(|times| times.saturating_sub(1));
        self.fault.clone().map_or(Turn::Leave, Turn::Meet)
    }
}

/// Checks a fault that calls of this action are to meet.
fn check(fault: &Fault, action: Option<&str>, apis: &[&Api]) -> Result<(), String> {
    const DAY: u64 = 86_400_000;
    match fault {
        Fault::Html { status, .. } | Fault::Empty { status, .. } if !(400..=599).contains(status) => {
            Err("status must be from 400 to 599".to_owned())
        }
        Fault::Response { status, .. } if !(200..=599).contains(status) => {
            Err("status must be from 200 to 599".to_owned())
        }
        Fault::Response { body, .. } if body.len() > 1 << 20 => Err("body must be at most 1 MiB".to_owned()),
        Fault::Response { content_type: value, .. } | Fault::ContentType { value }
            if hyper::header::HeaderValue::from_str(value).is_err() =>
        {
            Err("the content type is not valid".to_owned())
        }
        Fault::Service { row, .. } => {
            let mut actions = apis.iter().flat_map(|api| api.actions.iter().map(move |known| (api, known)));
            if actions.any(|(api, known)| action.is_none_or(|name| name == known.name) && may_return(api, known, row)) {
                return Ok(());
            }
            Err(action.map_or_else(
                || format!("no action lists an error row {row}"),
                |name| format!("{name} lists no error row {row}"),
            ))
        }
        Fault::Slow { ms } | Fault::Stall { ms } if *ms > DAY => Err("ms must be at most a day".to_owned()),
        Fault::Oversized { bytes } if *bytes > 1 << 30 => Err("bytes must be at most 1 GiB".to_owned()),
        _ => Ok(()),
    }
}
