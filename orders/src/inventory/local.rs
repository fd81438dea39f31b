//! What this machine has: the orders of the journal and the certificates of the store.

use super::{KeyPlace, Row, Source};
use crate::base::task::Task;
use crate::due::{self, Before, Life};
use crate::journal::Journal;
use crate::journal::state::{Call, Deployment, State};
use crate::store::{Store, Stored};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fmt;

/// Journal and store of this machine.
pub struct Local<'a> {
    /// The journal.
    pub journal: &'a dyn Journal,
    /// The store.
    pub store: &'a Store,
    /// How long before their end certificates are due, by name.
    pub before: BTreeMap<String, Before>,
    /// Now.
    pub now: Timestamp,
}

impl fmt::Debug for Local<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local").field("journal", &self.journal).finish_non_exhaustive()
    }
}

impl Local<'_> {
    fn order(&self, state: &State) -> Row {
        let mut row = Row::of("", "journal");
        row.order = Some(state.key.to_string());
        row.ids = state.ids.iter().map(|(name, id)| format!("{} {id}", kind(name))).collect();
        row.names.clone_from(&state.opened.names);
        row.product.clone_from(&state.opened.product);
        row.status = Some(status(state));
        row.attention = attention(state);
        if let Some(issued) = &state.issued {
            row.from = Some(issued.not_before);
            row.to = Some(issued.not_after);
            row.fingerprint = Some(issued.fingerprint.clone());
            let revoked = state.revocation == Call::Executed;
            let life = Life { not_before: issued.not_before, not_after: issued.not_after, revoked };
            let before = self.before.get(state.key.certificate.as_str()).copied().unwrap_or(Before::Third);
            let due = due::when(life, before, &state.key.certificate, &state.opened.account, self.now);
            row.due = due.ok().map(|due| due.at);
        }
        row
    }

    fn stored(&self, stored: &Stored) -> Row {
        let mut row = Row::of("", "live");
        row.order = Some(stored.order.to_string());
        row.names.clone_from(&stored.names);
        row.from = Some(stored.not_before);
        row.to = Some(stored.not_after);
        row.fingerprint = Some(stored.fingerprint.clone());
        row.serial = Some(stored.serial.clone());
        row.key = KeyPlace::Here;
        row.live =
            self.store.current(&stored.order.certificate).ok().flatten().is_some_and(|now| now.order == stored.order);
        row
    }
}

impl Source for Local<'_> {
    fn name(&self) -> String {
        "this machine".to_owned()
    }

    fn rows(&self) -> Task<'_, Vec<Row>> {
        Box::pin(async move {
            let mut rows: Vec<Row> = self.store.list()?.iter().map(|stored| self.stored(stored)).collect();
            for key in self.journal.orders().await? {
                let state = State::of(&self.journal.events(&key).await?)?;
                rows.extend(state.iter().map(|state| self.order(state)));
            }
            Ok(rows)
        })
    }
}

/// As the clouds' rows name their ids.
fn kind(name: &str) -> String {
    name.strip_suffix("Id").unwrap_or(name).to_ascii_lowercase()
}

fn status(state: &State) -> String {
    match (&state.closed, &state.revocation) {
        (_, Call::Executed) => "revoked".to_owned(),
        (Some((end, _)), _) => format!("{end:?}").to_ascii_lowercase(),
        (None, _) if state.issued.is_some() => "issued".to_owned(),
        (None, _) => "open".to_owned(),
    }
}

/// What a person has to settle, or what every run tries again.
fn attention(state: &State) -> Option<String> {
    if let Some(Call::Ambiguous { announced, why }) = state.unknown() {
        return Some(format!("nobody knows whether {} was executed: {why}", announced.action));
    }
    if let Some(Call::Open(announced)) = state.unknown() {
        return Some(format!("it is not known yet whether {} was executed", announced.action));
    }
    let failed = state.deployments.iter().find_map(|(target, deployment)| match deployment {
        Deployment::Failed { why } => Some(format!("not deployed to {target}: {why}")),
        _ => None,
    });
    failed.or_else(|| {
        (!state.is_closed() && !state.challenges.is_empty()).then(|| "the domain is not proved yet".to_owned())
    })
}
