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
    /// Which demand it breaks, as data: to say it in other words or another language.
    pub kind: ProblemKind,
}

/// The demand that a problem breaks. Of the request it contains a number, a length or a count, and never a text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The parameter is required.
    Required,
    /// The value is not a documented one of its enum.
    Unlisted,
    /// The number lies outside of these bounds.
    Range {
        /// The smallest number allowed.
        min: Option<i64>,
        /// The largest number allowed.
        max: Option<i64>,
        /// The number.
        found: i64,
    },
    /// The text has too few or too many characters.
    Length {
        /// The fewest characters allowed.
        min: Option<i64>,
        /// The most characters allowed.
        max: Option<i64>,
        /// The characters that it has.
        found: i64,
    },
    /// The list has too few or too many elements.
    Count {
        /// The fewest elements allowed.
        min: Option<i64>,
        /// The most elements allowed.
        max: Option<i64>,
        /// The elements that it has.
        found: i64,
    },
    /// The text does not have this format.
    Shape(TextFormat),
    /// The image is not base64.
    Base64,
    /// The text is not PEM.
    Pem,
    /// The number is infinite or not a number.
    NotFinite,
    /// The image is larger than so many bytes.
    TooLarge(u64),
    /// A rule of the description over several parameters. The message is its text in English; the feature `model` has the Chinese one.
    Rule,
    /// Another problem, which the message alone explains.
    Other,
}

/// The formats of texts that are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TextFormat {
    /// A domain name, with or without a wildcard.
    Domain,
    /// A domain name without a wildcard.
    SingleDomain,
    /// A domain name with a wildcard.
    WildcardDomain,
    /// An email address.
    Email,
    /// A telephone number.
    Phone,
    /// An IP address.
    Ip,
    /// A certificate signing request in PEM.
    Csr,
}

/// Whether a problem is a definite mistake or advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It breaks a rule that the service may have relaxed. The request is sent.
    Advice,
    /// The service certainly refuses the request. It is not sent.
    Error,
}

impl Problem {
    /// A problem that its message alone explains.
    pub(crate) fn other(
        severity: Severity,
        parameter: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { severity, parameter: parameter.into(), message: message.into(), kind: ProblemKind::Other }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A rule says a whole sentence, every other message goes on from the name.
        let colon = if self.kind == ProblemKind::Rule { ":" } else { "" };
        write!(f, "`{}`{colon} {}", self.parameter, self.message)
    }
}
