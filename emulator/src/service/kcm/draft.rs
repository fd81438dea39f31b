//! The applicant's data of an order.

use crate::pki::Algorithm;
use crate::service::validation::ValidationMethod;
use serde_json::Value;
use std::collections::BTreeMap;

/// The parameters that are saved unchanged, by wire name.
pub(super) const SAVED: [&str; 12] = [
    "AdditionalDomains",
    "Address",
    "City",
    "CompanyId",
    "CompanyName",
    "CompanyPhone",
    "ContactId",
    "DcvEmail",
    "Department",
    "PostalCode",
    "State",
    "Wildcards",
];
/// The saved parameters that no response shows.
const HIDDEN: [&str; 2] = ["CompanyId", "ContactId"];
/// Maximum length of an image in base64: 600 KB.
pub(super) const IMAGE_MOST: usize = 600 * 1024 * 4 / 3 + 4;

/// The applicant's data as saved so far.
#[derive(Default, Clone)]
pub(super) struct Draft {
    /// Plain parameters by wire name, without contact and CSR.
    pub(super) texts: BTreeMap<&'static str, String>,
    pub(super) contact: Option<Value>,
    /// The applicant's CSR in PEM, and its public key in DER.
    pub(super) csr: Option<(String, Vec<u8>)>,
    pub(super) method: Option<ValidationMethod>,
    /// The algorithm of the key, if the service makes it.
    pub(super) system: Option<Algorithm>,
}

/// Whether responses show a saved parameter.
pub(super) fn is_shown(name: &str) -> bool {
    !HIDDEN.contains(&name)
}
