//! Who is told how a run ended. Whatever becomes of that, the run stays as it was.

use super::memory::{Ahead, Memory};
use super::report::{Line, Notice, Outcome, Report};
use crate::base::failure::{Failure, Kind};
use crate::base::name::Name;
use crate::hook::{Hook, HookEvent, Trouble, What};

/// A hook that is told how runs ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notify {
    /// The hook.
    pub hook: Hook,
    /// The events that it is told of, by [kind](HookEvent::kind).
    pub events: Vec<String>,
}

/// What a person may have to do before a certificate can be renewed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Renewal {
    /// Whether a run orders it without asking.
    pub auto: bool,
    /// How many certificates are left of its package, if it has one and the service said so.
    pub remaining: Option<i64>,
}

/// The events of a run, in the order of its certificates:
///
/// - `attention` for each whose order nobody knows about, `failure` for each that stopped otherwise. Their `attempt` counts the runs in a row that have
///   told the same. One that waits, or that another process is at, is none.
/// - `due-soon` for each that will be due within days, once for a certificate, and once more when its package is used up.
/// - `done` at the end, if something was renewed or failed.
#[must_use]
pub fn events(report: &Report, memory: &Memory, renewal: impl Fn(&Name) -> Renewal) -> Vec<HookEvent> {
    let mut events = Vec::new();
    let (mut renewed, mut failed) = (Vec::new(), Vec::new());
    for line in &report.certificates {
        if matches!(line.outcome, Outcome::Renewed | Outcome::Adopted) {
            renewed.push(line.name.clone());
        }
        if let Some(what) = trouble(&line.outcome) {
            failed.push(line.name.clone());
            events.push(about(line, memory.attempts(&line.name), what));
        }
        events.extend(ahead(line, memory, &renewal));
    }
    if !renewed.is_empty() || !failed.is_empty() {
        let what = What::Done { renewed, failed };
        events.push(HookEvent { certificate: None, names: Vec::new(), attempt: 1, what });
    }
    events
}

fn trouble(outcome: &Outcome) -> Option<What> {
    let (Some(notice), Outcome::Stopped { kind, message, remedy, code }) = (outcome.notice(), outcome) else {
        return None;
    };
    let mut failure = Failure::new(*kind, message.clone());
    if let Some(remedy) = remedy {
        failure = failure.remedy(remedy.clone());
    }
    if let Some(code) = code {
        failure = failure.code(code.as_str());
    }
    let trouble = Trouble::from(&failure);
    Some(match notice {
        Notice::Attention => What::Attention(trouble),
        Notice::Failure => What::Failure(trouble),
    })
}

fn ahead(line: &Line, memory: &Memory, renewal: impl Fn(&Name) -> Renewal) -> Option<HookEvent> {
    let (true, Some(not_after), Some(due)) = (line.due_soon, line.not_after, line.due) else { return None };
    let Renewal { auto, remaining } = renewal(&line.name);
    if memory.told(&line.name) == Some(told(not_after, remaining)) {
        return None;
    }
    Some(about(line, 1, What::DueSoon { not_after, due, auto, remaining }))
}

fn told(not_after: jiff::Timestamp, remaining: Option<i64>) -> Ahead {
    Ahead { not_after, used_up: remaining.is_some_and(|left| left <= 0) }
}

fn about(line: &Line, attempt: u32, what: What) -> HookEvent {
    HookEvent { certificate: Some(line.name.clone()), names: line.names.clone(), attempt, what }
}

impl Notify {
    /// Whether the hook is told of events of this kind.
    #[must_use]
    pub fn wants(&self, kind: &str) -> bool {
        self.events.iter().any(|event| event == kind)
    }

    /// Tells the hook of the events that it wants, one after the other, and remembers in `memory` who was told that a certificate is due soon.
    ///
    /// It never fails: what is returned are warnings. After a hook was ended by its timeout only `done` is still told, so a hook that hangs holds a run
    /// up twice at most.
    pub async fn tell(&self, events: &[HookEvent], memory: &mut Memory) -> Vec<Failure> {
        let mut warnings = Vec::new();
        let (mut hangs, mut left_out) = (false, 0_usize);
        for event in events.iter().filter(|event| self.wants(event.kind())) {
            if hangs && !matches!(event.what, What::Done { .. }) {
                left_out += 1;
                continue;
            }
            let subject = event.certificate.as_ref().map_or_else(String::new, |name| format!("{name}: "));
            let place = format!("{subject}{}", event.kind());
            match self.hook.observe(event).await {
                Ok(run) => match run.failure {
                    None => remember(event, memory),
                    Some(failure) => {
                        hangs = run.result.took >= self.hook.timeout;
                        // The remedy of the hook speaks of another attempt, which most of these events do not get.
                        let warning = Failure::new(failure.kind(), failure.what().clone()).at(place);
                        warnings.push(warning.remedy(text!(
                            "Try the hook by hand. The run stays as it was.",
                            "请手动试运行钩子。运行结果不受影响。"
                        )));
                    }
                },
                // It cannot be started for the others either.
                Err(failure) => {
                    warnings.push(failure);
                    return warnings;
                }
            }
        }
        if left_out > 0 {
            let message = text!(
                "{left_out} more events were not told, because the hook did not end in time",
                "钩子未及时结束，另有 {left_out} 个事件未通知"
            );
            warnings.push(Failure::new(Kind::NotNow, message).remedy(text!(
                "`cloudcert renew --report FILE` has them all.",
                "`cloudcert renew --report FILE` 含有全部事件。"
            )));
        }
        warnings
    }
}

fn remember(event: &HookEvent, memory: &mut Memory) {
    if let (Some(name), What::DueSoon { not_after, remaining, .. }) = (&event.certificate, &event.what) {
        memory.tell(name, told(*not_after, *remaining));
    }
}
