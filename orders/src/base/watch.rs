//! The points at which a process may die. Tests stop it there.

use std::fmt;
use std::sync::Arc;

/// Is told before and after every event, file operation and call.
///
/// A program needs none. Tests end the process at each point and look at what the next one makes of it.
pub trait Watch: Send + Sync {
    /// The process is at this point, such as `before append sending`.
    fn reach(&self, point: &str);
}

/// The watch of a process, or none.
#[derive(Clone, Default)]
pub struct Watched(Option<Arc<dyn Watch>>);

impl Watched {
    /// Tells `watch` of every point.
    #[must_use]
    pub fn by(watch: Arc<dyn Watch>) -> Self {
        Self(Some(watch))
    }

    /// The process is at this point. The text is only made if somebody watches.
    pub fn reach(&self, point: impl fmt::Display) {
        if let Some(watch) = &self.0 {
            watch.reach(&point.to_string());
        }
    }
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Watched" } else { "Unwatched" })
    }
}
