//! Names of certificates, and the keys of their orders.

use crate::base::failure::{Failure, Kind};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The name of a certificate: its identity for ever, in the configuration, the journal and the store.
///
/// Lower-case letters, digits, `-`, `_` and `.`, 1 to 64 characters, beginning with a letter or a digit: so that it is a file name everywhere.
/// A raw order of a program has a name that begins with `_direct-`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

const DIRECT: &str = "_direct-";

impl Name {
    /// The name of a raw order: `digest` identifies its request.
    ///
    /// # Errors
    ///
    /// If `digest` has other characters than a name.
    pub fn direct(digest: &str) -> Result<Self, Failure> {
        format!("{DIRECT}{digest}").parse()
    }

    /// Whether it is the name of a raw order.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        self.0.starts_with(DIRECT)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let own = text.strip_prefix(DIRECT).unwrap_or(text);
        let fits = own.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
            && text.len() <= 64
            && own.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b));
        if fits {
            return Ok(Self(text.to_owned()));
        }
        let shown: String = text.chars().take(64).map(|c| if c.is_control() { '?' } else { c }).collect();
        let message = format!("`{shown}` cannot be the name of a certificate");
        let remedy = "Use 1 to 64 lower-case letters, digits, `-`, `_` and `.`, beginning with a letter or a digit.";
        Err(Failure::new(Kind::Unconfigured, message).remedy(remedy))
    }
}

impl TryFrom<String> for Name {
    type Error = Failure;

    fn try_from(text: String) -> Result<Self, Failure> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An order: the name of its certificate, and which cycle of it. The first certificate is cycle 1, each renewal is one more.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OrderKey {
    /// The certificate.
    pub certificate: Name,
    /// Which one of its orders.
    pub cycle: u32,
}

impl OrderKey {
    /// The order of a certificate with this number.
    #[must_use]
    pub fn new(certificate: Name, cycle: u32) -> Self {
        Self { certificate, cycle }
    }
}

impl fmt::Display for OrderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.certificate, self.cycle)
    }
}

impl FromStr for OrderKey {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let wrong = || Failure::new(Kind::Unconfigured, "an order is written `NAME/CYCLE`, such as `www/1`");
        let (certificate, cycle) = text.split_once('/').ok_or_else(wrong)?;
        Ok(Self { certificate: certificate.parse()?, cycle: cycle.parse().map_err(|_| wrong())? })
    }
}
