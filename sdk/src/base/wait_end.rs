//! How a wait that did not end well stood.

use std::time::Duration;

/// How a wait that ended in an error stood: [`Error::wait`](crate::Error::wait).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitEnd {
    /// What was waited for, in words.
    pub about: &'static str,
    /// The state in the last answer, as it is written.
    pub last_state: Option<String>,
    /// The last answer as JSON by wire names, of long lists and texts the start. What names a person, gives power, or is not known is
    /// redacted; [`Wait::progress`] hands answers out as they are.
    ///
    /// [`Wait::progress`]: crate::Wait::progress
    pub last_answer: Option<String>,
    /// How long it took, its calls included.
    pub elapsed: Duration,
    /// How often the action was called.
    pub polls: u32,
}

/// What a wait does with a state that this version does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownStates {
    /// It ends with [`ErrorKind::UnknownState`](crate::ErrorKind::UnknownState).
    #[default]
    Fail,
    /// It goes on, until the state is another one or the deadline comes.
    KeepWaiting,
}
