//! How a wait stood when it ended in an error.

use std::time::Duration;

/// How a wait stood when it ended in an error: [`Error::wait`](crate::Error::wait).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitEnd {
    /// What it waited for, in words.
    pub about: &'static str,
    /// The state in the last response, as the service writes it.
    pub last_state: Option<String>,
    /// The last response as JSON by wire names; long lists and texts are cut. Secrets, personal data and unknown fields are redacted.
    /// [`Wait::progress`] hands out whole responses.
    ///
    /// [`Wait::progress`]: crate::Wait::progress
    pub last_response: Option<String>,
    /// How long it took, its calls included.
    pub elapsed: Duration,
    /// How often it called the action.
    pub polls: u32,
}

/// What a wait does with a state that this version does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownStates {
    /// It ends with [`ErrorKind::UnknownState`](crate::ErrorKind::UnknownState).
    #[default]
    Fail,
    /// It goes on until the state is another one, or until the deadline.
    KeepWaiting,
}
