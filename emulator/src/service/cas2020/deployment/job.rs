//! A job and its workers: what they are, how they move, and what they do to a resource.

use super::resource::Resources;
use crate::service::cas2020::held::Held;
use crate::service::validation::NOWHERE;

/// After this many seconds a worker is no longer `pending`.
const PENDING_SECONDS: i64 = 1;
/// How many seconds a worker takes to deploy or to roll back.
const WORK_SECONDS: i64 = 3;

/// A job.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) name: String,
    pub(super) instance: String,
    pub(super) kind: String,
    pub(super) certificates: Vec<i64>,
    pub(super) contacts: Vec<i64>,
    /// When it shall begin, in milliseconds as the caller wrote it.
    pub(super) schedule: Option<i64>,
    pub(super) stage: Stage,
    pub(super) workers: Vec<Worker>,
    /// How often somebody asked to set it going, refused calls included: so a test sees one that comes twice.
    pub(super) submitted: u32,
    pub(super) created: i64,
    pub(super) modified: i64,
    pub(super) started: Option<i64>,
    pub(super) ended: Option<i64>,
}

/// How far a job is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Editing,
    /// It begins at this time.
    Scheduled(i64),
    /// It was set going. Its workers tell the rest.
    Going,
}

/// One resource of a job, and the certificate that it gets.
#[derive(Clone)]
pub(super) struct Worker {
    pub(super) id: i64,
    pub(super) resource: i64,
    pub(super) certificate: i64,
    /// Whether the certificate is for the domain of the resource.
    pub(super) matches: bool,
    /// The certificate that the resource had before.
    pub(super) before: Option<i64>,
    pub(super) task: Task,
    /// How often somebody asked to roll it back, refused calls included.
    pub(super) rollbacks: u32,
    pub(super) created: i64,
    pub(super) modified: i64,
}

/// What a worker does, or how it ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    Editing,
    Deploying { since: i64 },
    Success,
    Error,
    RollingBack { since: i64 },
    RollbackSuccess,
    RollbackError,
}

impl Task {
    /// Returns when it is through, if it is under way.
    pub(super) fn end(self) -> Option<i64> {
        match self {
            Self::Deploying { since } | Self::RollingBack { since } => Some(since.saturating_add(WORK_SECONDS)),
            _ => None,
        }
    }

    /// Whether it was rolled back, or is being rolled back.
    pub(super) fn is_rollback(self) -> bool {
        matches!(self, Self::RollingBack { .. } | Self::RollbackSuccess | Self::RollbackError)
    }

    /// As the lists call it. Workers of a job that waits for its time are scheduled.
    pub(super) fn name(self, scheduled: bool, now: i64) -> &'static str {
        match self {
            Self::Success => "success",
            Self::RollingBack { .. } => "rollback",
            Self::RollbackSuccess => "rollback_success",
            Self::RollbackError => "rollback_error",
            _ if scheduled => "scheduling",
            Self::Editing => "editing",
            Self::Error => "error",
            Self::Deploying { since } if now - since < PENDING_SECONDS => "pending",
            Self::Deploying { .. } => "processing",
        }
    }
}

impl Job {
    pub(super) fn is_scheduled(&self) -> bool {
        matches!(self.stage, Stage::Scheduled(_))
    }

    /// Whether a worker is under way.
    pub(super) fn is_running(&self) -> bool {
        self.workers.iter().any(|worker| worker.task.end().is_some())
    }

    /// Sets all workers going that have not put their certificate on yet.
    pub(super) fn begin(&mut self, at: i64) {
        self.stage = Stage::Going;
        (self.started, self.ended, self.modified) = (Some(at), None, at);
        for worker in self.workers.iter_mut().filter(|worker| worker.task != Task::Success) {
            worker.start(Task::Deploying { since: at }, at);
        }
        if !self.is_running() {
            self.ended = Some(at);
        }
    }

    pub(super) fn status(&self, now: i64) -> &'static str {
        match self.stage {
            Stage::Editing => return "editing",
            Stage::Scheduled(_) => return "scheduling",
            Stage::Going => {}
        }
        let deploying = self.workers.iter().filter(|worker| matches!(worker.task, Task::Deploying { .. }));
        let names: Vec<_> = deploying.map(|worker| worker.task.name(false, now)).collect();
        if names.contains(&"processing") {
            "processing"
        } else if names.contains(&"pending") {
            "pending"
        } else if self.workers.iter().any(|worker| matches!(worker.task, Task::Error)) {
            "error"
        } else {
            "success"
        }
    }

    /// Ends the task of a worker.
    pub(super) fn finish(&mut self, worker: i64, resources: &mut Resources, account: Held<'_>, end: i64) {
        if let Some(worker) = self.workers.iter_mut().find(|found| found.id == worker) {
            worker.finish(resources, account, end);
        }
        self.modified = end;
        if !self.is_running() {
            self.ended = Some(end);
        }
    }
}

impl Worker {
    pub(super) fn start(&mut self, task: Task, now: i64) {
        (self.task, self.modified) = (task, now);
    }

    fn finish(&mut self, resources: &mut Resources, account: Held<'_>, end: i64) {
        let valid = |id: i64| {
            let held = account.get(id).filter(|_| !account.is_revoked(id));
            held.is_some_and(|held| held.reading.to >= end)
        };
        let resource = resources.get_mut(self.resource).filter(|resource| !resource.domain.ends_with(NOWHERE));
        self.modified = end;
        self.task = match (self.task, resource) {
            (Task::Deploying { .. }, Some(resource)) if valid(self.certificate) => {
                if resource.certificate != Some(self.certificate) {
                    self.before = resource.certificate;
                    resource.put(Some(self.certificate), end);
                }
                Task::Success
            }
            (Task::Deploying { .. }, _) => Task::Error,
            (Task::RollingBack { .. }, Some(resource)) if self.before.is_none_or(|id| account.get(id).is_some()) => {
                resource.put(self.before, end);
                Task::RollbackSuccess
            }
            (Task::RollingBack { .. }, _) => Task::RollbackError,
            (other, _) => other,
        };
    }
}
