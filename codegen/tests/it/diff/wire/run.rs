//! One run: which program calls which endpoint, and what that shows.

/// Which values the responses of an endpoint have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Round {
    /// All fields, each with another value in each round.
    Whole(usize),
    /// Guaranteed fields only.
    Bare,
}

/// What is run: a program of one model against an endpoint on another, with these responses. Models are numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) endpoint: usize,
    /// The endpoint enforces the advice in which its description differs from this one; no advice, if absent.
    pub(super) against: Option<usize>,
    pub(super) round: Round,
    pub(super) client: usize,
    /// The places of the API and the name of the action.
    pub(super) api: usize,
    pub(super) action: String,
    pub(super) what: What,
}

/// What a run shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// Whether a request is taken. The text tells which it is.
    Request(String),
    /// What is read of a response to the full request, in JSON or XML.
    Response {
        xml: bool,
    },
    /// What is read of a response in an envelope.
    Wrapped,
    /// Whether a request with this HTTP method or signature is taken.
    Method(String),
    Signature(String),
    /// How an error is understood.
    Error(String),
    /// How often a request is sent whose first response is lost.
    Lost(String),
    /// How long a throttled call is told to wait.
    Throttled,
    /// What all pages hold.
    Pages,
    /// How a wait ends.
    Wait(String),
}
