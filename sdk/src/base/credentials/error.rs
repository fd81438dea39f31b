//! The error of a source of credentials.

use crate::base::legible::Escaping;
use std::fmt::{self, Write as _};
use std::sync::Arc;

/// Why a source provided no credentials. It never shows a value that the source contains.
#[derive(Clone)]
pub struct CredentialsError(Arc<CredentialsErrorInner>);

#[derive(Clone)]
struct CredentialsErrorInner {
    absent: bool,
    message: String,
    tried: Vec<Tried>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// A source that a [`Chain`](crate::credentials::Chain) tried in vain.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Tried {
    /// Its name.
    pub name: String,
    /// Why it provided no credentials.
    pub error: CredentialsError,
}

impl CredentialsError {
    /// Creates the error of a source that is not set up on this machine.
    #[must_use]
    pub fn absent(message: impl Into<String>) -> Self {
        Self::make(true, message.into(), Vec::new())
    }

    /// Creates the error of a source that is set up but fails. Keep secrets out of the message: it is shown.
    #[must_use]
    pub fn failed(message: impl Into<String>) -> Self {
        Self::make(false, message.into(), Vec::new())
    }

    /// No source of a chain provided credentials.
    pub(crate) fn none(tried: Vec<Tried>) -> Self {
        let absent = tried.iter().all(|one| one.error.is_absent());
        Self::make(absent, "no source provided credentials".to_owned(), tried)
    }

    fn make(absent: bool, message: String, tried: Vec<Tried>) -> Self {
        Self(Arc::new(CredentialsErrorInner { absent, message, tried, source: None }))
    }

    /// Adds the error that caused this one.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        // Clones of the error are not changed.
        Arc::make_mut(&mut self.0).source = Some(source.into().into());
        self
    }

    /// Whether the source is not set up on this machine, as opposed to one that fails.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.0.absent
    }

    /// The sources that a chain tried, in order.
    #[must_use]
    pub fn tried(&self) -> &[Tried] {
        &self.0.tried
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The message may quote what a source of credentials responded.
        let f = &mut Escaping(f);
        f.write_str(&self.0.message)?;
        for (index, one) in self.0.tried.iter().enumerate() {
            let mark = if index == 0 { ':' } else { ';' };
            write!(f, "{mark} {}. {}: {}", index + 1, one.name, one.error)?;
        }
        Ok(())
    }
}

impl fmt::Debug for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialsError")
            .field("absent", &self.0.absent)
            .field("text", &self.to_string())
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for CredentialsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
