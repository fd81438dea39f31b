//! Showing jobs, their certificates, resources and workers. Times are in milliseconds, as in the vendor's samples.

use super::Deployment;
use super::job::{Job, Task, Worker};
use super::resource::ACCOUNT;
use crate::base::call::{Call, Fields, Refusal};
use crate::service::account::StoredCertificate;
use crate::service::cas2020::contacts::Contacts;
use crate::service::cas2020::held::Held;
use crate::service::cas2020::listing::age;
use crate::service::cas2020::page::Page;
use crate::service::cas2020::refusals::number;
use crate::service::values::fields;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The page size of a call that names none.
const USUAL_SIZE: i64 = 50;
/// How many deployments were bought.
const BOUGHT: usize = 500;

impl Deployment {
    pub(super) fn describe(
        &self,
        call: &Call<'_>,
        account: Held<'_>,
        contacts: &Contacts,
        now: i64,
    ) -> Result<Fields, Refusal> {
        let job = self.job(call)?;
        let mut out = self.shown(number(call, "JobId")?, job, account, now);
        let contacts: Value = job.contacts.iter().map(|id| contacts.brief(*id)).collect();
        out.insert("CasContacts".to_owned(), contacts);
        Ok(out)
    }

    /// Lists jobs, the latest first.
    pub(super) fn list(&self, call: &Call<'_>, account: Held<'_>, now: i64) -> Result<Fields, Refusal> {
        let page = Page::read(call, USUAL_SIZE, None)?;
        let text = |name| call.params.text(name);
        let (kind, status, instance) = (text("JobType"), text("Status"), text("InstanceId"));
        let certificate = text("CertId").map(|_| number(call, "CertId")).transpose()?;
        let taken = self.jobs.iter().rev().filter(|(_, job)| {
            kind.is_none_or(|kind| kind == job.kind)
                && status.is_none_or(|status| status == job.status(now))
                && instance.is_none_or(|instance| instance == job.instance)
                && certificate.is_none_or(|id| job.certificates.contains(&id))
        });
        let all: Vec<_> = taken.map(|(id, job)| self.shown(*id, job, account, now)).collect();
        Ok(paged(&page, all))
    }

    fn shown(&self, id: i64, job: &Job, account: Held<'_>, now: i64) -> Fields {
        let mut domains: Vec<&str> = Vec::new();
        for held in job.certificates.iter().filter_map(|id| account.get(*id)) {
            domains.extend(held.reading.sans.iter().map(String::as_str));
        }
        let first = job.certificates.first().and_then(|id| account.get(*id));
        let resources = job.workers.iter().filter_map(|worker| self.resources.get(worker.resource));
        let products: BTreeSet<&str> = resources.map(|resource| resource.product.as_str()).collect();
        let mut out = fields(json!({
            "Id": id,
            "InstanceId": job.instance,
            "Name": job.name,
            "JobType": job.kind,
            "Status": job.status(now),
            "CertDomain": domains.join(","),
            "CertType": kind(first),
            "ProductName": products.into_iter().collect::<Vec<_>>().join(","),
            "Rollback": i32::from(job.workers.iter().any(|worker| worker.task.is_rollback())),
            "Del": 0,
            "GmtCreate": milliseconds(job.created),
            "GmtModified": milliseconds(job.modified),
            "UserId": ACCOUNT,
        }));
        let times = [
            ("ScheduleTime", job.schedule),
            ("StartTime", job.started.map(milliseconds)),
            ("EndTime", job.ended.map(milliseconds)),
        ];
        for (name, time) in times {
            if let Some(time) = time {
                out.insert(name.to_owned(), time.into());
            }
        }
        out
    }

    /// Counts the workers of a job, or of all jobs if the call names none.
    pub(super) fn counts(&self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let jobs = match call.params.text("JobId") {
            None => self.jobs.values().collect(),
            Some(_) => vec![self.job(call)?],
        };
        let workers: Vec<&Worker> = jobs.iter().flat_map(|job| &job.workers).collect();
        let count = |wanted: &dyn Fn(Task) -> bool| workers.iter().filter(|worker| wanted(worker.task)).count();
        let mut products: BTreeMap<&str, u32> = BTreeMap::new();
        for resource in workers.iter().filter_map(|worker| self.resources.get(worker.resource)) {
            *products.entry(&resource.product).or_default() += 1;
        }
        let products: Vec<Value> =
            products.iter().map(|(name, count)| json!({ "ProductName": name, "Count": count })).collect();
        let certificates: BTreeSet<i64> = jobs.iter().flat_map(|job| job.certificates.iter().copied()).collect();
        let resources: BTreeSet<i64> = workers.iter().map(|worker| worker.resource).collect();
        let used =
            self.jobs.values().flat_map(|job| &job.workers).filter(|worker| worker.task == Task::Success).count();
        Ok(fields(json!({
            "CertCount": certificates.len(),
            "ResourceCount": resources.len(),
            "WorkerCount": workers.len(),
            "MatchWorkerCount": workers.iter().filter(|worker| worker.matches).count(),
            "ProductWorkerCount": products,
            "SuccessCount": count(&|task| task == Task::Success),
            "FailedCount": count(&|task| task == Task::Error),
            "RollbackCount": count(&Task::is_rollback),
            "RollbackSuccessCount": count(&|task| task == Task::RollbackSuccess),
            "RollbackFailedCount": count(&|task| task == Task::RollbackError),
            "CostCount": workers.len(),
            "UseCount": used,
            "BuyCount": BOUGHT,
        })))
    }

    pub(super) fn certificates(&self, call: &Call<'_>, account: Held<'_>, now: i64) -> Result<Fields, Refusal> {
        let job = self.job(call)?;
        let shown = job.certificates.iter().map(|id| {
            let mut out = fields(json!({ "CertId": id, "IsTrustee": false }));
            if let Some(held) = account.get(*id) {
                out.extend(certificate(held, account.is_revoked(*id), now));
            }
            Value::Object(out)
        });
        Ok(fields(json!({ "Data": shown.collect::<Vec<_>>() })))
    }

    pub(super) fn resources_of(&self, call: &Call<'_>, account: Held<'_>) -> Result<Fields, Refusal> {
        let job = self.job(call)?;
        let shown = job.workers.iter().filter_map(|worker| {
            let resource = self.resources.get(worker.resource)?;
            Some(resource.shown(worker.resource, account))
        });
        Ok(fields(json!({ "Data": shown.collect::<Vec<_>>() })))
    }

    pub(super) fn workers(&self, call: &Call<'_>, account: Held<'_>, now: i64) -> Result<Fields, Refusal> {
        let page = Page::read(call, USUAL_SIZE, None)?;
        let (job, id) = (self.job(call)?, number(call, "JobId")?);
        let (status, product) = (call.params.text("Status"), call.params.text("CloudProduct"));
        let product_of =
            |worker: &Worker| self.resources.get(worker.resource).map(|resource| resource.product.as_str());
        let taken = job.workers.iter().filter(|worker| {
            status.is_none_or(|status| status == worker.task.name(job.is_scheduled(), now))
                && product.is_none_or(|product| product_of(worker) == Some(product))
        });
        let all: Vec<_> = taken.map(|worker| self.worker(worker, id, job, account, now)).collect();
        Ok(paged(&page, all))
    }

    fn worker(&self, worker: &Worker, id: i64, job: &Job, account: Held<'_>, now: i64) -> Fields {
        let mut out = fields(json!({
            "Id": worker.id,
            "JobId": id,
            "ResourceId": worker.resource,
            "Status": worker.task.name(job.is_scheduled(), now),
            "CertId": worker.certificate,
            "GmtCreate": milliseconds(worker.created),
            "GmtModified": milliseconds(worker.modified),
        }));
        if let Some(before) = worker.before {
            out.insert("ResourceCertId".to_owned(), before.into());
        }
        if let Some(held) = account.get(worker.certificate) {
            out.insert("CertName".to_owned(), held.name.clone().into());
            out.insert("CertDomain".to_owned(), held.reading.sans.join(",").into());
        }
        let Some(resource) = self.resources.get(worker.resource) else { return out };
        out.extend(fields(resource.place()));
        out.insert("ResourceDomain".to_owned(), resource.domain.clone().into());
        if let Some((instance, listener, port)) = resource.listener() {
            out.extend(fields(json!({
                "InstanceId": instance,
                "ListenerId": listener,
                "Port": port,
                "DefaultResource": false,
            })));
        }
        out
    }
}

/// Returns what the list of a job's certificates shows of one.
fn certificate(held: &StoredCertificate, revoked: bool, now: i64) -> Fields {
    let reading = &held.reading;
    let status = match age(held, now) {
        _ if revoked => "revoked",
        "EXPIRED" => "expired",
        "WILLEXPIRED" => "willExpired",
        _ if held.bought => "issued",
        _ => "upload",
    };
    fields(json!({
        "CertName": held.name,
        "CommonName": reading.common,
        "Sans": reading.sans,
        "Algorithm": reading.key_type,
        "CertOrderType": kind(Some(held)),
        "StatusCode": status,
        "NotBeforeTime": milliseconds(reading.from),
        "NotAfterTime": milliseconds(reading.to),
    }))
}

fn kind(held: Option<&StoredCertificate>) -> &'static str {
    if held.is_none_or(|held| held.bought) { "buy" } else { "upload" }
}

fn paged(page: &Page, all: Vec<Fields>) -> Fields {
    let total = all.len();
    fields(json!({
        "Data": page.of(all.into_iter()),
        "CurrentPage": page.number,
        "ShowSize": page.size,
        "Total": total,
    }))
}

fn milliseconds(seconds: i64) -> i64 {
    seconds.saturating_mul(1000)
}
