//! KCM: certificates that are bought, completed, reviewed, extended, revoked and downloaded.

mod balancers;
mod certificate;
mod companies;
mod draft;
mod list;
mod money;
mod order;
mod page;
mod product;
mod refusals;
mod reissue;
mod revoke;
mod store;
mod token;
mod update;
mod uploads;

pub(super) use store::Kcm;

use super::definition::Service;
use super::errand::Pending;
use super::shared::Shared;
use super::values::fields;
use crate::base::call::{Call, Fields, Refusal};
use certificate::{Certificate, Shown, Status};
use refusals::wrong_status;
use serde_json::{Value, json};

impl Service for Kcm {
    fn handle(&mut self, call: &Call<'_>, shared: &mut Shared) -> Option<Result<Fields, Refusal>> {
        let now = shared.clock.now();
        let result = match call.action.name.as_str() {
            "ApplyCertificate" => order::apply(call, self, now),
            "UpdateCertificate" => update::update(call, self, now),
            "ListCertificates" => list::list(call, self),
            "GetCertificateDetail" => detail(call, self, shared),
            "CancelTransaction" => order::cancel(call, self),
            "ExtendCertificate" => order::extend(call, self),
            "GetToken" => Ok(revoke::token(call, self, shared)),
            "RevokeCertificate" => revoke::revoke(call, self, now),
            "GetDownloadLink" => link(call, self, shared),
            "ReIssueCertificate" => reissue::reissue(call, self, now),
            "UploadCertificate" => self.uploads.add(call, now),
            "ListUserCertificates" => self.uploads.list(call),
            "CreateCertificate" => self.balancers.create(call, &self.uploads, now),
            "ModifyCertificate" => self.balancers.modify(call, &self.uploads),
            "DeleteCertificate" => self.balancers.delete(call),
            "DescribeCertificates" => self.balancers.list(call),
            "DescribeCompany" => companies::list(call),
            _ => return None,
        };
        Some(result)
    }

    fn pending(&self, call: &Call<'_>, shared: &Shared) -> Option<Pending> {
        if call.action.name != "GetCertificateDetail" {
            return None;
        }
        self.certificates.get(call.params.text("CertificateId")?)?.pending(self.seed, shared)
    }

    fn found(&mut self, id: &str) {
        if let Some(Certificate { stage: Status::Reviewed(validation), .. }) = self.certificates.get_mut(id) {
            validation.found = true;
        }
    }

    fn state(&self, _: &Shared, most: usize) -> Value {
        let shown = self.certificates.values().rev().take(most).map(Certificate::state);
        json!({
            "spent": { "currency": money::CURRENCY, "amount": self.spent },
            "free": { "used": self.free_used, "limit": money::FREE_LIMIT },
            "certificates": { "total": self.certificates.len(), "latest": shown.collect::<Vec<_>>() },
            "uploads": self.uploads.state(most),
            "balancers": self.balancers.state(most),
        })
    }

    /// Returns the archive at a path that `GetDownloadLink` gave out.
    fn download(&self, path: &str) -> Option<Vec<u8>> {
        let id = path.strip_prefix(certificate::DOWNLOADS)?.split('/').next()?;
        let certificate = self.certificates.get(id)?;
        (certificate.path(self.seed) == path).then(|| certificate.archive())?
    }
}

/// Shows a certificate, after moving its order on if it is due.
fn detail(call: &Call<'_>, kcm: &mut Kcm, shared: &Shared) -> Result<Fields, Refusal> {
    let seed = kcm.seed;
    let certificate = kcm.get(call)?;
    certificate.probe(&shared.pki, &shared.settings, shared.clock.now())?;
    Ok(fields(json!({ "Certificate": certificate.shown(Shown::Whole, seed) })))
}

fn link(call: &Call<'_>, kcm: &mut Kcm, shared: &Shared) -> Result<Fields, Refusal> {
    let seed = kcm.seed;
    let certificate = kcm.get(call)?;
    if !matches!(certificate.stage, Status::Issued(_)) {
        let why = "Only an issued certificate can be downloaded.";
        return Err(wrong_status(certificate.stage.number(), why));
    }
    let url = format!("{}{}", call.url(&shared.settings), certificate.path(seed));
    Ok(fields(json!({ "DownloadUrl": url })))
}
