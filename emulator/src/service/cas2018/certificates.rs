//! Certificates that the account keeps, uploaded ones and bought ones.

use super::{invalid, required};
use crate::call::{Answer, Call, Refusal};
use crate::pki::{Reading, belongs};
use crate::service::{SHOWN, answer, day};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The id of the first certificate.
const FIRST_ID: i64 = 7_654_321;

/// A certificate that the account keeps.
#[derive(Debug)]
pub(in crate::service) struct Held {
    pub(in crate::service) name: String,
    /// The certificate, perhaps with its chain.
    pub(in crate::service) pem: String,
    /// Unknown if the certificate was bought with a CSR.
    pub(in crate::service) key: Option<String>,
    pub(in crate::service) bought: bool,
    pub(in crate::service) reading: Reading,
}

/// The certificates of the account, by id.
#[derive(Default)]
pub(in crate::service) struct Certificates {
    held: BTreeMap<i64, Arc<Held>>,
    names: BTreeSet<String>,
    /// How many there ever were.
    given: i64,
}

impl Certificates {
    /// Keeps a certificate; returns its id. A bought one whose name is taken gets another.
    pub(in crate::service) fn add(&mut self, mut held: Held) -> (i64, Arc<Held>) {
        let id = FIRST_ID + self.given;
        self.given += 1;
        if !self.names.insert(held.name.clone()) {
            held.name = format!("{}-{id}", held.name);
            self.names.insert(held.name.clone());
        }
        let held = Arc::new(held);
        self.held.insert(id, held.clone());
        (id, held)
    }

    pub(super) fn upload(&mut self, call: &Call) -> Result<Answer, Refusal> {
        let (name, pem, key) = (required(call, "Name")?, required(call, "Cert")?, required(call, "Key")?);
        let reading = Reading::of(pem).map_err(|trouble| invalid("Cert", trouble))?;
        belongs(pem, key).map_err(|trouble| invalid("Key", trouble))?;
        if self.names.contains(name) {
            return Err(Refusal::new("name-repeated", "The name of the certificate already exists."));
        }
        let (name, pem, key) = (name.to_owned(), pem.to_owned(), Some(key.to_owned()));
        let (id, _) = self.add(Held { name, pem, key, bought: false, reading });
        Ok(answer(json!({ "CertId": id })))
    }

    pub(super) fn list(&self, call: &Call, now: i64) -> Result<Answer, Refusal> {
        let positive = |name: &str, usual: i64| match call.params.text(name) {
            None => Ok(usual),
            Some(_) => call.params.whole(name).filter(|n| *n >= 1).ok_or_else(|| invalid(name, "It begins at 1.")),
        };
        let (page, size) = (positive("CurrentPage", 1)?, positive("ShowSize", 50)?);
        let skip = usize::try_from((page - 1).saturating_mul(size)).unwrap_or(usize::MAX);
        let take = usize::try_from(size).unwrap_or(usize::MAX);
        let shown = self.held.iter().skip(skip).take(take).map(|(id, held)| item(*id, held, now));
        Ok(answer(json!({
            "CertificateList": shown.collect::<Vec<_>>(),
            "CurrentPage": page,
            "ShowSize": size,
            "TotalCount": self.held.len(),
        })))
    }

    pub(super) fn detail(&self, call: &Call, now: i64) -> Result<Answer, Refusal> {
        let id = id(call)?;
        let held = self.held.get(&id).ok_or_else(|| invalid("CertId", "There is no such certificate."))?;
        let mut out = Answer::new();
        // The same as in a list, but the names begin with capitals here.
        for (name, value) in answer(item(id, held, now)) {
            let mut letters = name.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            out.insert(first.into_iter().chain(letters).collect(), value);
        }
        out.insert("Cert".to_owned(), held.pem.clone().into());
        if let Some(key) = &held.key {
            out.insert("Key".to_owned(), key.clone().into());
        }
        Ok(out)
    }

    /// Deletes a certificate. What was deleted before is as good as deleted; what never was is an error.
    pub(super) fn delete(&mut self, call: &Call) -> Result<Answer, Refusal> {
        let id = id(call)?;
        if !(FIRST_ID..FIRST_ID + self.given).contains(&id) {
            return Err(invalid("CertId", "There is no such certificate."));
        }
        if let Some(held) = self.held.remove(&id) {
            self.names.remove(&held.name);
        }
        Ok(Answer::new())
    }

    pub(super) fn state(&self) -> Value {
        let shown = self.held.iter().rev().take(SHOWN).map(|(id, held)| {
            json!({
                "id": id,
                "name": held.name,
                "domains": held.reading.sans,
                "bought": held.bought,
                "serial": held.reading.serial,
                "fingerprint": held.reading.fingerprint,
                "from": held.reading.from,
                "to": held.reading.to,
            })
        });
        json!({ "total": self.held.len(), "latest": shown.collect::<Vec<_>>() })
    }
}

fn id(call: &Call) -> Result<i64, Refusal> {
    required(call, "CertId")?;
    call.params.whole("CertId").ok_or_else(|| invalid("CertId", "It is a number."))
}

/// A certificate as the list shows it. What the certificate does not name is left out.
fn item(id: i64, held: &Held, now: i64) -> Value {
    let reading = &held.reading;
    let mut out = answer(json!({
        "id": id,
        "name": held.name,
        "common": reading.common,
        "sans": reading.sans.join(","),
        "issuer": reading.issuer,
        "startDate": day(reading.from),
        "endDate": day(reading.to),
        "expired": now > reading.to,
        "buyInAliyun": held.bought,
        "fingerprint": reading.fingerprint,
    }));
    let named = [
        ("orgName", &reading.organization),
        ("city", &reading.city),
        ("province", &reading.province),
        ("country", &reading.country),
    ];
    for (name, value) in named {
        if let Some(value) = value {
            out.insert(name.to_owned(), value.clone().into());
        }
    }
    Value::Object(out)
}
