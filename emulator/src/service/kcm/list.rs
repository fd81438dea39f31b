//! Listing certificates.

use super::certificate::Shown;
use super::page::page;
use super::refusals::{invalid, missing};
use super::store::Kcm;
use crate::base::call::{Call, Fields, Refusal};
use crate::service::values::{domain, fields};
use serde_json::json;
use std::collections::BTreeSet;

/// Which certificates a list shows.
struct Filter<'a> {
    ids: Vec<&'a str>,
    projects: Vec<i64>,
    /// The main domains that each filter accepts.
    domains: Vec<Vec<String>>,
}

impl<'a> Filter<'a> {
    fn read(call: &'a Call<'a>) -> Result<Self, Refusal> {
        let projects = call.params.list("ProjectId").into_iter().map(|id| id.trim().parse::<i64>());
        let mut projects: Vec<i64> =
            projects.collect::<Result<_, _>>().map_err(|_| invalid("ProjectId.N", "It is a number."))?;
        if projects.is_empty() {
            projects.push(0);
        }
        let numbers = call.params.0.keys().filter_map(|name| name.strip_prefix("Filter.")?.split('.').next());
        let domains = numbers.collect::<BTreeSet<_>>().into_iter().map(|number| filter(call, number));
        let ids = call.params.list("CertificateId");
        Ok(Self { ids, projects, domains: domains.collect::<Result<_, _>>()? })
    }
}

/// Returns the domains of one filter.
fn filter(call: &Call<'_>, number: &str) -> Result<Vec<String>, Refusal> {
    let name = format!("Filter.{number}.Name");
    let value = format!("Filter.{number}.Value");
    match call.params.text(&name) {
        None => return Err(missing(name)),
        Some("main-domain") => {}
        Some(other) => {
            return Err(Refusal::new("invalid-filter-name", format!("The value {other} of {name} is invalid.")));
        }
    }
    let mut values = call.params.list(&value);
    values.extend(call.params.text(&value));
    // A value that is not a domain matches no certificate.
    let domains = values.iter().filter_map(|value| domain(value)).collect();
    if values.is_empty() { Err(missing(value)) } else { Ok(domains) }
}

/// Lists certificates.
pub(super) fn list(call: &Call<'_>, kcm: &Kcm) -> Result<Fields, Refusal> {
    let wanted = Filter::read(call)?;
    let (skip, take) = page(call)?;
    let all = kcm.certificates.values().filter(|certificate| {
        let domain = certificate.domain.as_str();
        (wanted.ids.is_empty() || wanted.ids.contains(&certificate.id.as_str()))
            && wanted.projects.contains(&certificate.project)
            && wanted.domains.iter().all(|values| values.iter().any(|value| value == domain))
    });
    let set: Vec<_> = all.skip(skip).take(take).map(|certificate| certificate.shown(Shown::Item, kcm.seed)).collect();
    Ok(fields(json!({ "CertificateSet": set })))
}
