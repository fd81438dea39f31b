//! What happened to an order, one event after the other.

use crate::base::machine::Moment;
use crate::base::name::OrderKey;
use crate::base::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The version of the events. A program refuses a journal with a newer one.
pub const VERSION: u32 = 1;

/// An event in a journal. It is never changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// Whose event it is.
    pub order: OrderKey,
    /// Which event of the order: the first is 1, and none is missing.
    pub sequence: u64,
    /// When it was committed, in UTC, by the clock of the machine. For people: nothing is decided by it.
    pub at: jiff::Timestamp,
    /// What happened.
    pub event: Event,
}

/// Why an order was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The first certificate, or a replacement that a person asked for.
    Issue,
    /// The next one of a certificate that is due.
    Renew,
    /// A certificate or order that the cloud has already.
    Adopt,
    /// A raw action of the program.
    Direct,
}

/// What an order belongs to. All of it is settled before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The version of the events: [`VERSION`].
    pub version: u32,
    /// Why.
    pub purpose: Purpose,
    /// The domain names, the first is the main one.
    pub names: Vec<String>,
    /// The API version and the flow, such as `aliyun-cas-2020-04-07`, `ksyun-kcm-2016-03-04`.
    pub api: String,
    /// What is ordered.
    pub product: Option<String>,
    /// The account that pays.
    pub account: String,
    /// The id of the access key it was opened with, which need not be kept secret.
    pub access_key_id: String,
    /// Where requests go.
    pub endpoint: String,
    /// The region, if the service has them.
    pub region: Option<String>,
    /// The machine, by [`id`](crate::base::machine::id).
    pub machine: String,
    /// The name of the machine, for people.
    pub machine_name: String,
}

/// The ids that a service has given an order: by name, such as `OrderId`.
pub type Ids = BTreeMap<String, String>;

/// What proves a domain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Challenge {
    /// A DNS record.
    Dns {
        /// The domain that it proves.
        domain: String,
        /// The full name of the record, without a dot at its end.
        name: String,
        /// The name as the service wrote it.
        raw: String,
        /// The type, such as `TXT`.
        kind: String,
        /// The value.
        value: String,
    },
    /// A file that the domain's web server shows.
    File {
        /// The domain that it proves.
        domain: String,
        /// The path of its URL, with a slash at its beginning.
        path: String,
        /// The content.
        content: String,
    },
}

/// A certificate that was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The certificate as PEM.
    pub certificate: String,
    /// The chain above it as PEM, the issuer first. Empty if the service gave none.
    pub chain: String,
    /// SHA-256 of the certificate, in lower-case hexadecimal digits.
    pub fingerprint: String,
    /// Since when it is valid.
    pub not_before: jiff::Timestamp,
    /// Until when it is valid.
    pub not_after: jiff::Timestamp,
    /// Whether its private key was made by the service and lies in the key file now.
    pub key_of_service: bool,
}

/// A verdict about a call whose response was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It was executed.
    Executed,
    /// It was not executed.
    NotExecuted,
    /// Nobody can tell.
    Ambiguous,
}

/// How an order ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// The certificate is in the store.
    Done,
    /// The service refused or failed it for good.
    Failed,
    /// A person cancelled it.
    Cancelled,
    /// A person gave it up, whatever the cloud has.
    Abandoned,
}

/// What happened. An announcement (`sending`, `submitting`, `presenting`, `storing`, `deploying`, `revoking`, `returning`) is committed before its act.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Event {
    /// The order was opened. The first event of each.
    Opened(Box<Opened>),
    /// A private key was made, written, synced and read back.
    Key {
        /// The file, on the machine that opened the order.
        path: String,
        /// SHA-256 of the public key, in lower-case hexadecimal digits.
        public_key: String,
        /// The certificate signing request as PEM.
        csr: String,
    },
    /// A bought instance was set aside for this order, or the certificate that it extends.
    Reserved {
        /// Its id.
        instance: String,
        /// The certificate that it had before, which is not the one that is waited for: its id, or the SHA-256 of the one that is extended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<String>,
    },
    /// The service was probed before the call.
    Looked {
        /// What the guard saw: `SavedProbe` of the SDK.
        saved: Value,
    },
    /// A call that must not be made twice is about to be sent.
    Sending {
        /// The action.
        action: String,
        /// The request without secrets.
        request: Map<String, Value>,
        /// Which attempt: the first is 1.
        attempt: u32,
        /// When, by the clock of this boot.
        moment: Option<Moment>,
        /// Which machine sends.
        machine: String,
    },
    /// Its response came.
    Answered {
        /// The ids in it.
        ids: Ids,
        /// The id of the request.
        request_id: Option<String>,
    },
    /// It was surely not executed.
    Refused {
        /// The service's code, if it answered.
        code: Option<String>,
        /// Why.
        message: Text,
        /// Whether another attempt would be refused too.
        last: bool,
    },
    /// Its response was lost.
    Unknown {
        /// Why.
        why: Text,
    },
    /// It was found out what became of it.
    Found {
        /// The verdict.
        verdict: Verdict,
        /// What shows it, or why nobody can tell.
        why: Text,
        /// The ids of what was found.
        ids: Ids,
        /// What the guard had seen before the call.
        saved: Value,
    },
    /// A person settled what nobody could tell.
    Resolved {
        /// Who: the user of the machine.
        who: String,
        /// What the person says.
        verdict: Verdict,
        /// The ids, if it was executed.
        ids: Ids,
        /// Why the person says so.
        why: Text,
    },
    /// The data of an order was written to the service. Harmless to repeat.
    Drafted,
    /// A submission is about to be sent.
    Submitting {
        /// The action.
        action: String,
        /// What its guard saw before, if it has one.
        saved: Value,
        /// Which attempt: the first is 1.
        attempt: u32,
        /// When, by the clock of this boot.
        moment: Option<Moment>,
    },
    /// It was submitted.
    Submitted,
    /// The service told what proves the domains.
    Proof {
        /// What to publish.
        challenges: Vec<Challenge>,
    },
    /// The proof is about to be published.
    Presenting,
    /// It was published.
    Presented {
        /// What the solver returned, one for each challenge: it gets them back to clean up.
        states: Vec<Value>,
    },
    /// The certificate was issued.
    Issued(Box<Issued>),
    /// The certificate is about to be put into the store.
    Storing,
    /// It is in the store.
    Stored,
    /// The proof is about to be taken away.
    Cleaning,
    /// It was taken away, or that failed for good.
    Cleaned {
        /// Why it failed, if it did.
        failed: Option<Text>,
    },
    /// The certificate is about to be deployed.
    Deploying {
        /// Where.
        target: String,
    },
    /// It was deployed.
    Deployed {
        /// Where.
        target: String,
        /// What the target returned, such as the id of an upload.
        state: Value,
    },
    /// It was not deployed. Every run tries again.
    DeployFailed {
        /// Where.
        target: String,
        /// Why.
        why: Text,
    },
    /// The certificate is about to be revoked.
    Revoking {
        /// What the guard saw before, if it has one.
        saved: Value,
        /// Which attempt: the first is 1.
        attempt: u32,
    },
    /// It was revoked.
    Revoked,
    /// A failed or cancelled order is about to be given back.
    Returning,
    /// It was given back.
    Returned,
    /// The order has ended.
    Closed {
        /// How.
        end: End,
        /// Why, for people.
        why: Text,
    },
}

impl Event {
    /// Its kind, as in JSON.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::Key { .. } => "key",
            Self::Reserved { .. } => "reserved",
            Self::Looked { .. } => "looked",
            Self::Sending { .. } => "sending",
            Self::Answered { .. } => "answered",
            Self::Refused { .. } => "refused",
            Self::Unknown { .. } => "unknown",
            Self::Found { .. } => "found",
            Self::Resolved { .. } => "resolved",
            Self::Drafted => "drafted",
            Self::Submitting { .. } => "submitting",
            Self::Submitted => "submitted",
            Self::Proof { .. } => "proof",
            Self::Presenting => "presenting",
            Self::Presented { .. } => "presented",
            Self::Issued(_) => "issued",
            Self::Storing => "storing",
            Self::Stored => "stored",
            Self::Cleaning => "cleaning",
            Self::Cleaned { .. } => "cleaned",
            Self::Deploying { .. } => "deploying",
            Self::Deployed { .. } => "deployed",
            Self::DeployFailed { .. } => "deploy-failed",
            Self::Revoking { .. } => "revoking",
            Self::Revoked => "revoked",
            Self::Returning => "returning",
            Self::Returned => "returned",
            Self::Closed { .. } => "closed",
        }
    }
}
