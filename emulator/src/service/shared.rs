//! What all services of an endpoint share.

use super::account::Account;
use crate::base::clock::Clock;
use crate::base::settings::Settings;
use crate::pki::SharedPki;

/// What all services of an endpoint share.
pub(crate) struct Shared {
    pub(crate) clock: Clock,
    pub(crate) settings: Settings,
    pub(super) pki: SharedPki,
    /// The certificates of the Alibaba Cloud account, which both versions of CAS show.
    pub(super) account: Account,
}
