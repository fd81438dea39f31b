//! What is called, and what the journal may have of it.

use cloudcert::RawResponse;
use cloudcert::api::Effect;
use cloudcert::dynamic::{Request, Response};
use cloudcert::model::{Action, Api, Field, Given, Probe, Sensitivity};
use serde_json::{Map, Value};
use std::fmt;

/// What is called.
#[derive(Debug, Clone)]
pub enum What {
    /// An operation of the description.
    Described(Request),
    /// An action that the description lacks.
    Plain(Plain),
}

/// A call of an action that the description lacks. Nothing is known of its parameters, so the journal has none of them.
#[derive(Clone)]
pub struct Plain {
    /// The API version.
    pub api: String,
    /// The action.
    pub action: String,
    /// Its parameters, as on the wire.
    pub parameters: Vec<(String, String)>,
    /// What a call does, as the caller says.
    pub effect: Effect,
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plain").field("action", &self.action).finish_non_exhaustive()
    }
}

impl What {
    /// The API version.
    #[must_use]
    pub fn api(&self) -> &str {
        match self {
            Self::Described(request) => request.operation().api(),
            Self::Plain(plain) => &plain.api,
        }
    }

    /// The action.
    #[must_use]
    pub fn action(&self) -> &str {
        match self {
            Self::Described(request) => request.operation().name(),
            Self::Plain(plain) => &plain.action,
        }
    }

    /// The parameters that tell this request from others: all but secrets, which may differ each time, as tokens do.
    #[must_use]
    pub fn identity(&self) -> Value {
        match self {
            Self::Described(request) => {
                Value::Object(kept(request, |_, field| field.sensitivity != Some(Sensitivity::Secret)))
            }
            Self::Plain(plain) => {
                let mut sorted = plain.parameters.clone();
                sorted.sort();
                sorted.into_iter().map(|(name, value)| vec![name, value]).collect()
            }
        }
    }
}

/// The response of a call.
#[derive(Debug)]
pub enum Reply {
    /// Of an operation of the description.
    Described(Response),
    /// Of an action that the description lacks: as it came. It may have secrets.
    Plain(RawResponse),
}

/// The parameters of a request that `keeps` wants.
pub(super) fn kept(request: &Request, keeps: impl Fn(&Action, &Field) -> bool) -> Map<String, Value> {
    let Value::Object(mut parameters) = request.json() else { return Map::new() };
    let action = request.operation().model();
    parameters.retain(|name, _| {
        let known = action.and_then(|action| Some((action, action.parameter(name)?)));
        known.is_some_and(|(action, field)| keeps(action, field))
    });
    parameters
}

/// A parameter of an action that is not in the journal, though what shows the call needs it.
pub(crate) fn hidden<'a>(api: &Api, action: &'a Action) -> Option<&'a Field> {
    let given = action.reconcile.iter().flat_map(|recipe| {
        let matching = match &recipe.probe {
            Probe::Listing { matching, .. } => Some(matching.values()),
            _ => None,
        };
        let given = recipe.with.values().filter_map(|given| match given {
            Given::Parameter(name) => Some(name),
            Given::Value(_) => None,
        });
        given.chain(matching.into_iter().flatten())
    });
    let fields = given.filter_map(|name| action.parameter(name.split('.').next().unwrap_or(name)));
    fields.into_iter().find(|field| !is_public(api, action, field, 0))
}

/// Whether neither a parameter nor a member of it is a secret or personal data.
pub(super) fn is_public(api: &Api, action: &Action, field: &Field, depth: usize) -> bool {
    // A structure may contain itself.
    const DEEPEST: usize = 8;
    let members = field.kind.structure().map_or(&[][..], |name| action.members(api, name));
    field.sensitivity.is_none()
        && (depth < DEEPEST || members.is_empty())
        && members.iter().all(|member| is_public(api, action, member, depth + 1))
}
