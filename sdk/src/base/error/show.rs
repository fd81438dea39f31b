//! An error as people read it, on one line.

use super::Error;
use crate::base::legible::{Escaping, Legible, MESSAGE, NAME};
use crate::base::problem::NAMED;
use std::fmt::{self, Write as _};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let e = &*self.0;
        // Whatever comes from others: it must not forge a line of a log.
        let f = &mut Escaping(f);
        write!(f, "{}", Legible(&e.action, NAME))?;
        if let Some(service) = &e.service {
            write!(f, ": {}", Legible(&service.code, NAME))?;
            if let Some(inner) = &service.inner_code {
                write!(f, "/{}", Legible(inner, NAME))?;
            }
        }
        if let Some(status) = e.status {
            write!(f, " (HTTP {status})")?;
        }
        write!(f, ": {}", Legible(&e.message, MESSAGE))?;
        for (index, problem) in e.problems.iter().take(NAMED).enumerate() {
            write!(f, "{} {problem}", if index == 0 { ":" } else { ";" })?;
        }
        if e.problems.len() > NAMED {
            write!(f, "; and {} more", e.problems.len() - NAMED)?;
        }
        if let Some(row) = self.info() {
            write!(f, "; {}", row.remedy)?;
        }
        if let Some(offset) = e.clock_offset.filter(|offset| *offset != 0) {
            let how = if offset > 0 { "behind" } else { "ahead of" };
            write!(f, "; this machine's clock is {} s {how} the service's", offset.unsigned_abs())?;
        }
        if let Some(difference) = &e.signature_difference {
            write!(f, "; {difference}")?;
        }
        if e.attempts > 1 {
            write!(f, "; it was tried {} times", e.attempts)?;
        }
        if e.outcome_unknown {
            f.write_str("; the call may have been executed all the same: find out before calling again")?;
            if let Some(how) = e.find_out {
                write!(f, " ({how})")?;
            }
        }
        if let Some(id) = &e.request_id {
            write!(f, " [request id {}]", Legible(id, NAME))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
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
