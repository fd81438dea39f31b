//! One instance: bought, applied for, in validation, issued, perhaps again, and how it ends.

use super::application::{Application, Complete};
use super::stock::Kind;
use crate::base::settings::Settings;
use crate::pki::Algorithm;
use crate::service::cas2020::store::SOON_SECONDS;
use crate::service::errand::Pending;
use crate::service::shared::Shared;
use crate::service::validation::{Progress, Record, RecordType, Validation, ValidationMethod, hopeless};

/// An instance.
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) kind: &'static Kind,
    /// When it was bought.
    pub(crate) ordered: i64,
    pub(crate) application: Application,
    pub(crate) stage: Stage,
    /// The latest certificate. It stays while another one is applied for.
    pub(crate) issued: Option<Issued>,
    /// First and last second of the instance itself, from the first certificate on.
    pub(crate) term: Option<(i64, i64)>,
    /// The latest task that handed the application in.
    pub(crate) task: Option<Task>,
    /// Why the latest application failed.
    pub(crate) failure: Option<&'static str>,
    /// How often it was applied for, refused calls included: so a test sees one that comes twice.
    pub(crate) applied: u32,
    /// How many applications were accepted. Each has a key and records of its own.
    round: u32,
}

pub(crate) enum Stage {
    /// No application is under way.
    Idle,
    /// The task that hands the application in is at work.
    Submitted(Placed),
    Validating(Placed, Validation),
    Refunded,
}

/// An application that was handed in.
pub(crate) struct Placed {
    pub(crate) complete: Complete,
    pub(crate) at: i64,
}

/// The certificate of an instance.
pub(crate) struct Issued {
    pub(crate) certificate: i64,
    pub(crate) csr: String,
    pub(crate) domains: Vec<String>,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) revoked: Option<i64>,
}

/// A task that hands an application to the authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    Running,
    Done,
    Failed(&'static str),
}

impl Instance {
    pub(crate) fn new(id: String, kind: &'static Kind, ordered: i64) -> Self {
        Self {
            id,
            kind,
            ordered,
            application: Application::default(),
            stage: Stage::Idle,
            issued: None,
            term: None,
            task: None,
            failure: None,
            applied: 0,
            round: 0,
        }
    }

    pub(crate) fn status(&self, now: i64) -> &'static str {
        match (&self.stage, self.term) {
            (Stage::Submitted(_) | Stage::Validating(..), _) => "pending",
            (Stage::Refunded, _) => "refund",
            (Stage::Idle, None) => "inactive",
            (Stage::Idle, Some((_, end))) => by_time(end - now, "normal"),
        }
    }

    /// Returns the status of the latest certificate, if there is one.
    pub(crate) fn certificate_status(&self, now: i64) -> Option<&'static str> {
        match &self.issued {
            Some(Issued { revoked: Some(_), .. }) => Some("revoked"),
            Some(issued) => Some(by_time(issued.to - now, "issued")),
            None => None,
        }
    }

    /// Whether its certificate could be in use.
    pub(crate) fn has_valid_certificate(&self, now: i64) -> bool {
        matches!(self.certificate_status(now), Some("issued" | "willExpire"))
    }

    /// Whether it can be applied for: the first time, or for another certificate.
    pub(crate) fn is_open(&self, now: i64) -> bool {
        matches!(self.status(now), "inactive" | "normal" | "willExpire")
    }

    /// Hands an application in.
    pub(crate) fn apply(&mut self, complete: Complete, now: i64) {
        self.round += 1;
        self.stage = Stage::Submitted(Placed { complete, at: now });
        self.task = Some(Task::Running);
        self.failure = None;
    }

    /// Ends the application, for a reason or because the applicant withdrew it.
    pub(crate) fn end(&mut self, failure: Option<&'static str>) {
        self.stage = Stage::Idle;
        self.failure = failure;
    }

    /// Ends the task that is at work, if there is one. The authority takes no application for domains that nobody can validate.
    pub(crate) fn settle(&mut self) {
        let placed = match std::mem::replace(&mut self.stage, Stage::Idle) {
            Stage::Submitted(placed) => placed,
            other => {
                self.stage = other;
                return;
            }
        };
        let domains = placed.complete.domains.iter().map(String::as_str);
        if let Some(why) = hopeless(Some(placed.complete.method), domains) {
            self.task = Some(Task::Failed(why));
            self.end(Some(why));
        } else {
            let since = placed.at;
            self.task = Some(Task::Done);
            self.stage = Stage::Validating(placed, Validation::since(since));
        }
    }

    /// Returns how far the validation has come, if the domains are being validated.
    pub(crate) fn progress(&self, settings: &Settings, now: i64) -> Option<Progress> {
        let Stage::Validating(Placed { complete, .. }, validation) = &self.stage else { return None };
        Some(validation.progress(Some(complete.method), complete.domains.iter().map(String::as_str), settings, now))
    }

    /// Returns what the applicant has to place at each domain.
    pub(crate) fn records(&self, placed: &Placed, seed: u64) -> Vec<Record> {
        // The same brand asks for an alias record in KCM.
        let kind = if self.kind.brand == "GeoTrust" { RecordType::Cname } else { RecordType::Txt };
        let record = |domain: &String| {
            let order = format!("{}/{domain}", self.key_name());
            Record::new(placed.complete.method, kind, domain, &order, placed.at, seed)
        };
        placed.complete.domains.iter().map(record).collect()
    }

    pub(crate) fn pending(&self, shared: &Shared) -> Option<Pending> {
        let Stage::Validating(placed, validation) = &self.stage else { return None };
        let seed = shared.settings.seed;
        Some(Pending {
            id: self.id.clone(),
            record: if validation.found { None } else { self.records(placed, seed).into_iter().next() },
            key: placed.complete.key.is_none().then(|| (self.key_name(), self.algorithm())),
            due: self.progress(&shared.settings, shared.clock.now()) == Some(Progress::Validated),
        })
    }

    /// The name of the key that the service makes, and of the certificate.
    pub(crate) fn key_name(&self) -> String {
        format!("instance/{}/{}", self.id, self.round)
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.application.algorithm()
    }
}

/// Returns the status of what has this many seconds left.
fn by_time(left: i64, valid: &'static str) -> &'static str {
    match left {
        ..0 => "expired",
        0..=SOON_SECONDS => "willExpire",
        _ => valid,
    }
}

/// Returns the type of a record, as instances name it.
pub(crate) fn record_type(record: &Record) -> &'static str {
    match record.method {
        ValidationMethod::Dns => record.kind.name(),
        ValidationMethod::File => "HTTP",
    }
}
