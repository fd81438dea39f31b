//! The open connections, and which of them is closed when there are too many.

use crate::base::lock::locked;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::{AbortHandle, Id};

/// How long a connection is left open after it was made, got a response, or sent a head: its next bytes may be on the way.
const FRESH: Duration = Duration::from_secs(1);

/// Since when a connection has been waiting for more of a request; `None` while a request is handled.
pub(super) struct Activity(Mutex<Option<Instant>>);

/// Marks a connection as busy with a request. When this is dropped, the connection is waiting again.
pub(crate) struct Working(Arc<Activity>);

/// How much of a request has arrived.
pub(super) struct Arrival {
    activity: Arc<Activity>,
    work: Option<Working>,
}

impl Activity {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Some(Instant::now()))))
    }

    fn set(&self, waits_since: Option<Instant>) {
        *locked(&self.0) = waits_since;
    }

    fn waits_since(&self) -> Option<Instant> {
        *locked(&self.0)
    }
}

impl Arrival {
    /// Notes that the head has arrived.
    pub(super) fn of(activity: &Arc<Activity>) -> Self {
        activity.set(Some(Instant::now()));
        Self { activity: activity.clone(), work: None }
    }

    /// Notes that the whole request has arrived.
    pub(super) fn complete(&mut self) {
        self.activity.set(None);
        self.work = Some(Working(self.activity.clone()));
    }

    pub(super) fn into_work(self) -> Option<Working> {
        self.work
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.set(Some(Instant::now()));
    }
}

impl std::fmt::Debug for Working {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Working")
    }
}

/// All open connections.
#[derive(Default)]
pub(super) struct Places(HashMap<Id, (AbortHandle, Arc<Activity>)>);

impl Places {
    pub(super) fn add(&mut self, task: AbortHandle, activity: Arc<Activity>) {
        self.0.insert(task.id(), (task, activity));
    }

    pub(super) fn remove(&mut self, task: Id) {
        self.0.remove(&task);
    }

    /// Closes the connection that has waited longest for the rest of a request, if one has waited long enough.
    pub(super) fn make_room(&self) {
        let waiting = self.0.values().filter_map(|(task, activity)| Some((activity.waits_since()?, task)));
        let longest = waiting.filter(|(since, _)| since.elapsed() >= FRESH).min_by_key(|(since, _)| *since);
        if let Some((_, task)) = longest {
            task.abort();
        }
    }
}
