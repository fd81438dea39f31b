//! CAS 2018-07-13: bought instances, and the certificates of the account.

mod certificates;
mod instances;

pub(super) use certificates::Held;

use super::errand::Pending;
use crate::call::{Answer, Call, Refusal};
use crate::world::{Settings, World};
use certificates::Certificates;
use instances::Instances;
use serde_json::{Value, json};

/// What this API version knows.
pub(crate) struct Cas2018 {
    /// Also where the certificates of the newer version show up: it is one account.
    pub(super) certificates: Certificates,
    instances: Instances,
}

impl Cas2018 {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self { certificates: Certificates::default(), instances: Instances::bought(settings) }
    }

    pub(super) fn found(&mut self, instance: &str) {
        self.instances.found(instance);
    }

    pub(super) fn state(&self) -> Value {
        json!({ "instances": self.instances.state(), "certificates": self.certificates.state() })
    }
}

/// Executes a call.
pub(super) fn handle(call: &Call, world: &mut World) -> Result<Answer, Refusal> {
    match call.action.name.as_str() {
        "DescribeOrderInstanceList" => world.cas2018.instances.list(call),
        "CreateDVOrderAudit" => world.cas2018.instances.submit(call, world.clock.now()),
        "DescribeDVOrderResult" => instances::result(call, world),
        "CreateUserCertificate" => world.cas2018.certificates.upload(call),
        "DescribeUserCertificateList" => world.cas2018.certificates.list(call, world.clock.now()),
        "DescribeUserCertificateDetail" => world.cas2018.certificates.detail(call, world.clock.now()),
        "DeleteUserCertificate" => world.cas2018.certificates.delete(call),
        other => Err(Refusal::new("action-not-found", format!("{other} is not an action of this version."))),
    }
}

/// What a call may be waiting for.
pub(super) fn pending(call: &Call, world: &World) -> Option<Pending> {
    (call.action.name == "DescribeDVOrderResult").then(|| world.cas2018.instances.pending(call, world))?
}

/// A parameter that the service cannot do without. The description demands it, so this is only reached by empty values.
fn required<'a>(call: &'a Call, name: &str) -> Result<&'a str, Refusal> {
    call.params
        .text(name)
        .ok_or_else(|| Refusal::new("parameter-missing", format!("{name} is mandatory for this action.")))
}

fn invalid(name: &str, why: impl std::fmt::Display) -> Refusal {
    Refusal::new("parameter-invalid", format!("The specified {name} is invalid. {why}"))
}
