//! Why there are no credentials.

use crate::base::legible::Escaping;
use std::fmt::{self, Write as _};
use std::sync::Arc;

/// Why a source gave no credentials. It never shows a value that the source holds.
#[derive(Clone)]
pub struct CredentialsError(Arc<CredentialsErrorInner>);

#[derive(Clone)]
struct CredentialsErrorInner {
    absent: bool,
    message: String,
    tried: Vec<Tried>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// A source that a [`Chain`](crate::credentials::Chain) has tried.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Tried {
    /// Its name.
    pub name: String,
    /// Why it did not serve.
    pub error: CredentialsError,
}

impl CredentialsError {
    /// The source is not set up here.
    #[must_use]
    pub fn absent(message: impl Into<String>) -> Self {
        Self::make(true, message.into(), Vec::new())
    }

    /// The source is set up, and does not work. Keep secrets out of the message: it is shown.
    #[must_use]
    pub fn failed(message: impl Into<String>) -> Self {
        Self::make(false, message.into(), Vec::new())
    }

    /// No source of a chain served.
    pub(crate) fn none(tried: Vec<Tried>) -> Self {
        let absent = tried.iter().all(|one| one.error.is_absent());
        Self::make(absent, "no source gave credentials".to_owned(), tried)
    }

    fn make(absent: bool, message: String, tried: Vec<Tried>) -> Self {
        Self(Arc::new(CredentialsErrorInner { absent, message, tried, source: None }))
    }

    /// What lies behind it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        // Clones of it stay as they are.
        Arc::make_mut(&mut self.0).source = Some(source.into().into());
        self
    }

    /// The source is not set up here, as opposed to one that does not work.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.0.absent
    }

    /// The sources that a chain has tried, in their order.
    #[must_use]
    pub fn tried(&self) -> &[Tried] {
        &self.0.tried
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What a source of credentials answers may stand in it.
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
