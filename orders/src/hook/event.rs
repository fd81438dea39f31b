//! What a hook is told.

use crate::base::failure::Failure;
use crate::base::name::Name;
use crate::base::text::{Lang, Text};
use crate::hook::output::printable;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// The version of the JSON that hooks get.
pub const VERSION: u32 = 1;

/// What a hook is told. It contains no key, only the path of one.
#[derive(Debug, Clone, PartialEq)]
pub struct HookEvent {
    /// The certificate. `None` if the event is about a whole run.
    pub certificate: Option<Name>,
    /// The domain names of the certificate, the main one first.
    pub names: Vec<String>,
    /// Which attempt: the first is 1.
    pub attempt: u32,
    /// What happened.
    pub what: What,
}

/// What happened, or what the hook shall do.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum What {
    /// Publish a proof.
    Present(Publish),
    /// Take a proof away.
    Cleanup {
        /// What was published.
        proof: Publish,
        /// What the hook returned when it published it, or `null`.
        state: Value,
    },
    /// Deploy a certificate.
    Deploy {
        /// The folder with its files. Key and certificate in it never change.
        folder: PathBuf,
        /// The certificate.
        cert: PathBuf,
        /// The certificates above it.
        chain: PathBuf,
        /// The certificate, then those above it.
        fullchain: PathBuf,
        /// The private key.
        privkey: PathBuf,
        /// SHA-256 of the certificate.
        fingerprint: String,
        /// What the hook returned when it deployed last, or `null`.
        state: Value,
    },
    /// A run has ended that has renewed or failed something.
    Done {
        /// The certificates that were renewed.
        renewed: Vec<Name>,
        /// The certificates that failed.
        failed: Vec<Name>,
    },
    /// Something failed.
    Failure(Trouble),
    /// A person must look: nobody knows what became of an order.
    Attention(Trouble),
    /// The certificate will be due within days.
    DueSoon {
        /// Until when it is valid.
        not_after: jiff::Timestamp,
        /// When it is due.
        due: jiff::Timestamp,
        /// Whether a run orders the next one without asking.
        auto: bool,
        /// How many certificates are left of its package, if it has one and the service said so. With 0 a person must buy some first.
        remaining: Option<i64>,
    },
}

/// What proves a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Publish {
    /// A DNS record.
    Record(HookRecord),
    /// A file that the domain's web server shows.
    File {
        /// The domain.
        host: String,
        /// The path of its URL, with a slash at its beginning.
        path: String,
        /// The content.
        content: String,
    },
}

/// A DNS record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookRecord {
    /// The full name, without a dot at its end.
    pub name: String,
    /// The name below its zone, if the zone is known.
    pub host: Option<String>,
    /// The zone, if it is known.
    pub zone: Option<String>,
    /// The type, such as `TXT`.
    pub kind: String,
    /// The value.
    pub value: String,
}

/// Why something failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The code of the service's error.
    pub code: Option<String>,
    /// What happened.
    pub message: Text,
    /// What to do next.
    pub remedy: Option<Text>,
}

impl From<&Failure> for Trouble {
    fn from(failure: &Failure) -> Self {
        let text = |text: &Text| text.map(printable);
        let code = failure.service_code().map(printable);
        Self { code, message: text(&failure.placed()), remedy: failure.what_next().map(text) }
    }
}

impl HookEvent {
    /// The event as hooks know it: `present`, `cleanup`, `deploy`, `done`, `failure`, `attention` or `due-soon`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.what {
            What::Present(_) => "present",
            What::Cleanup { .. } => "cleanup",
            What::Deploy { .. } => "deploy",
            What::Done { .. } => "done",
            What::Failure(_) => "failure",
            What::Attention(_) => "attention",
            What::DueSoon { .. } => "due-soon",
        }
    }

    /// The object that a hook reads from its standard input.
    ///
    /// Always: `version`, `event`, `certificate`, `names`, `attempt`. By event:
    ///
    /// - `present`, `cleanup`: `record` with `name`, `host`, `zone`, `type` and `value`, or `file` with `host`, `path` and `content`; for
    ///   `cleanup` also `state`
    /// - `deploy`: `folder`, `cert`, `chain`, `fullchain`, `privkey` (paths), `fingerprint`, `state`
    /// - `done`: `renewed`, `failed`
    /// - `failure`, `attention`: `code`, `message` and `remedy` in English, `message_zh` and `remedy_zh` in Chinese
    /// - `due-soon`: `not_after`, `due`, `auto`, `remaining`
    #[must_use]
    pub fn json(&self) -> Value {
        let mut all = Map::new();
        let mut set = |name: &str, value: Value| {
            all.insert(name.to_owned(), value);
        };
        set("version", json!(VERSION));
        set("event", json!(self.kind()));
        set("certificate", json!(self.certificate));
        set("names", json!(self.names));
        set("attempt", json!(self.attempt));
        match &self.what {
            What::Present(proof) => {
                let (name, value) = proof.json();
                set(name, value);
            }
            What::Cleanup { proof, state } => {
                let (name, value) = proof.json();
                set(name, value);
                set("state", state.clone());
            }
            What::Deploy { folder, cert, chain, fullchain, privkey, fingerprint, state } => {
                let paths = [("folder", folder), ("cert", cert), ("chain", chain)];
                for (name, path) in paths.into_iter().chain([("fullchain", fullchain), ("privkey", privkey)]) {
                    set(name, json!(path.to_string_lossy()));
                }
                set("fingerprint", json!(fingerprint));
                set("state", state.clone());
            }
            What::Done { renewed, failed } => {
                set("renewed", json!(renewed));
                set("failed", json!(failed));
            }
            What::Failure(trouble) | What::Attention(trouble) => {
                set("code", json!(trouble.code));
                let remedy = |lang| trouble.remedy.as_ref().map(|remedy| remedy.of(lang));
                set("message", json!(trouble.message.of(Lang::En)));
                set("remedy", json!(remedy(Lang::En)));
                set("message_zh", json!(trouble.message.of(Lang::Zh)));
                set("remedy_zh", json!(remedy(Lang::Zh)));
            }
            What::DueSoon { not_after, due, auto, remaining } => {
                set("not_after", json!(not_after));
                set("due", json!(due));
                set("auto", json!(auto));
                set("remaining", json!(remaining));
            }
        }
        Value::Object(all)
    }
}

impl Publish {
    fn json(&self) -> (&'static str, Value) {
        match self {
            Self::Record(HookRecord { name, host, zone, kind, value }) => {
                ("record", json!({"name": name, "host": host, "zone": zone, "type": kind, "value": value}))
            }
            Self::File { host, path, content } => ("file", json!({"host": host, "path": path, "content": content})),
        }
    }
}
