//! Bought instances: submitted once, then issued or failed.

use super::refusals::{invalid, required};
use crate::base::call::{Call, Fields, Refusal};
use crate::base::settings::Settings;
use crate::pki::{Algorithm, Level, Reading};
use crate::service::account::StoredCertificate;
use crate::service::errand::Pending;
use crate::service::issue::{Certified, Issue, issue};
use crate::service::shared::Shared;
use crate::service::validation::{Progress, Record, RecordType, Validation, ValidationMethod};
use crate::service::values::{domain, fields};
use serde_json::{Value, json};
use std::sync::Arc;

/// How many instances are bought when nothing else is set.
const USUAL: u32 = 12;
/// How many instances a response lists.
const PAGE: usize = 10;
/// The id of the first record.
const FIRST_RECORD: i64 = 3_141_592;
/// How long certificates of instances are valid.
const DAYS: i64 = 365;

/// The instances of the account, in the order they were bought.
pub(super) struct Instances {
    all: Vec<Instance>,
    seed: u64,
}

struct Instance {
    id: String,
    stage: Stage,
    /// How often it was submitted, refused submissions included: so a test sees one that comes twice.
    submitted: u32,
}

enum Stage {
    Paid,
    Checking(Order),
    Issued(Arc<StoredCertificate>),
    Failed,
}

struct Order {
    domains: Vec<String>,
    method: ValidationMethod,
    submitted: i64,
    validation: Validation,
}

impl Stage {
    /// As the list of instances calls it.
    fn name(&self) -> &'static str {
        match self {
            Self::Paid => "PAYED",
            Self::Checking(_) => "CHECKING",
            Self::Issued(_) => "Issued",
            Self::Failed => "CHECKED_FAIL",
        }
    }
}

impl Instances {
    pub(super) fn bought(settings: &Settings) -> Self {
        let count = settings.instances.unwrap_or(USUAL);
        let new = |number| Instance { id: format!("cas-cn-example{number:05}"), stage: Stage::Paid, submitted: 0 };
        Self { all: (1..=count).map(new).collect(), seed: settings.seed }
    }

    pub(super) fn list(&self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let start = match call.params.text("StartIndex") {
            None => Some(0),
            Some(_) => call.params.whole("StartIndex").and_then(|start| usize::try_from(start).ok()),
        };
        let start = start.ok_or_else(|| invalid("StartIndex", "It begins at 0."))?;
        let shown = self.all.iter().zip(FIRST_RECORD..).skip(start).take(PAGE).map(|(instance, record)| {
            json!({
                "CertType": "DV",
                "Id": record,
                "InstanceId": instance.id,
                "Source": "BUY",
                "Status": instance.stage.name(),
            })
        });
        Ok(fields(json!({ "OrderList": shown.collect::<Vec<_>>(), "TotalCount": self.all.len() })))
    }

    pub(super) fn submit(&mut self, call: &Call<'_>, now: i64) -> Result<Fields, Refusal> {
        for name in ["City", "Email", "Mobile", "Province", "Username"] {
            required(call, name)?;
        }
        let given = required(call, "Domain")?.split(',').map(str::trim);
        let checked = |text| domain(text).ok_or_else(|| invalid("Domain", format!("{text} is not a valid domain.")));
        let domains: Vec<String> = given.map(checked).collect::<Result<_, _>>()?;
        let method = ValidationMethod::read(required(call, "DomainVerifyType")?);
        let method = method.ok_or_else(|| invalid("DomainVerifyType", "It is DNS or FILE."))?;
        let instance = self.of_mut(required(call, "InstanceId")?)?;
        instance.submitted = instance.submitted.saturating_add(1);
        if !matches!(instance.stage, Stage::Paid) {
            return Err(invalid("InstanceId", "The instance has been submitted before."));
        }
        instance.stage = Stage::Checking(Order { domains, method, submitted: now, validation: Validation::since(now) });
        Ok(Fields::new())
    }

    /// Returns the result of an instance, after moving it on if it is due.
    pub(super) fn result(&mut self, call: &Call<'_>, shared: &mut Shared) -> Result<Fields, Refusal> {
        let now = shared.clock.now();
        let id = required(call, "InstanceId")?;
        let Shared { account, pki, settings, .. } = shared;
        let seed = self.seed;
        let stage = &mut self.of_mut(id)?.stage;
        if let Stage::Checking(order) = stage {
            match order.progress(settings, now) {
                Progress::Open => order.validation.count_probe(),
                Progress::Failed(_) => *stage = Stage::Failed,
                Progress::Validated => {
                    let name = key_name(id);
                    let asked = Issue {
                        order: &name,
                        domains: &order.domains,
                        subject: None,
                        level: Level::Dv,
                        key: Certified::Made(Algorithm::Rsa),
                        days: DAYS,
                    };
                    let made = issue(&asked, pki, now).map_err(|trouble| invalid("Domain", trouble))?;
                    let pem = made.issued.chain();
                    let reading = Reading::of(&pem).map_err(|trouble| invalid("Domain", trouble))?;
                    let key = made.key.map(|key| key.pem);
                    let held = StoredCertificate { name: format!("cert-{id}"), pem, key, bought: true, reading };
                    *stage = Stage::Issued(account.add(held).1);
                }
            }
        }
        shown(stage, id, seed)
    }

    pub(super) fn found(&mut self, id: &str) {
        if let Ok(Instance { stage: Stage::Checking(order), .. }) = self.of_mut(id) {
            order.validation.found = true;
        }
    }

    pub(super) fn pending(&self, call: &Call<'_>, shared: &Shared) -> Option<Pending> {
        let id = call.params.text("InstanceId")?;
        let instance = self.all.iter().find(|instance| instance.id == id)?;
        let Stage::Checking(order) = &instance.stage else { return None };
        let open = !order.validation.found;
        Some(Pending {
            id: id.to_owned(),
            record: open.then(|| order.record(id, self.seed)),
            key: Some((key_name(id), Algorithm::Rsa)),
            due: order.progress(&shared.settings, shared.clock.now()) == Progress::Validated,
        })
    }

    fn of_mut(&mut self, id: &str) -> Result<&mut Instance, Refusal> {
        let instance = self.all.iter_mut().find(|instance| instance.id == id);
        instance.ok_or_else(|| invalid("InstanceId", "There is no such instance."))
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn state(&self, most: usize) -> Value {
        let shown = self.all.iter().take(most).map(
            |Instance { id, stage, submitted }| json!({ "id": id, "status": stage.name(), "submitted": submitted }),
        );
        shown.collect()
    }
}

impl Order {
    fn record(&self, id: &str, seed: u64) -> Record {
        let domain = self.domains.first().map_or("", String::as_str);
        Record::new(self.method, RecordType::Txt, domain, id, self.submitted, seed)
    }

    fn progress(&self, settings: &Settings, now: i64) -> Progress {
        self.validation.progress(Some(self.method), self.domains.iter().map(String::as_str), settings, now)
    }
}

fn key_name(id: &str) -> String {
    format!("instance/{id}")
}

fn shown(stage: &Stage, id: &str, seed: u64) -> Result<Fields, Refusal> {
    let value = match stage {
        Stage::Paid => return Err(invalid("InstanceId", "The instance has not been submitted.")),
        Stage::Failed => json!({ "OrderStatus": "check_fail" }),
        Stage::Issued(held) => {
            json!({ "OrderStatus": "issued", "Certificate": held.pem, "PrivateKey": held.key })
        }
        Stage::Checking(order) => {
            let record = order.record(id, seed);
            let name = match order.method {
                ValidationMethod::Dns => record.dns_name(),
                ValidationMethod::File => record.file_address(),
            };
            json!({
                "OrderStatus": "checking",
                "CheckType": order.method.name(),
                "CheckName": name,
                "CheckValue": record.value,
            })
        }
    };
    Ok(fields(value))
}
