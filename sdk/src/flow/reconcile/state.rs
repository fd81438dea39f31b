//! What a guard knows about its call: it decides whether the call may be sent, and records verdicts.

use super::known::Shown;
use super::{Evidence, Outcome};
use std::sync::Arc;
use std::time::Duration;

/// How far the call has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// It has certainly not been executed.
    Ready,
    /// It is in flight.
    Sending,
    /// It may have been executed.
    Unknown,
    /// It was executed.
    Executed,
}

/// What is known about the call.
pub(super) struct GuardState<I> {
    pub(super) stage: Stage,
    /// What proves that it was executed, or not.
    evidence: Evidence,
    /// What the probe before the call showed; `None` if the call may be repeated anyway.
    pub(super) before: Option<Arc<Vec<Shown>>>,
    /// How often it was sent. What a probe shows is dropped if this has changed meanwhile.
    pub(super) sent: u32,
    /// When the last send ended or was dropped, on the environment's clock.
    pub(super) ended: Duration,
    /// New items of the list that the call may have made, as of the last probe.
    pub(super) found: Vec<I>,
}

/// What the probes have proved.
pub(super) enum Settled<I> {
    /// With what it made, if a probe shows that.
    Executed(Vec<I>),
    /// With the newest probe.
    NotExecuted(Arc<Vec<Shown>>),
}

impl<I> GuardState<I> {
    /// Begins before the first send, with the probe before it.
    pub(super) fn new(before: Option<Arc<Vec<Shown>>>) -> Self {
        let (stage, evidence) = (Stage::Ready, Evidence::Response);
        Self { stage, evidence, before, sent: 0, ended: Duration::ZERO, found: Vec::new() }
    }

    /// Begins after a send by another process, whose outcome is unknown.
    pub(super) fn again(before: Option<Arc<Vec<Shown>>>, now: Duration) -> Self {
        let stage = if before.is_some() { Stage::Unknown } else { Stage::Ready };
        Self { stage, ended: now, ..Self::new(before) }
    }

    /// Moves on to sending. Fails with the reason if the call must not be sent now.
    pub(super) fn enter(&mut self) -> Result<(), &'static str> {
        match self.stage {
            Stage::Ready => {
                self.sent = self.sent.saturating_add(1);
                // A call that may be repeated leaves nothing to find out.
                if self.before.is_some() {
                    self.stage = Stage::Sending;
                }
                Ok(())
            }
            Stage::Sending => Err("was not sent again: the first send is still in flight"),
            Stage::Unknown => Err(
                "was not sent again: it may have been executed. Call `find_out`, which allows another `send` if it was not",
            ),
            Stage::Executed => {
                Err("was not sent again: it has been executed. Guard a new request to order another one")
            }
        }
    }

    /// Records how a send ended, and when.
    pub(super) fn end(&mut self, reached: Stage, now: Duration) {
        if self.before.is_some() {
            self.stage = reached;
            self.ended = now;
            // A rejection says nothing about earlier sends.
            if reached == Stage::Executed {
                self.evidence = Evidence::Response;
            }
        }
    }

    /// Records that the future of a send was dropped, if it was in flight.
    pub(super) fn drop_flight(&mut self, now: Duration) {
        if self.stage == Stage::Sending {
            self.stage = Stage::Unknown;
            self.ended = now;
        }
    }

    /// Keeps what a probe has found, unless more is known by now.
    pub(super) fn note(&mut self, sent: u32, found: Vec<I>) {
        if self.sent == sent && self.stage == Stage::Unknown {
            self.found = found;
        }
    }

    /// Records a verdict on the call, unless it was sent again during the probes or another task knows better by now.
    pub(super) fn settle(&mut self, sent: u32, proved: Settled<I>, evidence: Evidence) -> Outcome {
        if self.sent != sent {
            return unclear("it was sent again meanwhile");
        }
        match (self.stage, proved) {
            // "Executed" is final, and overrules a probe that came too early to see it.
            (Stage::Unknown | Stage::Ready, Settled::Executed(found)) => {
                self.stage = Stage::Executed;
                self.evidence = evidence;
                self.found = found;
            }
            // The next call is compared with the newest probe: what others did until now must not be taken for its effect.
            (Stage::Unknown, Settled::NotExecuted(newest)) => {
                self.stage = Stage::Ready;
                self.evidence = self.evidence.max(evidence);
                self.before = Some(newest);
            }
            _ => {}
        }
        self.outcome()
    }

    /// Returns the verdict. Only for the stages that have one.
    pub(super) fn outcome(&self) -> Outcome {
        let evidence = self.evidence;
        if self.stage == Stage::Executed { Outcome::Executed { evidence } } else { Outcome::NotExecuted { evidence } }
    }
}

pub(super) fn unclear(why: &str) -> Outcome {
    Outcome::Ambiguous { why: why.to_owned() }
}
