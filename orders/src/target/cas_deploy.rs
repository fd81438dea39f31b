//! Deployment jobs of CAS, API version 2020-04-07: certificates onto load balancers, CDNs and so on.

use crate::base::failure::{Failure, Kind};
use crate::base::task::Task;
use crate::store::Stored;
use crate::target::cas_upload::CasUpload;
use crate::target::deploy::Target;
use crate::target::service::{failed, named};
use cloudcert::Outcome;
use cloudcert::aliyun_cas::v2020_04_07::Client;
use cloudcert::aliyun_cas::v2020_04_07::types::{CertId, DeploymentJobId, DeploymentJobStatus, DeploymentJobType};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Uploads certificates to CAS and deploys them to cloud resources by a job.
///
/// A generation has one job, whose name tells its fingerprint: it is looked for before one is made, so that none is made twice. A job that was
/// started counts against the deployments that the account has bought, so it is started once. The state has `CertId` and `JobId`.
#[derive(Debug, Clone)]
pub struct CasDeploy {
    /// What uploads the certificates. Its name is the name of this target.
    pub upload: CasUpload,
    /// Whether the resources are those of Alibaba Cloud or of several clouds.
    pub several_clouds: bool,
    /// The cloud resources, by the ids of `ListCloudResources`.
    pub resources: Vec<i64>,
    /// The contacts, by the ids of `ListContact`.
    pub contacts: Vec<i64>,
    /// How long one run waits for the end of the job. The next one goes on.
    pub patience: Duration,
    /// The pause between two looks at the job.
    pub interval: Duration,
}

impl Target for CasDeploy {
    fn name(&self) -> &str {
        &self.upload.name
    }

    fn deploy<'a>(&'a self, stored: &'a Stored, previous: Option<&'a Value>) -> Task<'a, Value> {
        Box::pin(async move {
            if self.resources.is_empty() || self.contacts.is_empty() {
                let failure = Failure::new(Kind::Unconfigured, "the target names no cloud resources or no contacts");
                return Err(failure.at(self.name()).remedy("Name ids of `ListCloudResources` and of `ListContact`."));
            }
            let certificate = self.upload.upload(stored).await?;
            let job = match known(stored, previous) {
                Some(job) => job,
                None => self.job(stored, certificate).await?,
            };
            self.run(job).await?;
            let (certificate, job) = (certificate.to_string(), job.to_string());
            Ok(json!({ "CertId": certificate, "JobId": job, "fingerprint": stored.fingerprint }))
        })
    }
}

/// The job of the recorded state, if it is that of this generation.
fn known(stored: &Stored, previous: Option<&Value>) -> Option<DeploymentJobId> {
    let previous = previous.filter(|state| state.get("fingerprint") == Some(&json!(stored.fingerprint)))?;
    let id: i64 = previous.get("JobId")?.as_str()?.parse().ok()?;
    Some(id.into())
}

impl CasDeploy {
    fn client(&self) -> &Client {
        &self.upload.client
    }

    fn kind(&self) -> DeploymentJobType {
        if self.several_clouds { DeploymentJobType::Cloud } else { DeploymentJobType::User }
    }

    fn failed(&self, error: &cloudcert::Error) -> Failure {
        failed(self.name(), error)
    }

    fn unknown(&self, what: &str, outcome: &Outcome) -> Failure {
        let failure = Failure::new(Kind::NotNow, format!("nobody can tell whether the job was {what}: {outcome}"));
        failure.at(self.name()).remedy("The next run looks for the job again before it does anything.")
    }

    /// The job of a generation, made if there is none.
    async fn job(&self, stored: &Stored, certificate: CertId) -> Result<DeploymentJobId, Failure> {
        let mark: String = stored.fingerprint.chars().take(16).collect();
        let name = format!("{}-{mark}", named(&format!("{}-{}", stored.order.certificate, stored.order.cycle), 1, 40));
        let mut jobs = self.client().list_deployment_job().job_type(self.kind()).items();
        while let Some(job) = jobs.next().await {
            let job = job.map_err(|error| self.failed(&error))?;
            if let (Some(found), Some(id)) = (&job.name, job.id)
                && *found == name
            {
                return Ok(id);
            }
        }
        let call = self.client().create_deployment_job().name(name).job_type(self.kind()).cert_ids([certificate]);
        let call = call.resource_ids(self.resources.iter().copied()).contact_ids(self.contacts.iter().copied());
        let guarded = call.guard().await.map_err(|error| self.failed(&error))?;
        match guarded.send().await {
            Ok(response) => Ok(response.job_id),
            Err(error) if error.outcome_unknown() => {
                let outcome = guarded.find_out().await.map_err(|error| self.failed(&error))?;
                match guarded.found().as_slice() {
                    [job] if matches!(outcome, Outcome::Executed { .. }) => {
                        job.id.ok_or_else(|| self.unknown("made", &outcome))
                    }
                    _ => Err(self.unknown("made", &outcome)),
                }
            }
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// Starts a job that nobody has started, and waits for its end.
    async fn run(&self, job: DeploymentJobId) -> Result<(), Failure> {
        let started = Instant::now();
        let mut status = self.status(job).await?;
        if status == Some(DeploymentJobStatus::Editing) {
            self.start(job).await?;
            status = self.status(job).await?;
        }
        loop {
            match status {
                Some(DeploymentJobStatus::Success) => return Ok(()),
                Some(DeploymentJobStatus::Error) => {
                    let failure = Failure::new(Kind::Failed, format!("the deployment job {job} has failed"));
                    let remedy = "`ListWorkerResource` shows where. Correct that and start the workers again, or delete the job: the next run \
                        makes a new one, which counts against the deployments that were bought.";
                    return Err(failure.at(self.name()).remedy(remedy));
                }
                _ => {}
            }
            if started.elapsed() + self.interval > self.patience {
                let failure = Failure::new(Kind::Waiting, format!("the deployment job {job} is under way"));
                return Err(failure.at(self.name()).remedy("The next run looks at it again."));
            }
            tokio::time::sleep(self.interval).await;
            status = self.status(job).await?;
        }
    }

    /// Starts a job, once.
    async fn start(&self, job: DeploymentJobId) -> Result<(), Failure> {
        let call = self.client().update_deployment_job_status().job_id(job).status(DeploymentJobStatus::Pending);
        let guarded = call.guard().await.map_err(|error| self.failed(&error))?;
        match guarded.send().await {
            Ok(_) => Ok(()),
            Err(error) if error.outcome_unknown() => {
                let outcome = guarded.find_out().await.map_err(|error| self.failed(&error))?;
                match outcome {
                    Outcome::Executed { .. } => Ok(()),
                    other => Err(self.unknown("started", &other)),
                }
            }
            Err(error) => Err(self.failed(&error)),
        }
    }

    async fn status(&self, job: DeploymentJobId) -> Result<Option<DeploymentJobStatus>, Failure> {
        let shown = self.client().describe_deployment_job().job_id(job).send().await;
        Ok(shown.map_err(|error| self.failed(&error))?.status)
    }
}
