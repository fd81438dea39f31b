//! Texts and sources: what a document describes has them. What is undocumented may lack them until somebody writes them.

use super::view::RawApi;
use crate::diagnostic::{Code, Finding};
use crate::spec::Text;
use crate::yaml::At;

/// Checks that nothing of an API version lacks a text, except for what is undocumented.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for visit in api.fields().iter().filter(|visit| visit.documented) {
        needed(&visit.field.doc, "doc", visit.at, out);
    }
    for item in api.definitions.types.values().filter(|item| item.value.undocumented.is_empty()) {
        needed(&item.value.doc, "doc", item.at, out);
    }
    for item in api.definitions.enums.values().filter(|item| item.value.undocumented.is_empty()) {
        needed(&item.value.doc, "doc", item.at, out);
        for (wire, value) in item.value.values.iter().filter(|(_, value)| value.undocumented.is_empty()) {
            needed(&value.doc, "doc", item.at.get("values").get(wire), out);
        }
    }
    for (_, action) in api.actions.iter().filter(|(_, action)| action.value.undocumented.is_empty()) {
        needed(&action.value.title, "title", action.at, out);
        needed(&action.value.doc, "doc", action.at, out);
        if action.value.source.all().is_empty() {
            out.push(missing("source", action.at));
        }
        if action.value.examples.is_empty() {
            let message = format!("`{}` has no example", action.value.action);
            let finding = action.at.get("examples").key_finding(Code::InvalidExample, message);
            out.push(finding.help("add at least one call with its response"));
        }
    }
}

/// An empty text was reported when the file was read, so that an empty one here is absent.
fn needed(text: &Text, key: &str, at: At<'_>, out: &mut Vec<Finding>) {
    if text.is_empty() {
        out.push(missing(key, at));
    }
}

fn missing(key: &str, at: At<'_>) -> Finding {
    at.key_finding(Code::MissingKey, format!("the key `{key}` is missing"))
        .help(format!("add `{key}: ...`, or `undocumented: [...]` if no document describes it"))
}
