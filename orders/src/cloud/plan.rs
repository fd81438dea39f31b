//! What is ordered.

use crate::base::name::Name;
use crate::keys::KeyKind;

/// Who makes the private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySource {
    /// This program, before anything is sent.
    Own(KeyKind),
    /// The service. Its key is fetched with the certificate.
    Service,
}

/// Who is responsible for a certificate. It is personal data, and stands in no journal.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Name of the person.
    pub name: String,
    /// Email address.
    pub email: String,
    /// Mobile phone number.
    pub phone: String,
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contact")
    }
}

/// The organization of a certificate, as far as a product asks for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Organization {
    /// Its name.
    pub company: Option<String>,
    /// Its department.
    pub department: Option<String>,
    /// Its country, as a code of two letters.
    pub country: Option<String>,
    /// Its province or state.
    pub province: Option<String>,
    /// Its city.
    pub city: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// Its postal code.
    pub postal_code: Option<String>,
    /// Its telephone number.
    pub phone: Option<String>,
    /// The id of a company profile at the service.
    pub company_id: Option<String>,
    /// The ids of contacts at the service.
    pub contact_ids: Vec<String>,
    /// The position of the contact in it.
    pub title: Option<String>,
}

/// What is ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The certificate.
    pub name: Name,
    /// The domain names, the main one first.
    pub names: Vec<String>,
    /// The product, as the service names it.
    pub product: Option<String>,
    /// The bought instance to use. `None`: one that is free.
    pub instance: Option<String>,
    /// Who makes the key.
    pub key: KeySource,
    /// Whether a file proves the domains, and not a DNS record.
    pub by_file: bool,
    /// Who is responsible.
    pub contact: Contact,
    /// The organization.
    pub organization: Organization,
    /// The project that pays, at Kingsoft Cloud.
    pub project: Option<String>,
    /// How Kingsoft Cloud bills the order. `None`: as the service does by itself.
    pub bill_type: Option<u32>,
    /// Whether others order from the same package, so that what is new there may be theirs.
    pub shared: bool,
    /// Whether a renewal extends the certificate at Kingsoft Cloud, in place of a new order.
    pub extends: bool,
    /// The picture of the signed letter that asks for a revocation, in base64, where the service wants one.
    pub revoke_letter: Option<String>,
}

impl Plan {
    /// The main domain name.
    #[must_use]
    pub fn main(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }
}
