//! Calls that upload, list, show and delete certificates of the account.

use super::refusals::{invalid, required};
use crate::base::call::{Call, Fields, Refusal};
use crate::pki::{Reading, belongs};
use crate::service::account::{Account, StoredCertificate};
use crate::service::values::{day, fields};
use serde_json::{Value, json};

pub(super) fn upload(call: &Call<'_>, account: &mut Account) -> Result<Fields, Refusal> {
    let (name, pem, key) = (required(call, "Name")?, required(call, "Cert")?, required(call, "Key")?);
    let reading = Reading::of(pem).map_err(|trouble| invalid("Cert", trouble))?;
    belongs(pem, key).map_err(|trouble| invalid("Key", trouble))?;
    if account.has_name(name) {
        return Err(Refusal::new("name-repeated", "The name of the certificate already exists."));
    }
    let (name, pem, key) = (name.to_owned(), pem.to_owned(), Some(key.to_owned()));
    let (id, _) = account.add(StoredCertificate { name, pem, key, bought: false, reading });
    Ok(fields(json!({ "CertId": id })))
}

pub(super) fn list(call: &Call<'_>, account: &Account, now: i64) -> Result<Fields, Refusal> {
    let positive = |name: &str, usual: i64| match call.params.text(name) {
        None => Ok(usual),
        Some(_) => call.params.whole(name).filter(|n| *n >= 1).ok_or_else(|| invalid(name, "It begins at 1.")),
    };
    let (page, size) = (positive("CurrentPage", 1)?, positive("ShowSize", 50)?);
    let skip = usize::try_from((page - 1).saturating_mul(size)).unwrap_or(usize::MAX);
    let take = usize::try_from(size).unwrap_or(usize::MAX);
    let shown = account.iter().skip(skip).take(take).map(|(id, held)| item(id, held, now));
    Ok(fields(json!({
        "CertificateList": shown.collect::<Vec<_>>(),
        "CurrentPage": page,
        "ShowSize": size,
        "TotalCount": account.len(),
    })))
}

pub(super) fn detail(call: &Call<'_>, account: &Account, now: i64) -> Result<Fields, Refusal> {
    let id = id(call)?;
    let held = account.get(id).ok_or_else(|| invalid("CertId", "There is no such certificate."))?;
    let mut out = Fields::new();
    // The same fields as in the list, but here their names begin with a capital.
    for (name, value) in fields(item(id, held, now)) {
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

/// Deletes a certificate. Succeeds again if it was deleted before; fails if there never was one.
pub(super) fn delete(call: &Call<'_>, account: &mut Account) -> Result<Fields, Refusal> {
    let id = id(call)?;
    if !account.has_given(id) {
        return Err(invalid("CertId", "There is no such certificate."));
    }
    account.remove(id);
    Ok(Fields::new())
}

pub(super) fn state(account: &Account, most: usize) -> Value {
    let shown = account.iter().rev().take(most).map(|(id, held)| {
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
    json!({ "total": account.len(), "latest": shown.collect::<Vec<_>>() })
}

fn id(call: &Call<'_>) -> Result<i64, Refusal> {
    required(call, "CertId")?;
    call.params.whole("CertId").ok_or_else(|| invalid("CertId", "It is a number."))
}

/// Returns a certificate as the list shows it. Fields that the certificate has no value for are left out.
fn item(id: i64, held: &StoredCertificate, now: i64) -> Value {
    let reading = &held.reading;
    let mut out = fields(json!({
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
