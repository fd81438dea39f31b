//! What responses show of instances.

use super::application::method_name;
use super::instance::{Instance, Issued, Stage, record_type};
use crate::base::call::{Call, Fields};
use crate::service::cas2020::page::contains;
use crate::service::cas2020::store::{identifier, milliseconds, tag_list};
use crate::service::validation::{FILE_PATH, Record, ValidationMethod};
use crate::service::values::fields;
use serde_json::{Value, json};

/// How long an instance may be used, from the purchase on.
const TERM_SECONDS: i64 = 365 * 86_400;
/// How many seconds an authority is said to need.
const AVERAGE_SECONDS: &str = "600";
/// Labels above which domains are registered, below a country.
const SECOND_LEVELS: [&str; 7] = ["ac", "co", "com", "edu", "gov", "net", "org"];

/// The fields that the list and the detail have in common.
pub(super) fn common(instance: &Instance, now: i64) -> Fields {
    let Instance { id, kind, ordered, application, .. } = instance;
    let mut out = fields(json!({
        "InstanceId": id,
        "InstanceType": kind.type_name(),
        "Brand": kind.brand,
        "CertificateType": kind.level_name(),
        "Spec": kind.spec,
        "VersionType": kind.edition(),
        "Status": instance.status(now),
        "FullDomainCount": kind.domains,
        "WildcardDomainCount": kind.wildcards,
        "OrderStartTime": milliseconds(*ordered),
        "OrderEndTime": milliseconds(*ordered + TERM_SECONDS),
        "AutoReissue": if application.reissue { "enable" } else { "disable" },
        "KeyAlgorithm": application.algorithm.as_deref().unwrap_or("RSA_2048"),
    }));
    let issued = instance.issued.as_ref();
    let revoked = issued.and_then(|issued| issued.revoked);
    let optional = [
        ("CertificateName", application.name.clone().map(Value::from)),
        ("Domain", application.domain().map(Value::from)),
        ("ResourceGroupId", application.group.clone().map(Value::from)),
        ("PendingResult", instance.failure.map(Value::from)),
        ("CertificateStatus", instance.certificate_status(now).map(Value::from)),
        ("CertificateRevokeTime", revoked.map(|at| milliseconds(at).into())),
    ];
    put(&mut out, optional);
    if let Some(Issued { certificate, from, to, .. }) = issued {
        out.extend(fields(json!({
            "CertificateId": certificate,
            "CertIdentifier": identifier(*certificate),
            "CertificateNotBefore": milliseconds(*from),
            "CertificateNotAfter": milliseconds(*to),
        })));
    }
    if let Some((from, to)) = instance.term {
        let term = json!({ "InstanceStartTime": milliseconds(from), "InstanceEndTime": milliseconds(to) });
        out.extend(fields(term));
    }
    out
}

/// The instance as the list shows it.
pub(super) fn item(instance: &Instance, now: i64) -> Value {
    let mut out = common(instance, now);
    out.insert("UsingProductList".to_owned(), json!([]));
    if let Some(issued) = &instance.issued {
        out.insert("CertificateDomain".to_owned(), issued.domains.join(",").into());
    }
    Value::Object(out)
}

/// The instance with its application.
pub(super) fn detail(instance: &Instance, seed: u64, now: i64) -> Fields {
    let mut out = common(instance, now);
    let application = &instance.application;
    let text = |given: &Option<String>, usual: &str| given.as_deref().unwrap_or(usual).to_owned();
    out.extend(fields(json!({
        "GenerateCsrMethod": if application.own_csr { "upload" } else { "online" },
        "CountryCode": text(&application.country, "CN"),
        "Province": text(&application.province, "Beijing"),
        "City": text(&application.city, "Beijing"),
        "ContactIdList": application.contacts,
        "Tags": tag_list(&application.tags),
        "AutoReissueFlag": i32::from(!instance.kind.test),
        "AverageWaitingTime": AVERAGE_SECONDS,
        "UpgradeStatus": "none",
        "DingGroupList": [],
        // Nothing is deployed or monitored here.
        "DeploymentResourceCount": 0,
        "DeploymentUseCount": 0,
        "TotalDeploymentCount": 0,
        "MonitorExpandFlag": 0,
        "MonitorUseCount": 0,
        "TotalMonitorCount": 0,
    })));
    let made = || instance.issued.as_ref().map(|issued| issued.csr.clone());
    let csr = if application.own_csr { application.csr.clone() } else { made() };
    let optional = [
        ("CompanyId", application.company.map(Value::from)),
        ("Csr", csr.map(Value::from)),
        ("ValidationMethod", application.method.map(|method| method_name(method).into())),
    ];
    put(&mut out, optional);
    if let Stage::Validating(placed, _) = &instance.stage {
        let records = instance.records(placed, seed);
        let list = records.iter().zip(&placed.complete.domains).map(|(record, domain)| validation(record, domain));
        out.insert("DomainValidationList".to_owned(), list.collect());
    }
    out
}

/// What has to be placed at a domain.
fn validation(record: &Record, domain: &str) -> Value {
    let root = root(&record.host);
    let key = match record.method {
        ValidationMethod::File => FILE_PATH.to_owned(),
        ValidationMethod::Dns => {
            let name = record.dns_name();
            name.strip_suffix(&format!(".{root}")).unwrap_or(&name).to_owned()
        }
    };
    json!({
        "Domain": domain,
        "RootDomain": root,
        "ValidationType": record_type(record),
        "ValidationKey": key,
        "ValidationValue": record.value,
    })
}

/// The domain that was registered: two labels, or three below a country where domains are registered on the second level.
fn root(domain: &str) -> String {
    let labels: Vec<&str> = domain.split('.').collect();
    let second = matches!(labels.as_slice(), [.., second, top] if top.len() == 2 && SECOND_LEVELS.contains(second));
    let skip = labels.len().saturating_sub(if second { 3 } else { 2 });
    labels.into_iter().skip(skip).collect::<Vec<_>>().join(".")
}

/// Whether a list with the filters of a call has an instance.
pub(super) fn fits(instance: &Instance, call: &Call<'_>, now: i64) -> bool {
    let Instance { id, kind, application, .. } = instance;
    let is = |name: &str, own: Option<&str>| call.params.text(name).is_none_or(|wanted| own == Some(wanted));
    let is_set = |name: &str, own: bool| call.params.boolean(name).is_none_or(|wanted| own == wanted);
    let (name, domain) = (application.name.as_deref().unwrap_or_default(), application.domain().unwrap_or_default());
    is("Status", Some(instance.status(now)))
        && is("CertificateStatus", instance.certificate_status(now))
        && is("InstanceType", Some(kind.type_name()))
        && is("Brand", Some(kind.brand))
        && is("CertificateType", Some(kind.level_name()))
        && is("VersionType", Some(kind.edition()))
        && is("ResourceGroupId", application.group.as_deref())
        && is_set("AutoReissueFlag", application.reissue)
        && (call.params.boolean("ServerDeployFlag") != Some(true) || instance.has_valid_certificate(now))
        && contains(call.params.text("Keyword"), [id, name, &domain])
}

/// Adds the fields that have a value.
fn put(out: &mut Fields, optional: impl IntoIterator<Item = (&'static str, Option<Value>)>) {
    out.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
}
