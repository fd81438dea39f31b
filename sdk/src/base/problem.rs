//! The problems that validation finds in a request.

use std::borrow::Cow;
use std::fmt;

/// How many problems, fields or items a message lists.
pub(crate) const NAMED: usize = 10;

/// One problem of a request. It never contains the wrong value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Whether it is a definite mistake or advice.
    pub severity: Severity,
    /// The parameter, by its name on the wire.
    pub parameter: Cow<'static, str>,
    /// What is wrong with it.
    pub message: Cow<'static, str>,
}

/// Whether a problem is a definite mistake or advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It breaks a rule that the service may have relaxed. The request is sent.
    Advice,
    /// The service certainly refuses the request. It is not sent.
    Error,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.parameter, self.message)
    }
}
