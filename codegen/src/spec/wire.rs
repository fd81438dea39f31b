//! How requests and responses are encoded, and where to.

use super::{Text, UnknownRegion};
use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;

/// Which host serves which region.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Endpoints {
    /// The region when the caller names none.
    pub default_region: String,
    /// Hosts; the first row whose region fits wins.
    pub hosts: Vec<Host>,
    /// What to do about a region that no row fits.
    pub unknown_region: UnknownRegion,
    /// Contradictions of the documents about the endpoints, by number.
    #[serde(default)]
    pub defects: Vec<u32>,
}

/// The host of a region.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// The region, or `cn-*` for all that begin so.
    pub region: String,
    /// The public host.
    pub host: String,
    /// The host inside the cloud's private network.
    pub vpc_host: Option<String>,
    /// Sources disagree about it.
    #[serde(default)]
    pub disputed: bool,
    /// What is known.
    pub doc: Option<Text>,
    /// Sources (no documents) that show it, if no document does.
    #[serde(default)]
    pub undocumented: Vec<String>,
}
