//! A machine and a cloud of their own, and the processes that meet there.

use super::child::{End, Flow, JOB, Job, Outcome, Task};
use super::endpoint::{self, Counted};
use super::postgres::Cluster;
use cloudcert_emulator::Handle;
use std::process::{Child, Command, Stdio};

/// What the processes of a case share.
pub(crate) struct Place {
    pub(crate) flow: Flow,
    pub(crate) cloud: Handle,
    folder: tempfile::TempDir,
    pub(crate) database: Option<String>,
}

impl Place {
    /// With a journal in a file, or in a new database of a server.
    pub(crate) fn new(flow: Flow, server: Option<&Cluster>) -> Self {
        let database = server.map(|server| server.config(&server.database()));
        Self { flow, cloud: endpoint::start(flow, None), folder: tempfile::tempdir().unwrap(), database }
    }

    /// With a journal in a file, and an endpoint where things go wrong at random.
    pub(crate) fn in_chaos(flow: Flow, seed: u64) -> Self {
        Self { cloud: endpoint::start(flow, Some(seed)), ..Self::new(flow, None) }
    }

    /// The job of a process here.
    pub(crate) fn job(&self, task: Task, end: End) -> Job {
        Job {
            flow: self.flow,
            task,
            name: "www".to_owned(),
            account: "100".to_owned(),
            endpoint: self.cloud.url().to_owned(),
            folder: self.folder.path().into(),
            database: self.database.clone(),
            end,
            pace: None,
        }
    }

    /// Runs a process to its end. `None` if it was killed.
    pub(crate) fn run(&self, task: Task, end: End) -> Option<Outcome> {
        finish(start(&self.job(task, end)))
    }

    /// Runs processes until nothing is left to do, or nothing changes any more: a timer starts one after the other.
    pub(crate) fn settle(&self, task: Task, most: u32) -> (Outcome, u32) {
        let mut runs = 0;
        loop {
            runs += 1;
            let outcome = self.run(task, End::Itself).expect("a run that was not killed has a result");
            if [0, 5].contains(&outcome.exit) || runs == most {
                return (outcome, runs);
            }
        }
    }

    pub(crate) fn counted(&self) -> Counted {
        endpoint::counted(&self.cloud, self.flow)
    }
}

/// Starts a process.
pub(crate) fn start(job: &Job) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(JOB, serde_json::to_string(job).unwrap());
    command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap()
}

/// Waits for the end of a process. `None` if it was killed.
pub(crate) fn finish(child: Child) -> Option<Outcome> {
    serde_json::from_slice(&child.wait_with_output().unwrap().stdout).ok()
}
