//! Checks of single values. Their messages never quote the wrong value.

use crate::base::domain;
use crate::base::pem::sections::sections;
pub(crate) use crate::base::problem::TextFormat;
use crate::base::problem::{Problem, ProblemKind, Severity};
use std::borrow::Cow;

/// What is wrong with a text that does not have this format.
fn unlike(format: TextFormat) -> &'static str {
    match format {
        TextFormat::Domain => "is not a valid domain name",
        TextFormat::SingleDomain => "is not a valid domain name without a wildcard",
        TextFormat::WildcardDomain => "is not a valid wildcard domain name like *.example.com",
        TextFormat::Email => "is not a valid email address",
        TextFormat::Phone => "is not a valid telephone number",
        TextFormat::Ip => "is not a valid IP address",
        TextFormat::Csr => "is not a certificate signing request in PEM",
    }
}

/// Whether a text has a format.
pub(crate) fn is(text: &str, format: TextFormat) -> bool {
    match format {
        TextFormat::Domain => is_domain(text.strip_prefix("*.").unwrap_or(text)),
        TextFormat::SingleDomain => is_domain(text),
        TextFormat::WildcardDomain => text.strip_prefix("*.").is_some_and(is_domain),
        TextFormat::Email => is_email(text),
        TextFormat::Phone => is_phone(text),
        TextFormat::Ip => text.parse::<std::net::IpAddr>().is_ok(),
        TextFormat::Csr => {
            text.contains("-----BEGIN CERTIFICATE REQUEST-----")
                || text.contains("-----BEGIN NEW CERTIFICATE REQUEST-----")
        }
    }
}

fn is_domain(text: &str) -> bool {
    domain::ascii(text).is_some()
}

fn is_email(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && name.len() <= 64
            && is_domain(host)
            && !text.chars().any(|c| c.is_whitespace() || c.is_control())
    })
}

/// Whether a text consists of the signs of base64, with at most two `=` at its end.
fn is_base64(text: &str) -> bool {
    let mut signs = 0_usize;
    let mut ends = 0_usize;
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        match byte {
            b'=' => ends += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if ends == 0 => signs += 1,
            _ => return false,
        }
    }
    // One sign alone holds less than a byte.
    signs % 4 != 1 && (ends == 0 || (ends <= 2 && (signs + ends).is_multiple_of(4)))
}

/// Digits with the usual marks between them.
fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (5..=20).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')'))
}

/// The problems of one request.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<Problem>);

#[allow(dead_code, reason = "which checks are used depends on the spec and the features")]
impl Problems {
    pub(crate) fn finish(self) -> Vec<Problem> {
        self.0
    }

    /// Reports a broken rule of the description, by its text.
    pub(crate) fn add(&mut self, severity: Severity, parameter: &'static str, message: &'static str) {
        self.report(severity, parameter, message, ProblemKind::Rule);
    }

    fn report(
        &mut self,
        severity: Severity,
        parameter: &'static str,
        message: impl Into<Cow<'static, str>>,
        kind: ProblemKind,
    ) {
        self.0.push(Problem { severity, parameter: parameter.into(), message: message.into(), kind });
    }

    pub(crate) fn required(&mut self, parameter: &'static str, given: bool) {
        if !given {
            self.report(Severity::Error, parameter, "is required", ProblemKind::Required);
        }
    }

    /// Checks that a value, or each value of a list, is a known one of its enum.
    pub(crate) fn listed(&mut self, parameter: &'static str, listed: bool) {
        if !listed {
            self.report(Severity::Advice, parameter, "is not one of the documented values", ProblemKind::Unlisted);
        }
    }

    pub(crate) fn range(
        &mut self,
        severity: Severity,
        parameter: &'static str,
        value: Option<i64>,
        min: Option<i64>,
        max: Option<i64>,
    ) {
        if let Some(found) = value {
            self.bounds(severity, parameter, "must be", ProblemKind::Range { min, max, found });
        }
    }

    pub(crate) fn shape(
        &mut self,
        severity: Severity,
        parameter: &'static str,
        value: Option<&str>,
        format: TextFormat,
    ) {
        if value.is_some_and(|value| !is(value, format)) {
            self.report(severity, parameter, unlike(format), ProblemKind::Shape(format));
        }
    }

    /// Checks that an image is in base64. Blanks, line ends and a missing end are accepted.
    pub(crate) fn base64(&mut self, parameter: &'static str, value: Option<&str>) {
        if value.is_some_and(|text| !is_base64(text)) {
            let message = "is not valid base64: make an `Image` from the bytes of the file";
            self.report(Severity::Error, parameter, message, ProblemKind::Base64);
        }
    }

    /// Checks that a text is PEM. The service may know better.
    pub(crate) fn pem(&mut self, parameter: &'static str, value: Option<&str>) {
        if value.is_some_and(|text| sections(text.as_bytes()).map_or(true, |all| all.is_empty())) {
            self.report(Severity::Advice, parameter, "is not valid PEM", ProblemKind::Pem);
        }
    }

    /// Checks that a number is neither infinite nor NaN, which no service can read.
    pub(crate) fn finite(&mut self, parameter: &'static str, value: Option<f64>) {
        if value.is_some_and(|number| !number.is_finite()) {
            self.report(Severity::Error, parameter, "must be a finite number", ProblemKind::NotFinite);
        }
    }

    /// Checks the size of an image, without base64.
    pub(crate) fn picture(&mut self, severity: Severity, parameter: &'static str, value: Option<&str>, most: u64) {
        let bytes = |text: &str| {
            let signs = text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=').count();
            u64::try_from(signs / 4 * 3 + (signs % 4) * 3 / 4).unwrap_or(u64::MAX)
        };
        if value.is_some_and(|text| bytes(text) > most) {
            let message = format!("is larger than {most} bytes");
            self.report(severity, parameter, message, ProblemKind::TooLarge(most));
        }
    }

    /// Reports a number, length or count outside of its bounds.
    fn bounds(&mut self, severity: Severity, parameter: &'static str, what: &str, kind: ProblemKind) {
        let (ProblemKind::Range { min, max, found }
        | ProblemKind::Length { min, max, found }
        | ProblemKind::Count { min, max, found }) = kind
        else {
            return;
        };
        let low = min.is_some_and(|min| found < min);
        let high = max.is_some_and(|max| found > max);
        let message = match (min, max) {
            _ if !low && !high => return,
            (Some(min), Some(max)) if min == max => format!("{what} {min}, and is {found}"),
            (Some(min), Some(max)) => format!("{what} from {min} to {max}, and is {found}"),
            (Some(min), None) => format!("{what} at least {min}, and is {found}"),
            (None, Some(max)) => format!("{what} at most {max}, and is {found}"),
            (None, None) => return,
        };
        self.report(severity, parameter, message, kind);
    }

    pub(crate) fn length(
        &mut self,
        severity: Severity,
        parameter: &'static str,
        value: Option<&str>,
        min: Option<i64>,
        max: Option<i64>,
    ) {
        if let Some(value) = value {
            let found = i64::try_from(value.chars().count()).unwrap_or(i64::MAX);
            let kind = ProblemKind::Length { min, max, found };
            self.bounds(severity, parameter, "must have a number of characters", kind);
        }
    }

    pub(crate) fn count(
        &mut self,
        severity: Severity,
        parameter: &'static str,
        value: usize,
        min: Option<i64>,
        max: Option<i64>,
    ) {
        // An empty list counts as absent.
        if value > 0 {
            let found = i64::try_from(value).unwrap_or(i64::MAX);
            self.bounds(severity, parameter, "must have a number of elements", ProblemKind::Count { min, max, found });
        }
    }
}
