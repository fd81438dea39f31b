//! Why something failed, and what to do next.

use std::fmt;

/// What kind of failure it is. A program makes its exit code from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Failed in another way.
    Failed,
    /// The order breaks rules. Nothing was sent.
    Invalid,
    /// The configuration, the journal's settings or the credentials cannot be used. Nothing was sent.
    Unconfigured,
    /// The service refused the call.
    Refused,
    /// Not now: throttled, unavailable, unreachable. Surely not executed: run it again.
    NotNow,
    /// Nobody knows whether an order, a submission or a revocation was executed. Nothing more is ordered until that is resolved.
    Unknown,
    /// The order exists and is not done yet. Run it again.
    Waiting,
    /// Another process is at it.
    Busy,
    /// A limit of the configuration forbids it, or nobody agreed to it. Nothing was sent.
    Forbidden,
    /// Issued and stored, but a deployment is outstanding.
    Outstanding,
}

/// Why something failed. It contains no secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    kind: Kind,
    message: String,
    place: Option<String>,
    remedy: Option<String>,
    code: Option<String>,
}

impl Failure {
    /// A failure with a message: what happened, as one sentence without a full stop.
    #[must_use]
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), place: None, remedy: None, code: None }
    }

    /// Adds where it happened: a file, a key of the configuration, an order.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.place.get_or_insert_with(|| place.to_string());
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy.get_or_insert_with(|| remedy.into());
        self
    }

    /// Adds the code of the service's error.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What happened.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where it happened.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }

    /// What to do next.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.remedy.as_deref()
    }

    /// The code of the service's error, if the service refused.
    #[must_use]
    pub fn service_code(&self) -> Option<&str> {
        self.code.as_deref()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)?;
        if let Some(remedy) = &self.remedy {
            write!(f, ". {remedy}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
