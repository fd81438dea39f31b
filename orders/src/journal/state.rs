//! What the events of an order amount to.

use super::event::{Challenge, End, Event, Ids, Issued, Opened, Recorded, VERSION, Verdict};
use crate::base::failure::{Failure, Kind};
use crate::base::machine::Moment;
use crate::base::name::{Name, OrderKey};
use crate::base::text::Text;
use serde_json::Value;
use std::collections::BTreeMap;

/// The name of the id of an instance that was set aside.
pub const INSTANCE: &str = "InstanceId";
/// The name under which the certificate stands that the instance had before.
pub const BEFORE: &str = "BeforeCertificateId";

/// How far a call is that must not be made twice.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Call {
    /// It was not sent, or it was surely not executed and may be sent again.
    #[default]
    NotSent,
    /// It was announced. Its outcome is not known: it may be on its way, executed, or never sent.
    Open(Announced),
    /// It was executed.
    Executed,
    /// The service refuses it for good.
    Refused {
        /// Why.
        message: Text,
    },
    /// Nobody can tell. A person has to settle it, or a later probe.
    Ambiguous {
        /// What was announced.
        announced: Announced,
        /// Why nobody can tell.
        why: Text,
    },
}

impl Call {
    /// Whether nobody knows what became of it: it was announced and is not settled.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open(_) | Self::Ambiguous { .. })
    }
}

/// The announcement of a call.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Announced {
    /// The action.
    pub action: String,
    /// What its guard saw before.
    pub saved: Value,
    /// Which attempt: the first is 1.
    pub attempt: u32,
    /// When, by the clock of that boot.
    pub moment: Option<Moment>,
    /// When, by the clock of the machine, in UTC.
    pub at: Option<jiff::Timestamp>,
    /// Which machine sent.
    pub machine: String,
}

/// The private key of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFile {
    /// The file.
    pub path: String,
    /// SHA-256 of the public key.
    pub public_key: String,
    /// The certificate signing request as PEM.
    pub csr: String,
}

/// How far an act is that may be repeated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Done {
    /// Not begun.
    #[default]
    No,
    /// Announced. Half of it may be done.
    Begun,
    /// Done.
    Yes,
}

/// How far the deployment to a target is.
#[derive(Debug, Clone, PartialEq)]
pub enum Deployment {
    /// Announced.
    Begun,
    /// Failed. Every run tries again.
    Failed {
        /// Why.
        why: Text,
    },
    /// Done.
    Done {
        /// What the target returned.
        state: Value,
    },
}

/// What the events of an order amount to.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// The order.
    pub key: OrderKey,
    /// The number of events.
    pub events: u64,
    /// What it belongs to.
    pub opened: Opened,
    /// When it was opened, in UTC.
    pub opened_at: jiff::Timestamp,
    /// The private key, if this program made it.
    pub key_file: Option<KeyFile>,
    /// The instance that was set aside.
    pub instance: Option<String>,
    /// The order.
    pub order: Call,
    /// How often it was announced.
    pub attempts: u32,
    /// The ids that the service gave.
    pub ids: Ids,
    /// Whether the data was written to the service.
    pub drafted: bool,
    /// The submission.
    pub submission: Call,
    /// What proves the domains.
    pub challenges: Vec<Challenge>,
    /// Whether it was published.
    pub presented: Done,
    /// What the solver returned.
    pub states: Vec<Value>,
    /// The certificate.
    pub issued: Option<Issued>,
    /// Whether it is in the store.
    pub stored: Done,
    /// Whether the proof was taken away.
    pub cleaned: Done,
    /// The deployments by target.
    pub deployments: BTreeMap<String, Deployment>,
    /// The revocation.
    pub revocation: Call,
    /// Whether a failed or cancelled order was given back.
    pub returned: Done,
    /// How it ended, and why.
    pub closed: Option<(End, Text)>,
    looked: Value,
}

impl State {
    /// Reads the events of an order, the oldest first. `None` if nobody opened it.
    ///
    /// # Errors
    ///
    /// If one is missing, the first one is not `opened`, or one is of a newer version.
    pub fn of(events: &[Recorded]) -> Result<Option<Self>, Failure> {
        super::sequence(events)?;
        let Some((first, rest)) = events.split_first() else { return Ok(None) };
        let Event::Opened(opened) = &first.event else {
            let message = text!(
                "the first event is `{}` and not `opened`",
                "第一个事件是 `{}`，而不是 `opened`",
                first.event.kind()
            );
            return Err(Failure::new(Kind::Failed, message).at(&first.order));
        };
        if opened.version > VERSION {
            let message = text!(
                "the journal has events of version {}, this program knows {VERSION}",
                "日志中事件的版本为 {}，本程序支持 {VERSION}",
                opened.version
            );
            return Err(Failure::new(Kind::Failed, message)
                .at(&first.order)
                .remedy(text!("Use a newer program.", "请使用更新的程序。")));
        }
        let mut state = Self::new(first, (**opened).clone());
        for recorded in rest {
            state.follow(recorded)?;
        }
        Ok(Some(state))
    }

    /// Follows the next event.
    ///
    /// # Errors
    ///
    /// If it is not the next one of this order.
    pub fn follow(&mut self, recorded: &Recorded) -> Result<(), Failure> {
        if recorded.sequence != self.events + 1 || recorded.order != self.key {
            let message = text!(
                "event {} of {} follows event {}",
                "事件 {} 属于 {}，却在事件 {} 之后",
                recorded.sequence,
                recorded.order,
                self.events
            );
            return Err(Failure::new(Kind::Failed, message).at(&self.key));
        }
        self.events += 1;
        self.apply(recorded);
        Ok(())
    }

    fn new(first: &Recorded, opened: Opened) -> Self {
        Self {
            key: first.order.clone(),
            events: 1,
            opened,
            opened_at: first.at,
            key_file: None,
            instance: None,
            order: Call::NotSent,
            attempts: 0,
            ids: Ids::new(),
            drafted: false,
            submission: Call::NotSent,
            challenges: Vec::new(),
            presented: Done::No,
            states: Vec::new(),
            issued: None,
            stored: Done::No,
            cleaned: Done::No,
            deployments: BTreeMap::new(),
            revocation: Call::NotSent,
            returned: Done::No,
            closed: None,
            looked: Value::Null,
        }
    }

    /// Whether nothing but deployments and a revocation can follow.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed.is_some()
    }

    /// The call whose outcome nobody knows, if there is one: the order, the submission or the revocation.
    #[must_use]
    pub fn unknown(&self) -> Option<&Call> {
        let calls = [&self.order, &self.submission, &self.revocation];
        calls.into_iter().find(|call| call.is_open())
    }

    /// Whether it failed, or was given up, after it was paid for, and was not given back. Another one would cost again, so a person decides.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        let failed = matches!(self.closed, Some((End::Failed | End::Abandoned, _)));
        failed && self.order == Call::Executed && self.returned != Done::Yes
    }

    fn apply(&mut self, recorded: &Recorded) {
        match recorded.event.clone() {
            // What came before it is all that is known.
            Event::Opened(_) | Event::Unknown { .. } => {}
            Event::Key { path, public_key, csr } => self.key_file = Some(KeyFile { path, public_key, csr }),
            Event::Reserved { instance, before } => {
                self.ids.insert(INSTANCE.to_owned(), instance.clone());
                self.ids.extend(before.map(|before| (BEFORE.to_owned(), before)));
                self.instance = Some(instance);
            }
            Event::Looked { saved } => self.looked = saved,
            Event::Sending { action, attempt, moment, machine, .. } => {
                self.attempts = self.attempts.max(attempt);
                let saved = std::mem::take(&mut self.looked);
                let at = Some(recorded.at);
                self.order = Call::Open(Announced { action, saved, attempt, moment, at, machine });
            }
            Event::Submitting { action, saved, attempt, moment } => {
                let announced =
                    Announced { action, saved, attempt, moment, at: Some(recorded.at), machine: String::new() };
                self.submission = Call::Open(announced);
            }
            Event::Revoking { saved, attempt } => {
                let announced = Announced { saved, attempt, at: Some(recorded.at), ..Announced::default() };
                self.revocation = Call::Open(announced);
            }
            Event::Answered { ids, .. } => self.executed(ids),
            Event::Refused { message, last, .. } => self.refused(message, last),
            Event::Found { verdict, why, ids, .. } | Event::Resolved { verdict, why, ids, .. } => {
                self.settle(verdict, why, ids);
            }
            Event::Drafted => self.drafted = true,
            Event::Submitted => self.submission = Call::Executed,
            Event::Revoked => self.revocation = Call::Executed,
            event => self.apply_later(event),
        }
    }

    fn apply_later(&mut self, event: Event) {
        match event {
            Event::Proof { challenges } => {
                if challenges != self.challenges {
                    self.presented = Done::No;
                }
                self.challenges = challenges;
            }
            Event::Presenting => self.presented = Done::Begun,
            Event::Presented { states } => (self.presented, self.states) = (Done::Yes, states),
            Event::Issued(issued) => self.issued = Some(*issued),
            Event::Storing => self.stored = Done::Begun,
            Event::Stored => self.stored = Done::Yes,
            Event::Cleaning => self.cleaned = Done::Begun,
            Event::Cleaned { .. } => self.cleaned = Done::Yes,
            Event::Deploying { target } => self.deploy(target, Deployment::Begun),
            Event::Deployed { target, state } => self.deploy(target, Deployment::Done { state }),
            Event::DeployFailed { target, why } => self.deploy(target, Deployment::Failed { why }),
            Event::Returning => self.returned = Done::Begun,
            Event::Returned => self.returned = Done::Yes,
            Event::Closed { end, why } => self.closed = Some((end, why)),
            _ => {}
        }
    }

    fn deploy(&mut self, target: String, deployment: Deployment) {
        self.deployments.insert(target, deployment);
    }

    /// A refused submission is sent again with other data: what was ordered is paid for. Without a pending call it was the withdrawal that was refused:
    /// the order goes on, and its proof is published again.
    fn refused(&mut self, message: Text, last: bool) {
        if self.unknown().is_none() && self.returned == Done::Begun {
            (self.returned, self.presented, self.cleaned) = (Done::No, Done::No, Done::No);
            return;
        }
        let submission = self.submission.is_open();
        if let Some(call) = self.pending() {
            *call = if last && !submission { Call::Refused { message } } else { Call::NotSent };
        }
        if submission {
            self.drafted = false;
        }
    }

    /// The call that was announced last and is not settled. A verdict belongs to it.
    fn pending(&mut self) -> Option<&mut Call> {
        let calls = [&mut self.revocation, &mut self.submission, &mut self.order];
        calls.into_iter().find(|call| call.is_open())
    }

    /// Without a pending call a person has adopted what the cloud has: it was ordered and submitted.
    fn executed(&mut self, ids: Ids) {
        self.instance = self.instance.take().or_else(|| ids.get(INSTANCE).cloned());
        self.ids.extend(ids);
        let fresh = self.order == Call::NotSent;
        match self.pending() {
            Some(call) => *call = Call::Executed,
            None if fresh => (self.order, self.submission) = (Call::Executed, Call::Executed),
            None => {}
        }
    }

    fn settle(&mut self, verdict: Verdict, why: Text, ids: Ids) {
        match verdict {
            Verdict::Executed => self.executed(ids),
            Verdict::NotExecuted => {
                if let Some(call) = self.pending() {
                    *call = Call::NotSent;
                }
            }
            Verdict::Ambiguous => {
                if let Some(call) = self.pending() {
                    let announced = match std::mem::take(call) {
                        Call::Open(announced) | Call::Ambiguous { announced, .. } => announced,
                        _ => Announced::default(),
                    };
                    *call = Call::Ambiguous { announced, why };
                }
            }
        }
    }
}

/// The newest certificate of this name, and the order that holds it.
#[must_use]
pub fn newest<'a>(states: &'a [State], name: &Name) -> Option<(&'a State, &'a Issued)> {
    let own = states.iter().filter(|state| state.key.certificate == *name);
    let issued = own.filter_map(|state| Some((state, state.issued.as_ref()?)));
    issued.max_by_key(|(_, issued)| issued.not_after)
}
