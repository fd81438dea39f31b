//! The application of an instance, as `UpdateInstance` stores it.

use super::stock::Kind;
use crate::base::call::{Call, Refusal};
use crate::pki::{Algorithm, Csr, Level};
use crate::service::cas2020::contacts::{Companies, Contacts};
use crate::service::cas2020::refusals::{invalid, missing};
use crate::service::cas2020::store::tags;
use crate::service::validation::ValidationMethod;
use crate::service::values::domain;

/// How many tags an instance may have.
const TAGS_MOST: usize = 20;

/// The application of an instance.
#[derive(Default, Clone)]
pub(crate) struct Application {
    pub(crate) name: Option<String>,
    /// In ASCII; those of the CSR if it is the applicant's own.
    domains: Vec<String>,
    pub(crate) csr: Option<String>,
    /// Whether the CSR is the applicant's own. Otherwise the service makes the key.
    pub(crate) own_csr: bool,
    pub(crate) algorithm: Option<String>,
    pub(crate) method: Option<ValidationMethod>,
    pub(crate) contacts: Vec<i64>,
    pub(crate) company: Option<i64>,
    /// Of the applicant; each has a default.
    pub(crate) city: Option<String>,
    pub(crate) province: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) reissue: bool,
    pub(crate) group: Option<String>,
    pub(crate) tags: Vec<(String, String)>,
}

/// What an application has in the end, when it is handed in.
pub(crate) struct Complete {
    /// The first is the common name.
    pub(crate) domains: Vec<String>,
    pub(crate) method: ValidationMethod,
    /// The public key of the applicant's CSR in DER.
    pub(crate) key: Option<Vec<u8>>,
}

impl Application {
    /// Returns the application with what a call names. What it does not name stays.
    pub(crate) fn with(
        &self,
        call: &Call<'_>,
        kind: &Kind,
        (contacts, companies): (&Contacts, &Companies),
    ) -> Result<Self, Refusal> {
        let mut new = self.clone();
        let text = |name: &str| call.params.text(name);
        let texts = [
            ("CertificateName", &mut new.name),
            ("Csr", &mut new.csr),
            ("City", &mut new.city),
            ("Province", &mut new.province),
            ("CountryCode", &mut new.country),
            ("ResourceGroupId", &mut new.group),
        ];
        for (name, place) in texts {
            if let Some(given) = text(name) {
                *place = Some(given.to_owned());
            }
        }
        if let Some(given) = text("Domain") {
            new.domains = domains(given)?;
        }
        if let Some(switch) = text("AutoReissue") {
            new.reissue = switch == "enable";
        }
        if let Some(method) = text("GenerateCsrMethod") {
            new.own_csr = method == "upload";
        }
        if let Some(name) = text("KeyAlgorithm") {
            algorithm(name)?;
            new.algorithm = Some(name.to_owned());
        }
        if let Some(method) = text("ValidationMethod") {
            new.method = Some(read_method(method)?);
        }
        if text("CompanyId").is_some() {
            let id = call.params.whole("CompanyId").filter(|id| companies.subject(*id).is_some());
            new.company = Some(id.ok_or_else(|| invalid("CompanyId", "There is no such company."))?);
        }
        let listed = call.params.list("ContactIdList");
        if !listed.is_empty() {
            let ids = listed.into_iter().map(|id| id.parse().ok().filter(|id| contacts.has(*id)));
            let ids: Option<Vec<i64>> = ids.collect();
            new.contacts = ids.ok_or_else(|| invalid("ContactIdList", "There is no such contact."))?;
        }
        let tags = tags(call, "TagKey", "TagValue");
        if tags.len() > TAGS_MOST {
            return Err(invalid("Tags", format!("There are at most {TAGS_MOST}.")));
        }
        if !tags.is_empty() {
            new.tags = tags;
        }
        if new.own_csr {
            let named = new.own()?.0;
            if text("Domain").is_some() && new.domains.iter().any(|domain| !named.contains(domain)) {
                return Err(invalid("Domain", "The CSR does not name it."));
            }
            new.domains = named;
        }
        new.check_domains(kind)?;
        Ok(new)
    }

    /// Checks that nothing is missing, and returns what the certificate will have.
    pub(crate) fn complete(
        &self,
        kind: &Kind,
        (contacts, companies): (&Contacts, &Companies),
    ) -> Result<Complete, Refusal> {
        let key = if self.own_csr { Some(self.own()?.1) } else { None };
        let domains = self.domains.clone();
        if domains.is_empty() {
            return Err(missing("Domain"));
        }
        // A contact of the account will do if the application names none.
        if self.contacts.iter().any(|id| !contacts.has(*id)) || contacts.len() == 0 {
            return Err(missing("ContactIdList"));
        }
        if kind.level != Level::Dv && self.company.and_then(|id| companies.subject(id)).is_none() {
            return Err(missing("CompanyId"));
        }
        Ok(Complete { domains, method: self.method(), key })
    }

    /// Returns the domains of the applicant's own CSR, the common name first, and its public key in DER.
    fn own(&self) -> Result<(Vec<String>, Vec<u8>), Refusal> {
        let csr = self.csr.as_deref().ok_or_else(|| missing("Csr"))?;
        let Csr { names, key, .. } = Csr::read(csr).map_err(|trouble| invalid("Csr", trouble))?;
        let common = domain(&names.common).ok_or_else(|| invalid("Csr", "Its common name is no domain."))?;
        let mut domains = vec![common];
        for other in names.others {
            if !domains.contains(&other) {
                domains.push(other);
            }
        }
        Ok((domains, key))
    }

    /// Checks that the instance is for so many domains.
    fn check_domains(&self, kind: &Kind) -> Result<(), Refusal> {
        let wildcards = self.domains.iter().filter(|name| name.starts_with("*.")).count();
        if wildcards <= kind.wildcards && self.domains.len() - wildcards <= kind.domains {
            return Ok(());
        }
        let most = format!("{} domains and {} wildcard domains", kind.domains, kind.wildcards);
        Err(invalid(if self.own_csr { "Csr" } else { "Domain" }, format!("The instance is for {most} at most.")))
    }

    pub(crate) fn method(&self) -> ValidationMethod {
        self.method.unwrap_or(ValidationMethod::Dns)
    }

    /// The algorithm of the key, if the service makes it.
    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm.as_deref().and_then(|name| algorithm(name).ok()).unwrap_or(Algorithm::Rsa)
    }

    /// The domains as responses show them, separated by commas.
    pub(crate) fn domain(&self) -> Option<String> {
        (!self.domains.is_empty()).then(|| self.domains.join(","))
    }
}

fn domains(text: &str) -> Result<Vec<String>, Refusal> {
    let mut out = Vec::new();
    for given in text.split(',').map(str::trim) {
        let name = domain(given).ok_or_else(|| invalid("Domain", format!("{given} is not a valid domain.")))?;
        if !out.contains(&name) {
            out.push(name);
        }
    }
    Ok(out)
}

fn algorithm(name: &str) -> Result<Algorithm, Refusal> {
    match name {
        "RSA_2048" => Ok(Algorithm::Rsa),
        "RSA_3072" => Ok(Algorithm::Rsa3072),
        "RSA_4096" => Ok(Algorithm::Rsa4096),
        "ECC_256" => Ok(Algorithm::Ecc),
        _ => Err(invalid("KeyAlgorithm", format!("This endpoint makes no keys of {name}."))),
    }
}

fn read_method(name: &str) -> Result<ValidationMethod, Refusal> {
    match name {
        "DNS" => Ok(ValidationMethod::Dns),
        "HTTP" => Ok(ValidationMethod::File),
        _ => Err(invalid("ValidationMethod", "It is DNS or HTTP.")),
    }
}

pub(crate) fn method_name(method: ValidationMethod) -> &'static str {
    match method {
        ValidationMethod::Dns => "DNS",
        ValidationMethod::File => "HTTP",
    }
}
