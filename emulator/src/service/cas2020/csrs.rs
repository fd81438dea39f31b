//! CSRs that the account stores, with their private keys where they are known.

use super::page::{Page, contains};
use super::refusals::{at_most, invalid, number, required};
use super::rows::Rows;
use crate::base::call::{Call, Fields, Refusal};
use crate::pki::{Algorithm, Applicant, Csr, Names, applicants_request, pairs};
use crate::service::errand::Pending;
use crate::service::shared::Shared;
use crate::service::values::{domain, fields};
use serde_json::{Value, json};

/// The id of the first CSR.
const FIRST_ID: i64 = 3_001;
/// How many characters a name may have.
const NAME_MOST: usize = 50;

/// The CSRs of the account.
pub(super) struct Csrs(Rows<Stored>);

struct Stored {
    name: String,
    pem: String,
    read: Csr,
    key: Option<String>,
}

impl Csrs {
    pub(super) fn new() -> Self {
        Self(Rows::new("CsrId", FIRST_ID))
    }

    /// Makes a key and its CSR.
    pub(super) fn create(&mut self, call: &Call<'_>, shared: &Shared) -> Result<Fields, Refusal> {
        let algorithm = algorithm(call)?;
        let text = |name: &str| call.params.text(name).map(str::to_owned);
        let needed = |name: &str| required(call, name).map(|text| Some(text.to_owned()));
        let applicant = Applicant {
            organization: text("CorpName"),
            unit: text("Department"),
            city: needed("Locality")?,
            province: needed("Province")?,
            country: needed("CountryCode")?,
        };
        let ascii = |parameter: &str, given: &str| {
            domain(given).ok_or_else(|| invalid(parameter, format!("{given} is not a valid domain.")))
        };
        let common = ascii("CommonName", required(call, "CommonName")?)?;
        let others = call.params.text("Sans").into_iter().flat_map(|list| list.split(','));
        let others = others.map(|given| ascii("Sans", given.trim())).collect::<Result<_, _>>()?;
        let name = self.name(call)?;

        let failed = |trouble| Refusal::new("unknown-error", format!("{trouble}"));
        let key = shared.pki.key(&self.key_name(), algorithm).map_err(failed)?;
        let pem = applicants_request(&key, &Names { common, others }, &applicant).map_err(failed)?;
        let read = Csr::read(&pem).map_err(|trouble| invalid("CommonName", trouble))?;
        let id = self.0.add(Stored { name, pem: pem.clone(), read, key: Some(key.pem) });
        Ok(fields(json!({ "CsrId": id, "Csr": pem })))
    }

    /// Stores a CSR, perhaps with its key.
    pub(super) fn upload(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let pem = required(call, "Csr")?.to_owned();
        let read = Csr::read(&pem).map_err(|trouble| invalid("Csr", trouble))?;
        let key = call.params.text("Key").map(str::to_owned);
        if let Some(key) = &key {
            pairs(&read.key, key).map_err(|trouble| invalid("Key", trouble))?;
        }
        let name = self.name(call)?;
        Ok(fields(json!({ "CsrId": self.0.add(Stored { name, pem, read, key }) })))
    }

    /// Adds the key of a CSR, or puts it in the place of the one before.
    pub(super) fn update(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let key = required(call, "Key")?.to_owned();
        let stored = self.0.get_mut(number(call, "CsrId")?)?;
        let wrong = |trouble| Refusal::new("key-does-not-match-csr", format!("{trouble}"));
        pairs(&stored.read.key, &key).map_err(wrong)?;
        stored.key = Some(key);
        Ok(Fields::new())
    }

    pub(super) fn detail(&self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let stored = self.0.get(number(call, "CsrId")?)?;
        let mut out = fields(json!({ "Csr": stored.pem }));
        if let Some(key) = &stored.key {
            out.insert("PrivateKey".to_owned(), key.clone().into());
        }
        Ok(out)
    }

    pub(super) fn delete(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        self.0.remove(number(call, "CsrId")?).map(|()| Fields::new())
    }

    /// Lists CSRs, the oldest first. Position and size come back only if the call names them.
    pub(super) fn list(&self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let page = Page::read(call, 50, None)?;
        let (algorithm, keyword) = (call.params.text("Algorithm"), call.params.text("KeyWord"));
        let wanted = |(_, stored): &(i64, &Stored)| {
            algorithm.is_none_or(|wanted| wanted == stored.read.facts.algorithm)
                && contains(keyword, [stored.name.as_str(), &stored.read.names.common])
        };
        let found: Vec<_> = self.0.iter().filter(wanted).collect();
        let total = found.len();
        let shown = page.of(found.into_iter()).into_iter().map(|(id, stored)| stored.item(id));
        let mut out = fields(json!({ "CsrList": shown.collect::<Vec<_>>(), "TotalCount": total }));
        for (name, value) in [("CurrentPage", page.number), ("ShowSize", page.size)] {
            if call.params.text(name).is_some() {
                out.insert(name.to_owned(), value.into());
            }
        }
        Ok(out)
    }

    /// Returns the private key that belongs to a public key in DER, if a CSR has it.
    pub(super) fn key_of(&self, public: &[u8]) -> Option<String> {
        self.0.iter().find_map(|(_, stored)| stored.key.clone().filter(|_| stored.read.key == public))
    }

    /// The key that a call has to wait for.
    pub(super) fn pending(&self, call: &Call<'_>) -> Option<Pending> {
        let key = Some((self.key_name(), algorithm(call).ok()?));
        Some(Pending { id: String::new(), record: None, key, due: true })
    }

    pub(super) fn state(&self, most: usize) -> Value {
        let shown = self.0.iter().rev().take(most).map(|(id, stored)| {
            json!({
                "id": id,
                "name": stored.name,
                "domain": stored.read.names.common,
                "with_key": stored.key.is_some(),
            })
        });
        json!({ "total": self.0.len(), "latest": shown.collect::<Vec<_>>() })
    }

    /// The name of the key that the next CSR gets.
    fn key_name(&self) -> String {
        format!("csr/{}", self.0.next())
    }

    /// Returns the name that a call gives, or one with the number of the CSR.
    fn name(&self, call: &Call<'_>) -> Result<String, Refusal> {
        let Some(name) = call.params.text("Name") else { return Ok(format!("csr-{}", self.0.next())) };
        at_most("Name", name, NAME_MOST)?;
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c)) {
            return Err(invalid("Name", "It has letters, digits, underscores, hyphens and periods."));
        }
        Ok(name.to_owned())
    }
}

impl Stored {
    fn item(&self, id: i64) -> Value {
        let Csr { names, applicant, facts, .. } = &self.read;
        let mut out = fields(json!({
            "CsrId": id,
            "Name": self.name,
            "CommonName": names.common,
            "Sans": names.others.join(","),
            "Algorithm": facts.algorithm,
            "KeySize": facts.bits,
            "KeySha2": facts.sha256,
            "HasPrivateKey": self.key.is_some(),
        }));
        let optional = [
            ("CorpName", &applicant.organization),
            ("Department", &applicant.unit),
            ("Locality", &applicant.city),
            ("Province", &applicant.province),
            ("CountryCode", &applicant.country),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                out.insert(name.to_owned(), value.clone().into());
            }
        }
        Value::Object(out)
    }
}

/// Returns the key that a call asks for.
fn algorithm(call: &Call<'_>) -> Result<Algorithm, Refusal> {
    match (required(call, "Algorithm")?, number(call, "KeySize")?) {
        ("RSA", 2048) => Ok(Algorithm::Rsa),
        ("RSA", 3072) => Ok(Algorithm::Rsa3072),
        ("RSA", 4096) => Ok(Algorithm::Rsa4096),
        ("ECC", 256) => Ok(Algorithm::Ecc),
        ("RSA" | "ECC", _) => Err(invalid("KeySize", "It is 2048, 3072 or 4096 for RSA, and 256 for ECC.")),
        (other, _) => Err(invalid("Algorithm", format!("This endpoint makes no keys of {other}."))),
    }
}
