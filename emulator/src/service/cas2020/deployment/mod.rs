//! Deployment: jobs that put certificates of the account onto cloud resources, and take them off again.
//!
//! A job has a worker for each resource. Workers move with the clock: [`Deployment::settle`] ends those that are through, before each call.

mod edit;
mod job;
mod lists;
mod resource;
mod work;

pub(super) use resource::Resources;

use crate::base::call::{Call, Fields, Refusal};
use crate::base::random::Random;
use crate::base::settings::Settings;
use crate::service::cas2020::contacts::Contacts;
use crate::service::cas2020::held::Held;
use job::{Job, Stage};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The id before that of the first job, and before that of the first worker.
const JOBS_FROM: i64 = 8_000;
const WORKERS_FROM: i64 = 22_000;

/// All jobs, and the resources of the account.
#[derive(Clone)]
pub(super) struct Deployment {
    /// By id. Ids rise.
    jobs: BTreeMap<i64, Job>,
    pub(super) resources: Resources,
    last_job: i64,
    last_worker: i64,
    names: Random,
}

impl Deployment {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            jobs: BTreeMap::new(),
            resources: Resources::seeded(),
            last_job: JOBS_FROM,
            last_worker: WORKERS_FROM,
            names: Random::stream(settings.seed, "cas-2020-04-07/jobs"),
        }
    }

    /// Handles a call about deployment.
    pub(super) fn handle(
        &mut self,
        call: &Call<'_>,
        account: Held<'_>,
        contacts: &Contacts,
        now: i64,
    ) -> Option<Result<Fields, Refusal>> {
        self.settle(account, now);
        Some(match call.action.name.as_str() {
            "CreateDeploymentJob" => self.create(call, account, now),
            "UpdateDeploymentJob" => self.update(call, account, now),
            "UpdateDeploymentJobStatus" => self.set_status(call, now),
            "DeleteDeploymentJob" => self.delete(call),
            "UpdateWorkerResourceStatus" => self.set_worker_status(call, now),
            "CreateRollbackTask" => self.roll_back(call, now),
            "DeleteWorkerResource" => self.delete_worker(call, now),
            "DescribeDeploymentJob" => self.describe(call, account, contacts, now),
            "DescribeDeploymentJobStatus" => self.counts(call),
            "ListDeploymentJob" => self.list(call, account, now),
            "ListDeploymentJobCert" => self.certificates(call, account, now),
            "ListDeploymentJobResource" => self.resources_of(call, account),
            "ListWorkerResource" => self.workers(call, account, now),
            "ListCloudResources" => self.resources.list(call, account),
            _ => return None,
        })
    }

    /// Begins the scheduled jobs that are due, and ends the workers that are through, in the order in which that happened.
    fn settle(&mut self, account: Held<'_>, now: i64) {
        for job in self.jobs.values_mut() {
            if let Stage::Scheduled(at) = job.stage
                && at <= now
            {
                job.begin(at);
            }
        }
        let through = |job: &Job, id: i64| {
            let ends = job.workers.iter().filter_map(|worker| Some((worker.task.end()?, id, worker.id)));
            ends.filter(|(end, ..)| *end <= now).collect::<Vec<_>>()
        };
        let mut ends: Vec<_> = self.jobs.iter().flat_map(|(id, job)| through(job, *id)).collect();
        ends.sort_unstable();
        for (end, id, worker) in ends {
            if let Some(job) = self.jobs.get_mut(&id) {
                job.finish(worker, &mut self.resources, account, end);
            }
        }
    }

    /// Shows how jobs and resources stand now.
    pub(super) fn state(&self, account: Held<'_>, now: i64, most: usize) -> Value {
        let mut settled = self.clone();
        settled.settle(account, now);
        let jobs = settled.jobs.iter().rev().take(most).map(|(id, job)| {
            let workers = job.workers.iter().take(most).map(|worker| {
                json!({
                    "id": worker.id,
                    "resource": worker.resource,
                    "certificate": worker.certificate,
                    "status": worker.task.name(job.is_scheduled(), now),
                    "rollbacks": worker.rollbacks,
                })
            });
            json!({
                "id": id,
                "name": job.name,
                "status": job.status(now),
                "submitted": job.submitted,
                "workers": workers.collect::<Vec<_>>(),
            })
        });
        json!({
            "jobs": { "total": settled.jobs.len(), "latest": jobs.collect::<Vec<_>>() },
            "resources": settled.resources.state(most),
            "resources_total": settled.resources.len(),
        })
    }
}
