//! Making, changing, starting and deleting jobs.

use super::Deployment;
use super::JOBS_FROM;
use super::job::{Job, Stage, Task, Worker};
use super::resource::Resources;
use crate::base::call::{Call, Fields, Refusal};
use crate::pki::Reading;
use crate::service::cas2020::held::Held;
use crate::service::cas2020::refusals::{invalid, number, required};
use crate::service::values::fields;
use serde_json::json;

impl Deployment {
    /// Makes a job in state `editing`. Nothing is deployed yet.
    pub(super) fn create(&mut self, call: &Call<'_>, account: Held<'_>, now: i64) -> Result<Fields, Refusal> {
        let name = required(call, "Name")?.to_owned();
        let kind = match required(call, "JobType")? {
            kind @ ("user" | "cloud") => kind.to_owned(),
            _ => return Err(invalid("JobType", "It is user or cloud.")),
        };
        for list in ["CertIds", "ContactIds", "ResourceIds"] {
            required(call, list)?;
        }
        let mut job = Job {
            name,
            instance: format!("cas-job-{kind}-{}", self.names.hex(6)),
            kind,
            certificates: Vec::new(),
            contacts: Vec::new(),
            schedule: None,
            stage: Stage::Editing,
            workers: Vec::new(),
            submitted: 0,
            created: now,
            modified: now,
            started: None,
            ended: None,
        };
        self.fill(call, account, &mut job, now)?;
        self.last_job += 1;
        self.jobs.insert(self.last_job, job);
        Ok(fields(json!({ "JobId": self.last_job })))
    }

    /// Replaces what the call names of a job.
    pub(super) fn update(&mut self, call: &Call<'_>, account: Held<'_>, now: i64) -> Result<Fields, Refusal> {
        let mut job = self.job(call)?.clone();
        if job.stage != Stage::Editing || job.is_running() {
            return Err(wrong_status(job.status(now), "Only a job in state editing can be changed."));
        }
        if let Some(name) = call.params.text("Name") {
            name.clone_into(&mut job.name);
        }
        self.fill(call, account, &mut job, now)?;
        job.modified = now;
        self.jobs.insert(number(call, "JobId")?, job);
        Ok(Fields::new())
    }

    /// Takes certificates, contacts, resources and time of a call into a job. A worker is made anew if its certificate changes.
    fn fill(&mut self, call: &Call<'_>, account: Held<'_>, job: &mut Job, now: i64) -> Result<(), Refusal> {
        if let Some(ids) = ids(call, "CertIds")? {
            if let Some(unknown) = ids.iter().find(|id| account.get(**id).is_none()) {
                return Err(invalid("CertIds", format!("Certificate {unknown} does not exist.")));
            }
            job.certificates = ids;
        }
        if let Some(ids) = ids(call, "ContactIds")? {
            job.contacts = ids;
        }
        if call.params.text("ScheduleTime").is_some() {
            job.schedule = Some(number(call, "ScheduleTime")?);
        }
        let resources = match ids(call, "ResourceIds")? {
            Some(ids) => ids,
            None => job.workers.iter().map(|worker| worker.resource).collect(),
        };
        let mut workers = Vec::new();
        for resource in resources {
            let (certificate, matches) = chosen(&job.certificates, resource, &self.resources, account)?;
            let same = |worker: &&Worker| worker.resource == resource && worker.certificate == certificate;
            let worker = job.workers.iter().find(same).cloned();
            workers.push(worker.unwrap_or_else(|| {
                self.last_worker += 1;
                let before = self.resources.get(resource).and_then(|resource| resource.certificate);
                let (id, task) = (self.last_worker, Task::Editing);
                Worker { id, resource, certificate, matches, before, task, rollbacks: 0, created: now, modified: now }
            }));
        }
        job.workers = workers;
        Ok(())
    }

    /// Sets a job going, now or at its time, or takes it back to `editing`.
    pub(super) fn set_status(&mut self, call: &Call<'_>, now: i64) -> Result<Fields, Refusal> {
        let status = required(call, "Status")?;
        let job = self.job_mut(call)?;
        if matches!(status, "pending" | "scheduling") {
            job.submitted = job.submitted.saturating_add(1);
        }
        if job.is_running() {
            return Err(wrong_status(job.status(now), "The job is under way."));
        }
        // The time of a job is in milliseconds.
        let at = job.schedule.map(|at| at.div_euclid(1000));
        match (status, at) {
            ("editing", _) => job.stage = Stage::Editing,
            ("pending" | "scheduling", _) if job.stage == Stage::Going && job.status(now) == "success" => {
                return Err(wrong_status("success", "The job is through."));
            }
            ("scheduling", None) => return Err(invalid("Status", "The job has no ScheduleTime.")),
            ("pending" | "scheduling", Some(at)) if at > now => job.stage = Stage::Scheduled(at),
            ("pending" | "scheduling", _) => job.begin(now),
            _ => return Err(invalid("Status", "It is pending, scheduling or editing.")),
        }
        job.modified = now;
        Ok(nothing())
    }

    /// Deletes a job. Succeeds again if it was deleted before; fails if there never was one.
    pub(super) fn delete(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let id = number(call, "JobId")?;
        if !(JOBS_FROM + 1..=self.last_job).contains(&id) {
            return Err(no_job(id));
        }
        if self.jobs.get(&id).is_some_and(Job::is_running) {
            return Err(invalid("JobId", "The job is under way."));
        }
        self.jobs.remove(&id);
        Ok(Fields::new())
    }

    /// Returns the job that a call names.
    pub(super) fn job(&self, call: &Call<'_>) -> Result<&Job, Refusal> {
        let id = number(call, "JobId")?;
        self.jobs.get(&id).ok_or_else(|| no_job(id))
    }

    /// Returns the job that a call names, to change it.
    pub(super) fn job_mut(&mut self, call: &Call<'_>) -> Result<&mut Job, Refusal> {
        let id = number(call, "JobId")?;
        self.jobs.get_mut(&id).ok_or_else(|| no_job(id))
    }
}

/// Returns the certificate of a resource, and whether it is for the domain of the resource. If none is, the first one is taken.
fn chosen(
    certificates: &[i64],
    resource: i64,
    resources: &Resources,
    account: Held<'_>,
) -> Result<(i64, bool), Refusal> {
    let found = resources.get(resource);
    let found = found.ok_or_else(|| invalid("ResourceIds", format!("Resource {resource} does not exist.")))?;
    let matching = certificates.iter().find(|id| {
        let held = account.get(**id);
        held.is_some_and(|held| covers(&held.reading, &found.domain))
    });
    let first = certificates.first().ok_or_else(|| invalid("CertIds", "There is none."))?;
    Ok((*matching.unwrap_or(first), matching.is_some()))
}

/// Whether a certificate is for a domain.
fn covers(reading: &Reading, domain: &str) -> bool {
    let above = domain.split_once('.').map(|(_, above)| above);
    reading.sans.iter().any(|name| name == domain || name.strip_prefix("*.").is_some_and(|base| above == Some(base)))
}

/// Reads a list of ids with commas between them. Each counts once.
fn ids(call: &Call<'_>, name: &str) -> Result<Option<Vec<i64>>, Refusal> {
    let Some(text) = call.params.text(name) else { return Ok(None) };
    let mut ids = Vec::new();
    for part in text.split(',') {
        let id = part.trim().parse().map_err(|_| invalid(name, "It is a list of numbers with commas."))?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(Some(ids))
}

fn no_job(id: i64) -> Refusal {
    invalid("JobId", format!("Job {id} does not exist."))
}

pub(super) fn wrong_status(status: &str, why: &str) -> Refusal {
    invalid("Status", format!("It is {status}. {why}"))
}

/// The field `Data` of calls that set a status. It is an empty list in the vendor's samples.
pub(super) fn nothing() -> Fields {
    fields(json!({ "Data": [] }))
}
