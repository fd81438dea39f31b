//! What a dialect consists of.

use super::gate::Gate;
use super::rows::api_with;
use crate::request::{Denial, Reason, Received};
use cloudcert::model::{Api, Family};

/// All that differs between the protocols, beyond what the spec describes.
pub(crate) struct Dialect {
    pub(super) family: Family,
    /// The headers that may name action and version in place of parameters.
    pub(super) action_header: &'static str,
    pub(super) version_header: &'static str,
    /// How surely a request is in this dialect.
    pub(super) recognise: fn(&Received) -> Mark,
    /// Verifies who sent a request and when, that nobody changed it, and that the key may call the action.
    pub(super) verify: fn(&Gate<'_>) -> Result<(), Denial>,
    /// Words a refusal of the gateway.
    pub(super) wording: fn(&Reason) -> Wording,
    /// Whether a parameter belongs to a signature and is in no table of common parameters.
    pub(crate) is_signature_parameter: fn(&str) -> bool,
    /// The parameter that makes a call a dry run.
    pub(crate) dry_run: Option<&'static str>,
    /// The header of a response that carries the request id.
    pub(crate) request_id_header: &'static str,
    /// The content type of JSON responses.
    pub(crate) json_type: &'static str,
    /// The XML namespace of successful responses.
    pub(crate) xml_namespace: fn(&Api) -> Option<String>,
    /// What surrounds code and message in an error response.
    pub(crate) error_form: fn(Option<&Api>, &Denial, &str) -> ErrorForm,
}

/// How surely a request is in a dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    Missing,
    /// It has a parameter that other dialects do not know, but ignore.
    Weak,
    /// It has a header or parameter that only this dialect uses.
    Strong,
}

/// A refusal in a vendor's words.
pub(super) struct Wording {
    /// The error row of the spec.
    pub(super) row: &'static str,
    /// Completes the code of a row that stands for a family of codes.
    pub(super) suffix: String,
    pub(super) message: String,
}

impl Wording {
    pub(super) fn new(row: &'static str, message: impl Into<String>) -> Self {
        Self { row, suffix: String::new(), message: message.into() }
    }
}

/// What surrounds code and message in an error response.
pub(crate) struct ErrorForm {
    /// The root element in XML.
    pub(crate) root: &'static str,
    /// Members beside `Code` and `Message`.
    pub(crate) members: Vec<(&'static str, String)>,
    /// Members at the top of the response, beside `RequestId`.
    pub(crate) top: Vec<(&'static str, String)>,
}

impl Dialect {
    /// Words a refusal. `api` has the error rows.
    pub(super) fn refuse(&self, api: Option<&Api>, reason: &Reason) -> Denial {
        let Wording { row, suffix, message } = (self.wording)(reason);
        Denial::row(api_with(self.family, api, row), row, &suffix, message)
    }
}
