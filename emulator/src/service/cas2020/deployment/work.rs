//! Calls about single workers: running them again, rolling them back, and deleting them.

use super::edit::{nothing, wrong_status};
use super::job::{Job, Stage, Task, Worker};
use super::{Deployment, WORKERS_FROM};
use crate::base::call::{Call, Fields, Refusal};
use crate::service::cas2020::refusals::{invalid, number, required};

impl Deployment {
    /// Runs a worker, rolls it back, or only marks it.
    pub(super) fn set_worker_status(&mut self, call: &Call<'_>, now: i64) -> Result<Fields, Refusal> {
        if call.params.text("Status") == Some("rollback") {
            self.roll_back(call, now)?;
            return Ok(nothing());
        }
        let task = match required(call, "Status")? {
            "pending" => Task::Deploying { since: now },
            "editing" => Task::Editing,
            "success" => Task::Success,
            "rollback_success" => Task::RollbackSuccess,
            "rollback_error" => Task::RollbackError,
            _ => return Err(invalid("Status", "A worker cannot be set to it.")),
        };
        let job = self.job_mut(call)?;
        let worker = worker(job, call)?;
        idle(worker, now)?;
        worker.start(task, now);
        if task.end().is_some() {
            job.stage = Stage::Going;
            (job.started, job.ended) = (job.started.or(Some(now)), None);
        }
        job.modified = now;
        Ok(nothing())
    }

    /// Begins to put the earlier certificate back onto a resource.
    pub(super) fn roll_back(&mut self, call: &Call<'_>, now: i64) -> Result<Fields, Refusal> {
        let job = self.job_mut(call)?;
        let worker = worker(job, call)?;
        worker.rollbacks = worker.rollbacks.saturating_add(1);
        idle(worker, now)?;
        if !matches!(worker.task, Task::Success | Task::RollbackError) {
            return Err(wrong_status(worker.task.name(false, now), "Only a deployed worker can be rolled back."));
        }
        worker.start(Task::RollingBack { since: now }, now);
        job.modified = now;
        Ok(Fields::new())
    }

    /// Deletes a worker. Succeeds again if it was deleted before; fails if there never was one.
    pub(super) fn delete_worker(&mut self, call: &Call<'_>, now: i64) -> Result<Fields, Refusal> {
        let id = number(call, "WorkerId")?;
        let last = self.last_worker;
        let job = self.job_mut(call)?;
        if !(WORKERS_FROM + 1..=last).contains(&id) {
            return Err(no_worker(id));
        }
        if let Some(worker) = job.workers.iter().find(|worker| worker.id == id) {
            idle(worker, now)?;
        }
        job.workers.retain(|worker| worker.id != id);
        job.modified = now;
        Ok(Fields::new())
    }
}

fn worker<'a>(job: &'a mut Job, call: &Call<'_>) -> Result<&'a mut Worker, Refusal> {
    let id = number(call, "WorkerId")?;
    job.workers.iter_mut().find(|worker| worker.id == id).ok_or_else(|| no_worker(id))
}

/// Fails if a worker is under way.
fn idle(worker: &Worker, now: i64) -> Result<(), Refusal> {
    match worker.task.end() {
        Some(_) => Err(wrong_status(worker.task.name(false, now), "The worker is under way.")),
        None => Ok(()),
    }
}

fn no_worker(id: i64) -> Refusal {
    invalid("WorkerId", format!("The job has no worker {id}."))
}
