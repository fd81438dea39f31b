//! Endpoints: what they respond with, and what they enforce.

use super::code::without_docs;
use super::run::Round;
use super::values::{Sample, rounds, structure};
use cloudcert_codegen::model::{Action, Api, ErrorRow, ErrorScope, Field, Match, Model, RuleDemand, Severity};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The responses of an endpoint: each action's, with what it means.
pub(super) fn responses(model: &Model, round: Round) -> Vec<(usize, usize, Sample)> {
    let mut all = Vec::new();
    for (at, api) in model.apis.iter().enumerate() {
        for (index, action) in api.actions.iter().enumerate() {
            let fields: Vec<Field> = action.response.iter().chain(common(api)).cloned().collect();
            let mut made = match round {
                Round::Whole(round) => structure(api, &fields, round, false),
                Round::Bare => structure(api, &fields, 0, true),
            };
            // A code that means success comes with it.
            if let (Some(code), Some(members)) = (api.protocol.success_codes.first(), made.written.as_object_mut()) {
                members.entry("Code").or_insert(json!(code));
            }
            // In every other round pages are read: the total is that of the items, or not there. Otherwise it is any number.
            let counted = matches!(round, Round::Whole(round) if round % 2 == 0);
            if let Some(total) = action
                .paginator
                .as_ref()
                .and_then(|pages| pages.total.as_ref().zip(Some(&pages.items)))
                .filter(|_| counted)
            {
                let (total, items) = (format!("/{}", total.0.join("/")), format!("/{}", total.1.join("/")));
                let count = made.meaning.pointer(&items).and_then(Value::as_array).map(Vec::len);
                for side in [&mut made.meaning, &mut made.written] {
                    let Some(place) = side.pointer_mut(&total) else { continue };
                    match (count, round) {
                        (_, Round::Whole(2)) | (None, _) => *place = Value::Null,
                        (Some(count), _) => *place = json!(count),
                    }
                }
            }
            all.push((at, index, made));
        }
    }
    all
}

/// Fields that every response carries, beside the id of the request, which the endpoint makes.
fn common(api: &Api) -> impl Iterator<Item = &Field> {
    api.common_response.iter().filter(|field| field.wire != "RequestId")
}

/// The rounds in which the responses of an endpoint have all their values.
pub(super) fn all_rounds(model: &Model) -> Vec<Round> {
    let of = |api: &Api| api.actions.iter().map(|action| rounds(api, &action.response)).max().unwrap_or(1);
    let most = model.apis.iter().map(of).max().unwrap_or(1);
    (0..most).map(Round::Whole).chain([Round::Bare]).collect()
}

/// The advice about requests: each by the way to it, with the tables that it looks into.
fn advice(model: &Model) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (api, action) in model.apis.iter().flat_map(|api| api.actions.iter().map(move |action| (api, action))) {
        let mut add = |what: Value| {
            all.insert(json!([action.name, without_docs(what)]).to_string());
        };
        for rule in action.rules.iter().filter(|rule| rule.severity == Severity::Advice) {
            let table = if let RuleDemand::Table { table, .. } = &rule.demand { api.table(table) } else { None };
            add(json!([rule, table]));
        }
        for field in &action.parameters {
            let checks = field.checks.iter().filter(|check| check.severity == Severity::Advice);
            checks.for_each(|check| add(json!([field.wire, check])));
            let needed = field.needed_if.iter().filter(|needed| needed.severity == Severity::Advice);
            needed.for_each(|needed| add(json!([field.wire, needed])));
            if !field.values.is_empty() {
                add(json!([field.wire, field.values]));
            }
        }
    }
    all
}

pub(super) fn advice_differs(model: &Model, other: &Model) -> bool {
    advice(model) != advice(other)
}

/// An endpoint's description, in which the only advice is that in which it differs from another one: services may have relaxed it, so what it
/// forbids counts as working, and its changes are looked at one by one.
pub(super) fn enforced(model: &Model, against: Option<&Model>) -> Model {
    let mut all = model.clone();
    let other = against.map(advice).unwrap_or_default();
    for (api, before) in all.apis.iter_mut().zip(&model.apis) {
        for action in &mut api.actions {
            let name = action.name.clone();
            let keeps =
                |what: Value| against.is_some() && !other.contains(&json!([name, without_docs(what)]).to_string());
            action.rules.retain(|rule| {
                let table = if let RuleDemand::Table { table, .. } = &rule.demand { before.table(table) } else { None };
                rule.severity == Severity::Error || keeps(json!([rule, table]))
            });
            for field in &mut action.parameters {
                let wire = field.wire.clone();
                field.checks.retain(|check| check.severity == Severity::Error || keeps(json!([wire, check])));
                field.needed_if.retain(|needed| needed.severity == Severity::Error || keeps(json!([wire, needed])));
                if !keeps(json!([wire, field.values])) {
                    field.values.clear();
                }
            }
        }
    }
    all
}

/// The rows that an endpoint may send as errors of an action: its own, those of every action, and those that nobody lists.
pub(super) fn rows(api: &Api, action: &Action) -> Vec<String> {
    let listed: BTreeSet<&String> = api.actions.iter().flat_map(|action| &action.errors).collect();
    let may = api.errors.iter().filter(|row| {
        action.errors.contains(&row.name) || row.scope == ErrorScope::Common || !listed.contains(&row.name)
    });
    let names = |row: &ErrorRow| match row.code {
        Match::Prefix(_) => vec![row.name.clone(), format!("{}-more", row.name)],
        Match::Exact(_) => vec![row.name.clone()],
    };
    may.flat_map(names).collect()
}

/// An endpoint that may send each error that the description allows.
pub(super) fn with_all_rows(model: &Model) -> Model {
    let mut all = model.clone();
    for (api, before) in all.apis.iter_mut().zip(&model.apis) {
        // A family of codes has more than its beginning.
        for row in before.errors.iter().filter(|row| matches!(row.code, Match::Prefix(_))) {
            let code = Match::Exact(format!("{}.More", row.code.as_str()));
            api.errors.push(ErrorRow { name: format!("{}-more", row.name), code, ..row.clone() });
        }
        for (action, old) in api.actions.iter_mut().zip(&before.actions) {
            action.errors = rows(before, old);
        }
    }
    all
}

/// The API that stands for another one in a model: the one with its id, or the one at its place.
pub(super) fn counterpart<'a>(model: &'a Model, at: usize, api: &Api) -> Option<&'a Api> {
    model.api(&api.id).or_else(|| model.apis.get(at).filter(|_| model.apis.len() == 1))
}
