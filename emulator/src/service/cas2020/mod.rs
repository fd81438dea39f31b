//! CAS 2020-04-07: orders of certificates from packages that were bought in advance.

mod order;
mod orders;
mod package;

use super::definition::Service;
use super::errand::Pending;
use super::shared::Shared;
use super::values::SHOWN;
use crate::base::call::{Call, Fields, Refusal};
use crate::base::settings::Settings;
use orders::Orders;
use package::Packages;
use serde_json::{Value, json};

/// The state of this API version.
pub(super) struct Cas2020 {
    packages: Packages,
    orders: Orders,
}

impl Cas2020 {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { packages: Packages::bought(settings), orders: Orders::new(settings.seed) }
    }
}

impl Service for Cas2020 {
    fn handle(&mut self, call: &Call<'_>, shared: &mut Shared) -> Option<Result<Fields, Refusal>> {
        let Self { packages, orders } = self;
        let result = match call.action.name.as_str() {
            "DescribePackageState" => packages.describe(call),
            "CreateCertificateRequest" | "CreateCertificateWithCsrRequest" => orders.place(call, packages, shared),
            "DescribeCertificateState" => orders.probe(call, packages, shared),
            "DeleteCertificateRequest" => orders.delete(call, packages, shared),
            _ => return None,
        };
        Some(result)
    }

    fn pending(&self, call: &Call<'_>, shared: &Shared) -> Option<Pending> {
        (call.action.name == "DescribeCertificateState").then(|| self.orders.pending(call, shared))?
    }

    fn found(&mut self, id: &str) {
        self.orders.found(id);
    }

    fn state(&self, _: &Shared) -> Value {
        json!({
            "packages": self.packages.state(),
            "orders": { "total": self.orders.len(), "latest": self.orders.latest(SHOWN) },
        })
    }
}
