//! KCM: certificates that are bought, completed, reviewed, extended, revoked and downloaded.

mod certificate;
mod list;
mod money;
mod order;
mod revoke;
mod update;

use super::errand::Pending;
use super::{SHOWN, answer};
use crate::call::{Answer, Call, Refusal};
use crate::random::Random;
use crate::world::{Settings, World};
use certificate::{Certificate, Shown, Stage};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What this service knows.
pub(crate) struct Kcm {
    /// By id; ids rise with the time of the order.
    certificates: BTreeMap<String, Certificate>,
    ordered: u64,
    /// Money spent, in the units of [`money`].
    spent: i64,
    free_used: u32,
    tokens: revoke::Tokens,
    seed: u64,
}

impl Kcm {
    pub(crate) fn new(settings: &Settings) -> Self {
        let tokens = revoke::Tokens::new(Random::stream(settings.seed, "kcm/tokens"));
        Self { certificates: BTreeMap::new(), ordered: 0, spent: 0, free_used: 0, tokens, seed: settings.seed }
    }

    fn get(&mut self, call: &Call) -> Result<&mut Certificate, Refusal> {
        let id = required(call, "CertificateId")?;
        self.certificates.get_mut(id).ok_or_else(|| no_order(id))
    }

    pub(super) fn found(&mut self, id: &str) {
        if let Some(Certificate { stage: Stage::Reviewed(proof), .. }) = self.certificates.get_mut(id) {
            proof.found = true;
        }
    }

    pub(super) fn state(&self) -> Value {
        let shown = self.certificates.values().rev().take(SHOWN).map(Certificate::state);
        json!({
            "spent": { "currency": money::CURRENCY, "amount": self.spent },
            "free": { "used": self.free_used, "limit": money::FREE_LIMIT },
            "certificates": { "total": self.certificates.len(), "latest": shown.collect::<Vec<_>>() },
        })
    }
}

/// Executes a call.
pub(super) fn handle(call: &Call, world: &mut World) -> Result<Answer, Refusal> {
    match call.action.name.as_str() {
        "ApplyCertificate" => order::apply(call, world),
        "UpdateCertificate" => update::update(call, world),
        "ListCertificates" => list::list(call, &world.kcm),
        "GetCertificateDetail" => detail(call, world),
        "CancelTransaction" => order::cancel(call, world),
        "ExtendCertificate" => order::extend(call, world),
        "GetToken" => Ok(revoke::token(world)),
        "RevokeCertificate" => revoke::revoke(call, world),
        "GetDownloadLink" => link(call, world),
        other => Err(Refusal::new("action-not-found", format!("{other} is not an action of this service."))),
    }
}

/// What a call may be waiting for.
pub(super) fn pending(call: &Call, world: &World) -> Option<Pending> {
    if call.action.name != "GetCertificateDetail" {
        return None;
    }
    world.kcm.certificates.get(call.params.text("CertificateId")?)?.pending(world)
}

/// Shows a certificate, after moving it on.
fn detail(call: &Call, world: &mut World) -> Result<Answer, Refusal> {
    let World { kcm, pki, settings, clock, .. } = world;
    let seed = kcm.seed;
    let certificate = kcm.get(call)?;
    certificate.look(pki, settings, clock.now())?;
    Ok(answer(json!({ "Certificate": certificate.shown(Shown::Whole, seed) })))
}

fn link(call: &Call, world: &mut World) -> Result<Answer, Refusal> {
    let url = world.settings.public_url.clone();
    let seed = world.kcm.seed;
    let certificate = world.kcm.get(call)?;
    if !matches!(certificate.stage, Stage::Issued(_)) {
        return Err(wrong_status(certificate, "Only an issued certificate can be downloaded."));
    }
    Ok(answer(json!({ "DownloadUrl": format!("{url}{}", certificate.path(seed)) })))
}

/// The archive at a path that [`link`] gave out.
pub(super) fn download(path: &str, world: &World) -> Option<Vec<u8>> {
    let id = path.strip_prefix(certificate::DOWNLOADS)?.split('/').next()?;
    let certificate = world.kcm.certificates.get(id)?;
    (certificate.path(world.kcm.seed) == path).then(|| certificate.archive())?
}

/// A parameter that the service cannot do without.
fn required<'a>(call: &'a Call, name: &str) -> Result<&'a str, Refusal> {
    call.params.text(name).ok_or_else(|| missing(name))
}

fn missing(name: impl std::fmt::Display) -> Refusal {
    Refusal::new("missing-parameter", format!("The required parameter {name} is missing."))
}

fn invalid(name: &str, why: impl std::fmt::Display) -> Refusal {
    // The first words are what tells this row from others of its code.
    let what = "An invalid or out-of-range value was supplied for the input parameter";
    Refusal::new("parameter-value-invalid", format!("{what} {name}. {why}"))
}

fn no_order(id: &str) -> Refusal {
    Refusal::new("order-not-exist", format!("The certificate order {id} does not exist."))
}

fn wrong_status(certificate: &Certificate, why: &str) -> Refusal {
    Refusal::new("cert-status-error", format!("The certificate is in status {}. {why}", certificate.stage.number()))
}
