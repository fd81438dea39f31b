//! How an order ends: stored, deployed, given back, cancelled, settled by a person.

use super::decide::Which;
use super::order::{Desk, Order};
use crate::base::failure::{Failure, Kind};
use crate::cloud::Progress;
use crate::cloud::fence::Scope;
use crate::journal::event::{End, Event, Ids, Verdict};
use crate::journal::state::{Call, Deployment, Done, State};
use crate::store::NewCertificate;

impl Order<'_> {
    /// Puts certificate and key into the store, in one step.
    pub(super) async fn store(&mut self) -> Result<(), Failure> {
        let Some(issued) = self.state.issued.clone() else { return Ok(()) };
        if self.state.stored == Done::No {
            self.record(Event::Storing).await?;
        }
        let new = NewCertificate {
            certificate: issued.certificate,
            chain: issued.chain,
            key: self.issued_key()?.pem().clone(),
            names: self.plan.names.clone(),
            access: self.desk.access,
            now: self.desk.now.unwrap_or_else(jiff::Timestamp::now),
        };
        self.desk.store.put(&self.state.key, &new)?;
        self.record(Event::Stored).await
    }

    /// Tries every outstanding target. One failure stops no other.
    pub(super) async fn deploy(&mut self, targets: &[String]) -> Result<(), Failure> {
        let Some(stored) = self.desk.store.generation(&self.state.key)? else {
            let failure = Failure::new(Kind::Outstanding, "the certificate is not in the store of this machine");
            return Err(failure.remedy("Deploy it on the machine that stored it."));
        };
        let mut failed = Vec::new();
        for target in self.desk.targets.iter().filter(|target| targets.iter().any(|name| name == target.name())) {
            let name = target.name().to_owned();
            let before = match self.state.deployments.get(&name) {
                Some(Deployment::Done { state }) => Some(state.clone()),
                _ => None,
            };
            self.record(Event::Deploying { target: name.clone() }).await?;
            let allowed = self.allow(Scope::Deployment);
            let deployed = target.deploy(&stored, before.as_ref()).await;
            drop(allowed);
            match deployed {
                Ok(state) => self.record(Event::Deployed { target: name, state }).await?,
                Err(failure) => {
                    let why = failure.to_string();
                    self.record(Event::DeployFailed { target: name.clone(), why: why.clone() }).await?;
                    failed.push(format!("{name}: {why}"));
                }
            }
        }
        if failed.is_empty() {
            return Ok(());
        }
        let failure = Failure::new(Kind::Outstanding, format!("not deployed: {}", failed.join("; ")));
        Err(failure.remedy("The certificate is in the store. Every run tries again."))
    }

    pub(super) async fn close(&mut self, end: End, why: String) -> Result<(), Failure> {
        self.record(Event::Closed { end, why }).await
    }

    /// Gives a failed or cancelled order back, by the state that the service shows now.
    pub(super) async fn give_back(&mut self) -> Result<(), Failure> {
        let progress = match self.state.order {
            Call::NotSent => Progress::Withdrawn,
            _ => self.desk.cloud.poll(self.plan, &self.state.ids).await?,
        };
        let allowed = self.allow(Scope::Free);
        match progress {
            Progress::Failed(_) if self.desk.cloud.steps().returns => {
                self.desk.cloud.give_back(&self.state.ids).await?;
            }
            Progress::Withdrawn | Progress::Missing | Progress::Failed(_) => {}
            Progress::Waiting(_) | Progress::Proof(_) => self.desk.cloud.cancel(&self.state.ids).await?,
            Progress::Issued(certificate) => {
                drop(allowed);
                return self.issued(certificate).await;
            }
            Progress::Revoked => {
                drop(allowed);
                return self.close(End::Failed, "the certificate is revoked".to_owned()).await;
            }
        }
        drop(allowed);
        self.record(Event::Returned).await
    }

    /// Finds out what became of calls whose outcome is not known. Nothing is sent that changes anything.
    ///
    /// # Errors
    ///
    /// Of the kind [`Unknown`](Kind::Unknown) if nobody can tell.
    pub async fn find_out_all(&mut self) -> Result<(), Failure> {
        while self.state.unknown().is_some() {
            let which = if self.state.order.is_open() {
                Which::Order
            } else if self.state.submission.is_open() {
                Which::Submission
            } else {
                Which::Revocation
            };
            self.find_out(which).await?;
        }
        let open = !self.state.is_closed();
        if open && self.state.order == Call::Executed && !self.state.ids.contains_key(self.desk.cloud.id()) {
            self.find_id().await?;
        }
        Ok(())
    }

    /// Deploys a certificate again, also where it was deployed already.
    ///
    /// # Errors
    ///
    /// Of the kind [`Outstanding`](Kind::Outstanding) with all that failed; of the kind [`Invalid`](Kind::Invalid) if the order has no certificate.
    pub async fn deploy_again(&mut self, targets: &[String]) -> Result<(), Failure> {
        if self.state.stored != Done::Yes {
            let failure = Failure::new(Kind::Invalid, "the order has no stored certificate").at(&self.state.key);
            return Err(failure.remedy("Run `cloudcert resume` first."));
        }
        self.deploy(targets).await
    }

    /// Cancels an order that has no certificate yet.
    ///
    /// # Errors
    ///
    /// If it has a certificate, or nobody knows whether it was ordered; those of the calls.
    pub async fn cancel(&mut self) -> Result<(), Failure> {
        if self.state.is_closed() || self.state.issued.is_some() {
            let failure =
                Failure::new(Kind::Invalid, "the order has ended, or has its certificate").at(&self.state.key);
            return Err(failure.remedy("Revoke the certificate if you do not want it."));
        }
        self.find_out_all().await?;
        if self.state.presented != Done::No && self.state.cleaned != Done::Yes {
            self.clean().await?;
        }
        if self.state.returned == Done::No {
            self.record(Event::Returning).await?;
        }
        self.give_back().await?;
        if self.state.issued.is_some() {
            let failure = Failure::new(Kind::Refused, "the certificate was issued meanwhile").at(&self.state.key);
            return Err(failure.remedy("Run `cloudcert resume`, which stores it, or revoke it."));
        }
        self.close(End::Cancelled, "cancelled by a person".to_owned()).await
    }

    /// Records what a person says of a call that nobody could tell about, or of something that the cloud has already.
    ///
    /// # Errors
    ///
    /// If it was not committed.
    pub async fn resolve(&mut self, who: String, verdict: Verdict, ids: Ids, why: String) -> Result<(), Failure> {
        if verdict == Verdict::Executed && self.state.ids.is_empty() && !ids.contains_key(self.desk.cloud.id()) {
            let message = format!("an order that was executed has an id: name its {}", self.desk.cloud.id());
            return Err(Failure::new(Kind::Invalid, message).at(&self.state.key));
        }
        self.record(Event::Resolved { who, verdict, ids, why }).await
    }

    /// Gives an order up, whatever the cloud has. A person looks after it from now on.
    ///
    /// # Errors
    ///
    /// If it was not committed.
    pub async fn abandon(&mut self, why: String) -> Result<(), Failure> {
        self.close(End::Abandoned, why).await
    }
}

impl Desk<'_> {
    /// All orders of the journal.
    ///
    /// # Errors
    ///
    /// If one cannot be read.
    pub async fn states(&self) -> Result<Vec<State>, Failure> {
        let mut out = Vec::new();
        for key in self.journal.orders().await? {
            out.extend(State::of(&self.journal.events(&key).await?)?);
        }
        Ok(out)
    }
}
