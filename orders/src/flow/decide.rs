//! What an order does next, from its events alone: a pure function. The table of crashes in README.md is this function in words.

use crate::base::text::Text;
use crate::cloud::Steps;
use crate::journal::event::{End, Purpose};
use crate::journal::state::{Call, Deployment, Done, State};

/// What is done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// A private key is made, or that of an earlier run is read back.
    MakeKey,
    /// A bought instance is set aside.
    Reserve,
    /// It is ordered, after another probe.
    Order {
        /// Which attempt.
        attempt: u32,
    },
    /// It is found out what became of a call. Nothing is sent.
    FindOut(Which),
    /// The order was executed, and its id is looked for in the list.
    FindId,
    /// Its data is written.
    Draft,
    /// It is submitted, after another probe.
    Submit,
    /// The service is asked how far it is.
    Poll,
    /// The proof is published.
    Present,
    /// The certificate is put into the store.
    Store,
    /// The proof is taken away.
    Clean,
    /// A failed order is given back.
    Return,
    /// The order ends.
    Close(End, Text),
    /// Only deployments are left, to these targets.
    Deploy(Vec<String>),
    /// Nothing is left.
    Nothing,
}

/// A call that must not be made twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The order.
    Order,
    /// The submission.
    Submission,
    /// The revocation.
    Revocation,
}

/// How often an order is announced. Each time it was proved that the one before was not executed.
pub const ATTEMPTS: u32 = 3;

/// What is done next. `own_key` is whether this program makes the key; `id` the name of the id that an order needs; `targets` are those of the configuration.
#[must_use]
pub fn next(state: &State, steps: Steps, own_key: bool, id: &str, targets: &[String]) -> Act {
    if state.revocation.is_open() {
        return Act::FindOut(Which::Revocation);
    }
    if let Some((end, _)) = &state.closed {
        return after(state, *end, targets);
    }
    // What was issued before it could be given back is stored like any other certificate.
    if state.issued.is_none()
        && let Some(act) = ending(state)
    {
        return act;
    }
    // What is taken over is never ordered.
    let adopts = state.opened.purpose == Purpose::Adopt;
    if adopts && state.order == Call::NotSent {
        return Act::Close(End::Abandoned, text!("nothing was taken over", "没有接管任何内容"));
    }
    if own_key && !adopts && state.key_file.is_none() {
        return Act::MakeKey;
    }
    if steps.reserves && state.instance.is_none() {
        return Act::Reserve;
    }
    if steps.orders
        && let Some(act) = ordering(state, id)
    {
        return act;
    }
    if state.issued.is_none() {
        if steps.submits
            && let Some(act) = submitting(state, steps)
        {
            return act;
        }
        let unpublished = !state.challenges.is_empty() && state.presented != Done::Yes;
        return if unpublished { Act::Present } else { Act::Poll };
    }
    if state.stored != Done::Yes {
        return Act::Store;
    }
    if state.presented != Done::No && state.cleaned != Done::Yes {
        return Act::Clean;
    }
    Act::Close(End::Done, text!("the certificate is in the store", "证书已保存"))
}

/// An order that was failing or being cancelled when the process ended.
fn ending(state: &State) -> Option<Act> {
    match state.returned {
        Done::No => None,
        Done::Begun => Some(Act::Return),
        Done::Yes => {
            Some(Act::Close(End::Failed, text!("the order has failed and was given back", "订单失败，已退还")))
        }
    }
}

fn ordering(state: &State, id: &str) -> Option<Act> {
    match &state.order {
        Call::Open(_) | Call::Ambiguous { .. } => Some(Act::FindOut(Which::Order)),
        Call::Refused { message } => Some(Act::Close(End::Failed, message.clone())),
        Call::Executed if state.ids.contains_key(id) => None,
        Call::Executed => Some(Act::FindId),
        Call::NotSent if state.attempts >= ATTEMPTS => {
            let why = text!("{ATTEMPTS} attempts were surely not executed", "{ATTEMPTS} 次尝试确定均未执行");
            Some(Act::Close(End::Failed, why))
        }
        Call::NotSent => Some(Act::Order { attempt: state.attempts + 1 }),
    }
}

fn submitting(state: &State, steps: Steps) -> Option<Act> {
    match &state.submission {
        Call::Open(_) | Call::Ambiguous { .. } => Some(Act::FindOut(Which::Submission)),
        Call::Refused { message } => Some(Act::Close(End::Failed, message.clone())),
        Call::Executed => None,
        Call::NotSent if steps.drafts && !state.drafted => Some(Act::Draft),
        Call::NotSent => Some(Act::Submit),
    }
}

/// A target is outstanding until it has this certificate.
fn after(state: &State, end: End, targets: &[String]) -> Act {
    if end != End::Done || state.revocation == Call::Executed {
        return Act::Nothing;
    }
    let done = |target: &&String| !matches!(state.deployments.get(*target), Some(Deployment::Done { .. }));
    let outstanding: Vec<String> = targets.iter().filter(done).cloned().collect();
    if outstanding.is_empty() { Act::Nothing } else { Act::Deploy(outstanding) }
}
