//! Certificates of load balancers. Regions make no difference here.

use super::page::page;
use super::refusals::{invalid, missing, required};
use super::uploads::Uploads;
use crate::base::call::{Call, Fields, Refusal};
use crate::base::random::Random;
use crate::pki::{Reading, belongs};
use crate::service::values::{fields, time};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A certificate whose name begins with this counts as in use. A new name takes it out of use.
const IN_USE: &str = "in-use";

/// All certificates of load balancers, in the order in which they came.
pub(super) struct Balancers {
    all: Vec<Held>,
    /// The ids of those that were deleted.
    deleted: BTreeSet<String>,
    ids: Random,
}

/// A certificate of load balancers.
struct Held {
    id: String,
    name: Option<String>,
    description: Option<String>,
    /// `SVR` or `CA`.
    kind: String,
    content: Content,
    created: i64,
    /// How often it was changed.
    changes: u32,
}

/// The certificate itself. A key is checked and not kept.
struct Content {
    pem: String,
    reading: Reading,
    /// The uploaded certificate that it is.
    upload: Option<String>,
}

impl Balancers {
    pub(super) fn new(seed: u64) -> Self {
        Self { all: Vec::new(), deleted: BTreeSet::new(), ids: Random::stream(seed, "kcm/balancers") }
    }

    /// Stores a certificate of the call, or one that was uploaded. Nothing refuses a second one.
    pub(super) fn create(&mut self, call: &Call<'_>, uploads: &Uploads, now: i64) -> Result<Fields, Refusal> {
        let kind = match call.params.text("CertificateType") {
            None | Some("SVR") => "SVR",
            Some("CA") => "CA",
            Some(_) => return Err(invalid("CertificateType", "It is SVR or CA.")),
        };
        let content = match call.params.text("Source") {
            Some("kcm") => uploaded(required(call, "SslCertificateId")?, uploads)?,
            None | Some("own") if call.params.text("SslCertificateId").is_none() => own(call, kind)?,
            None => return Err(missing("Source")),
            Some("own") => return Err(invalid("SslCertificateId", "It needs the source kcm.")),
            Some(_) => return Err(invalid("Source", "It is own or kcm.")),
        };
        let text = |name| call.params.text(name).map(str::to_owned);
        let held = Held {
            id: self.ids.request_id().to_lowercase(),
            name: text("CertificateName"),
            description: text("Description"),
            kind: kind.to_owned(),
            content,
            created: now,
            changes: 0,
        };
        let shown = held.brief();
        self.all.push(held);
        Ok(fields(json!({ "Certificate": shown })))
    }

    /// Replaces what the call names.
    pub(super) fn modify(&mut self, call: &Call<'_>, uploads: &Uploads) -> Result<Fields, Refusal> {
        let id = required(call, "CertificateId")?;
        let held = self.all.iter_mut().find(|held| held.id == id).ok_or_else(unknown)?;
        let has = |name| call.params.text(name).is_some();
        let content = match call.params.text("SslCertificateId") {
            Some(id) => Some(uploaded(id, uploads)?),
            None if has("PublicKey") || has("PrivateKey") => Some(own(call, &held.kind)?),
            None => None,
        };
        let text = |name| call.params.text(name).map(str::to_owned);
        held.name = text("CertificateName").or(held.name.take());
        held.description = text("Description").or(held.description.take());
        if let Some(content) = content {
            held.content = content;
        }
        held.changes = held.changes.saturating_add(1);
        let mut shown = held.brief();
        held.add_kind(&mut shown);
        let source = if held.content.upload.is_some() { "kcm" } else { "own" };
        shown.insert("Source".to_owned(), source.into());
        Ok(fields(json!({ "Certificate": shown })))
    }

    /// Deletes a certificate that is not in use. Succeeds again if it was deleted before; fails if there never was one.
    pub(super) fn delete(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let id = required(call, "CertificateId")?;
        match self.all.iter().position(|held| held.id == id) {
            Some(at) if self.all.get(at).is_some_and(Held::is_in_use) => {
                return Err(Refusal::new("https-status-error", "The certificate is in use."));
            }
            Some(at) => {
                self.all.remove(at);
                self.deleted.insert(id.to_owned());
            }
            None if self.deleted.contains(id) => {}
            None => return Err(unknown()),
        }
        Ok(fields(json!({ "Return": true })))
    }

    pub(super) fn list(&self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let ids = call.params.list("CertificateId");
        if ids.iter().any(|id| id.is_empty()) {
            return Err(missing("CertificateId.N"));
        }
        let (skip, take) = page(call)?;
        let all = self.all.iter().filter(|held| ids.is_empty() || ids.contains(&held.id.as_str()));
        let shown = all.skip(skip).take(take).map(|held| {
            let mut shown = held.brief();
            held.add_kind(&mut shown);
            shown.insert("PublicKey".to_owned(), held.content.pem.clone().into());
            shown
        });
        Ok(fields(json!({ "CertificateSet": shown.collect::<Vec<_>>() })))
    }

    pub(super) fn state(&self, most: usize) -> Value {
        let shown = self.all.iter().rev().take(most).map(|held| {
            json!({
                "id": held.id,
                "name": held.name,
                "domain": held.content.reading.common,
                "changes": held.changes,
            })
        });
        json!({ "total": self.all.len(), "latest": shown.collect::<Vec<_>>() })
    }
}

impl Held {
    fn is_in_use(&self) -> bool {
        self.name.as_ref().is_some_and(|name| name.starts_with(IN_USE))
    }

    /// Returns what every response shows.
    fn brief(&self) -> Fields {
        let reading = &self.content.reading;
        let mut out = fields(json!({
            "CertificateId": self.id,
            "CommonName": reading.common,
            "CertAuthority": reading.issuer,
            "CreateTime": time(self.created),
            "ExpireTime": time(reading.to),
        }));
        if let Some(name) = &self.name {
            out.insert("CertificateName".to_owned(), name.clone().into());
        }
        out
    }

    fn add_kind(&self, out: &mut Fields) {
        out.insert("CertificateType".to_owned(), self.kind.clone().into());
        if let Some(upload) = &self.content.upload {
            out.insert("SslCertificateId".to_owned(), upload.clone().into());
        }
        if let Some(description) = &self.description {
            out.insert("Description".to_owned(), description.clone().into());
        }
    }
}

/// Reads the certificate of a call, and its key unless it is one of an authority.
fn own(call: &Call<'_>, kind: &str) -> Result<Content, Refusal> {
    let pem = lines(required(call, "PublicKey")?);
    let reading = Reading::of(&pem).map_err(|trouble| invalid("PublicKey", trouble))?;
    if kind == "SVR" {
        let key = lines(required(call, "PrivateKey")?);
        belongs(&pem, &key).map_err(|trouble| invalid("PrivateKey", trouble))?;
    }
    Ok(Content { pem, reading, upload: None })
}

fn uploaded(id: &str, uploads: &Uploads) -> Result<Content, Refusal> {
    let found = uploads.get(id).ok_or_else(|| invalid("SslCertificateId", "There is no such certificate."))?;
    Ok(Content { pem: found.pem.clone(), reading: found.reading.clone(), upload: Some(id.to_owned()) })
}

/// Line breaks may be written as a backslash and an n, as a client of the vendor does.
fn lines(text: &str) -> String {
    text.replace("\\n", "\n")
}

fn unknown() -> Refusal {
    invalid("CertificateId", "There is no such certificate.")
}
