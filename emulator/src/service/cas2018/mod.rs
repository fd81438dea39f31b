//! CAS 2018-07-13: instances that were bought in advance, and the certificates of the account.

mod certificates;
mod instances;
mod refusals;

use super::definition::Service;
use super::errand::Pending;
use super::shared::Shared;
use crate::base::call::{Call, Fields, Refusal};
use crate::base::settings::Settings;
use instances::Instances;
use serde_json::{Value, json};

/// The state of this API version.
pub(super) struct Cas2018 {
    instances: Instances,
}

impl Cas2018 {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { instances: Instances::bought(settings) }
    }
}

impl Service for Cas2018 {
    fn handle(&mut self, call: &Call<'_>, shared: &mut Shared) -> Option<Result<Fields, Refusal>> {
        let now = shared.clock.now();
        let result = match call.action.name.as_str() {
            "DescribeOrderInstanceList" => self.instances.list(call),
            "CreateDVOrderAudit" => self.instances.submit(call, now),
            "DescribeDVOrderResult" => self.instances.result(call, shared),
            "CreateUserCertificate" => certificates::upload(call, &mut shared.account),
            "DescribeUserCertificateList" => certificates::list(call, &shared.account, now),
            "DescribeUserCertificateDetail" => certificates::detail(call, &shared.account, now),
            "DeleteUserCertificate" => certificates::delete(call, &mut shared.account),
            _ => return None,
        };
        Some(result)
    }

    fn pending(&self, call: &Call<'_>, shared: &Shared) -> Option<Pending> {
        (call.action.name == "DescribeDVOrderResult").then(|| self.instances.pending(call, shared))?
    }

    fn found(&mut self, id: &str) {
        self.instances.found(id);
    }

    fn state(&self, shared: &Shared, most: usize) -> Value {
        json!({
            "instances": self.instances.state(most),
            "instances_total": self.instances.len(),
            "certificates": certificates::state(&shared.account, most),
        })
    }
}
