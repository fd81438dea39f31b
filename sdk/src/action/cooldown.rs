//! Cooldowns: the time that must pass between two calls about the same thing.

/// A cooldown between two actions.
#[doc(hidden)]
#[derive(Debug)]
pub struct Cooldown {
    /// The action that must wait.
    pub action: &'static str,
    /// The action that starts the cooldown.
    pub after: &'static str,
    /// The id that both calls are about; `None` if there is none.
    pub id: Option<String>,
    /// Its length in seconds, from the response of `after`.
    pub seconds: u64,
}
