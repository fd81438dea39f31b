//! Calls that must not be made twice: announced, committed, sent, recorded. What was lost is found out.

use super::decide::Which;
use super::order::Order;
use crate::base::failure::{Failure, Kind};
use crate::base::machine::{self, Moment, SKEW, Since};
use crate::base::text::Text;
use crate::cloud::Listed;
use crate::cloud::fence::Scope;
use crate::cloud::purchase::{Purchase, Sent};
use crate::journal::event::{Event, Verdict};
use crate::journal::state::{Announced, Call};
use crate::journal::{Lock, LockName};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Order<'_> {
    /// Orders, after another probe: an old one is worth nothing.
    pub(super) async fn order(&mut self, attempt: u32) -> Result<(), Failure> {
        let csr = self.csr_with_its_key()?;
        let account = self.lock_account().await?;
        let purchase = self.cloud().order(self.plan, csr.as_deref(), &self.state.ids)?;
        let mut purchase = self.paced(purchase);
        let saved = purchase.look().await?;
        self.record(Event::Looked { saved }).await?;
        self.confirm(&account).await?;
        let (since, moment, machine) = (Since::now(), Moment::now(), machine::id());
        let (action, request) = (purchase.action().to_owned(), purchase.shown());
        self.record(Event::Sending { action, request, attempt, moment: moment.clone(), machine }).await?;
        self.send(purchase, (since, moment), vec![self.lock.clone(), account]).await
    }

    /// Submits, after another probe.
    pub(super) async fn submit(&mut self) -> Result<(), Failure> {
        if std::mem::replace(&mut self.submitted, true) {
            return Err(Failure::new(Kind::NotNow, text!("the submission was surely not executed", "提交确定未执行"))
                .remedy(text!("Run it again later.", "请稍后再次运行。")));
        }
        let csr = self.csr_with_its_key()?;
        let purchase = self.cloud().submission(self.plan, csr.as_deref(), &self.state.ids)?;
        let mut purchase = self.paced(purchase);
        let saved = purchase.look().await?;
        self.lock.confirm().await?;
        let (since, moment, action) = (Since::now(), Moment::now(), purchase.action().to_owned());
        self.record(Event::Submitting { action, saved, attempt: 1, moment: moment.clone() }).await?;
        self.send(purchase, (since, moment), vec![self.lock.clone()]).await
    }

    /// Revokes the certificate of a closed order.
    ///
    /// # Errors
    ///
    /// If it has none, it was revoked already, or nobody can tell whether it was.
    pub async fn revoke(&mut self, reason: &str) -> Result<(), Failure> {
        match &self.state.revocation {
            Call::Executed => return Ok(()),
            Call::Open(_) | Call::Ambiguous { .. } => return self.find_out(Which::Revocation).await,
            Call::NotSent | Call::Refused { .. } if self.state.issued.is_some() => {}
            _ => {
                let failure = Failure::new(
                    Kind::Invalid,
                    text!("the order has no certificate that could be revoked", "订单没有可吊销的证书"),
                );
                return Err(failure.at(&self.state.key));
            }
        }
        let purchase = self.cloud().revocation(self.plan, &self.state.ids, reason).await?;
        let mut purchase = self.paced(purchase);
        let saved = purchase.look().await?;
        self.lock.confirm().await?;
        let since = Since::now();
        self.record(Event::Revoking { saved, attempt: 1 }).await?;
        self.send(purchase, (since, None), vec![self.lock.clone()]).await?;
        match &self.state.revocation {
            Call::Executed => self.record(Event::Revoked).await,
            Call::Refused { message } => Err(Failure::new(Kind::Refused, message.clone())),
            _ => Err(Failure::new(Kind::NotNow, text!("the revocation was surely not executed", "吊销确定未执行"))
                .remedy(text!("Run it again.", "请再次运行。"))),
        }
    }

    /// Sends what was announced, and records what came of it.
    async fn send(
        &mut self,
        purchase: Purchase,
        (since, moment): (Since, Option<Moment>),
        locks: Vec<Arc<dyn Lock>>,
    ) -> Result<(), Failure> {
        let scope = Scope::Action(purchase.action().to_owned());
        let allowed = self.cloud().session().fence.allow(scope, locks, since);
        let sent = purchase.send().await;
        drop(allowed);
        match sent {
            Sent::Answered { ids, request_id, .. } => {
                let recorded = self.record(Event::Answered { ids, request_id }).await;
                recorded.map_err(|failure| unwritten(purchase.action(), &failure))
            }
            Sent::Refused { failure, last } => {
                let (code, message) = (failure.service_code().map(str::to_owned), failure.what().clone());
                let submission = matches!(self.state.submission, Call::Open(_));
                self.record(Event::Refused { code, message, last }).await?;
                // A refused order ends; what is paid for waits for other data.
                if last && !submission { Ok(()) } else { Err(failure) }
            }
            Sent::Unknown { failure } => {
                let recorded = self.record(Event::Unknown { why: failure.what().clone() }).await;
                recorded.map_err(|failure| unwritten(purchase.action(), &failure))?;
                self.settle(&purchase, moment.as_ref()).await
            }
        }
    }

    /// Finds out what became of a call that an earlier process has announced. Nothing is sent.
    pub(super) async fn find_out(&mut self, which: Which) -> Result<(), Failure> {
        let call = match which {
            Which::Order => &self.state.order,
            Which::Submission => &self.state.submission,
            Which::Revocation => &self.state.revocation,
        };
        let (Call::Open(announced) | Call::Ambiguous { announced, .. }) = call.clone() else { return Ok(()) };
        let _account = if which == Which::Order { Some(self.lock_account().await?) } else { None };
        let csr = self.state.key_file.as_ref().map(|key| key.csr.clone());
        let cloud = self.cloud();
        let purchase = match which {
            Which::Order => cloud.order(self.plan, csr.as_deref(), &self.state.ids)?,
            Which::Submission => cloud.submission(self.plan, csr.as_deref(), &self.state.ids)?,
            Which::Revocation => cloud.revocation(self.plan, &self.state.ids, "").await?,
        };
        let mut purchase = self.paced(purchase);
        if !announced.action.is_empty() && announced.action != purchase.action() {
            let message = text!(
                "{} was announced, and the configuration would send {}",
                "日志预告的是 {}，而当前配置会发送 {}",
                announced.action,
                purchase.action()
            );
            return Err(Failure::new(Kind::Unknown, message).remedy(text!(
                "Set the configuration back as it was when it was ordered.",
                "请将配置恢复为订购时的样子。"
            )));
        }
        purchase.take_up(&announced.saved, self.desk.journal.takeover()).await?;
        self.settle(&purchase, announced.moment.as_ref()).await
    }

    async fn settle(&mut self, purchase: &Purchase, moment: Option<&Moment>) -> Result<(), Failure> {
        let name = self.state.key.certificate.clone();
        let unknown = |why: &Text| {
            let action = purchase.action();
            let message =
                text!("nobody knows whether {action} was executed: {why}", "无法判断 {action} 是否已执行：{why}"; why);
            let remedy = text!(
                "Nothing more is ordered until that is settled. Run it again, or look at the service and run `cloudcert order resolve {name}`.",
                "在核实之前不再订购。请再次运行，或到云上核实后运行 `cloudcert order resolve {name}`。"
            );
            Failure::new(Kind::Unknown, message).remedy(remedy)
        };
        let finding = purchase.find_out(moment).await.map_err(|failure| unknown(failure.what()))?;
        // The same again is not worth a line.
        if self.known_why() != Some(&finding.why) {
            let (why, ids) = (finding.why.clone(), finding.ids);
            let saved = self.announced().map_or(Value::Null, |announced| announced.saved.clone());
            self.record(Event::Found { verdict: finding.verdict, why, ids, saved }).await?;
        }
        if finding.verdict == Verdict::Ambiguous { Err(unknown(&finding.why)) } else { Ok(()) }
    }

    fn known_why(&self) -> Option<&Text> {
        match self.state.unknown()? {
            Call::Ambiguous { why, .. } => Some(why),
            _ => None,
        }
    }

    fn announced(&self) -> Option<&Announced> {
        match self.state.unknown()? {
            Call::Open(announced) | Call::Ambiguous { announced, .. } => Some(announced),
            _ => None,
        }
    }

    /// The order was executed, and its id is not known: it is the only one in the list that no journal knows, or a person has to say.
    pub(super) async fn find_id(&mut self) -> Result<(), Failure> {
        let known = self.known_ids().await?;
        let id = self.cloud().id();
        let since = self.state.opened_at - SKEW;
        let listed = self.cloud().list(self.plan).await?;
        let fits = |listed: &&Listed| {
            let product = listed.product.is_none() || listed.product == self.plan.product;
            let new = listed.ordered.is_none_or(|ordered| ordered >= since);
            product && new && listed.ids.get(id).is_some_and(|id| !known.contains(id))
        };
        let all: Vec<_> = listed.iter().filter(fits).collect();
        if let [one] = all.as_slice() {
            let why = text!(
                "it is the only order of these names in the list that no journal knows",
                "它是列表中这些域名唯一未记入日志的订单"
            );
            let ids = one.ids.clone();
            return self.record(Event::Found { verdict: Verdict::Executed, why, ids, saved: Value::Null }).await;
        }
        let message = text!(
            "the order was executed, and {} in the list may be it",
            "订单已执行，列表中可能是它的有 {} 个",
            all.len()
        );
        let name = &self.state.key.certificate;
        let remedy = text!(
            "Look at the service, then run `cloudcert order resolve {name}` with the id.",
            "请到云上核实，再带编号运行 `cloudcert order resolve {name}`。"
        );
        Err(Failure::new(Kind::Unknown, message).remedy(remedy))
    }

    /// The ids of all orders in the journal.
    pub(super) async fn known_ids(&self) -> Result<BTreeSet<String>, Failure> {
        let mut known = BTreeSet::new();
        for state in self.desk.states().await? {
            if state.key != self.state.key {
                known.extend(state.ids.into_values());
            }
        }
        Ok(known)
    }

    fn paced(&self, purchase: Purchase) -> Purchase {
        match self.desk.probes {
            Some(interval) => purchase.interval(interval),
            None => purchase,
        }
    }

    async fn lock_account(&self) -> Result<Arc<dyn Lock>, Failure> {
        let session = self.cloud().session();
        let cloud = self.cloud().flow().split('-').next().unwrap_or_default().to_owned();
        let name = LockName::Account { cloud, account: session.account.clone() };
        Ok(Arc::from(self.desk.journal.lock(&name).await?))
    }

    async fn confirm(&self, account: &Arc<dyn Lock>) -> Result<(), Failure> {
        self.lock.confirm().await?;
        account.confirm().await
    }
}

/// The journal does not know what came of a call that was sent, so that the next run has to find it out.
fn unwritten(action: &str, failure: &Failure) -> Failure {
    let failure = failure.whole();
    let message = text!(
        "{action} was sent, and what came of it could not be written down: {failure}",
        "{action} 已发送，但其结果无法写入日志：{failure}";
        failure
    );
    let remedy = text!(
        "Let the journal be writable again, then run it again: it finds out what became of the call before it sends anything.",
        "请使日志恢复可写，再次运行：会先核实该调用的结果，再发送其他请求。"
    );
    Failure::new(Kind::Unknown, message).remedy(remedy)
}
