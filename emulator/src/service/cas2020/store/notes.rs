//! What this API version knows of certificates beyond what both versions store.

use crate::base::call::{Call, Fields, Refusal};
use crate::base::random::Random;
use crate::service::account::{Account, StoredCertificate};
use crate::service::cas2020::refusals::{invalid, number};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How long before its end a certificate or an instance counts as about to expire.
pub(crate) const SOON_SECONDS: i64 = 30 * 86_400;

/// What is known of a certificate beyond what both versions store.
#[derive(Default)]
pub(crate) struct Note {
    /// The instance that it was issued for.
    pub(crate) instance: Option<String>,
    /// Whether the instance was a test instance.
    pub(crate) test: bool,
    pub(crate) csr: Option<String>,
    pub(crate) company: Option<i64>,
    pub(crate) contact: Option<i64>,
    pub(crate) group: Option<String>,
    pub(crate) tags: Vec<(String, String)>,
    /// The pair of certificates of an SM2 upload, which has no other certificate.
    pub(crate) pair: Option<Pair>,
    pub(crate) revoked: Option<i64>,
    /// The accounts that the certificate was handed to.
    pub(crate) shared: BTreeSet<i64>,
}

/// The texts of an SM2 upload: for signing and for encryption, each with its key.
pub(crate) struct Pair {
    pub(crate) sign: (String, String),
    pub(crate) encrypt: (String, String),
}

/// Notes on certificates, by their ids. A certificate without one has nothing to note.
pub(crate) struct Store {
    notes: BTreeMap<i64, Note>,
    /// Stands for a certificate without a note.
    nothing: Note,
    seed: u64,
}

impl Store {
    pub(crate) fn new(seed: u64) -> Self {
        Self { notes: BTreeMap::new(), nothing: Note::default(), seed }
    }

    pub(crate) fn note(&self, id: i64) -> &Note {
        self.notes.get(&id).unwrap_or(&self.nothing)
    }

    pub(crate) fn add(&mut self, id: i64, note: Note) {
        self.notes.insert(id, note);
    }

    pub(crate) fn revoke(&mut self, id: i64, now: i64) {
        self.notes.entry(id).or_default().revoked = Some(now);
    }

    /// Returns the status of a certificate.
    pub(crate) fn status(&self, id: i64, held: &StoredCertificate, now: i64) -> &'static str {
        let left = held.reading.to - now;
        match self.note(id).revoked {
            Some(_) => "revoked",
            None if left < 0 => "expired",
            None if left <= SOON_SECONDS => "willExpire",
            None => "issued",
        }
    }

    pub(crate) fn source(&self, id: i64, held: &StoredCertificate) -> &'static str {
        match (held.bought, self.note(id).test) {
            (false, _) => "UPLOAD",
            (true, true) => "TEST",
            (true, false) => "BUY",
        }
    }

    /// Returns the id that tags and resource groups know a certificate by.
    pub(crate) fn resource(&self, id: i64, held: &StoredCertificate) -> String {
        let made = |kind: &str| format!("cas-{kind}-{}", Random::stream(self.seed, &format!("resource/{id}")).hex(6));
        match (&self.note(id).instance, held.bought) {
            (Some(instance), _) => instance.clone(),
            (None, true) => made("ivauto"),
            (None, false) => made("upload"),
        }
    }

    /// Hands a certificate to another account. Nothing but the state of the endpoint shows it.
    pub(crate) fn share(&mut self, call: &Call<'_>, account: &Account) -> Result<Fields, Refusal> {
        let (id, with) = (number(call, "CertificateId")?, number(call, "TargetUserId")?);
        account.get(id).ok_or_else(|| unknown("CertificateId"))?;
        self.notes.entry(id).or_default().shared.insert(with);
        Ok(Fields::new())
    }

    /// Deletes a certificate that nobody can use: an expired, revoked or uploaded one. Succeeds again if it was deleted before.
    pub(crate) fn delete(&mut self, call: &Call<'_>, account: &mut Account, now: i64) -> Result<Fields, Refusal> {
        let id = number(call, "CertId")?;
        match account.get(id) {
            Some(held) if held.bought && matches!(self.status(id, held, now), "issued" | "willExpire") => {
                return Err(invalid("CertId", "Only expired, revoked and uploaded certificates can be deleted."));
            }
            None if !account.has_given(id) => return Err(unknown("CertId")),
            _ => {}
        }
        account.remove(id);
        self.notes.remove(&id);
        Ok(Fields::new())
    }

    /// Returns what the management API shows of the certificates: the latest, how many are revoked, and how often certificates were handed to
    /// other accounts.
    pub(crate) fn state(&self, account: &Account, now: i64, most: usize) -> Value {
        let latest = account.iter().rev().take(most).map(|(id, held)| {
            json!({
                "id": id,
                "name": held.name,
                "domains": held.reading.sans,
                "status": self.status(id, held, now),
                "source": self.source(id, held),
                "from": held.reading.from,
                "to": held.reading.to,
            })
        });
        json!({
            "total": account.len(),
            "latest": latest.collect::<Vec<_>>(),
            "revoked": self.notes.values().filter(|note| note.revoked.is_some()).count(),
            "shared": self.notes.values().map(|note| note.shared.len()).sum::<usize>(),
        })
    }
}

pub(super) fn unknown(parameter: &str) -> Refusal {
    invalid(parameter, "There is no such certificate.")
}

/// Reads a list of tags, whose members have these names.
pub(crate) fn tags(call: &Call<'_>, key: &str, value: &str) -> Vec<(String, String)> {
    let text = |number: usize, member: &str| call.params.0.get(&format!("Tags.{number}.{member}")).cloned();
    (1..).map_while(|number| Some((text(number, key)?, text(number, value).unwrap_or_default()))).collect()
}
