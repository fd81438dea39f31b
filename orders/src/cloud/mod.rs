//! What the clouds do for an order, one file a way of ordering.

pub mod cas2018;
pub mod cas_instance;
pub mod cas_package;
pub mod fence;
pub mod kcm;
pub mod plan;
pub mod purchase;
pub mod refusal;
pub mod session;
pub mod what;

use crate::base::failure::{Failure, Kind};
use crate::base::task::Task;
use crate::base::text::Text;
use crate::journal::event::{Challenge, Ids};
use cloudcert::dynamic::Client;
use cloudcert::{Error, Secret};
use plan::Plan;
use purchase::Purchase;
use serde_json::Value;
use session::Session;
use std::collections::BTreeSet;
use std::fmt;
use std::time::SystemTime;

/// Which steps an order has before it waits for the certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steps {
    /// A bought instance is set aside.
    pub reserves: bool,
    /// It is ordered, which costs.
    pub orders: bool,
    /// Its data is written, which may be repeated.
    pub drafts: bool,
    /// It is submitted, once.
    pub submits: bool,
    /// A failed order can be given back.
    pub returns: bool,
}

/// How far an order is at the service.
pub enum Progress {
    /// It goes on. What it waits for, for people.
    Waiting(Text),
    /// These things have to be published.
    Proof(Vec<Challenge>),
    /// The certificate.
    Issued(Certificate),
    /// It has failed for good.
    Failed(Text),
    /// It was withdrawn, so that nothing of it is left.
    Withdrawn,
    /// The service does not know it, perhaps not yet.
    Missing,
    /// Its certificate is revoked.
    Revoked,
}

/// A certificate as the service has it.
pub struct Certificate {
    /// PEM texts of it and its chain, in any order.
    pub texts: Vec<String>,
    /// The private key, if the service made it.
    pub key: Option<Secret>,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key.as_ref().map(|_| "[redacted]");
        f.debug_struct("Certificate").field("texts", &self.texts.len()).field("key", &key).finish()
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Waiting(_) => "Waiting",
            Self::Proof(_) => "Proof",
            Self::Issued(_) => "Issued",
            Self::Failed(_) => "Failed",
            Self::Withdrawn => "Withdrawn",
            Self::Missing => "Missing",
            Self::Revoked => "Revoked",
        })
    }
}

/// A bought instance, or a certificate that is extended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserved {
    /// Its id.
    pub instance: String,
    /// The certificate that it had before, if it had one: its id, or the SHA-256 of the one that is extended.
    pub before: Option<String>,
}

/// The newest certificate of a plan, and the order that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The ids of the order.
    pub ids: Ids,
    /// The main domain that was ordered.
    pub main: String,
    /// SHA-256 of the certificate.
    pub fingerprint: String,
}

/// Something that the cloud has for the names of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its ids.
    pub ids: Ids,
    /// Its state, as the service writes it.
    pub status: String,
    /// Its product, as the service writes it.
    pub product: Option<String>,
    /// Its domain names, as far as the list shows them.
    pub names: Vec<String>,
    /// When it was ordered, if the list shows it.
    pub ordered: Option<jiff::Timestamp>,
    /// Until when its certificate is valid, if the list shows it.
    pub not_after: Option<jiff::Timestamp>,
    /// Whether it may still cost or bring a certificate: anything but failed, cancelled, revoked or expired.
    pub alive: bool,
}

/// One way of ordering at a cloud.
pub trait Cloud: Send + Sync + fmt::Debug {
    /// The account that pays.
    fn session(&self) -> &Session;

    /// The API version and the way of ordering, such as `aliyun-cas-2020-04-07/package`.
    fn flow(&self) -> &'static str;

    /// The way that renews by extending the certificate of an earlier order. `None`: the service has none, and a renewal is an order of its own.
    fn extension(&self) -> Option<&dyn Cloud> {
        None
    }

    /// Its steps.
    fn steps(&self) -> Steps;

    /// The name of the id that an order is known by, such as `OrderId`.
    fn id(&self) -> &'static str;

    /// Finds what the order uses: a bought instance that nobody has, or the certificate that is extended. `taken` are those of open orders, `held` is
    /// what the newest order with a certificate has.
    ///
    /// # Errors
    ///
    /// If none is left or fits, or the list cannot be read to its end. Always, of a way that sets nothing aside.
    fn reserve<'a>(
        &'a self,
        plan: &'a Plan,
        taken: &'a BTreeSet<String>,
        held: Option<&'a Held>,
    ) -> Task<'a, Reserved> {
        let _ = (taken, held);
        unused(plan)
    }

    /// The call that orders. `ids` has what was set aside for it.
    ///
    /// # Errors
    ///
    /// If the plan lacks something.
    fn order(&self, plan: &Plan, csr: Option<&str>, ids: &Ids) -> Result<Purchase, Failure>;

    /// Writes the data of an order to the service.
    ///
    /// # Errors
    ///
    /// Those of the call.
    fn draft<'a>(&'a self, plan: &'a Plan, csr: Option<&'a str>, ids: &'a Ids) -> Task<'a, ()>;

    /// The call that submits.
    ///
    /// # Errors
    ///
    /// If the plan lacks something.
    fn submission(&self, plan: &Plan, csr: Option<&str>, ids: &Ids) -> Result<Purchase, Failure>;

    /// How far it is.
    ///
    /// # Errors
    ///
    /// Those of the calls.
    fn poll<'a>(&'a self, plan: &'a Plan, ids: &'a Ids) -> Task<'a, Progress>;

    /// Everything that the cloud has for these names, read to its proved end.
    ///
    /// # Errors
    ///
    /// If the list cannot be read to its end.
    fn list<'a>(&'a self, plan: &'a Plan) -> Task<'a, Vec<Listed>>;

    /// Gives a failed order back. One that is gone already is given back.
    ///
    /// # Errors
    ///
    /// Those of the call, and if the service refuses.
    fn give_back<'a>(&'a self, ids: &'a Ids) -> Task<'a, ()>;

    /// Withdraws an order that has no certificate yet.
    ///
    /// # Errors
    ///
    /// Those of the call, and if the service refuses.
    fn cancel<'a>(&'a self, ids: &'a Ids) -> Task<'a, ()>;

    /// The call that revokes the certificate of an order.
    ///
    /// # Errors
    ///
    /// If something is missing for it.
    fn revocation<'a>(&'a self, plan: &'a Plan, ids: &'a Ids, reason: &'a str) -> Task<'a, Purchase>;
}

/// Sends a call that costs nothing and takes something away. If it is gone already, the call has succeeded.
async fn free(client: &Client, action: &str, parameters: Value, gone: &[&str]) -> Result<(), Failure> {
    let operation = client.operation(action).map_err(|error| refusal::failure(&error))?;
    let request = operation.request(&parameters).map_err(|error| refusal::failure(&error))?;
    match client.send(&request).await {
        Ok(_) => Ok(()),
        Err(error) if missing(&error, gone) => Ok(()),
        Err(error) => Err(refusal::failure(&error)),
    }
}

/// Whether the service says that what was asked for does not exist.
fn missing(error: &Error, codes: &[&str]) -> bool {
    [error.inner_code(), error.code()].into_iter().flatten().any(|code| codes.contains(&code))
}

pub(crate) fn timestamp(time: SystemTime) -> Option<jiff::Timestamp> {
    jiff::Timestamp::try_from(time).ok()
}

fn not_a_step(plan: &Plan) -> Failure {
    Failure::new(Kind::Failed, text!("this way of ordering has no such step", "此订购方式没有这一步骤")).at(&plan.name)
}

fn unused<T: Send + 'static>(plan: &Plan) -> Task<'static, T> {
    Box::pin(std::future::ready(Err(not_a_step(plan))))
}
