//! What is now true of an order, in one row: what commands print that did something about it.

use super::{journal, print};
use crate::context::Context;
use crate::failure::Failure;
use crate::lang::Lang;
use cloudcert_orders::journal::event::End;
use cloudcert_orders::journal::state::{Call, Deployment, State};
use serde_json::{Map, Value};

/// The columns of the table, if the row has them.
const COLUMNS: [&str; 8] = ["order", "status", "ids", "not_after", "fingerprint", "current", "deployed", "next"];

/// Prints the row of an order, with more members of the command. `auto` says whether runs order this certificate.
///
/// # Errors
///
/// Those of printing.
pub(super) fn print(context: &Context, state: &State, auto: bool, more: Map<String, Value>) -> Result<(), Failure> {
    let mut row = journal::row(state);
    if let Some(members) = row.as_object_mut() {
        members.extend(more);
        if let Some(next) = next(state, auto, context.lang) {
            members.entry("next").or_insert_with(|| next.into());
        }
    }
    print::rows(context, "orders", vec![row], &COLUMNS)
}

/// The command that comes next, with what it does where that costs.
fn next(state: &State, auto: bool, lang: Lang) -> Option<String> {
    let name = &state.key.certificate;
    let outstanding = state.deployments.values().any(|deployment| !matches!(deployment, Deployment::Done { .. }));
    Some(match &state.closed {
        _ if state.unknown().is_some() => format!("cloudcert order find-out {name}"),
        None if state.order == Call::NotSent && state.attempts > 0 => {
            format!("cloudcert resume {name} ({})", lang.say("it orders again", "会再次订购"))
        }
        None => format!("cloudcert resume {name}"),
        Some(_) if state.revocation == Call::Executed && auto => {
            format!("cloudcert renew {name} ({})", lang.say("it orders another one", "会另行订购"))
        }
        Some((End::Done, _)) if state.revocation != Call::Executed => {
            return outstanding.then(|| format!("cloudcert renew {name}"));
        }
        Some(_) => format!("cloudcert issue {name} --replace ({})", lang.say("it orders another one", "会另行订购")),
    })
}
