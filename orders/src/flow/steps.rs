//! The steps of an order up to its certificate that may be repeated.

use super::order::Order;
use crate::base::failure::{Failure, Kind};
use crate::base::hex::fingerprint;
use crate::base::machine::{self, Since};
use crate::base::text::Text;
use crate::base::watch::Watched;
use crate::cloud::fence::{Allowed, Scope};
use crate::cloud::plan::KeySource;
use crate::cloud::{Certificate, Held, Progress};
use crate::journal::event::{Challenge, Event, Issued, Purpose};
use crate::journal::state::{Done, State, newest};
use crate::keys::{self, Key, Subject};
use crate::proof::solver;
use cloudcert::pem::Bundle;
use serde_json::Value;
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
            country: organization.country.clone(),
            province: organization.province.clone(),
            city: organization.city.clone(),
        }
    }

    /// The key of the order, which is on the machine that opened it.
    pub(super) fn key(&self) -> Result<Option<Key>, Failure> {
        key_of(&self.state, &self.desk.watch)
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

    /// Sets something aside that no open order has: a bought instance, or the certificate that is extended.
    pub(super) async fn reserve(&mut self) -> Result<(), Failure> {
        let states = self.desk.states().await?;
        let held = newest(&states, &self.plan.name).map(|(holder, issued)| Held {
            ids: holder.ids.clone(),
            main: holder.opened.names.first().cloned().unwrap_or_default(),
            fingerprint: issued.fingerprint.clone(),
        });
        let open = states.into_iter().filter(|state| state.key != self.state.key && !state.is_closed());
        let taken = open.filter_map(|state| state.instance).collect();
        let reserved = self.cloud().reserve(self.plan, &taken, held.as_ref()).await?;
        if taken.contains(&reserved.instance) {
            let message = text!("{} belongs to another open order", "{} 属于另一未完成的订单", reserved.instance);
            return Err(Failure::new(Kind::Invalid, message)
                .remedy(text!("Name another one, or finish that order first.", "请另行指定，或先完成该订单。")));
        }
        self.record(Event::Reserved { instance: reserved.instance, before: reserved.before }).await
    }

    pub(super) async fn draft(&mut self) -> Result<(), Failure> {
        let csr = self.csr_with_its_key()?;
        self.cloud().draft(self.plan, csr.as_deref(), &self.state.ids).await?;
        self.record(Event::Drafted).await
    }

    /// Asks how far the order is. Waits if it goes on and the run has time.
    pub(super) async fn poll(&mut self) -> Result<(), Failure> {
        match self.cloud().poll(self.plan, &self.state.ids).await? {
            Progress::Waiting(why) => self.wait(&why).await,
            Progress::Missing => {
                self.wait(&text!("the service does not show the order yet", "服务尚未显示该订单")).await
            }
            Progress::Proof(challenges) if challenges != self.state.challenges => {
                self.record(Event::Proof { challenges }).await
            }
            Progress::Proof(challenges) => {
                self.publish_by_hand(&challenges);
                self.look().await;
                self.wait(&text!("the domain is not proved yet", "域名尚未通过验证")).await
            }
            Progress::Issued(certificate) => self.issued(certificate).await,
            Progress::Failed(why) => self.fail(&why).await,
            Progress::Withdrawn => {
                self.fail(&text!("the order was withdrawn at the service", "订单已在云上撤回")).await
            }
            Progress::Revoked => self.fail(&text!("the certificate is revoked", "证书已吊销")).await,
        }
    }

    async fn wait(&self, why: &Text) -> Result<(), Failure> {
        self.desk.listener.waiting(&self.state.key, why);
        if self.has(self.desk.interval) {
            tokio::time::sleep(self.desk.interval).await;
            return Ok(());
        }
        let failure =
            Failure::new(Kind::Waiting, text!("the order is not done yet: {why}", "订单尚未完成：{why}"; why));
        Err(failure.remedy(text!(
            "Run it again: it goes on waiting, and orders nothing.",
            "请再次运行：会继续等待，不会再次订购。"
        )))
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
        self.record(Event::Presented { states }).await?;
        // What a person publishes is not there yet.
        if !challenges.iter().any(|challenge| self.desk.solver.is_manual(challenge)) {
            self.look().await;
        }
        Ok(())
    }

    /// The proofs that a person publishes.
    fn by_hand(&self, challenges: &[Challenge]) -> Vec<Challenge> {
        let solver = self.desk.solver;
        challenges.iter().filter(|one| solver.is_manual(one)).cloned().collect()
    }

    /// Shows what a person has to publish.
    fn publish_by_hand(&self, challenges: &[Challenge]) {
        let by_hand = self.by_hand(challenges);
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
                let (what, failure) = (failure.what().clone(), failure.whole());
                self.desk.listener.advice(
                    &self.state.key,
                    &text!("the proof could not be taken away: {failure}", "无法移除域名验证信息：{failure}"; failure),
                );
                failed = Some(what);
            }
            self.desk.watch.reach("after cleanup");
        }
        let by_hand = self.by_hand(&self.state.challenges);
        if !by_hand.is_empty() {
            self.desk.listener.withdraw(&self.state.key, &by_hand);
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
        let damaged = |error: &Text| {
            let failure = Failure::new(
                Kind::Failed,
                text!("the service returned something else than a certificate: {error}", "服务返回的不是证书：{error}"; error),
            );
            failure.remedy(text!(
                "Download it in the console. Nothing is ordered again.",
                "请在控制台下载。不会再次订购。"
            ))
        };
        let bundle = Bundle::read(&certificate.texts).map_err(|error| damaged(&Text::quote(error.to_string())))?;
        let leaf = &bundle.certificate;
        let key = match (self.key()?, certificate.key) {
            (Some(own), _) => own,
            (None, Some(key)) => {
                keys::keep(&self.key_path(), key.expose(), &self.desk.watch)?;
                keys::read(&self.key_path(), &self.desk.watch)?
            }
            (None, None) => {
                let failure = Failure::new(
                    Kind::Failed,
                    text!("the service returned no private key, and none is here", "服务未返回私钥，本机也没有"),
                );
                // Only an order that a person took over has no key of its own here.
                let name = &self.plan.name;
                let remedy = match self.state.ids.get(self.desk.cloud.id()) {
                    Some(id) if self.state.opened.purpose == Purpose::Adopt => text!(
                        "Run `cloudcert adopt {name}` for {id} again, with `--key FILE`: the order takes the private key.",
                        "请再次对 {id} 运行 `cloudcert adopt {name}`，并加 `--key 文件`：该订单会采用此私钥。"
                    ),
                    _ => text!(
                        "Put it where the certificate was ordered, or download it in the console.",
                        "请放回订购时的位置，或在控制台下载。"
                    ),
                };
                return Err(failure.remedy(remedy));
            }
        };
        if !key.fits(leaf)? {
            let failure = Failure::new(
                Kind::Failed,
                text!("the certificate was not issued for the private key of this order", "证书与此订单的私钥不匹配"),
            );
            return Err(failure.remedy(text!(
                "It may be that of another order: look at the service. Nothing is ordered again.",
                "它可能属于另一订单，请到云上核实。不会再次订购。"
            )));
        }
        let time = |time: Option<std::time::SystemTime>| {
            let time = time.and_then(|time| jiff::Timestamp::try_from(time).ok());
            time.ok_or_else(|| damaged(&text!("its dates cannot be read", "无法读取其日期")))
        };
        let issued = Issued {
            fingerprint: fingerprint(leaf)
                .ok_or_else(|| damaged(&text!("its text cannot be read", "无法读取其内容")))?,
            not_before: time(bundle.not_before())?,
            not_after: time(bundle.not_after())?,
            certificate: leaf.clone(),
            chain: bundle.chain.concat(),
            key_of_service: self.state.key_file.is_none(),
        };
        self.record(Event::Issued(Box::new(issued))).await
    }

    /// What follows a failure at the service: the proof is taken away, and what can be given back is.
    async fn fail(&mut self, why: &Text) -> Result<(), Failure> {
        if self.state.presented != Done::No && self.state.cleaned != Done::Yes {
            self.clean().await?;
        }
        if self.cloud().steps().returns {
            self.desk.listener.advice(&self.state.key, why);
            self.record(Event::Returning).await?;
            return self.give_back().await;
        }
        self.close(crate::journal::event::End::Failed, why.clone()).await
    }

    /// Allows calls that order nothing while something that was announced is done.
    pub(super) fn allow(&self, scope: Scope) -> Allowed {
        self.cloud().session().fence.allow(scope, vec![self.lock.clone()], Since::now())
    }
}

/// Reads the private key of an order, if it has one of its own and this is the machine that made it.
///
/// # Errors
///
/// Of the kind [`Unconfigured`](Kind::Unconfigured) if another machine has it, otherwise if it cannot be read or is another one.
pub fn key_of(state: &State, watched: &Watched) -> Result<Option<Key>, Failure> {
    let Some(file) = &state.key_file else { return Ok(None) };
    let opened = &state.opened;
    if opened.machine != machine::id() {
        let message = text!(
            "the private key of the order is on the machine `{}`, in {}",
            "订单的私钥在机器 `{}` 上，路径为 {}",
            opened.machine_name,
            file.path
        );
        return Err(Failure::new(Kind::Unconfigured, message)
            .remedy(text!("Run it there. Nothing was ordered.", "请在该机器上运行。未订购。")));
    }
    let key = keys::read(Path::new(&file.path), watched)?;
    if key.public_sha256() != file.public_key {
        let message = text!(
            "{} holds another private key than the one that was ordered with",
            "{} 中的私钥不是订购时使用的私钥",
            file.path
        );
        return Err(Failure::new(Kind::Failed, message)
            .remedy(text!("Put the right one back. Nothing was ordered.", "请恢复正确的私钥。未订购。")));
    }
    Ok(Some(key))
}
