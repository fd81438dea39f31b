//! What a service receives and returns.

use super::settings::Settings;
use cloudcert::model;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A call whose signature and parameters have been checked.
pub(crate) struct Call<'a> {
    pub(crate) api: &'a model::Api,
    pub(crate) action: &'a model::Action,
    pub(crate) params: Params,
    /// The host that the client has asked, with its port.
    pub(crate) host: Option<String>,
}

impl Call<'_> {
    /// The address of this endpoint, as the client knows it.
    pub(crate) fn url(&self, settings: &Settings) -> String {
        match &self.host {
            Some(host) if settings.many_addresses => format!("http://{host}"),
            _ => settings.public_url.clone(),
        }
    }
}

/// Decoded parameters by wire name. Lists are flattened to `Name.1`, `Name.2` and count from 1, however the client counted.
#[derive(Default, Clone)]
pub(crate) struct Params(pub(crate) BTreeMap<String, String>);

impl Params {
    /// Returns the value of a parameter. An empty value counts as absent.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// Returns a parameter as a whole number, or `None` if it is absent or not a number.
    pub(crate) fn whole(&self, name: &str) -> Option<i64> {
        self.text(name)?.trim().parse().ok()
    }

    /// Returns a parameter as a boolean; see [`boolean`].
    pub(crate) fn boolean(&self, name: &str) -> Option<bool> {
        boolean(self.text(name)?)
    }

    /// Returns the elements of a list of single values, in order.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let element = |index: usize| self.0.get(&format!("{name}.{index}"));
        (1..).map_while(element).map(String::as_str).collect()
    }

    /// Parses a parameter that holds JSON text.
    pub(crate) fn json(&self, name: &str) -> Option<Value> {
        serde_json::from_str(self.text(name)?).ok()
    }
}

/// Reads a boolean as clients write it: `true` and `false` in the usual spellings, or `1` and `0`.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "true" | "True" | "TRUE" => Some(true),
        "0" | "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// The fields of a successful response by wire name, without `RequestId`. Ids are numbers or strings, as the vendor sends them.
pub(crate) type Fields = serde_json::Map<String, Value>;

/// A service's refusal: the name of an error row of the spec, and the message to send.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) row: Cow<'static, str>,
    /// What completes the code of a row that stands for a family of codes.
    pub(crate) suffix: String,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(row: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { row: row.into(), suffix: String::new(), message: message.into() }
    }

    /// Makes a refusal about a parameter, with which the code ends.
    pub(crate) fn about(parameter: &str, row: &'static str, message: impl Into<String>) -> Self {
        Self { suffix: parameter.to_owned(), ..Self::new(row, message) }
    }
}

/// Whether an action can return this error: it lists the row, or the row is common to its API.
pub(crate) fn may_return(api: &model::Api, action: &model::Action, row: &str) -> bool {
    let common = |known: &model::ErrorRow| known.name == row && known.scope == model::ErrorScope::Common;
    action.errors.iter().any(|listed| listed == row) || api.errors.iter().any(common)
}
