//! Calls about the certificates of warehouses.

use super::all::{FIRST_ID, Warehouses};
use super::certificates::{Origin, Stored, unknown};
use crate::base::call::{Call, Fields, Refusal};
use crate::pki::{Reading, belongs};
use crate::service::cas2020::page::{Page, contains};
use crate::service::cas2020::refusals::{invalid, number, required};
use crate::service::values::fields;
use serde_json::json;

impl Warehouses {
    /// Stores a certificate. Nothing refuses a second one.
    pub(super) fn upload(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let warehouse = number(call, "WarehouseId")?;
        if self.of_number(warehouse).is_none_or(|found| found.private_ca.is_some()) {
            return Err(invalid("WarehouseId", "There is no such warehouse for uploads."));
        }
        let pem = required(call, "Cert")?.to_owned();
        let reading = Reading::of(&pem).map_err(|trouble| invalid("Cert", trouble))?;
        let key = call.params.text("PrivateKey");
        if let Some(key) = key {
            belongs(&pem, key).map_err(|trouble| invalid("PrivateKey", trouble))?;
        }
        let id = self.ids.request_id().to_lowercase();
        let name = call.params.text("Name").map(str::to_owned);
        let (origin, has_key) = (Origin::Upload, key.is_some());
        self.certificates.add(Stored { id: id.clone(), warehouse, name, pem, reading, origin, has_key });
        Ok(fields(json!({ "Identifier": id })))
    }

    pub(super) fn list_certificates(&self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let page = Page::read(call, 50, None)?;
        let ids = call.params.text("Identifiers").filter(|ids| !ids.is_empty());
        let warehouse = call.params.text("WarehouseId").map(|_| number(call, "WarehouseId")).transpose()?;
        let same = |name: &str, own: &str| call.params.text(name).is_none_or(|wanted| wanted == own);
        let all = self.certificates.all.iter().filter(|stored| {
            let names = [stored.name.as_deref().unwrap_or_default(), &stored.reading.common, &stored.id];
            let names = names.into_iter().chain(stored.reading.sans.iter().map(String::as_str));
            ids.is_none_or(|ids| ids.split(',').any(|id| id.trim() == stored.id))
                && warehouse.is_none_or(|number| number == stored.warehouse)
                && same("CertType", stored.kind())
                && same("SourceType", stored.source())
                && same("Status", stored.status())
                && contains(call.params.text("KeyWord"), names)
        });
        let total = all.clone().count();
        let shown = page.of(all).into_iter().map(|stored| stored.item(self.id_of(stored.warehouse)));
        Ok(fields(json!({
            "CertList": shown.collect::<Vec<_>>(),
            "CurrentPage": page.number,
            "ShowSize": page.size,
            "TotalCount": total,
        })))
    }

    pub(super) fn describe(&self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let id = required(call, "CertIdentifier")?;
        let stored = self.certificates.get(id).ok_or_else(|| unknown("CertIdentifier"))?;
        let mut out = fields(json!({
            "CertIdentifier": stored.id,
            // Only this list writes the status so.
            "CertStatus": if stored.is_revoked() { "revoked" } else { "issued" },
            "CertType": stored.kind(),
            "CommonName": stored.reading.common,
            "Content": stored.pem,
            "Fingerprint": stored.reading.fingerprint,
            "Issuer": stored.reading.issuer,
            "WarehouseInstanceId": self.id_of(stored.warehouse),
        }));
        if let Origin::Issued { parent, .. } = &stored.origin {
            out.insert("IssuerIdentifier".to_owned(), parent.clone().into());
        }
        let private_ca = self.of_number(FIRST_ID).filter(|_| stored.origin != Origin::Upload);
        if let Some(id) = private_ca.and_then(|found| found.private_ca.clone()) {
            out.insert("PrivateCaInstanceId".to_owned(), id.into());
            out.insert("PrivateCaRegionId".to_owned(), "cn-hangzhou".into());
        }
        Ok(out)
    }

    fn id_of(&self, warehouse: i64) -> &str {
        self.of_number(warehouse).map_or("", |found| &found.id)
    }
}
