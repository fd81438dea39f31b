//! What is now true of an order, in one row: what commands print that did something about it.

use super::desk::Office;
use super::{journal, print};
use crate::context::Context;
use crate::failure::Failure;
use crate::lang::Lang;
use cloudcert_orders::journal::event::End;
use cloudcert_orders::journal::state::{Call, Deployment, State, newest};
use serde_json::{Map, Value};

/// The columns of the table, if the row has them.
const COLUMNS: [&str; 8] = ["order", "status", "ids", "not_after", "fingerprint", "current", "deployed", "next"];

/// Prints the row of an order, with more members of the command. What comes next follows from all orders of its certificate.
///
/// # Errors
///
/// Those of the journal and of printing.
pub(super) async fn print(
    context: &Context,
    office: &Office,
    state: &State,
    more: Map<String, Value>,
) -> Result<(), Failure> {
    let mut row = journal::row(state);
    let states = journal::own(office).await?;
    if let Some(members) = row.as_object_mut() {
        members.extend(more);
        if let Some(next) = next(state, &states, office.rules.auto, context.lang) {
            members.entry("next").or_insert_with(|| next.into());
        }
    }
    print::rows(context, "orders", vec![row], &COLUMNS)
}

/// The command that comes next, with what it does where that costs. `auto` says whether runs order this certificate.
fn next(state: &State, states: &[State], auto: bool, lang: Lang) -> Option<String> {
    let name = &state.key.certificate;
    let outstanding = state.deployments.values().any(|deployment| !matches!(deployment, Deployment::Done { .. }));
    Some(match &state.closed {
        _ if state.unknown().is_some() => format!("cloudcert order find-out {name}"),
        None if state.order == Call::NotSent && state.attempts > 0 => {
            format!("cloudcert resume {name} ({})", lang.say("it orders again", "会再次订购"))
        }
        None => format!("cloudcert resume {name}"),
        Some(_) if state.revocation == Call::Executed => return after_revocation(state, states, auto, lang),
        Some((End::Done, _)) => return outstanding.then(|| format!("cloudcert renew {name}")),
        Some(_) => anew(state, lang),
    })
}

/// What comes after a revocation: nothing if another certificate took the place of the revoked one.
fn after_revocation(state: &State, states: &[State], auto: bool, lang: Lang) -> Option<String> {
    let name = &state.key.certificate;
    if newest(states, name).is_some_and(|(newest, _)| newest.revocation != Call::Executed) {
        return None;
    }
    let last = states.iter().max_by_key(|state| state.key.cycle)?;
    Some(if !last.is_closed() {
        format!("cloudcert resume {name}")
    } else if auto && !last.is_lost() {
        format!("cloudcert renew {name} ({})", lang.say("it orders another one", "会另行订购"))
    } else {
        anew(state, lang)
    })
}

fn anew(state: &State, lang: Lang) -> String {
    let name = &state.key.certificate;
    format!("cloudcert issue {name} --replace ({})", lang.say("it orders another one", "会另行订购"))
}
