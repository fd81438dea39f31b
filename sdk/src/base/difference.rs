//! Where two strings to sign first differ, as data.

use crate::base::legible::Escaping;
use crate::base::scrub::Scrubber;
use std::fmt::{self, Write as _};

/// How messages call the last part of a string to sign that contains a hash.
pub(crate) const HASH: &str = "the hash of the canonical request";

/// The first difference between the client's string to sign and the service's. `Display` explains it and says what to do.
///
/// Secrets and personal data are `[redacted]`, in names too. Names and values from the service are cut after 80 bytes, with control characters and
/// marks for text direction escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureDifference {
    /// Both sides signed the same text, so the access key secret is wrong.
    None,
    /// A part differs.
    #[non_exhaustive]
    Value {
        /// The part: ``the parameter `Domain` ``, `the method`, ``the header `host` ``.
        part: String,
        /// The client's value.
        ours: String,
        /// The service's value.
        theirs: String,
    },
    /// The service did not see a part that was signed here.
    #[non_exhaustive]
    Lost {
        /// The part.
        part: String,
    },
    /// The service saw a part that was not signed here.
    #[non_exhaustive]
    Added {
        /// The part.
        part: String,
    },
}

impl fmt::Display for SignatureDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let f = &mut Escaping(f);
        match self {
            Self::None => f.write_str(
                "both sides signed the same text, so the access key secret does not belong to this access key id",
            ),
            Self::Value { part, ours, theirs } if part == HASH => {
                write!(
                    f,
                    "{part} differs ({ours} here, {theirs} at the service): compare the canonical request of a dry run with the service's, `host` first"
                )
            }
            Self::Value { part, ours, theirs } => {
                write!(f, "the strings to sign first differ in {part}: `{ours}` here, `{theirs}` at the service")?;
                if ours != theirs && ours.replace('+', " ") == *theirs {
                    f.write_str(" (a plus sign was taken for a blank on the way)")?;
                }
                Ok(())
            }
            Self::Lost { part } => {
                write!(f, "the service did not see {part}, which was signed: something on the way removed it")
            }
            Self::Added { part } => {
                write!(f, "the service saw {part}, which was not signed: something on the way added it")
            }
        }
    }
}

impl SignatureDifference {
    /// Hides secrets in it: a service may have put anything in the place of a name or a value.
    pub(crate) fn without(mut self, scrubber: &Scrubber) -> Self {
        let clean = |text: &mut String| {
            if let Some(clean) = scrubber.clean(text) {
                *text = clean;
            }
        };
        match &mut self {
            Self::None => {}
            Self::Value { part, ours, theirs } => [part, ours, theirs].into_iter().for_each(clean),
            Self::Lost { part } | Self::Added { part } => clean(part),
        }
        self
    }
}
