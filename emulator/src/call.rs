//! What the front hands to the services, and what they hand back.

use cloudcert::model;
use serde_json::Value;
use std::collections::BTreeMap;

/// A call that has passed signature and spec checks.
pub(crate) struct Call {
    pub(crate) api: &'static model::Api,
    pub(crate) action: &'static model::Action,
    pub(crate) params: Params,
}

/// Parameters by wire name, decoded. Lists are flattened, `Name.1`, `Name.2`, and begin at 1 however they were sent.
#[derive(Default, Clone)]
pub(crate) struct Params(pub(crate) BTreeMap<String, String>);

impl Params {
    /// A parameter that was given with a value; an empty one counts as absent.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// A whole number.
    pub(crate) fn whole(&self, name: &str) -> Option<i64> {
        self.text(name)?.trim().parse().ok()
    }

    /// True or false, in letters or as `1` and `0`.
    pub(crate) fn truth(&self, name: &str) -> Option<bool> {
        truth(self.text(name)?)
    }

    /// The elements of a list of single values, in order.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let element = |index: usize| self.0.get(&format!("{name}.{index}"));
        (1..).map_while(element).map(String::as_str).collect()
    }

    /// A parameter that holds JSON text.
    pub(crate) fn json(&self, name: &str) -> Option<Value> {
        serde_json::from_str(self.text(name)?).ok()
    }
}

/// Reads a boolean as clients write it.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text {
        "1" | "true" | "True" | "TRUE" => Some(true),
        "0" | "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// What an action answers: an object by wire names, without `RequestId`; ids as numbers or texts, as the real service does.
pub(crate) type Answer = serde_json::Map<String, Value>;

/// A service's refusal: an error row of the spec by our name of it, and the message to send.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) row: &'static str,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(row: &'static str, message: impl Into<String>) -> Self {
        Self { row, message: message.into() }
    }
}
