//! A machine and a cloud of their own, and the processes that meet there.

use super::child::{End, Flow, JOB, Job, Outcome, Task};
use super::endpoint::{self, Counted};
use super::postgres::Cluster;
use cloudcert_emulator::Handle;
use std::process::{Child, Command, Stdio};

/// The server that has the journals; `None` if they are files.
pub(crate) type Server = Option<&'static Cluster>;

/// What the processes of a case share.
pub(crate) struct Place {
    pub(crate) flow: Flow,
    pub(crate) cloud: Handle,
    folder: tempfile::TempDir,
    server: Server,
    /// The name of its database.
    pub(crate) database: Option<String>,
}

impl Drop for Place {
    fn drop(&mut self) {
        // Thousands of them would fill the disk.
        if let (Some(server), Some(database)) = (self.server, &self.database) {
            let _ = server.sql("postgres", &format!("DROP DATABASE {database} WITH (FORCE)"));
        }
    }
}

impl Place {
    /// With a journal in a file, or in a new database of a server.
    pub(crate) fn new(flow: Flow, server: Server) -> Self {
        Self::at(endpoint::start(flow, None), flow, server)
    }

    /// With a journal in a file, and an endpoint where things go wrong at random.
    pub(crate) fn in_chaos(flow: Flow, seed: u64) -> Self {
        Self::at(endpoint::start(flow, Some(seed)), flow, None)
    }

    fn at(cloud: Handle, flow: Flow, server: Server) -> Self {
        let database = server.map(Cluster::database);
        Self { flow, cloud, folder: tempfile::tempdir().unwrap(), server, database }
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
            database: self.server.zip(self.database.as_ref()).map(|(server, name)| server.config(name)),
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
