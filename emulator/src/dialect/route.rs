//! Which dialect, API and action a request means, and in which format it wants its response.

use super::definition::Dialect;
use super::gate::Gate;
use super::table::{DIALECTS, of_family, recognised};
use crate::request::{Denial, Reason, Received};
use cloudcert::model::{Action, Api, Family};

/// The format of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
}

/// What a request means, as far as can be told before it is verified.
#[derive(Clone)]
pub(crate) struct Route<'a> {
    pub(crate) dialect: &'static Dialect,
    pub(crate) format: Format,
    pub(crate) action: Option<String>,
    version: Option<String>,
    /// The API that is meant, or another of the same dialect.
    nearest: Option<&'a Api>,
    /// Set if `Format` names an unknown format.
    bad_format: bool,
}

/// The request means the API with this id, whose protocol the endpoint does not speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoDialect(pub(crate) String);

impl<'a> Route<'a> {
    /// Chooses the dialect, format, action and nearest API of a request, among the APIs of the endpoint.
    ///
    /// Refuses nothing: [`api`](Self::api) and [`action`](Self::action) refuse an unknown version, format or action. Assumes the first dialect if
    /// neither the marks of a dialect nor the version tell. Fails only if the version belongs to an API whose protocol the endpoint does not speak.
    pub(crate) fn of(received: &Received, apis: &'a [Api]) -> Result<Self, NoDialect> {
        let dialect = dialect(received, apis, of_family)?;
        let named = |parameter: &str, header: &str| {
            let header = || received.header(header).map(std::borrow::Cow::into_owned);
            received.text(parameter).map(str::to_owned).or_else(header).filter(|text| !text.is_empty())
        };
        let action = named("Action", dialect.action_header);
        let version = named("Version", dialect.version_header);
        let nearest = nearest(dialect, version.as_deref(), action.as_deref(), apis);
        let (format, bad_format) = format(received);
        Ok(Self { dialect, format, action, version, nearest, bad_format })
    }

    /// Returns the API that is meant, or another API of the same dialect, whose error rows and shapes are then used.
    pub(crate) fn nearest_api(&self) -> Option<&'a Api> {
        self.nearest
    }

    /// Returns the API of the requested version. Refuses a missing or unknown version, then an unknown format.
    pub(crate) fn api(&self) -> Result<&'a Api, Denial> {
        let Some(version) = &self.version else {
            return Err(self.refuse(&Reason::VersionMissing));
        };
        let known = self.nearest.filter(|api| api.version == *version);
        let api = known.ok_or_else(|| self.refuse(&Reason::VersionUnknown))?;
        if self.bad_format { Err(self.refuse(&Reason::invalid("Format", "must be JSON or XML"))) } else { Ok(api) }
    }

    /// Returns the requested action. Refuses a missing or unknown one.
    pub(crate) fn action(&self, api: &'a Api) -> Result<&'a Action, Denial> {
        let name = self.action.as_ref().ok_or_else(|| self.refuse(&Reason::ActionMissing))?;
        api.action(name).ok_or_else(|| self.refuse(&Reason::ActionUnknown))
    }

    /// Refuses the request in the words of its dialect.
    pub(crate) fn refuse(&self, reason: &Reason) -> Denial {
        self.dialect.refuse(self.nearest, reason)
    }

    /// Verifies a request in its dialect.
    pub(crate) fn verify(&self, gate: &Gate<'_>) -> Result<(), Denial> {
        (self.dialect.verify)(gate)
    }
}

/// Chooses the dialect by the marks of a request, then by its version. `of_family` finds the dialect of a protocol family.
pub(super) fn dialect(
    received: &Received,
    apis: &[Api],
    of_family: impl Fn(Family) -> Option<&'static Dialect>,
) -> Result<&'static Dialect, NoDialect> {
    if let Some(dialect) = recognised(received) {
        return Ok(dialect);
    }
    match apis.iter().find(|api| received.text("Version") == Some(&api.version)) {
        Some(api) => of_family(api.protocol.family).ok_or_else(|| NoDialect(api.id.clone())),
        None => Ok(DIALECTS[0]),
    }
}

/// The API of a dialect that fits best: version and action, then the version, then any.
fn nearest<'a>(dialect: &Dialect, version: Option<&str>, action: Option<&str>, apis: &'a [Api]) -> Option<&'a Api> {
    let own = || apis.iter().filter(|api| api.protocol.family == dialect.family);
    let versioned = || own().filter(|api| Some(api.version.as_str()) == version);
    let has_action = |api: &&Api| action.is_some_and(|action| api.action(action).is_some());
    versioned().find(has_action).or_else(|| versioned().next()).or_else(|| own().next())
}

/// The format that `Format` names, or `Accept` if there is no `Format`; and whether `Format` is invalid.
fn format(received: &Received) -> (Format, bool) {
    let accept = received.header("accept").unwrap_or_default().to_ascii_lowercase();
    match received.text("Format").map(str::to_ascii_lowercase).as_deref() {
        Some("json") => (Format::Json, false),
        Some("xml") => (Format::Xml, false),
        Some(_) => (Format::Json, true),
        None if accept.contains("xml") && !accept.contains("json") => (Format::Xml, false),
        None => (Format::Json, false),
    }
}
