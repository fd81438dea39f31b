//! How an endpoint behaves.

use std::collections::BTreeMap;
use std::net::SocketAddr;

/// How an endpoint behaves.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    /// The endpoint's own address for links in responses: `http://127.0.0.1:8080`, without a trailing slash.
    pub(crate) public_url: String,
    /// Whether clients know this endpoint by other addresses than that: it listens on all of the machine.
    pub(crate) many_addresses: bool,
    /// The seed of ids, keys and randomly chosen faults.
    pub(crate) seed: u64,
    /// A domain counts as validated after this many probes of its order.
    pub(crate) polls_until_verified: Option<u32>,
    /// A domain counts as validated after this many seconds.
    pub(crate) seconds_until_verified: Option<u32>,
    /// The DNS server that validation records are looked up at.
    pub(crate) dns: Option<SocketAddr>,
    /// The web server that validation files are fetched from.
    pub(crate) file_host: Option<SocketAddr>,
    /// Certificates that were bought in advance, by product code. If empty, each service uses its default.
    pub(crate) quota: BTreeMap<String, u32>,
    /// How many instances of CAS 2018-07-13 were bought in advance.
    pub(crate) instances: Option<u32>,
    /// Instances of CAS 2020-04-07 that were bought in advance, by specification. If empty, the service uses its default.
    pub(crate) stock: BTreeMap<String, u32>,
}
