//! A cooldown: the time that has to pass between two calls about the same thing.

/// A pause after an action, before another one.
#[doc(hidden)]
#[derive(Debug)]
pub struct Hold {
    /// The action that waits.
    pub action: &'static str,
    /// The one it waits after.
    pub after: &'static str,
    /// What both are about; empty if it is about nothing in particular.
    pub id: Option<String>,
    /// How long.
    pub seconds: u64,
}
