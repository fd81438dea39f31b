//! What is wrong with a request, before it is sent.

use std::borrow::Cow;
use std::fmt;

/// Most of its kind that an error names.
pub(crate) const NAMED: usize = 10;

/// One thing that is wrong with a request. It never holds the value that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// How sure it is.
    pub severity: Severity,
    /// The parameter, by its name on the wire.
    pub parameter: Cow<'static, str>,
    /// What is wrong with it.
    pub message: Cow<'static, str>,
}

/// How sure a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The documents say so, but the service may know better: the request is sent.
    Advice,
    /// The service surely refuses the request: it is not sent.
    Error,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.parameter, self.message)
    }
}
