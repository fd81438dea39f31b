//! Checks that every name that refers to something is defined.

use super::view::{Defined, RawApi};
use crate::diagnostic::{Code, Finding};
use crate::spec::{Cited, Field, FieldType, Holds, OneOrMany, SourceKind};
use crate::yaml::{At, did_you_mean};

/// Checks the references of an API version: what fields hold, enums, errors, sources.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    let definitions = &api.definitions;
    for visit in api.fields() {
        let (field, at) = (visit.field, visit.at);
        // The words of a shared file mean what they mean in each API version that uses it.
        let shared = at.file().starts_with("shared/");
        let own = shared.then(|| field.written.holds(field.fields.is_some(), |word| api.named(word)));
        let other =
            own.filter(|own| (own.kind, &own.of, &own.enumeration) != (field.kind, &field.of, &field.enumeration));
        if let Some(own) = other {
            differs(api, field, &own, at.get("type"), out);
        } else if let (Some(of), None, None) = (&field.of, &field.fields, &field.enumeration) {
            check_of(api, field, (field.kind, of), at.get("type"), out);
            elsewhere(api, of, at.get("type"), out);
        }
        undocumented(api, &field.undocumented, at, out);
        source(api, field.source.as_ref(), at.get("source"), out);
    }
    for item in definitions.common_parameters.values() {
        if let Some(name) = &item.value.enumeration {
            named(&definitions.enums, name, item.at.get("type"), "enum", out);
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
        if let Some(name) = action.value.group_name() {
            named(&definitions.groups, name, action.at.get("group"), "group", out);
        }
        let defaults = &api.service.value.defaults.errors;
        for (index, name) in action.value.errors.iter().enumerate().filter(|(_, name)| !defaults.contains(name)) {
            named(&definitions.errors, name, action.at.get("errors").index(index), "error", out);
        }
        let many = matches!(action.value.source, OneOrMany::Many(_));
        for (index, reference) in action.value.source.all().iter().enumerate() {
            let at = action.at.get("source");
            source(api, Some(reference), if many { at.index(index) } else { at }, out);
            let document = api.definitions.sources.get(reference.0.source.as_str());
            if !action.value.undocumented.is_empty() && document.is_some_and(|of| of.value.kind == SourceKind::Document)
            {
                let message = format!("`{}` is a document, but the action is `undocumented`", reference.0.source);
                out.push(at.key_finding(Code::Inapplicable, message).help("leave out the one that is not so"));
            }
        }
    }
    for (index, name) in api.service.value.defaults.errors.iter().enumerate() {
        named(&definitions.errors, name, api.service.at.get("defaults").get("errors").index(index), "error", out);
    }
}

/// What a list or map holds, besides structures and ids.
const ELEMENTS: [&str; 5] = ["string", "i32", "i64", "f64", "any"];
/// What a text with commas holds, besides ids.
const SCALARS: [&str; 3] = ["string", "i32", "i64"];
/// Words of other descriptions and of version 1 of the language, and what is written instead.
const FORMER: [(&str, &str); 18] = [
    ("list", "`type: [X]`"),
    ("array", "`type: [X]`"),
    ("comma-list", "`type: comma(X)`"),
    ("json-text", "`type: json(X)`"),
    ("json-list", "`type: json([X])`"),
    ("json-map", "`type: json(map(X))`"),
    ("map", "`type: map(X)`"),
    ("object", "`type: X`, with the name of the structure"),
    ("id", "`type: X`, with the name of the id"),
    ("time", "`type: time(LAYOUT)`"),
    ("integer", "`type: i32` or `type: i64`"),
    ("int", "`type: i32` or `type: i64`"),
    ("long", "`type: i64`"),
    ("number", "`type: i32`, `type: i64` or `type: f64`"),
    ("float", "`type: f64`"),
    ("double", "`type: f64`"),
    ("text", "`type: string`"),
    ("bool", "`type: boolean`"),
];

/// Reports a word of a shared file that means something else in this API version, or nothing.
fn differs(api: &RawApi<'_>, field: &Field, own: &Holds, at: At<'_>, out: &mut Vec<Finding>) {
    let word = &field.written.word;
    let uses = || api.service.at.get("uses").related(format!("`{}` uses the file", api.id));
    let finding = if api.named(word).is_some() {
        let message = format!("`{word}` is not the same for all API versions that use this file");
        let help = "give it the same meaning in all of them, or define what uses it in each of them";
        at.finding(Code::IdentifierClash, message).help(help)
    } else {
        let before = out.len();
        check_of(api, field, (own.kind, word), at, out);
        match out.pop().filter(|_| out.len() >= before) {
            Some(finding) => finding,
            None => return,
        }
    };
    out.push(finding.related(uses()));
}

fn check_of(api: &RawApi<'_>, field: &Field, (kind, of): (FieldType, &str), at: At<'_>, out: &mut Vec<Finding>) {
    use FieldType as T;
    if !matches!(kind, T::CommaList | T::Id) && api.members(of).is_some() {
        return;
    }
    let structures = || api.structure_names();
    let ids = || api.definitions.ids.keys().copied();
    let is_id = api.definitions.ids.contains_key(of);
    let (found, known, what): (bool, Vec<&str>, _) = match kind {
        T::Id => return,
        T::Object | T::Unknown => {
            let all = T::WORDS
                .iter()
                .map(|(word, _)| *word)
                .chain(ids())
                .chain(api.definitions.enums.keys().copied())
                .chain(structures());
            (false, all.take(SUGGESTED).collect(), "type")
        }
        T::JsonText => (false, structures().take(SUGGESTED).collect(), "structure"),
        T::CommaList => (
            is_id || SCALARS.contains(&of),
            SCALARS.into_iter().chain(ids()).take(SUGGESTED).collect(),
            "element or kind of id",
        ),
        _ => (
            is_id || ELEMENTS.contains(&of),
            ELEMENTS.into_iter().chain(ids()).chain(structures()).take(SUGGESTED).collect(),
            "structure or kind of id",
        ),
    };
    if found {
        return;
    }
    if kind != T::Unknown && (T::word(of).is_some() || api.named(of).is_some()) {
        let holds = match kind {
            T::JsonText => "a structure",
            T::CommaList => "`string`, `i32`, `i64` or an id",
            _ => "an id, an enum, a structure, `string`, `i32`, `i64`, `f64` or `any`",
        };
        let message = format!("`{of}` cannot stand in `{}`", field.written.form.around("X"));
        out.push(at.finding(Code::Inapplicable, message).help(format!("it holds {holds}")));
        return;
    }
    let former = |(former, _): &&(&str, &str)| former.eq_ignore_ascii_case(of) && kind == T::Unknown;
    let now = FORMER.iter().find(former).map(|(_, now)| *now);
    let mut finding = dangling(of, &known, at, what);
    // Structures begin with a capital letter, and so do the names that a suggestion is about.
    let structure = of.starts_with(char::is_uppercase) && did_you_mean(of, known.iter().copied()).is_none();
    let in_place = "`fields` beside `type` defines a structure in place";
    finding.help = match (now, finding.help) {
        (Some(now), _) => Some(format!("write {now}")),
        (None, Some(help)) if kind != T::CommaList && structure => Some(format!("{help}; {in_place}")),
        (None, help) => help,
    };
    out.push(finding);
}

/// A structure that a field of an action defines can be used by that action only.
fn elsewhere(api: &RawApi<'_>, of: &str, at: At<'_>, out: &mut Vec<Finding>) {
    let Some(place) = api.defined_in_place(of) else { return };
    if place.file() != at.file() && api.actions.iter().any(|(_, action)| action.at.file() == place.file()) {
        let message = format!("the structure `{of}` is defined inside another action");
        let finding = at.finding(Code::DanglingReference, message).related(place.get("type").related("defined here"));
        out.push(finding.help("move it to `types` of the API version to share it"));
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

fn source(api: &RawApi<'_>, reference: Option<&Cited>, at: At<'_>, out: &mut Vec<Finding>) {
    let Some(Cited(reference)) = reference else { return };
    let before = out.len();
    let at = at.get(&reference.source);
    named(&api.definitions.sources, &reference.source, at, "source", out);
    if reference.section.is_some() {
        out.iter_mut().skip(before).for_each(|finding| finding.span = at.key_span());
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
        None if known.is_empty() => {
            finding.help("nothing of this kind is defined; add it to service.yaml or to its file beside it")
        }
        None if known.len() <= 12 => finding.help(format!("the defined ones are: {}", known.join(", "))),
        None => finding.help("add it to service.yaml or to its file beside it, or correct the name"),
    }
}

/// The numbers of all defects that items of an API version name, with their places.
pub(super) fn marks<'a>(api: &RawApi<'a>) -> Vec<(u32, At<'a>)> {
    let mut all = Vec::new();
    let mut add = |numbers: &[u32], at: At<'a>| {
        all.extend(numbers.iter().enumerate().map(|(i, number)| (*number, at.get("defects").index(i))));
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
