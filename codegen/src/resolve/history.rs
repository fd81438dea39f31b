//! Histories: valid releases, old names that no longer exist, requirements that were dropped.

use super::view::{RawApi, Side};
use crate::diagnostic::{Code, Finding};
use crate::spec::{Field, History};
use crate::yaml::At;
use indexmap::IndexMap;

/// Checks the histories of an API version.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for visit in api.fields() {
        let Some(history) = &visit.field.history else { continue };
        let at = visit.at.get("history");
        versions(history, at, out);
        if history.was_required_until.is_some() {
            let until = at.get("was_required_until");
            if visit.side != Side::Request || visit.nested {
                let message =
                    format!("`was_required_until` is for parameters, and `{}` is not a parameter", visit.wire);
                out.push(until.key_finding(Code::InvalidHistory, message));
            } else if visit.field.required && visit.field.default.is_none() {
                let message = format!("`{}` is still required, so `was_required_until` does not apply", visit.wire);
                out.push(
                    until.key_finding(Code::InvalidHistory, message).related(visit.at.get("required").related("here")),
                );
            }
        }
    }
    for spec in api.definitions.types.values() {
        plain(spec.value.history.as_ref(), spec.at, out);
        renamed_fields(&spec.value.fields, spec.at.get("fields"), out);
    }
    for spec in api.definitions.enums.values() {
        plain(spec.value.history.as_ref(), spec.at, out);
        for (wire, value) in &spec.value.values {
            plain(value.history.as_ref(), spec.at.get("values").get(wire), out);
        }
    }
    for (_, action) in &api.actions {
        plain(action.value.history.as_ref(), action.at, out);
        renamed_fields(&action.value.parameters, action.at.get("parameters"), out);
        renamed_fields(&action.value.response, action.at.get("response"), out);
        let old = action.value.history.as_ref().and_then(|h| h.renamed_from.as_deref());
        if let Some(old) = old.filter(|old| api.action(old).is_some()) {
            let message = format!("`{old}` still exists, so this is not its new name");
            out.push(action.at.get("history").get("renamed_from").finding(Code::InvalidHistory, message));
        }
    }
}

fn renamed_fields(fields: &IndexMap<String, Field>, at: At<'_>, out: &mut Vec<Finding>) {
    for (wire, field) in fields {
        let old = field.history.as_ref().and_then(|h| h.renamed_from.as_deref());
        if let Some(old) = old.filter(|old| fields.contains_key(*old)) {
            let message = format!("`{old}` still exists, so `{wire}` is not its new name");
            out.push(at.get(wire).get("history").get("renamed_from").finding(Code::InvalidHistory, message));
        }
    }
}

fn plain(history: Option<&History>, at: At<'_>, out: &mut Vec<Finding>) {
    let Some(history) = history else { return };
    let at = at.get("history");
    versions(history, at, out);
    if history.was_required_until.is_some() {
        let message = "`was_required_until` is for parameters only";
        out.push(at.get("was_required_until").key_finding(Code::InvalidHistory, message));
    }
}

fn versions(history: &History, at: At<'_>, out: &mut Vec<Finding>) {
    let deprecated = history.deprecated.as_ref().map(|d| d.since.as_str());
    let given = [
        (at.get("since"), history.since.as_deref()),
        (at.get("deprecated").get("since"), deprecated),
        (at.get("was_required_until"), history.was_required_until.as_deref()),
    ];
    for (at, version) in given {
        if let Some(version) = version.filter(|version| release(version).is_none()) {
            let message = format!("`{version}` is not a release version");
            out.push(at.finding(Code::InvalidHistory, message).help("write it like `1.2.3`"));
        }
    }
    if let (Some(since), Some(deprecated)) = (history.since.as_deref().and_then(release), deprecated.and_then(release))
        && deprecated < since
    {
        out.push(
            at.get("deprecated")
                .key_finding(Code::InvalidHistory, "an item cannot be deprecated before the release that added it"),
        );
    }
}

fn release(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(|part| part.parse::<u32>().ok().filter(|n| n.to_string() == part));
    let version = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(version)
}
