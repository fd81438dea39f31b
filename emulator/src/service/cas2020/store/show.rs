//! Calls that show certificates.

use super::notes::{Store, unknown};
use crate::base::call::{Call, Fields, Refusal};
use crate::pki::{Link, chain};
use crate::service::account::{Account, StoredCertificate};
use crate::service::cas2020::page::{Page, contains};
use crate::service::cas2020::refusals::number;
use crate::service::values::{day, fields};
use serde_json::{Value, json};

/// How many certificates a page has at most.
const PAGE_MOST: i64 = 100;

/// A certificate of the account, at a time.
struct Shown<'a> {
    id: i64,
    held: &'a StoredCertificate,
    store: &'a Store,
    now: i64,
}

/// Lists certificates, the oldest first.
pub(crate) fn list(call: &Call<'_>, store: &Store, account: &Account, now: i64) -> Result<Fields, Refusal> {
    let page = Page::read(call, 10, Some(PAGE_MOST))?;
    let all = account.iter().map(|(id, held)| Shown { id, held, store, now });
    let found: Vec<_> = all.filter(|certificate| certificate.fits(call)).collect();
    let total = found.len();
    let shown = page.of(found.iter()).into_iter().map(|certificate| Value::Object(certificate.item()));
    Ok(fields(json!({
        "CertificateList": shown.collect::<Vec<_>>(),
        "CurrentPage": page.number,
        "ShowSize": page.size,
        "TotalCount": total,
    })))
}

/// Shows a certificate without its text and without its key.
pub(crate) fn detail(call: &Call<'_>, store: &Store, account: &Account, now: i64) -> Result<Fields, Refusal> {
    let id = number(call, "CertificateId")?;
    let held = account.get(id).ok_or_else(|| unknown("CertificateId"))?;
    let note = store.note(id);
    let certificate = Shown { id, held, store, now };
    let mut out = certificate.item();
    let links = chain(&held.pem).into_iter().map(|link| {
        json!({
            "Subject": link.subject,
            "Issuer": link.issuer,
            "NotBefore": milliseconds(link.from),
            "NotAfter": milliseconds(link.to),
            "RemainDay": days_left(link.to, now),
        })
    });
    out.insert("CertificateChainList".to_owned(), links.collect());
    out.insert("CertificateId".to_owned(), id.into());
    out.insert("Tags".to_owned(), tag_list(&note.tags));
    let optional = [
        ("Csr", note.csr.clone().map(Value::from)),
        ("CompanyId", note.company.map(Value::from)),
        ("ContactId", note.contact.map(Value::from)),
    ];
    put(&mut out, optional);
    Ok(out)
}

/// Shows a certificate with text and keys, unless the call asks for neither. `order` is the package order that it was issued for.
pub(crate) fn user_detail(
    call: &Call<'_>,
    (store, account): (&Store, &Account),
    order: impl FnOnce(i64) -> Option<i64>,
    now: i64,
) -> Result<Fields, Refusal> {
    let id = number(call, "CertId")?;
    let held = account.get(id).ok_or_else(|| unknown("CertId"))?;
    let (reading, note) = (&held.reading, store.note(id));
    let certificate = Shown { id, held, store, now };
    let links = chain(&held.pem);
    let first = links.first();
    let hash = first.map(|link| link.sha256.clone());
    let mut out = fields(json!({
        "Id": id,
        "Name": held.name,
        "BuyInAliyun": held.bought,
        "CertIdentifier": identifier(id),
        "Common": reading.common,
        "Sans": reading.sans.join(","),
        "Issuer": reading.issuer,
        "StartDate": day(reading.from),
        "EndDate": day(reading.to),
        "NotBefore": milliseconds(reading.from),
        "NotAfter": milliseconds(reading.to),
        "Expired": now > reading.to,
        "Fingerprint": reading.fingerprint,
        "SerialNo": reading.serial,
        "InstanceId": store.resource(id, held),
        "Tags": tag_list(&note.tags),
        "CertChain": links.iter().map(|link| json!({
            "CommonName": link.subject,
            "IssuerCommonName": link.issuer,
            "NotBefore": milliseconds(link.from),
            "NotAfter": milliseconds(link.to),
            "RemainDay": days_left(link.to, now),
        })).collect::<Vec<_>>(),
    }));
    let text = |text: &Option<String>| text.clone().map(Value::from);
    let optional = [
        ("Algorithm", first.and_then(Link::algorithm).map(Value::from)),
        ("Sha2", hash.clone().map(Value::from)),
        ("CertSha2", hash.map(Value::from)),
        ("OrgName", text(&reading.organization)),
        ("City", text(&reading.city)),
        ("Province", text(&reading.province)),
        ("Country", text(&reading.country)),
        ("ResourceGroupId", text(&note.group)),
        ("OrderId", order(id).map(Value::from)),
    ];
    put(&mut out, optional);
    if !call.params.boolean("CertFilter").unwrap_or(false) {
        put(&mut out, certificate.texts());
    }
    Ok(out)
}

impl Shown<'_> {
    /// Whether a list with the filters of a call has this certificate.
    fn fits(&self, call: &Call<'_>) -> bool {
        let (id, held, text) = (self.id, self.held, |name: &str| call.params.text(name));
        let resource = self.store.resource(id, held);
        let names = [held.name.as_str(), &held.reading.common, &resource];
        text("CertificateSource").is_none_or(|wanted| wanted == self.store.source(id, held))
            && text("CertificateStatus").is_none_or(|wanted| wanted == self.store.status(id, held, self.now))
            && text("InstanceId").is_none_or(|wanted| wanted == resource)
            && text("ResourceGroupId").is_none_or(|wanted| self.store.note(id).group.as_deref() == Some(wanted))
            && contains(text("Keyword"), names.into_iter().chain(held.reading.sans.iter().map(String::as_str)))
    }

    /// The certificate as the list shows it.
    fn item(&self) -> Fields {
        let Self { id, held, store, now } = *self;
        let reading = &held.reading;
        let key = chain(&held.pem).into_iter().next().and_then(|link| link.key);
        let scope = if held.key.is_some() { "all" } else { "server" };
        let mut out = fields(json!({
            // Here it is a text, in the vendor's sources too.
            "CertificateId": id.to_string(),
            "CertIdentifier": identifier(id),
            "CertificateName": held.name,
            "CertificateSource": store.source(id, held),
            "CertificateStatus": store.status(id, held, now),
            "InstanceId": store.resource(id, held),
            "CommonName": reading.common,
            "Domain": reading.sans.join(","),
            "SubjectAlternativeNames": reading.sans,
            "Issuer": reading.issuer,
            "Serial": reading.serial,
            "NotBefore": milliseconds(reading.from),
            "NotAfter": milliseconds(reading.to),
            "ExistPrivateKey": held.key.is_some(),
            "DeploymentDesc": json!({ "Scope": scope }).to_string(),
            "UsingProductList": [],
        }));
        if let Some(key) = key {
            out.insert("Algorithm".to_owned(), key.algorithm.into());
            out.insert("KeySize".to_owned(), key.bits.into());
            // To go by its description, it is that of the key.
            out.insert("FingerPrint".to_owned(), key.sha256.into());
        }
        out
    }

    /// The texts of the certificate and its keys.
    fn texts(&self) -> Vec<(&'static str, Option<Value>)> {
        let text = |text: &str| Some(Value::from(text));
        match &self.store.note(self.id).pair {
            Some(pair) => vec![
                ("SignCert", text(&pair.sign.0)),
                ("SignPrivateKey", text(&pair.sign.1)),
                ("EncryptCert", text(&pair.encrypt.0)),
                ("EncryptPrivateKey", text(&pair.encrypt.1)),
            ],
            None => vec![("Cert", text(&self.held.pem)), ("Key", self.held.key.as_deref().and_then(text))],
        }
    }
}

/// Adds the fields that have a value.
fn put(out: &mut Fields, optional: impl IntoIterator<Item = (&'static str, Option<Value>)>) {
    out.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
}

/// The name of a certificate in all services of the cloud, on the site in China.
pub(crate) fn identifier(id: i64) -> String {
    format!("{id}-cn-hangzhou")
}

/// Writes a time as the vendor's examples show it.
pub(crate) fn milliseconds(seconds: i64) -> i64 {
    seconds.saturating_mul(1000)
}

pub(crate) fn tag_list(tags: &[(String, String)]) -> Value {
    tags.iter().map(|(key, value)| json!({ "TagKey": key, "TagValue": value })).collect()
}

fn days_left(to: i64, now: i64) -> i64 {
    (to - now).div_euclid(86_400).max(0)
}
