//! Uploads of certificates.

use super::notes::{Note, Pair, Store, tags};
use crate::base::call::{Call, Fields, Refusal};
use crate::pki::{Reading, belongs};
use crate::service::account::{Account, StoredCertificate};
use crate::service::cas2020::refusals::{at_most, invalid, missing, required};
use crate::service::values::fields;
use serde_json::json;

/// How many characters a name may have.
const NAME_MOST: usize = 63;

/// Stores a certificate with its key, or the two pairs of an SM2 certificate. The pairs are ignored if there is a certificate with a key.
pub(crate) fn upload(call: &Call<'_>, store: &mut Store, account: &mut Account) -> Result<Fields, Refusal> {
    let name = required(call, "Name")?;
    at_most("Name", name, NAME_MOST)?;
    let text = |name: &str| call.params.text(name).map(str::to_owned);
    let (pem, key, pair) = match (text("Cert"), text("Key")) {
        (Some(pem), Some(key)) => {
            belongs(&pem, &key).map_err(|trouble| invalid("Key", trouble))?;
            (pem, key, None)
        }
        (Some(_), None) => return Err(missing("Key")),
        (None, _) => {
            let needed = |name: &str| text(name).ok_or_else(|| missing(name));
            if text("SignCert").is_none() {
                return Err(missing("Cert"));
            }
            let sign = (needed("SignCert")?, needed("SignPrivateKey")?);
            let encrypt = (needed("EncryptCert")?, needed("EncryptPrivateKey")?);
            // That the keys belong to them is not checked: nothing here computes with SM2.
            Reading::of(&encrypt.0).map_err(|trouble| invalid("EncryptCert", trouble))?;
            (sign.0.clone(), sign.1.clone(), Some(Pair { sign, encrypt }))
        }
    };
    let parameter = if pair.is_some() { "SignCert" } else { "Cert" };
    let reading = Reading::of(&pem).map_err(|trouble| invalid(parameter, trouble))?;
    if account.has_name(name) {
        return Err(Refusal::new("name-repeated", "The name of the certificate already exists."));
    }
    let held = StoredCertificate { name: name.to_owned(), pem, key: Some(key), bought: false, reading };
    let (id, held) = account.add(held);
    let note = Note { group: text("ResourceGroupId"), tags: tags(call, "Key", "Value"), pair, ..Note::default() };
    store.add(id, note);
    Ok(fields(json!({ "CertId": id, "ResourceId": store.resource(id, &held) })))
}
