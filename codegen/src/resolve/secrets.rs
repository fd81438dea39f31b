//! Secrets: none may travel in a query, and none may stand in the spec.

use super::values::REDACTED;
use super::view::{RawApi, Side};
use crate::diagnostic::{Code, Finding};
use crate::spec::{FieldType, Method, Placement, Sensitivity};
use crate::yaml::{At, Kind};
use serde_json::Value;

/// Checks the secrets of an API version.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for visit in api.fields() {
        let secret = visit.field.sensitive == Some(Sensitivity::Secret);
        let private = visit.field.kind == FieldType::Pem && visit.wire.to_lowercase().contains("key") && !secret;
        if private {
            let message = format!(
                "`{}` looks like a private key, and is not `sensitive: secret`",
                visit.wire
            );
            out.push(visit.at.key_finding(Code::SecretExposed, message));
        }
        if !secret {
            continue;
        }
        if visit.field.placement == Some(Placement::Query) {
            let message = format!("`{}` is a secret, and would travel in the query of the URL", visit.wire);
            out.push(
                visit
                    .at
                    .get("in")
                    .finding(Code::SecretExposed, message)
                    .help("use `in: body`"),
            );
        }
        if let (Side::Request, Some(action)) = (visit.side, visit.action.and_then(|name| api.action(name)))
            && action.value.methods.first() == Some(&Method::Get)
        {
            let message = format!(
                "`{}` is a secret, and `{}` is sent by GET: it would travel in the query",
                visit.wire, action.value.action
            );
            out.push(
                visit
                    .at
                    .key_finding(Code::SecretExposed, message)
                    .related(action.at.get("methods").related("GET comes first here"))
                    .help("put POST first in `methods`"),
            );
        }
        for (key, value) in [("default", &visit.field.default), ("example", &visit.field.example)] {
            if value.as_ref().is_some_and(|v| *v != Value::String(REDACTED.to_owned())) {
                let message = format!("`{}` is a secret: its {key} does not stand in the spec", visit.wire);
                out.push(
                    visit
                        .at
                        .get(key)
                        .key_finding(Code::SecretExposed, message)
                        .help(format!("write \"{REDACTED}\"")),
                );
            }
        }
    }
    for (wire, item) in &api.scope.common_parameters {
        if item.value.sensitive == Some(Sensitivity::Secret)
            && item
                .value
                .example
                .as_ref()
                .is_some_and(|v| *v != Value::String(REDACTED.to_owned()))
        {
            let message = format!("`{wire}` is a secret: its example does not stand in the spec");
            out.push(
                item.at
                    .get("example")
                    .key_finding(Code::SecretExposed, message)
                    .help(format!("write \"{REDACTED}\"")),
            );
        }
    }
    for file in api
        .files
        .iter()
        .map(|f| f.at)
        .chain(api.actions.iter().map(|(_, a)| a.at))
    {
        private_keys(file, out);
    }
}

/// A private key has no place in the spec, whatever the key it stands under.
fn private_keys(at: At<'_>, out: &mut Vec<Finding>) {
    match at.kind() {
        Kind::Scalar(text) => {
            if text.contains("PRIVATE KEY-----") {
                out.push(
                    at.finding(Code::SecretExposed, "a private key does not stand in the spec")
                        .help(format!("write \"{REDACTED}\"")),
                );
            }
        }
        Kind::Sequence(items) => (0..items.len()).for_each(|i| private_keys(at.index(i), out)),
        Kind::Mapping(entries) => entries.iter().for_each(|e| private_keys(at.get(&e.key), out)),
    }
}
