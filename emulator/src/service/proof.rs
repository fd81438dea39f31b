//! The proof of a domain: what has to be placed, and when it counts.

use crate::random::Random;
use crate::world::Settings;

/// Looks that an order takes when neither looks nor seconds are set.
const USUAL_LOOKS: u32 = 2;
/// An order that is not proved for so long has failed: seven days.
const GIVE_UP_SECONDS: i64 = 7 * 86_400;
/// Names that exist nowhere (RFC 6761), so nobody can prove them.
const NOWHERE: &str = ".invalid";
/// Where a file that proves a domain stands.
pub(super) const FILE_PATH: &str = "/.well-known/pki-validation/fileauth.txt";

/// How a domain is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Dns,
    File,
}

impl Method {
    pub(super) fn read(text: &str) -> Option<Self> {
        match text {
            "DNS" => Some(Self::Dns),
            "FILE" => Some(Self::File),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Dns => "DNS",
            Self::File => "FILE",
        }
    }

    /// Whether this method is really looked up.
    pub(super) fn is_checked(self, settings: &Settings) -> bool {
        match self {
            Self::Dns => settings.dns.is_some(),
            Self::File => settings.file_host.is_some(),
        }
    }
}

/// Type of the DNS record that proves a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordType {
    Txt,
    Cname,
}

impl RecordType {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Txt => "TXT",
            Self::Cname => "CNAME",
        }
    }
}

/// What has to be found at a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) method: Method,
    pub(super) kind: RecordType,
    /// The domain, without the asterisk of a wildcard.
    pub(super) host: String,
    /// Value of the DNS record, or content of the file.
    pub(super) value: String,
}

impl Record {
    /// What proves a domain of an order. The value follows from seed, order and time.
    pub(super) fn new(method: Method, kind: RecordType, domain: &str, order: &str, placed: i64, seed: u64) -> Self {
        let host = domain.strip_prefix("*.").unwrap_or(domain).to_owned();
        let digits = Random::stream(seed, &format!("proof/{order}")).hex(32);
        let token = format!("{}{digits}", super::shown(placed, "%Y%m%d%H%M%S"));
        let value = match (method, kind) {
            (Method::Dns, RecordType::Cname) => format!("{token}.{host}"),
            _ => token,
        };
        Self { method, kind, host, value }
    }

    /// The full name of the DNS record.
    pub(super) fn dns_name(&self) -> String {
        format!("_dnsauth.{}", self.host)
    }

    /// The address of the file, without its protocol.
    pub(super) fn file_address(&self) -> String {
        format!("{}{FILE_PATH}", self.host)
    }
}

/// How far a proof is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    Open,
    Proved,
    Failed(&'static str),
}

/// A proof that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Proof {
    since: i64,
    /// How often it was found open.
    looks: u32,
    /// The record was really found.
    pub(super) found: bool,
}

impl Proof {
    pub(super) fn since(since: i64) -> Self {
        Self { since, looks: 0, found: false }
    }

    /// How far it is now. `method` is absent where people check the applicant and no record is needed.
    pub(super) fn progress<'a>(
        &self,
        method: Option<Method>,
        mut domains: impl Iterator<Item = &'a str>,
        settings: &Settings,
        now: i64,
    ) -> Progress {
        let waited = self.waited(settings, now);
        let hopeless = domains.find_map(|domain| {
            if domain.ends_with(NOWHERE) {
                return Some("The domain does not exist.");
            }
            (method == Some(Method::File) && domain.starts_with("*."))
                .then_some("A file does not prove a wildcard domain; use DNS.")
        });
        let proved = if method.is_some_and(|method| method.is_checked(settings)) { self.found } else { waited };
        match hopeless {
            Some(reason) if waited => Progress::Failed(reason),
            None if proved => Progress::Proved,
            _ if now - self.since >= GIVE_UP_SECONDS => Progress::Failed("The domain was not proved in time."),
            _ => Progress::Open,
        }
    }

    fn waited(&self, settings: &Settings, now: i64) -> bool {
        let by_time = settings.seconds_until_verified.map(|seconds| now - self.since >= i64::from(seconds));
        let looks = match (settings.polls_until_verified, by_time) {
            (None, None) => Some(USUAL_LOOKS),
            (looks, _) => looks,
        };
        by_time == Some(true) || looks.is_some_and(|looks| self.looks >= looks)
    }

    /// Counts a look that found it open.
    pub(super) fn looked(&mut self) {
        self.looks = self.looks.saturating_add(1);
    }
}
