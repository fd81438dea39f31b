//! What the world sees of a proof, whether it is a record or a file. It is told, and stops nothing.

use crate::base::failure::Failure;
use crate::base::text::Text;
use crate::journal::event::Challenge;
use crate::proof::check::report::{Report, Verdict};
use crate::proof::check::{Ask, Settings, Wanted, check};
use crate::proof::file::{self, Shown};
use std::fmt;
use tokio::time::timeout;

/// What the world sees of a proof.
#[derive(Debug, Clone, PartialEq)]
pub enum Sight {
    /// What name servers say about a record.
    Record(Report),
    /// What a web server shows at an address.
    File {
        /// The address.
        address: String,
        /// What is there.
        shown: Shown,
    },
    /// The proof could not be looked for, and why.
    Unknown(Failure),
}

impl Sight {
    /// Whether all that say something show the proof.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        match self {
            Self::Record(report) => report.verdict() == Verdict::Everywhere,
            Self::File { shown, .. } => *shown == Shown::Found,
            Self::Unknown(_) => false,
        }
    }

    /// What it means, for people.
    #[must_use]
    pub fn said(&self) -> Text {
        match self {
            Self::Record(report) => report.said(),
            Self::File { address, shown } => shown.said().map(|shown| format!("{address}: {shown}")),
            Self::Unknown(failure) => failure.whole(),
        }
    }
}

impl fmt::Display for Sight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said().fmt(f)
    }
}

/// Looks for a proof, within the time that the settings allow. `None` if the settings ask nobody.
///
/// A file is fetched from this machine, which may be another way than that of the authority.
pub async fn look(challenge: &Challenge, settings: &Settings) -> Option<Sight> {
    if settings.ask == Ask::Off {
        return None;
    }
    Some(match Wanted::of(challenge) {
        Ok(Some(wanted)) => check(&wanted, settings).await.map_or_else(Sight::Unknown, Sight::Record),
        Ok(None) => file(challenge, settings).await,
        Err(failure) => Sight::Unknown(failure),
    })
}

async fn file(challenge: &Challenge, settings: &Settings) -> Sight {
    let silence = || Shown::NoAnswer(text!("no answer in time", "未及时响应"));
    let shown = match timeout(settings.limit, file::check(challenge)).await {
        Ok(Ok(shown)) => shown.unwrap_or_else(silence),
        Ok(Err(failure)) => return Sight::Unknown(failure),
        Err(_) => silence(),
    };
    Sight::File { address: file::address(challenge).unwrap_or_default(), shown }
}
