//! CAS 2020-04-07: orders of certificates from packages that were bought before.

mod order;

use super::errand::Pending;
use super::{SHOWN, answer};
use crate::call::{Answer, Call, Refusal};
use crate::random::Random;
use crate::world::{Settings, World};
use order::Order;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Packages that are there when nothing else is set, and how many certificates each has.
const USUAL_PACKAGES: [&str; 6] = [
    "digicert-free-1-free",
    "symantec-free-1-free",
    "symantec-dv-1-starter",
    "geotrust-dv-1-starter",
    "geotrust-dv-w-starter",
    "globalsign-dv-1-personal",
];
const USUAL_QUOTA: u32 = 100;
/// The product that is meant when none is named.
const USUAL_PRODUCT: &str = "digicert-free-1-free";

/// What this API version knows.
pub(crate) struct Cas2020 {
    packages: BTreeMap<Arc<str>, Package>,
    /// By id; ids rise, so this is the order in which they were placed.
    orders: BTreeMap<i64, Order>,
    ids: Random,
    last_id: i64,
}

/// Certificates that were bought together.
#[derive(Debug, Clone, Copy, Default)]
struct Package {
    total: u32,
    used: u32,
    issued: u32,
}

impl Cas2020 {
    pub(crate) fn new(settings: &Settings) -> Self {
        let package = |code: &str, total| (Arc::from(code), Package { total, ..Package::default() });
        let packages = if settings.quota.is_empty() {
            USUAL_PACKAGES.iter().map(|code| package(code, USUAL_QUOTA)).collect()
        } else {
            settings.quota.iter().map(|(code, total)| package(code, *total)).collect()
        };
        let mut ids = Random::stream(settings.seed, "cas-2020-04-07");
        let last_id = ids.id();
        Self { packages, orders: BTreeMap::new(), ids, last_id }
    }

    /// An id for a new order: larger than all before.
    fn next_id(&mut self) -> i64 {
        let step = i64::try_from(self.ids.below(1000)).unwrap_or(0);
        self.last_id = self.last_id.saturating_add(step + 1);
        self.last_id
    }

    pub(super) fn found(&mut self, id: i64) {
        if let Some(order) = self.orders.get_mut(&id) {
            order.found();
        }
    }

    pub(super) fn state(&self) -> Value {
        let package = |(code, package): (&Arc<str>, &Package)| {
            let counts = json!({ "total": package.total, "used": package.used, "issued": package.issued });
            (code.to_string(), counts)
        };
        let shown = self.orders.iter().rev().take(SHOWN).map(|(id, order)| order.state(*id));
        json!({
            "packages": self.packages.iter().map(package).collect::<serde_json::Map<_, _>>(),
            "orders": { "total": self.orders.len(), "latest": shown.collect::<Vec<_>>() },
        })
    }
}

/// Executes a call.
pub(super) fn handle(call: &Call, world: &mut World) -> Result<Answer, Refusal> {
    match call.action.name.as_str() {
        "DescribePackageState" => package_state(call, world),
        "CreateCertificateRequest" | "CreateCertificateWithCsrRequest" => order::place(call, world),
        "DescribeCertificateState" => order::look(call, world),
        "DeleteCertificateRequest" => order::delete(call, world),
        other => Err(Refusal::new("action-not-found", format!("{other} is not an action of this version."))),
    }
}

/// What a call may be waiting for.
pub(super) fn pending(call: &Call, world: &World) -> Option<Pending> {
    if call.action.name != "DescribeCertificateState" {
        return None;
    }
    let id = call.params.whole("OrderId")?;
    world.cas2020.orders.get(&id)?.pending(id, world)
}

fn product(call: &Call) -> &str {
    call.params.text("ProductCode").unwrap_or(USUAL_PRODUCT)
}

fn no_package(code: &str) -> Refusal {
    Refusal::new("package-not-found", format!("No certificate package of {code} was bought."))
}

fn package_state(call: &Call, world: &World) -> Result<Answer, Refusal> {
    let code = product(call);
    let package = world.cas2020.packages.get(code).ok_or_else(|| no_package(code))?;
    // The samples have the counts as texts.
    Ok(answer(json!({
        "ProductCode": code,
        "TotalCount": package.total.to_string(),
        "UsedCount": package.used.to_string(),
        "IssuedCount": package.issued.to_string(),
    })))
}
