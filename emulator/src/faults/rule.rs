//! Which calls meet which fault.

use crate::random::Random;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Something that goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Fault {
    /// Refused as too fast: 400 `Throttling.User` at Alibaba Cloud, 409 `LimitExceeded` at Kingsoft Cloud.
    Throttle {
        /// What `x-acs-retry-after` says; Kingsoft Cloud has no such header.
        #[serde(default)]
        retry_after_ms: Option<u64>,
    },
    /// An error of the service with its usual body: 500.
    Internal {
        /// The call was executed all the same.
        #[serde(default)]
        committed: bool,
    },
    /// An error of the service with its usual body: 503.
    Unavailable {
        /// The call was executed all the same.
        #[serde(default)]
        committed: bool,
    },
    /// An error that the description lists for the action.
    Service {
        /// The error row, by its name in the description: `quota-exhausted`.
        row: String,
        /// The call was executed all the same.
        #[serde(default)]
        committed: bool,
    },
    /// An error with a page for people, as proxies send it.
    Html {
        /// The HTTP status.
        #[serde(default = "bad_gateway")]
        status: u16,
        /// The call was executed all the same.
        #[serde(default)]
        committed: bool,
    },
    /// An error without a body.
    Empty {
        /// The HTTP status.
        #[serde(default = "bad_gateway")]
        status: u16,
        /// The call was executed all the same.
        #[serde(default)]
        committed: bool,
    },
    /// A response of something on the way, or of a service that has changed: any status with any body.
    Response {
        /// The HTTP status.
        status: u16,
        /// The body.
        #[serde(default)]
        body: String,
        /// Its content type.
        #[serde(default = "json")]
        content_type: String,
        /// The call was executed all the same.
        #[serde(default)]
        committed: bool,
    },
    /// The connection is closed before the request is read to its end. Nothing is executed.
    CloseBeforeReading {},
    /// The call is executed, and the connection closed without an answer.
    CloseAfterCommit {},
    /// The answer's body comes piece by piece over this time.
    Slow {
        /// How long it takes.
        #[serde(default = "a_second")]
        ms: u64,
    },
    /// Half of the answer's body comes, then nothing more for this time, then the connection is closed.
    Stall {
        /// How long nothing comes.
        #[serde(default = "long")]
        ms: u64,
    },
    /// Half of the answer's body comes, then the connection is closed.
    Truncated {},
    /// Half of the answer's body comes as if it were the whole.
    Malformed {},
    /// The answer is followed by blanks up to this size.
    Oversized {
        /// Its size.
        #[serde(default = "large")]
        bytes: u64,
    },
    /// The answer has a wrong content type.
    ContentType {
        /// The type.
        #[serde(default = "plain")]
        value: String,
    },
    /// The clock that checks the signature's time is off by so many seconds.
    ClockSkew {
        /// How far it is ahead.
        #[serde(default = "an_hour")]
        seconds: i64,
    },
    /// The answer of Kingsoft Cloud is wrapped in one more object, numbers as texts. No fault, but not what everybody expects.
    Envelope {},
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
    /// Its name in the management API.
    pub(crate) fn name(&self) -> String {
        let kind = serde_json::to_value(self).ok().and_then(|value| value.get("kind").cloned());
        kind.and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

/// What a call comes to at a rule.
pub(super) enum Turn {
    /// It goes on to the next rule.
    Leave,
    /// It meets no fault.
    Pass,
    Meet(Fault),
}

/// Which calls meet which fault: all of them, unless the rule says less.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
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
    /// Every call meets this fault.
    #[must_use]
    pub fn new(fault: Fault) -> Self {
        Self { action: None, times: None, probability: None, fault: Some(fault), script: None }
    }

    /// The first call meets the first of these, and so on; `None` lets a call pass. Then the rule is over.
    #[must_use]
    pub fn script(steps: impl IntoIterator<Item = Option<Fault>>) -> Self {
        let script = Some(steps.into_iter().collect());
        Self { action: None, times: None, probability: None, fault: None, script }
    }

    /// Calls of this action only.
    #[must_use]
    pub fn action(mut self, name: impl Into<String>) -> Self {
        self.action = Some(name.into());
        self
    }

    /// So many calls only.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// A call meets it with this probability, from 0 to 1.
    #[must_use]
    pub fn probability(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self
    }

    /// What is wrong with the rule.
    pub(super) fn check(&self) -> Result<(), String> {
        let known = |name: &String| cloudcert::model::apis().iter().any(|api| api.action(name).is_some());
        if let Some(name) = self.action.as_ref().filter(|name| !known(name)) {
            return Err(format!("no API has an action {name}"));
        }
        if self.probability.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
            return Err("probability must be from 0 to 1".to_owned());
        }
        if self.times == Some(0) {
            return Err("times must be at least 1".to_owned());
        }
        let check = |fault: &Fault| check(fault, self.action.as_deref());
        match (&self.fault, &self.script) {
            (Some(fault), None) => check(fault),
            (None, Some(script)) if script.is_empty() => Err("script must have a step".to_owned()),
            (None, Some(_)) if self.times.is_some() || self.probability.is_some() => {
                Err("a script goes by its steps, without times and probability".to_owned())
            }
            (None, Some(script)) => script.iter().flatten().try_for_each(check),
            _ => Err("a rule needs either fault or script".to_owned()),
        }
    }

    pub(super) fn covers(&self, action: &str) -> bool {
        self.action.as_ref().is_none_or(|name| name == action)
    }

    pub(super) fn covers_all(&self) -> bool {
        self.action.is_none()
    }

    /// Whether it has nothing more to give.
    pub(super) fn is_over(&self) -> bool {
        self.times == Some(0) || self.script.as_ref().is_some_and(VecDeque::is_empty)
    }

    /// What a call comes to.
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

/// What is wrong with a fault that calls of this action are to meet.
fn check(fault: &Fault, action: Option<&str>) -> Result<(), String> {
    const DAY: u64 = 86_400_000;
    match fault {
        Fault::Html { status, .. } | Fault::Empty { status, .. } if !(400..=599).contains(status) => {
            Err("status must be from 400 to 599".to_owned())
        }
        Fault::Response { status, .. } if !(200..=599).contains(status) => {
            Err("status must be from 200 to 599".to_owned())
        }
        Fault::Response { body, .. } if body.len() > 1 << 20 => Err("body must be 1 MiB at most".to_owned()),
        Fault::Response { content_type: value, .. } | Fault::ContentType { value }
            if hyper::header::HeaderValue::from_str(value).is_err() =>
        {
            Err("it must be a content type".to_owned())
        }
        Fault::Service { row, .. } => {
            let mut actions = cloudcert::model::apis().iter().flat_map(|api| &api.actions);
            let lists = |known: &cloudcert::model::Action| known.errors.contains(row);
            if actions.any(|known| action.is_none_or(|name| name == known.name) && lists(known)) {
                return Ok(());
            }
            Err(action.map_or_else(
                || format!("no action lists an error row {row}"),
                |name| format!("{name} lists no error row {row}"),
            ))
        }
        Fault::Slow { ms } | Fault::Stall { ms } if *ms > DAY => Err("ms must be a day at most".to_owned()),
        Fault::Oversized { bytes } if *bytes > 1 << 30 => Err("bytes must be 1 GiB at most".to_owned()),
        _ => Ok(()),
    }
}
