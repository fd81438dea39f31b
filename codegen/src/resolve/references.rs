//! Checks that every name that refers to something is defined.

use super::view::{Defined, RawApi};
use crate::diagnostic::{Code, Finding};
use crate::spec::{Defect, FieldType, SourceKind, SourceRef};
use crate::yaml::{At, did_you_mean};

/// Checks the references of an API version: what fields hold, enums, errors, sources.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    let definitions = &api.definitions;
    for visit in api.fields() {
        let (field, at) = (visit.field, visit.at);
        if let Some(name) = &field.enumeration {
            named(&definitions.enums, name, at.get("enum"), "enum", out);
        }
        if let (Some(of), None) = (&field.of, &field.fields) {
            check_of(api, field.kind, of, at.get("of"), out);
            elsewhere(api, of, at.get("of"), out);
        }
        undocumented(api, &field.undocumented, at, out);
        source(api, field.source.as_ref(), at.get("source"), out);
    }
    for item in definitions.common_parameters.values() {
        if let Some(name) = &item.value.enumeration {
            named(&definitions.enums, name, item.at.get("enum"), "enum", out);
        }
        undocumented(api, &item.value.undocumented, item.at, out);
    }
    for spec in definitions.enums.values() {
        undocumented(api, &spec.value.undocumented, spec.at, out);
        for (wire, value) in &spec.value.values {
            undocumented(api, &value.undocumented, spec.at.get("values").get(wire), out);
        }
    }
    for spec in definitions.types.values() {
        undocumented(api, &spec.value.undocumented, spec.at, out);
    }
    for row in definitions.errors.values() {
        undocumented(api, &row.value.undocumented, row.at, out);
    }
    if let Some(endpoints) = definitions.endpoints {
        for (index, host) in endpoints.value.hosts.iter().enumerate() {
            undocumented(api, &host.undocumented, endpoints.at.get("hosts").index(index), out);
        }
    }
    for (_, action) in &api.actions {
        undocumented(api, &action.value.undocumented, action.at, out);
        if let Some(name) = &action.value.group {
            named(&definitions.groups, name, action.at.get("group"), "group", out);
        }
        for (index, name) in action.value.errors.iter().enumerate() {
            named(&definitions.errors, name, action.at.get("errors").index(index), "error", out);
        }
        for (index, reference) in action.value.source.iter().enumerate() {
            source(api, Some(reference), action.at.get("source").index(index), out);
        }
    }
}

/// What a list or map holds, besides structures and ids.
const ELEMENTS: [&str; 5] = ["string", "i32", "i64", "f64", "any"];
/// What a text with commas holds, besides ids.
const WORDS: [&str; 3] = ["string", "i32", "i64"];

fn check_of(api: &RawApi<'_>, kind: FieldType, of: &str, at: At<'_>, out: &mut Vec<Finding>) {
    use FieldType as T;
    let holds_structures = matches!(kind, T::Object | T::JsonText | T::List | T::JsonList | T::Map | T::JsonMap)
        && api.members(of).is_some();
    if holds_structures {
        return;
    }
    let structures = || api.structure_names();
    let ids = || api.definitions.ids.keys().copied();
    let (found, known, what): (bool, Vec<&str>, _) = match kind {
        FieldType::Id => (api.definitions.ids.contains_key(of), ids().take(SUGGESTED).collect(), "kind of id"),
        FieldType::Object | FieldType::JsonText => (false, structures().take(SUGGESTED).collect(), "structure"),
        FieldType::List | FieldType::JsonList | FieldType::Map | FieldType::JsonMap => (
            api.definitions.ids.contains_key(of) || ELEMENTS.contains(&of),
            ELEMENTS.into_iter().chain(ids()).chain(structures()).take(SUGGESTED).collect(),
            "structure or kind of id",
        ),
        FieldType::CommaList => (
            api.definitions.ids.contains_key(of) || WORDS.contains(&of),
            WORDS.into_iter().chain(ids()).take(SUGGESTED).collect(),
            "element or kind of id",
        ),
        // `of` does not apply to other types; the pass over fields reports that.
        _ => return,
    };
    if !found {
        out.push(dangling(of, &known, at, what));
    }
}

/// A structure that a field of an action defines can be used by that action only.
fn elsewhere(api: &RawApi<'_>, of: &str, at: At<'_>, out: &mut Vec<Finding>) {
    let Some(place) = api.defined_in_place(of) else { return };
    if place.file() != at.file() && api.actions.iter().any(|(_, action)| action.at.file() == place.file()) {
        let message = format!("the structure `{of}` is defined inside another action");
        let finding = at.finding(Code::DanglingReference, message).related(place.get("of").related("defined here"));
        out.push(finding.help("move it to `types` in service.yaml to share it"));
    }
}

fn undocumented(api: &RawApi<'_>, labels: &[String], at: At<'_>, out: &mut Vec<Finding>) {
    for (index, label) in labels.iter().enumerate() {
        let at = at.get("undocumented").index(index);
        named(&api.definitions.sources, label, at, "source", out);
        if api.definitions.sources.get(label.as_str()).is_some_and(|s| s.value.kind == SourceKind::Document) {
            let message = format!("`{label}` is a document, and what a document describes is not undocumented");
            out.push(
                at.finding(Code::Inapplicable, message)
                    .help("remove `undocumented`, or name the other sources that show it"),
            );
        }
    }
}

fn source(api: &RawApi<'_>, reference: Option<&SourceRef>, at: At<'_>, out: &mut Vec<Finding>) {
    if let Some(reference) = reference {
        named(&api.definitions.sources, &reference.source, at.get("in"), "source", out);
    }
}

/// Most names that are collected for a suggestion. There may be as many mistakes as names.
pub(super) const SUGGESTED: usize = 200;

/// Reports a name that is not defined.
pub(super) fn named<T>(names: &Defined<'_, T>, name: &str, at: At<'_>, what: &str, out: &mut Vec<Finding>) {
    if !names.contains_key(name) {
        let known: Vec<&str> = names.keys().copied().take(SUGGESTED).collect();
        out.push(dangling(name, &known, at, what));
    }
}

/// The finding about a name that is not defined.
pub(super) fn dangling(name: &str, known: &[&str], at: At<'_>, what: &str) -> Finding {
    let finding = at.finding(Code::DanglingReference, format!("there is no {what} `{name}`"));
    match did_you_mean(name, known.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => finding.help("nothing of this kind is defined; add it to service.yaml"),
        None if known.len() <= 12 => finding.help(format!("the defined ones are: {}", known.join(", "))),
        None => finding.help("add it to service.yaml, or correct the name"),
    }
}

/// All defects of an API version, with their places.
pub(super) fn defects_of<'a>(api: &RawApi<'a>) -> Vec<(&'a Defect, At<'a>)> {
    let mut all = Vec::new();
    let mut add = |defects: &'a [Defect], at: At<'a>| {
        all.extend(defects.iter().enumerate().map(|(i, d)| (d, at.get("defects").index(i))));
    };
    for file in &api.files {
        add(&file.value.defects, file.at);
    }
    for visit in api.fields() {
        add(&visit.field.defects, visit.at);
    }
    for item in api.definitions.common_parameters.values() {
        add(&item.value.defects, item.at);
    }
    for item in api.definitions.enums.values() {
        add(&item.value.defects, item.at);
        for (wire, value) in &item.value.values {
            add(&value.defects, item.at.get("values").get(wire));
        }
    }
    for item in api.definitions.types.values() {
        add(&item.value.defects, item.at);
    }
    for item in api.definitions.tables.values() {
        add(&item.value.defects, item.at);
    }
    for item in api.definitions.errors.values() {
        add(&item.value.defects, item.at);
    }
    if let Some(item) = api.definitions.endpoints {
        add(&item.value.defects, item.at);
    }
    for (_, action) in &api.actions {
        add(&action.value.defects, action.at);
    }
    all
}
