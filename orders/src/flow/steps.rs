//! The steps of an order up to its certificate that may be repeated.

use super::order::Order;
use crate::base::failure::{Failure, Kind};
use crate::base::hex::hex;
use crate::base::machine::{self, Since};
use crate::cloud::fence::{Allowed, Scope};
use crate::cloud::plan::KeySource;
use crate::cloud::{Certificate, Progress};
use crate::journal::event::{Challenge, Event, Issued};
use crate::journal::state::Done;
use crate::keys::{self, Key, Subject};
use crate::proof::solver;
use cloudcert::pem::Bundle;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

impl Order<'_> {
    /// Makes the private key, or reads back that of a run that ended right after it.
    pub(super) async fn make_key(&mut self) -> Result<(), Failure> {
        let KeySource::Own(kind) = self.plan.key else { return Ok(()) };
        let path = self.key_path();
        let key = keys::obtain(kind, &path, &self.desk.watch)?;
        let csr = key.csr(&self.plan.names, &self.subject())?;
        let public_key = key.public_sha256();
        self.record(Event::Key { path: path.display().to_string(), public_key, csr }).await
    }

    fn key_path(&self) -> PathBuf {
        keys::path(&self.desk.folder, &self.state.key)
    }

    /// The organization in the certificate signing request, as far as the plan names it.
    fn subject(&self) -> Subject {
        let organization = &self.plan.organization;
        Subject {
            organisation: organization.company.clone(),
            department: organization.department.clone(),
            province: organization.province.clone(),
            city: organization.city.clone(),
            ..Subject::default()
        }
    }

    /// The key of the order, which is on the machine that opened it.
    pub(super) fn key(&self) -> Result<Option<Key>, Failure> {
        let Some(file) = &self.state.key_file else { return Ok(None) };
        let opened = &self.state.opened;
        if opened.machine != machine::id() {
            let message =
                format!("the private key of the order is on the machine `{}`, in {}", opened.machine_name, file.path);
            return Err(Failure::new(Kind::Unconfigured, message).remedy("Run it there. Nothing was ordered."));
        }
        let key = keys::read(Path::new(&file.path), &self.desk.watch)?;
        if key.public_sha256() != file.public_key {
            let message = format!("{} holds another private key than the one that was ordered with", file.path);
            return Err(Failure::new(Kind::Failed, message).remedy("Put the right one back. Nothing was ordered."));
        }
        Ok(Some(key))
    }

    /// The key of an order that was issued: its own, or that of the service, which was written down.
    pub(super) fn issued_key(&self) -> Result<Key, Failure> {
        match self.key()? {
            Some(own) => Ok(own),
            None => keys::read(&self.key_path(), &self.desk.watch),
        }
    }

    /// The certificate signing request, once its key was read back.
    pub(super) fn csr_with_its_key(&self) -> Result<Option<String>, Failure> {
        let key = self.key()?;
        Ok(key.and(self.state.key_file.as_ref()).map(|file| file.csr.clone()))
    }

    /// Sets a bought instance aside that no open order has.
    pub(super) async fn reserve(&mut self) -> Result<(), Failure> {
        let states = self.desk.states().await?;
        let open = states.into_iter().filter(|state| state.key != self.state.key && !state.is_closed());
        let taken = open.filter_map(|state| state.instance).collect();
        let reserved = self.desk.cloud.reserve(self.plan, &taken).await?;
        if taken.contains(&reserved.instance) {
            let message = format!("the instance {} belongs to another open order", reserved.instance);
            return Err(Failure::new(Kind::Invalid, message).remedy("Name another one, or finish that order first."));
        }
        self.record(Event::Reserved { instance: reserved.instance, before: reserved.before }).await
    }

    pub(super) async fn draft(&mut self) -> Result<(), Failure> {
        let csr = self.csr_with_its_key()?;
        self.desk.cloud.draft(self.plan, csr.as_deref(), &self.state.ids).await?;
        self.record(Event::Drafted).await
    }

    /// Asks how far the order is. Waits if it goes on and the run has time.
    pub(super) async fn poll(&mut self) -> Result<(), Failure> {
        match self.desk.cloud.poll(self.plan, &self.state.ids).await? {
            Progress::Waiting(why) => self.wait(&why).await,
            Progress::Missing => self.wait("the service does not show the order yet").await,
            Progress::Proof(challenges) if challenges != self.state.challenges => {
                self.record(Event::Proof { challenges }).await
            }
            Progress::Proof(challenges) => {
                self.publish_by_hand(&challenges);
                self.wait("the domain is not proved yet").await
            }
            Progress::Issued(certificate) => self.issued(certificate).await,
            Progress::Failed(why) => self.fail(&why).await,
            Progress::Withdrawn => self.fail("the order was withdrawn at the service").await,
            Progress::Revoked => self.fail("the certificate is revoked").await,
        }
    }

    async fn wait(&self, why: &str) -> Result<(), Failure> {
        self.desk.listener.waiting(&self.state.key, why);
        if self.has(self.desk.interval) {
            tokio::time::sleep(self.desk.interval).await;
            return Ok(());
        }
        let failure = Failure::new(Kind::Waiting, format!("the order is not done yet: {why}"));
        Err(failure.remedy("Run it again: it goes on waiting, and orders nothing."))
    }

    /// Publishes the proof. Whatever publishes it may be called twice with the same.
    pub(super) async fn present(&mut self) -> Result<(), Failure> {
        if self.state.presented == Done::No {
            self.record(Event::Presenting).await?;
        }
        let challenges = self.state.challenges.clone();
        let context = self.context();
        let mut states = Vec::new();
        self.publish_by_hand(&challenges);
        for challenge in &challenges {
            self.desk.watch.reach("before present");
            states.push(self.desk.solver.present(&context, challenge).await?);
            self.desk.watch.reach("after present");
        }
        self.record(Event::Presented { states }).await
    }

    /// Shows what a person has to publish.
    fn publish_by_hand(&self, challenges: &[Challenge]) {
        let solver = self.desk.solver;
        let by_hand: Vec<Challenge> = challenges.iter().filter(|one| solver.is_manual(one)).cloned().collect();
        if !by_hand.is_empty() {
            self.desk.listener.publish(&self.state.key, &by_hand);
        }
    }

    /// Takes the proof away. A failure is told and stops nothing: the certificate is there.
    pub(super) async fn clean(&mut self) -> Result<(), Failure> {
        if self.state.cleaned == Done::No {
            self.record(Event::Cleaning).await?;
        }
        let context = self.context();
        let mut failed = None;
        let nothing = Value::Null;
        let states = self.state.states.iter().chain(std::iter::repeat(&nothing));
        let pairs: Vec<(Challenge, Value)> = self.state.challenges.iter().cloned().zip(states.cloned()).collect();
        for (challenge, state) in &pairs {
            self.desk.watch.reach("before cleanup");
            if let Err(failure) = self.desk.solver.cleanup(&context, challenge, state).await {
                if failure.kind() == Kind::NotNow {
                    return Err(failure);
                }
                self.desk.listener.advice(&self.state.key, &format!("the proof could not be taken away: {failure}"));
                failed = Some(failure.message().to_owned());
            }
            self.desk.watch.reach("after cleanup");
        }
        self.record(Event::Cleaned { failed }).await
    }

    fn context(&self) -> solver::Context {
        solver::Context {
            certificate: self.plan.name.clone(),
            names: self.plan.names.clone(),
            attempt: self.state.attempts.max(1),
        }
    }

    /// The certificate is there. Its key is read back, or written down first if the service made it.
    pub(super) async fn issued(&mut self, certificate: Certificate) -> Result<(), Failure> {
        let damaged = |error: &dyn std::fmt::Display| {
            let failure =
                Failure::new(Kind::Failed, format!("the service returned something else than a certificate: {error}"));
            failure.remedy("Download it in the console. Nothing is ordered again.")
        };
        let bundle = Bundle::read(&certificate.texts).map_err(|error| damaged(&error))?;
        let leaf = &bundle.certificate;
        let key = match (self.key()?, certificate.key) {
            (Some(own), _) => own,
            (None, Some(key)) => {
                keys::keep(&self.key_path(), key.expose(), &self.desk.watch)?;
                keys::read(&self.key_path(), &self.desk.watch)?
            }
            (None, None) => {
                let failure = Failure::new(Kind::Failed, "the service returned no private key, and none is here");
                return Err(failure.remedy("Put it where the certificate was ordered, or download it in the console."));
            }
        };
        if !key.fits(leaf)? {
            let failure =
                Failure::new(Kind::Failed, "the certificate was not issued for the private key of this order");
            return Err(
                failure.remedy("It may be that of another order: look at the service. Nothing is ordered again.")
            );
        }
        let time = |time: Option<std::time::SystemTime>| {
            let time = time.and_then(|time| jiff::Timestamp::try_from(time).ok());
            time.ok_or_else(|| damaged(&"its dates cannot be read"))
        };
        let issued = Issued {
            fingerprint: fingerprint(leaf).ok_or_else(|| damaged(&"its text cannot be read"))?,
            not_before: time(bundle.not_before())?,
            not_after: time(bundle.not_after())?,
            certificate: leaf.clone(),
            chain: bundle.chain.concat(),
            key_of_service: self.state.key_file.is_none(),
        };
        self.record(Event::Issued(Box::new(issued))).await
    }

    /// What follows a failure at the service: the proof is taken away, and what can be given back is.
    async fn fail(&mut self, why: &str) -> Result<(), Failure> {
        if self.state.presented != Done::No && self.state.cleaned != Done::Yes {
            self.clean().await?;
        }
        if self.desk.cloud.steps().returns {
            self.desk.listener.advice(&self.state.key, why);
            self.record(Event::Returning).await?;
            return self.give_back().await;
        }
        self.close(crate::journal::event::End::Failed, why.to_owned()).await
    }

    /// Allows calls that order nothing while something that was announced is done.
    pub(super) fn allow(&self, scope: Scope) -> Allowed {
        self.desk.cloud.session().fence.allow(scope, vec![self.lock.clone()], Since::now())
    }
}

/// SHA-256 of a certificate in PEM.
fn fingerprint(pem: &str) -> Option<String> {
    let (_, der) = cloudcert::pem::first_section(pem.as_bytes()).ok()?;
    Some(hex(&Sha256::digest(der)))
}
