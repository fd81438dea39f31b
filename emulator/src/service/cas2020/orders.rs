//! All orders of the account, and the calls that place, probe and delete them.

use super::order::{Order, Stage, Wanted};
use super::package::Packages;
use crate::base::call::{Call, Fields, Refusal};
use crate::base::random::Random;
use crate::pki::Level;
use crate::service::errand::Pending;
use crate::service::shared::Shared;
use crate::service::validation::{Progress, Validation};
use crate::service::values::{cell, fields};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// All orders.
pub(super) struct Orders {
    /// By id. Ids rise, so this is the order in which they were placed.
    all: BTreeMap<i64, Order>,
    ids: Random,
    last_id: i64,
}

impl Orders {
    pub(super) fn new(seed: u64) -> Self {
        let mut ids = Random::stream(seed, "cas-2020-04-07");
        let last_id = ids.id();
        Self { all: BTreeMap::new(), ids, last_id }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Returns the state of the latest orders, the latest first.
    pub(super) fn latest(&self, most: usize) -> Vec<Value> {
        self.all.iter().rev().take(most).map(|(id, order)| order.state(*id)).collect()
    }

    pub(super) fn found(&mut self, id: &str) {
        if let Some(order) = id.parse().ok().and_then(|id: i64| self.all.get_mut(&id)) {
            order.found();
        }
    }

    /// Returns the id of the order that a certificate was issued for, if there is one.
    pub(super) fn of_certificate(&self, certificate: i64) -> Option<i64> {
        let is_its = |order: &Order| matches!(&order.stage, Stage::Issued(id, _) if *id == certificate);
        self.all.iter().find(|(_, order)| is_its(order)).map(|(id, _)| *id)
    }

    pub(super) fn pending(&self, call: &Call<'_>, shared: &Shared) -> Option<Pending> {
        let id = call.params.whole("OrderId")?;
        self.all.get(&id)?.pending(id, shared)
    }

    /// Returns an id for a new order. It is larger than all ids before.
    fn next_id(&mut self) -> i64 {
        let step = i64::try_from(self.ids.below(1000)).unwrap_or(0);
        self.last_id = self.last_id.saturating_add(step + 1);
        self.last_id
    }

    /// Places an order, which uses a certificate of the package at once. Returns its id.
    pub(super) fn place(
        &mut self,
        call: &Call<'_>,
        code: &str,
        wanted: Wanted,
        packages: &mut Packages,
        shared: &Shared,
    ) -> Result<i64, Refusal> {
        let level = match cell(call, "ProductCodes", code, "level").and_then(Value::as_str) {
            Some("OV") => Level::Ov,
            Some("EV") => Level::Ev,
            _ => Level::Dv,
        };
        let id = self.next_id();
        let placed = shared.clock.now();
        let product = packages.take(code)?;
        let Wanted { domains, key, company, method } = wanted;
        let (domains, company) = (domains.join(",").into(), company.map(Into::into));
        let key = key.map(Vec::into_boxed_slice);
        self.all.insert(id, Order { product, level, domains, company, key, method, placed, stage: Stage::Placed });
        Ok(id)
    }

    /// Returns the order that a call names, and its id.
    pub(super) fn named(&self, call: &Call<'_>) -> Result<(i64, &Order), Refusal> {
        let id = order_id(call)?;
        self.all.get(&id).map(|order| (id, order)).ok_or_else(|| not_found(id))
    }

    /// Returns the order that a call names, to change it.
    pub(super) fn named_mut(&mut self, call: &Call<'_>) -> Result<&mut Order, Refusal> {
        let id = order_id(call)?;
        self.all.get_mut(&id).ok_or_else(|| not_found(id))
    }

    /// Returns all orders, the oldest first.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (i64, &Order)> {
        self.all.iter().map(|(id, order)| (*id, order))
    }

    /// Shows an order, after moving it on if it is due.
    pub(super) fn probe(
        &mut self,
        call: &Call<'_>,
        packages: &mut Packages,
        shared: &mut Shared,
    ) -> Result<Fields, Refusal> {
        let id = order_id(call)?;
        let now = shared.clock.now();
        let Shared { account, pki, settings, .. } = shared;
        let order = self.all.get_mut(&id).ok_or_else(|| not_found(id))?;
        if let Stage::Placed = order.stage {
            order.stage = Stage::Validating(Validation::since(order.placed));
            return Ok(fields(json!({ "Type": "process" })));
        }
        match (order.progress(settings, now), &mut order.stage) {
            (Some(Progress::Open), Stage::Validating(validation)) => validation.count_probe(),
            (Some(Progress::Failed(_)), stage) => *stage = Stage::Failed,
            (Some(Progress::Validated), _) => {
                let issued = order.issue(id, account, pki, now);
                issued.map_err(|trouble| Refusal::new("unknown-error", trouble.to_string()))?;
                packages.count_issued(&order.product);
            }
            _ => {}
        }
        Ok(order.shown(id, settings.seed))
    }

    /// Deletes a failed order, which returns its certificate to the package.
    pub(super) fn delete(
        &mut self,
        call: &Call<'_>,
        packages: &mut Packages,
        shared: &Shared,
    ) -> Result<Fields, Refusal> {
        let id = order_id(call)?;
        let order = self.all.get(&id).ok_or_else(|| not_found(id))?;
        let failed = matches!(order.progress(&shared.settings, shared.clock.now()), Some(Progress::Failed(_)));
        if !failed && !matches!(order.stage, Stage::Failed) {
            return Err(Refusal::new("order-state-error", "Only failed orders can be deleted."));
        }
        packages.give_back(&order.product);
        self.all.remove(&id);
        Ok(Fields::new())
    }
}

fn order_id(call: &Call<'_>) -> Result<i64, Refusal> {
    call.params.whole("OrderId").ok_or_else(|| not_found(call.params.text("OrderId").unwrap_or_default()))
}

fn not_found(id: impl std::fmt::Display) -> Refusal {
    Refusal::new("order-not-found", format!("There is no order {id}."))
}
