//! All orders of the account, and the calls that place, probe and delete them.

use super::order::{Order, Stage};
use super::package::{Packages, product};
use crate::base::call::{Call, Fields, Refusal};
use crate::base::random::Random;
use crate::pki::Csr;
use crate::service::errand::Pending;
use crate::service::shared::Shared;
use crate::service::validation::{Progress, Validation, ValidationMethod};
use crate::service::values::{cell, domain, fields};
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

    /// Places an order, which uses a certificate of the package at once.
    pub(super) fn place(
        &mut self,
        call: &Call<'_>,
        packages: &mut Packages,
        shared: &Shared,
    ) -> Result<Fields, Refusal> {
        let with_csr = call.action.name == "CreateCertificateWithCsrRequest";
        let code = product(call);
        packages.check(code)?;
        let (domain, key) = if with_csr {
            let csr = Csr::read(call.params.text("Csr").unwrap_or_default()).map_err(refused)?;
            let domain = csr.names.common;
            if let Some(other) = csr.names.others.iter().find(|other| **other != domain) {
                return Err(refused(format!("The CSR also names {other}; this product is for one domain.")));
            }
            (domain, Some(csr.key.into_boxed_slice()))
        } else {
            (call.params.text("Domain").unwrap_or_default().to_owned(), None)
        };
        let domain = checked(call, code, &domain)?;
        let method = call.params.text("ValidateType").and_then(ValidationMethod::read);
        let method = method.ok_or_else(|| refused("ValidateType is DNS or FILE."))?;

        let id = self.next_id();
        let placed = shared.clock.now();
        let product = packages.take(code)?;
        let order = Order { product, domain: domain.into(), key, method, placed, stage: Stage::Placed };
        self.all.insert(id, order);
        // The id is a string in the vendor's sample of one action, and a number in that of the other.
        Ok(fields(if with_csr { json!({ "OrderId": id.to_string() }) } else { json!({ "OrderId": id }) }))
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

/// Returns the domain in ASCII, if the product is for domains of its shape.
fn checked(call: &Call<'_>, code: &str, given: &str) -> Result<String, Refusal> {
    let domain = domain(given).ok_or_else(|| refused(format!("{given} is not a valid domain.")))?;
    let wildcard = domain.starts_with("*.");
    match cell(call, "ProductCodes", code, "shape").and_then(Value::as_str) {
        Some("wildcard") if !wildcard => Err(refused(format!("{code} is for wildcard domains."))),
        Some("single") if wildcard => Err(refused(format!("{code} is for single domains."))),
        _ => Ok(domain),
    }
}

fn order_id(call: &Call<'_>) -> Result<i64, Refusal> {
    call.params.whole("OrderId").ok_or_else(|| not_found(call.params.text("OrderId").unwrap_or_default()))
}

fn not_found(id: impl std::fmt::Display) -> Refusal {
    Refusal::new("order-not-found", format!("There is no order {id}."))
}

fn refused(why: impl std::fmt::Display) -> Refusal {
    Refusal::new("create-failed", format!("The certificate request could not be created. {why}"))
}
