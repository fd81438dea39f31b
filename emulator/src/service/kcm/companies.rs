//! Companies that were stored with the service: no action stores one, so these are made up.

use super::page::page;
use crate::base::call::{Call, Fields, Refusal};
use crate::pki::Subject;
use crate::service::values::fields;
use serde_json::{Value, json};

/// Where they are: province and city.
const PLACE: [&str; 2] = ["Beijing", "Beijing"];
/// The companies: id, name and department.
const COMPANIES: [(i64, &str, &str); 2] = [(300_001, "Example Ltd", "IT"), (300_002, "Example Shop Ltd", "Sales")];

/// Returns the company of an id as a certificate names it.
pub(super) fn subject(id: &str) -> Option<Subject> {
    let (_, name, _) = COMPANIES.iter().find(|(known, ..)| id.trim().parse() == Ok(*known))?;
    let [state, city] = PLACE.map(str::to_owned);
    Some(Subject { organization: (*name).to_owned(), state, city })
}

/// Lists the companies. The link to the picture of the licence is left out: there is no picture.
pub(super) fn list(call: &Call<'_>) -> Result<Fields, Refusal> {
    let (skip, take) = page(call)?;
    let shown = COMPANIES.iter().skip(skip).take(take).map(|(id, name, department)| {
        json!({
            "CompanyId": id,
            "Name": name,
            "Phone": "13800000000",
            "Country": "CN",
            "State": PLACE[0],
            "City": PLACE[1],
            "Address": "1 Example Road",
            "Department": department,
            "PostalCode": "100000",
            "OrganizationCode": id.to_string(),
        })
    });
    let shown: Vec<Value> = shown.collect();
    // The total is a text, as official clients have it.
    Ok(fields(json!({ "Success": true, "CompanySet": shown, "Total": COMPANIES.len().to_string() })))
}
