//! The state of a wait that ended in an error.

use std::time::Duration;

/// The state of a wait that ended in an error; see [`Error::wait`](crate::Error::wait).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitEnd {
    /// A sentence that says what it waited for.
    pub about: &'static str,
    /// The state in the last response, as the service writes it.
    pub last_state: Option<String>,
    /// The last response as JSON by wire names. Secrets, personal data and unknown fields are redacted, and long lists and texts are cut.
    /// [`Wait::progress`] returns typed responses.
    ///
    /// [`Wait::progress`]: crate::Wait::progress
    pub last_response: Option<String>,
    /// The duration of the wait, including its calls.
    pub elapsed: Duration,
    /// The number of calls.
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
