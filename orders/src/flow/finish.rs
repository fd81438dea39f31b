//! How an order ends: stored, deployed, given back, cancelled, settled by a person.

use super::decide::Which;
use super::order::{Desk, Order};
use crate::base::failure::{Failure, Kind};
use crate::base::text::Text;
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
        // It blocks for the time of some syncs. On another thread it would go on when this future is dropped, without the lock that it needs.
        self.desk.store.put(&self.state.key, &new)?;
        self.record(Event::Stored).await
    }

    /// Tries every outstanding target. One failure stops no other.
    pub(super) async fn deploy(&mut self, targets: &[String]) -> Result<(), Failure> {
        let Some(stored) = self.desk.store.generation(&self.state.key)? else {
            let failure = Failure::new(
                Kind::Outstanding,
                text!("the certificate is not in the store of this machine", "本机没有保存此证书"),
            );
            return Err(
                failure.remedy(text!("Deploy it on the machine that stored it.", "请在保存该证书的机器上部署。"))
            );
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
                    let why = failure.whole();
                    self.record(Event::DeployFailed { target: name.clone(), why: why.clone() }).await?;
                    failed.push(why.map(|why| format!("{name}: {why}")));
                }
            }
        }
        if failed.is_empty() {
            return Ok(());
        }
        let failed = Text::join(&failed, &text!("; ", "；"));
        let failure = Failure::new(Kind::Outstanding, text!("not deployed: {failed}", "未部署：{failed}"; failed));
        Err(failure.remedy(text!(
            "The certificate is in the store. Every run tries again.",
            "证书已保存。每次运行都会重试部署。"
        )))
    }

    pub(super) async fn close(&mut self, end: End, why: Text) -> Result<(), Failure> {
        self.record(Event::Closed { end, why }).await
    }

    /// Gives a failed or cancelled order back, by the state that the service shows now.
    pub(super) async fn give_back(&mut self) -> Result<(), Failure> {
        let progress = match (&self.state.order, &self.state.submission) {
            // Bought instances are never ordered: what the service has of them is their submission.
            (Call::NotSent, Call::NotSent) => Progress::Withdrawn,
            _ => self.cloud().poll(self.plan, &self.state.ids).await?,
        };
        let allowed = self.allow(Scope::Free);
        match progress {
            Progress::Failed(_) if self.cloud().steps().returns => {
                self.cloud().give_back(&self.state.ids).await?;
            }
            Progress::Withdrawn | Progress::Missing | Progress::Failed(_) => {}
            Progress::Waiting(_) | Progress::Proof(_) => {
                if let Err(failure) = self.cloud().cancel(&self.state.ids).await {
                    drop(allowed);
                    return Err(self.goes_on(failure).await);
                }
            }
            Progress::Issued(certificate) => {
                drop(allowed);
                return self.issued(certificate).await;
            }
            Progress::Revoked => {
                drop(allowed);
                return self.close(End::Failed, text!("the certificate is revoked", "证书已吊销")).await;
            }
        }
        drop(allowed);
        self.record(Event::Returned).await
    }

    /// The service does not let an order be withdrawn, so it goes on: it may be paid for.
    async fn goes_on(&mut self, failure: Failure) -> Failure {
        if failure.kind() != Kind::Refused {
            return failure;
        }
        let (code, message) = (failure.service_code().map(str::to_owned), failure.what().clone());
        match self.record(Event::Refused { code, message, last: false }).await {
            Ok(()) => failure,
            Err(unwritten) => unwritten,
        }
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
        if open && self.state.order == Call::Executed && !self.state.ids.contains_key(self.cloud().id()) {
            self.find_id().await?;
        }
        Ok(())
    }

    /// Cancels an order that has no certificate yet.
    ///
    /// # Errors
    ///
    /// If it has a certificate, or nobody knows whether it was ordered; those of the calls.
    pub async fn cancel(&mut self) -> Result<(), Failure> {
        if self.state.is_closed() || self.state.issued.is_some() {
            let failure = Failure::new(
                Kind::Invalid,
                text!("the order has ended, or has its certificate", "订单已结束，或已有证书"),
            )
            .at(&self.state.key);
            return Err(
                failure.remedy(text!("Revoke the certificate if you do not want it.", "若不需要该证书，请吊销。"))
            );
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
            let name = &self.state.key.certificate;
            let failure =
                Failure::new(Kind::Refused, text!("the certificate was issued meanwhile", "证书已在此期间签发"))
                    .at(&self.state.key);
            return Err(failure.remedy(text!(
                "Run `cloudcert resume {name}`, which stores it, or revoke it.",
                "请运行 `cloudcert resume {name}` 保存证书，或将其吊销。"
            )));
        }
        self.close(End::Cancelled, text!("cancelled by a person", "由人工取消")).await
    }

    /// Records what a person says of a call that nobody could tell about, or of something that the cloud has already.
    ///
    /// # Errors
    ///
    /// If it was not committed; of the kind [`Invalid`](Kind::Invalid) if an order that was executed gets no id, or another one than it has.
    pub async fn resolve(&mut self, who: String, verdict: Verdict, ids: Ids, why: String) -> Result<(), Failure> {
        let id = self.cloud().id();
        if verdict == Verdict::Executed && !self.state.ids.contains_key(id) && !ids.contains_key(id) {
            let message =
                text!("an order that was executed has an id: name its {id}", "已执行的订单有编号：请提供其 {id}");
            return Err(Failure::new(Kind::Invalid, message).at(&self.state.key));
        }
        let other =
            ids.iter().find_map(|(name, id)| Some((self.state.ids.get(name).filter(|known| *known != id)?, id)));
        if let Some((known, id)) = other {
            let message = text!("the order has the id {known}, and not {id}", "订单的编号是 {known}，而不是 {id}");
            return Err(Failure::new(Kind::Invalid, message).at(&self.state.key).remedy(text!(
                "Name {known}, or look which order you mean.",
                "请提供 {known}，或核实您指的是哪个订单。"
            )));
        }
        self.record(Event::Resolved { who, verdict, ids, why: Text::quote(why) }).await
    }

    /// Gives an order up, whatever the cloud has. A person looks after it from now on.
    ///
    /// # Errors
    ///
    /// If it was not committed.
    pub async fn abandon(&mut self, why: String) -> Result<(), Failure> {
        self.close(End::Abandoned, Text::quote(why)).await
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
