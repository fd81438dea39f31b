//! What this machine has: the orders of the journal and the certificates of the store.

use super::join::serial;
use super::{KeyPlace, Row, Source};
use crate::base::failure::{Failure, Kind};
use crate::base::hex::hex;
use crate::base::machine;
use crate::base::name::Name;
use crate::base::task::Task;
use crate::base::text::{Text, system};
use crate::due::{self, Before, Life};
use crate::journal::Journal;
use crate::journal::state::{BEFORE, Call, Deployment, Done, INSTANCE, State};
use crate::store::{Store, Stored};
use jiff::Timestamp;
use sha1::{Digest, Sha1};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use x509_parser::pem::parse_x509_pem;

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
    /// The row of an order. Once a newer certificate is stored, no run deploys an older one, so nothing of it is outstanding.
    fn order(&self, state: &State, is_newest: bool) -> Row {
        let mut row = Row::of(&state.opened.account, "journal");
        row.order = Some(state.key.to_string());
        row.ids = state.ids.iter().filter_map(|(name, id)| shown(&state.opened.api, name, id)).collect();
        row.names.clone_from(&state.opened.names);
        row.product.clone_from(&state.opened.product);
        row.status = Some(status(state));
        row.attention = attention(state, is_newest);
        row.open = !state.is_closed();
        row.outstanding =
            is_newest && state.deployments.values().any(|deployment| !matches!(deployment, Deployment::Done { .. }));
        row.revoked = state.revocation == Call::Executed;
        if let Some(issued) = &state.issued {
            row.from = Some(issued.not_before);
            row.to = Some(issued.not_after);
            row.fingerprint = Some(issued.fingerprint.clone());
            identify(&mut row, issued.certificate.as_bytes());
            row.key = match &state.key_file {
                _ if issued.key_of_service => KeyPlace::Cloud,
                Some(file) if state.opened.machine == machine::id() && Path::new(&file.path).is_file() => {
                    KeyPlace::Here
                }
                _ => KeyPlace::Unknown,
            };
            let life = Life { not_before: issued.not_before, not_after: issued.not_after, revoked: row.revoked };
            let before = self.before.get(state.key.certificate.as_str()).copied().unwrap_or(Before::Third);
            let due = due::when(life, before, &state.key.certificate, &state.opened.account, self.now);
            match due {
                Ok(due) => row.due = Some(due.at),
                Err(failure) => row.attention = row.attention.take().or(Some(failure.whole())),
            }
        }
        row
    }

    fn stored(&self, stored: &Stored) -> Result<Row, Failure> {
        let mut row = Row::of("", "live");
        row.order = Some(stored.order.to_string());
        row.names.clone_from(&stored.names);
        row.from = Some(stored.not_before);
        row.to = Some(stored.not_after);
        row.fingerprint = Some(stored.fingerprint.clone());
        let file = stored.cert();
        let text =
            std::fs::read(&file).map_err(|error| Failure::new(Kind::Failed, system(&error)).at(file.display()))?;
        identify(&mut row, &text);
        row.serial = Some(stored.serial.clone());
        row.key = KeyPlace::Here;
        row.live = self.store.current(&stored.order.certificate)?.is_some_and(|now| now.order == stored.order);
        Ok(row)
    }
}

impl Source for Local<'_> {
    fn name(&self) -> Text {
        text!("this machine", "本机")
    }

    fn rows(&self) -> Task<'_, Vec<Row>> {
        Box::pin(async move {
            let stored = self.store.list()?;
            let mut rows = stored.iter().map(|stored| self.stored(stored)).collect::<Result<Vec<Row>, Failure>>()?;
            let mut states = Vec::new();
            for key in self.journal.orders().await? {
                // Leaves out raw calls that have ended: what they made is in the rows of the cloud.
                let state = State::of(&self.journal.events(&key).await?)?;
                states.extend(state.filter(|state| !state.key.certificate.is_direct() || !state.is_closed()));
            }
            let mut newest: BTreeMap<&Name, u32> = BTreeMap::new();
            for state in states.iter().filter(|state| state.stored == Done::Yes) {
                let cycle = newest.entry(&state.key.certificate).or_default();
                *cycle = state.key.cycle.max(*cycle);
            }
            let is_newest =
                |state: &State| newest.get(&state.key.certificate).is_none_or(|cycle| state.key.cycle >= *cycle);
            rows.extend(states.iter().map(|state| self.order(state, is_newest(state))));
            Ok(rows)
        })
    }
}

/// An id as the clouds' rows have it. What a bought instance had before is another certificate, and so may be the one that was extended.
fn shown(api: &str, name: &str, id: &str) -> Option<String> {
    let kcm = api.starts_with("ksyun-kcm");
    Some(match (kcm, name) {
        (_, BEFORE) | (true, INSTANCE) => return None,
        (true, "CertificateId") => format!("kcm order {id}"),
        (false, "OrderId") => format!("cas order {id}"),
        (false, "CertificateId") => format!("cas certificate {id}"),
        (false, INSTANCE) => format!("cas instance {id}"),
        (_, other) => format!("{other} {id}"),
    })
}

/// What identifies a certificate at the clouds. One that cannot be read has its SHA-256 alone.
fn identify(row: &mut Row, pem: &[u8]) {
    let Ok((_, section)) = parse_x509_pem(pem) else { return };
    row.sha1 = Some(hex(&Sha1::digest(&section.contents)));
    row.serial = section.parse_x509().ok().and_then(|certificate| serial(&hex(certificate.raw_serial())));
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
fn attention(state: &State, is_newest: bool) -> Option<Text> {
    if let Some(Call::Ambiguous { announced, why }) = state.unknown() {
        let action = &announced.action;
        return Some(
            text!("nobody knows whether {action} was executed: {why}", "无法判断 {action} 是否已执行：{why}"; why),
        );
    }
    if let Some(Call::Open(announced)) = state.unknown() {
        return Some(text!("it is not known yet whether {} was executed", "尚未核实 {} 是否已执行", announced.action));
    }
    let failed = state.deployments.iter().find_map(|(target, deployment)| match deployment {
        Deployment::Failed { why } if is_newest => {
            Some(text!("not deployed to {target}: {why}", "未能部署到 {target}：{why}"; why))
        }
        _ => None,
    });
    failed.or_else(|| {
        (!state.is_closed() && !state.challenges.is_empty())
            .then(|| text!("the domain is not proved yet", "域名尚未通过验证"))
    })
}
