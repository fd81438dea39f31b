//! The process group of a hook: ends with everything that the hook has started in it.

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use std::time::{Duration, Instant};
use tokio::process::Child;

/// How long a group has to end after it was asked to.
const GRACE: Duration = Duration::from_secs(2);

/// A hook that runs, as the first process of a group of its own. Dropped, it kills the group.
pub(super) struct Running {
    pub(super) child: Child,
    /// The id of the group as long as it must be ended.
    group: Option<Pid>,
}

impl Running {
    pub(super) fn new(child: Child) -> Self {
        let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Self { child, group }
    }

    /// The hook has ended by itself. What it left behind may go on: a hook may start a server.
    pub(super) fn has_ended(&mut self) {
        self.group = None;
    }

    /// Asks the group to end, and kills what is left of it after two seconds.
    pub(super) async fn end(&mut self) {
        let Some(group) = self.group else { return };
        let _ = kill_process_group(group, Signal::TERM);
        let asked = Instant::now();
        let pause = Duration::from_millis(20);
        while asked.elapsed() < GRACE {
            // The first process stays in its group until somebody has seen its end.
            let _ = tokio::time::timeout(pause, self.child.wait()).await;
            if test_kill_process_group(group).is_err() {
                self.group = None;
                return;
            }
            tokio::time::sleep(pause).await;
        }
        let _ = kill_process_group(group, Signal::KILL);
        self.group = None;
        let _ = tokio::time::timeout(GRACE, self.child.wait()).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}
