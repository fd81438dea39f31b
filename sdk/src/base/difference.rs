//! Where two strings to sign first differ, as data.

use crate::base::legible::Escaping;
use crate::base::scrub::Scrubber;
use std::fmt::{self, Write as _};

/// The part of a string to sign that is a hash of the rest.
pub(crate) const HASH: &str = "the hash of the canonical request";

/// What comparing two strings to sign brought to light. `Display` says it, and what to do.
///
/// Values that name a person or give power are `[redacted]`, in names too. Names and values of others are cut after 80 bytes, and what
/// would turn or break the line is escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureDifference {
    /// Both sides signed the same text, so their keys differ: the access key secret is wrong.
    None,
    /// A part is not the same on both sides.
    #[non_exhaustive]
    Value {
        /// Which one: ``the parameter `Domain` ``, `the method`, ``the header `host` ``.
        part: String,
        /// As it was signed here.
        ours: String,
        /// As the service has it.
        theirs: String,
    },
    /// The service did not see a part that was signed here.
    #[non_exhaustive]
    Lost {
        /// Which one.
        part: String,
    },
    /// The service saw a part that was not signed here.
    #[non_exhaustive]
    Added {
        /// Which one.
        part: String,
    },
}

impl fmt::Display for SignatureDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let f = &mut Escaping(f);
        match self {
            Self::None => f.write_str(
                "both sides signed the same text, so the access key secret is not the one of this access key id",
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
    /// The same without what must not be shown: a service may have put anything in the place of a name or a value.
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
