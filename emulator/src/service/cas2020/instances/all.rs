//! All instances of the account, and the calls about them.

use super::instance::{Instance, Stage, Task};
use super::issue::Desk;
use super::{show, stock};
use crate::base::call::{Call, Fields, Refusal};
use crate::base::settings::Settings;
use crate::service::cas2020::contacts::{Companies, Contacts};
use crate::service::cas2020::page::Page;
use crate::service::cas2020::refusals::{invalid, missing, required};
use crate::service::cas2020::store::Store;
use crate::service::errand::Pending;
use crate::service::shared::Shared;
use crate::service::validation::Progress;
use crate::service::values::fields;
use serde_json::{Value, json};

/// How many instances a page has at most.
const PAGE_MOST: i64 = 100;
/// How long after the purchase an instance can be given back.
const REFUND_SECONDS: i64 = 7 * 86_400;
/// The only kind of task.
const TASK: &str = "ApplyCertificate";

/// All instances, in the order they were bought.
pub(crate) struct Instances(Vec<Instance>);

impl Instances {
    pub(crate) fn bought(settings: &Settings, now: i64) -> Self {
        let bought = stock::bought(settings).zip(1..).map(|(kind, number): (_, u64)| {
            Instance::new(format!("cas_{}-cn-example{number:05}", kind.id_part()), kind, now)
        });
        Self(bought.collect())
    }

    pub(crate) fn list(&self, call: &Call<'_>, now: i64) -> Result<Fields, Refusal> {
        let page = Page::read(call, 10, Some(PAGE_MOST))?;
        let found: Vec<_> = self.0.iter().filter(|instance| show::fits(instance, call, now)).collect();
        let managed = found.iter().filter(|instance| instance.application.reissue).count();
        let shown = page.of(found.iter()).into_iter().map(|instance| show::item(instance, now));
        Ok(fields(json!({
            "InstanceList": shown.collect::<Vec<_>>(),
            "CurrentPage": page.number,
            "ShowSize": page.size,
            "TotalCount": found.len(),
            "EnableReissueCount": managed,
            "DisableReissueCount": found.len() - managed,
        })))
    }

    pub(crate) fn summary(&self, call: &Call<'_>, now: i64) -> Fields {
        let kind = call.params.text("InstanceType");
        let is_wanted = |instance: &&Instance| kind.is_none_or(|kind| kind == instance.kind.type_name());
        let count = |status: &str| self.0.iter().filter(is_wanted).filter(|one| one.status(now) == status).count();
        fields(json!({
            "TotalCount": self.0.iter().filter(is_wanted).count(),
            "InactiveCount": count("inactive"),
            "WillExpireCount": count("willExpire"),
            // Each unused instance is worth a certificate. Nothing is issued again by itself.
            "CertificateCount": count("inactive"),
            "AutoReissueCount": 0,
        }))
    }

    /// Shows an instance, after moving its application on if it is due.
    pub(crate) fn detail(
        &mut self,
        call: &Call<'_>,
        store: &mut Store,
        companies: &Companies,
        known_key: impl FnOnce(&[u8]) -> Option<String>,
        shared: &mut Shared,
    ) -> Result<Fields, Refusal> {
        let now = shared.clock.now();
        let Shared { account, pki, settings, .. } = shared;
        let instance = self.of_mut(call)?;
        if let Stage::Submitted(_) = instance.stage {
            let shown = show::detail(instance, settings.seed, now);
            instance.settle();
            return Ok(shown);
        }
        match (instance.progress(settings, now), &mut instance.stage) {
            (Some(Progress::Open), Stage::Validating(_, validation)) => validation.count_probe(),
            (Some(Progress::Failed(why)), _) => instance.end(Some(why)),
            (Some(Progress::Validated), Stage::Validating(placed, _)) => {
                let subject = instance.application.company.and_then(|id| companies.subject(id));
                let known_key = placed.complete.key.as_deref().and_then(known_key);
                let mut desk = Desk { account, store, pki, subject, known_key, now };
                let issued = desk.issue(instance);
                issued.map_err(|trouble| Refusal::new("unknown-error", trouble.to_string()))?;
            }
            _ => {}
        }
        Ok(show::detail(instance, settings.seed, now))
    }

    pub(crate) fn update(
        &mut self,
        call: &Call<'_>,
        contacts: &Contacts,
        companies: &Companies,
        now: i64,
    ) -> Result<Fields, Refusal> {
        let instance = self.of_mut(call)?;
        if !instance.is_open(now) {
            return Err(Refusal::new("instance-update-protected", "The instance cannot be changed in its state."));
        }
        instance.application = instance.application.with(call, instance.kind, (contacts, companies))?;
        Ok(Fields::new())
    }

    /// Hands the application of an instance in. A task does it, which the next calls see at work.
    pub(crate) fn apply(
        &mut self,
        call: &Call<'_>,
        contacts: &Contacts,
        companies: &Companies,
        now: i64,
    ) -> Result<Fields, Refusal> {
        let instance = self.of_mut(call)?;
        instance.applied = instance.applied.saturating_add(1);
        if !instance.is_open(now) {
            return Err(invalid("InstanceId", "It cannot be applied for in its state."));
        }
        let complete = instance.application.complete(instance.kind, (contacts, companies))?;
        instance.apply(complete, now);
        Ok(Fields::new())
    }

    /// Shows the task of an instance. A task that is at work has ended when the next call comes.
    pub(crate) fn task(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        if call.params.text("TaskType").is_some_and(|kind| kind != TASK) {
            return Err(invalid("TaskType", format!("It is {TASK}.")));
        }
        let id = required(call, "TaskId")?;
        let instance = self.0.iter_mut().find(|instance| instance.id == id);
        let instance = instance.ok_or_else(|| invalid("TaskId", "There is no such instance."))?;
        let task = instance.task.ok_or_else(|| invalid("TaskId", "There is no such task."))?;
        instance.settle();
        Ok(fields(match task {
            Task::Running => json!({ "TaskStatus": "processing" }),
            Task::Done => json!({ "TaskStatus": "success" }),
            Task::Failed(why) => json!({ "TaskStatus": "failed", "TaskMessage": why }),
        }))
    }

    /// Withdraws an application. As long as the task is at work, it cannot be withdrawn.
    pub(crate) fn cancel(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let instance = self.of_mut(call)?;
        let Stage::Validating(..) = instance.stage else {
            return Err(wrong_state("There is no application that could be withdrawn."));
        };
        instance.end(None);
        Ok(Fields::new())
    }

    /// Revokes the latest certificate of an instance, or the one that the call names. One that was issued for an order has no instance.
    pub(crate) fn revoke(&mut self, call: &Call<'_>, store: &mut Store, shared: &Shared) -> Result<Fields, Refusal> {
        let now = shared.clock.now();
        let instance = match call.params.text("InstanceId") {
            Some(_) => Some(self.of_mut(call)?),
            None => None,
        };
        let name = instance.as_ref().map(|instance| instance.id.clone());
        let latest = instance.and_then(|instance| instance.issued.as_mut());
        let id = match call.params.whole("CertificateId") {
            Some(id) => id,
            None if name.is_none() => return Err(missing("InstanceId")),
            None => latest.as_ref().ok_or_else(|| invalid("InstanceId", "It has no certificate."))?.certificate,
        };
        let its = |name: String| store.note(id).instance == Some(name);
        let held = shared.account.get(id).filter(|held| held.bought && name.is_none_or(its));
        let held = held.ok_or_else(|| invalid("CertificateId", "No such certificate was issued."))?;
        if !matches!(store.status(id, held, now), "issued" | "willExpire") {
            return Err(invalid("CertificateId", "Only valid certificates can be revoked."));
        }
        store.revoke(id, now);
        let issued = self.0.iter_mut().filter_map(|instance| instance.issued.as_mut());
        if let Some(issued) = issued.into_iter().find(|issued| issued.certificate == id) {
            issued.revoked = Some(now);
        }
        Ok(Fields::new())
    }

    /// Gives an instance back: one without a certificate, or whose certificate is revoked.
    pub(crate) fn refund(&mut self, call: &Call<'_>, now: i64) -> Result<Fields, Refusal> {
        let instance = self.of_mut(call)?;
        let status = instance.status(now);
        if matches!(status, "refund" | "expired") {
            return Err(wrong_state("The instance has ended."));
        }
        if status == "pending" || instance.has_valid_certificate(now) || now - instance.ordered >= REFUND_SECONDS {
            let why = "The instance is in use, or it was bought more than seven days ago.";
            return Err(Refusal::new("not-refundable", why));
        }
        instance.stage = Stage::Refunded;
        Ok(Fields::new())
    }

    /// Deletes an instance that has ended.
    pub(crate) fn delete(&mut self, call: &Call<'_>, now: i64) -> Result<Fields, Refusal> {
        let instance = self.of_mut(call)?;
        if !matches!(instance.status(now), "refund" | "expired") {
            return Err(Refusal::new(
                "instance-delete-protected",
                "Only refunded and expired instances can be deleted.",
            ));
        }
        let id = instance.id.clone();
        self.0.retain(|instance| instance.id != id);
        Ok(Fields::new())
    }

    pub(crate) fn found(&mut self, id: &str) {
        if let Some(Instance { stage: Stage::Validating(_, validation), .. }) =
            self.0.iter_mut().find(|instance| instance.id == id)
        {
            validation.found = true;
        }
    }

    pub(crate) fn pending(&self, call: &Call<'_>, shared: &Shared) -> Option<Pending> {
        let id = call.params.text("InstanceId")?;
        self.0.iter().find(|instance| instance.id == id)?.pending(shared)
    }

    pub(crate) fn state(&self, now: i64, most: usize) -> Value {
        let shown = self.0.iter().take(most).map(|instance| {
            json!({
                "id": instance.id,
                "spec": instance.kind.spec,
                "status": instance.status(now),
                "applied": instance.applied,
                "certificate": instance.issued.as_ref().map(|issued| issued.certificate),
            })
        });
        json!({ "total": self.0.len(), "first": shown.collect::<Vec<_>>() })
    }

    fn of_mut(&mut self, call: &Call<'_>) -> Result<&mut Instance, Refusal> {
        let id = required(call, "InstanceId")?;
        let instance = self.0.iter_mut().find(|instance| instance.id == id);
        instance.ok_or_else(|| Refusal::new("instance-not-found", format!("There is no instance {id}.")))
    }
}

fn wrong_state(why: &str) -> Refusal {
    Refusal::new("instance-state-error", why)
}
