//! The `Display` of an error, on one line: what happened, what to do, and the request id for the vendor's support.

use super::Error;
use super::kind::KindData;
use crate::base::api::Retry;
use crate::base::legible::{Escaping, Legible, MESSAGE, NAME};
use crate::base::problem::{NAMED, Problem};
use std::fmt::{self, Display, Write};

/// What to do after a temporary fault, if the call may be repeated, as reads may.
const REPEAT: &str = "The call may be repeated: send it again after a wait";

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let e = &*self.0;
        // Escape control characters, so that a service cannot forge lines of a log.
        let mut escaping = Escaping(f);
        let mut line = Line { out: &mut escaping, last: None };
        write!(line, "{}", Legible(&e.action, NAME))?;
        if let Some(code) = self.code() {
            write!(line, ": {}", Legible(code, NAME))?;
            if let Some(inner) = self.inner_code() {
                write!(line, "/{}", Legible(inner, NAME))?;
            }
        }
        if let Some(status) = self.status() {
            write!(line, " (HTTP {status})")?;
        }
        write!(line, ": {}", Legible(&e.message, MESSAGE))?;
        if let KindData::Invalid(problems) = &e.kind {
            line.problems(problems)?;
        }
        if !e.advice.is_empty() {
            line.sentence("Validation had warned about the request")?;
            line.problems(&e.advice)?;
        }
        if let Some(row) = self.info() {
            // What a call that may be repeated did does not matter.
            let is_repeatable = !self.outcome_unknown() && matches!(row.retry, Retry::Transient | Retry::Reconcile);
            line.sentence(if is_repeatable { REPEAT } else { row.remedy })?;
        }
        if let Some(offset) = self.clock_offset().filter(|offset| *offset != 0) {
            let how = if offset > 0 { "behind" } else { "ahead of" };
            line.sentence(format_args!(
                "This machine's clock is {} s {how} the service's: correct it",
                offset.unsigned_abs()
            ))?;
        }
        if let Some(difference) = self.signature_difference() {
            line.sentence(difference)?;
        }
        if e.attempts > 1 {
            line.sentence(format_args!("It failed {} times", e.attempts))?;
        }
        if let Some(unknown) = &e.unknown_outcome {
            line.sentence("The call may have been executed all the same: find out before calling again")?;
            if let Some(how) = unknown.find_out {
                line.sentence(how)?;
            }
        }
        if let Some(id) = self.request_id() {
            write!(line, " [request id {}]", Legible(id, NAME))?;
        }
        Ok(())
    }
}

/// Writes one line, and tracks whether a sentence has ended.
struct Line<'a> {
    out: &'a mut dyn Write,
    last: Option<char>,
}

impl Line<'_> {
    /// Names the first problems.
    fn problems(&mut self, problems: &[Problem]) -> fmt::Result {
        for (index, problem) in problems.iter().take(NAMED).enumerate() {
            write!(self, "{} {problem}", if index == 0 { ":" } else { ";" })?;
        }
        if problems.len() > NAMED {
            write!(self, "; and {} more", problems.len() - NAMED)?;
        }
        Ok(())
    }

    /// Begins a sentence with a capital. The sentence before may have ended already, because it comes from the service or the spec.
    fn sentence(&mut self, text: impl Display) -> fmt::Result {
        let ended = self.last.is_some_and(|last| matches!(last, '.' | '!' | '?' | '。' | '！' | '？'));
        self.write_str(if ended { " " } else { ". " })?;
        let text = text.to_string();
        let mut rest = text.chars();
        match rest.next() {
            Some(first) => write!(self, "{}{}", first.to_ascii_uppercase(), rest.as_str()),
            None => Ok(()),
        }
    }
}

impl Write for Line<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.last = text.trim_end().chars().next_back().or(self.last);
        self.out.write_str(text)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("text", &self.to_string())
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
