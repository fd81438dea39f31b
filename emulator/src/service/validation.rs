//! Domain validation: the record or file that the applicant has to place, and when the domain counts as validated.

use crate::base::random::Random;
use crate::base::settings::Settings;
use crate::base::time::format;

/// How many probes validate a domain if the settings name neither probes nor seconds.
const USUAL_PROBES: u32 = 2;
/// An order fails if its domain is not validated within seven days.
const GIVE_UP_SECONDS: i64 = 7 * 86_400;
/// Names that never exist (RFC 6761), so that nobody can validate them.
pub(super) const NOWHERE: &str = ".invalid";
/// The path of the file that validates a domain.
pub(super) const FILE_PATH: &str = "/.well-known/pki-validation/fileauth.txt";

/// How a domain is validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValidationMethod {
    Dns,
    File,
}

impl ValidationMethod {
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

    /// Whether the endpoint really looks for the record or file.
    pub(super) fn is_checked(self, settings: &Settings) -> bool {
        match self {
            Self::Dns => settings.dns.is_some(),
            Self::File => settings.file_host.is_some(),
        }
    }
}

/// The type of the DNS record that validates a domain.
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

/// Returns why nobody can validate these domains, if so.
pub(super) fn hopeless<'a>(
    method: Option<ValidationMethod>,
    mut domains: impl Iterator<Item = &'a str>,
) -> Option<&'static str> {
    domains.find_map(|domain| {
        if domain.ends_with(NOWHERE) {
            return Some("The domain does not exist.");
        }
        (method == Some(ValidationMethod::File) && domain.starts_with("*."))
            .then_some("A file does not validate a wildcard domain: use DNS.")
    })
}

/// What the applicant has to place at a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) method: ValidationMethod,
    pub(super) kind: RecordType,
    /// The domain, without the asterisk of a wildcard.
    pub(super) host: String,
    /// The value of the DNS record, or the content of the file.
    pub(super) value: String,
}

impl Record {
    /// Makes the record of an order. Its value depends only on seed, order and time.
    pub(super) fn new(
        method: ValidationMethod,
        kind: RecordType,
        domain: &str,
        order: &str,
        placed: i64,
        seed: u64,
    ) -> Self {
        let host = domain.strip_prefix("*.").unwrap_or(domain).to_owned();
        let digits = Random::stream(seed, &format!("proof/{order}")).hex(32);
        let token = format!("{}{digits}", format(placed, "%Y%m%d%H%M%S"));
        let value = match (method, kind) {
            (ValidationMethod::Dns, RecordType::Cname) => format!("{token}.{host}"),
            _ => token,
        };
        Self { method, kind, host, value }
    }

    /// Returns the full name of the DNS record.
    pub(super) fn dns_name(&self) -> String {
        format!("_dnsauth.{}", self.host)
    }

    /// Returns the address of the file without `http://`.
    pub(super) fn file_address(&self) -> String {
        format!("{}{FILE_PATH}", self.host)
    }
}

/// How far a validation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    Open,
    Validated,
    Failed(&'static str),
}

/// A domain validation in progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Validation {
    since: i64,
    /// How many probes found it open.
    probes: u32,
    /// Whether the record or file was really found.
    pub(super) found: bool,
}

impl Validation {
    pub(super) fn since(since: i64) -> Self {
        Self { since, probes: 0, found: false }
    }

    /// Returns how far the validation has come. `method` is `None` where people check the applicant and no record is needed.
    pub(super) fn progress<'a>(
        &self,
        method: Option<ValidationMethod>,
        domains: impl Iterator<Item = &'a str>,
        settings: &Settings,
        now: i64,
    ) -> Progress {
        let waited = self.waited(settings, now);
        let hopeless = hopeless(method, domains);
        let validated = if method.is_some_and(|method| method.is_checked(settings)) { self.found } else { waited };
        match hopeless {
            Some(reason) if waited => Progress::Failed(reason),
            None if validated => Progress::Validated,
            _ if now - self.since >= GIVE_UP_SECONDS => Progress::Failed("The domain was not validated in time."),
            _ => Progress::Open,
        }
    }

    fn waited(&self, settings: &Settings, now: i64) -> bool {
        let by_time = settings.seconds_until_verified.map(|seconds| now - self.since >= i64::from(seconds));
        let probes = match (settings.polls_until_verified, by_time) {
            (None, None) => Some(USUAL_PROBES),
            (probes, _) => probes,
        };
        by_time == Some(true) || probes.is_some_and(|probes| self.probes >= probes)
    }

    /// Counts a probe that found the validation open.
    pub(super) fn count_probe(&mut self) {
        self.probes = self.probes.saturating_add(1);
    }
}
