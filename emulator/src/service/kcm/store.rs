//! The state of KCM.

use super::balancers::Balancers;
use super::certificate::Certificate;
use super::refusals::{no_order, required};
use super::token::Tokens;
use super::uploads::Uploads;
use crate::base::call::{Call, Refusal};
use crate::base::random::Random;
use crate::base::settings::Settings;
use std::collections::BTreeMap;

/// The state of KCM.
pub(in crate::service) struct Kcm {
    /// By id. Ids rise with the time of the order.
    pub(super) certificates: BTreeMap<String, Certificate>,
    /// How many certificates were ever ordered.
    pub(super) ordered: u64,
    /// Money spent, in [`CURRENCY`](super::money::CURRENCY).
    pub(super) spent: i64,
    pub(super) free_used: u32,
    pub(super) tokens: Tokens,
    /// The applicant's own certificates.
    pub(super) uploads: Uploads,
    /// The certificates of load balancers.
    pub(super) balancers: Balancers,
    pub(super) seed: u64,
}

impl Kcm {
    pub(in crate::service) fn new(settings: &Settings) -> Self {
        let tokens = Tokens::new(Random::stream(settings.seed, "kcm/tokens"));
        Self {
            certificates: BTreeMap::new(),
            ordered: 0,
            spent: 0,
            free_used: 0,
            tokens,
            uploads: Uploads::default(),
            balancers: Balancers::new(settings.seed),
            seed: settings.seed,
        }
    }

    /// Returns the certificate that a call names.
    pub(super) fn get(&mut self, call: &Call<'_>) -> Result<&mut Certificate, Refusal> {
        let id = required(call, "CertificateId")?;
        self.certificates.get_mut(id).ok_or_else(|| no_order(id))
    }
}
