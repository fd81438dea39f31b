//! Actions to the model.

use super::field::{Known, fields, written};
use super::rule::{condition, rules};
use crate::model::{
    Action, Example, Field, Given, HostFrom, Paginator, Precondition, Probe, Reconcile, Sensitivity, StateCase,
    StateView, Type, Undocumented, Waiter,
};
use crate::resolve::secrets::is_redacted;
use crate::resolve::view::Located;
use crate::resolve::{names, paths};
use crate::spec;
use indexmap::IndexMap;
use serde_json::Value;

/// One action.
pub(super) fn action(item: Located<'_, spec::Action>, known: Known<'_>) -> Action {
    let (value, at) = (item.value, item.at);
    let recipes = value.reconcile.as_ref().map(spec::OneOrMany::all).unwrap_or_default();
    Action {
        name: value.action.clone(),
        method: names::method(value),
        aliases: value.aliases.clone(),
        group: value.group_name().map(str::to_owned),
        title: written(&value.title, &value.action),
        doc: written(&value.doc, &value.action),
        effect: value.effect,
        effect_when: value.effect_when.iter().map(|when| (condition(&when.when), when.effect)).collect(),
        cost: value.cost.clone(),
        irreversible: value.irreversible,
        methods: value.methods.clone(),
        preconditions: value.preconditions.iter().map(precondition).collect(),
        paginator: value.paginator.as_ref().map(paginator),
        waiters: waiters(item),
        state_view: value.state_view.as_ref().map(state_view),
        reconcile: recipes.iter().filter_map(reconcile).collect(),
        nothing_shows: recipes.iter().find(|raw| raw.impossible).map(|raw| raw.doc.clone()),
        host_from: value.host_from.as_ref().map(|from| HostFrom {
            action: from.action.clone(),
            field: paths::parts(&from.field),
            doc: from.doc.clone(),
        }),
        envelopes: std::iter::once(format!("{}Response", value.action))
            .chain(value.envelopes.iter().cloned())
            .collect(),
        errors: value.errors.clone(),
        rules: rules(&value.rules, at.get("rules")),
        parameters: with_examples(
            fields(&value.parameters, at.get("parameters"), known, &value.undocumented),
            value.examples.iter().map(|example| &example.request),
        ),
        response: with_examples(
            fields(&value.response, at.get("response"), known, &value.undocumented),
            value.examples.iter().map(|example| &example.response),
        ),
        examples: value.examples.iter().map(example).collect(),
        source: value.source.all().iter().map(|cited| cited.0.clone()).collect(),
        undocumented: Undocumented(value.undocumented.clone()),
        replaced_by: value.replaced_by.clone(),
        history: value.history.clone(),
        defects: known.defects(&value.defects),
        at: at.get("action").place(),
    }
}

/// A single value without an example has that of the first example call with it. What stands there for a secret is a value of secrets only.
fn with_examples<'a>(mut fields: Vec<Field>, calls: impl Iterator<Item = &'a IndexMap<String, Value>>) -> Vec<Field> {
    let calls: Vec<_> = calls.collect();
    for field in fields.iter_mut().filter(|field| field.example.is_none() && is_single(&field.kind)) {
        let secret = field.sensitivity == Some(Sensitivity::Secret);
        let mut given = calls.iter().filter_map(|values| values.get(&field.wire));
        field.example = given.find(|value| secret || !is_redacted(value)).cloned();
    }
    fields
}

fn is_single(kind: &Type) -> bool {
    use Type as T;
    !matches!(
        kind,
        T::List(_)
            | T::CommaList(_)
            | T::JsonList(_)
            | T::Map(_)
            | T::JsonMap(_)
            | T::Structure(_)
            | T::JsonText(_)
            | T::Any
    )
}

fn precondition(raw: &spec::Precondition) -> Precondition {
    Precondition { doc: raw.doc.clone(), after: raw.after.clone(), wait_seconds: raw.wait_seconds }
}

fn example(raw: &spec::Example) -> Example {
    Example {
        title: raw.title.clone(),
        request: raw.request.clone(),
        response: raw.response.clone(),
        error: raw.error.clone(),
    }
}

fn paginator(raw: &spec::Paginator) -> Paginator {
    Paginator {
        kind: raw.kind,
        position: raw.position.clone(),
        first: raw.first,
        next: raw.next.as_deref().map(paths::parts),
        size: raw.size.clone(),
        total: raw.total.as_deref().map(paths::parts),
        items: paths::parts(&raw.items),
        doc: raw.doc.clone(),
    }
}

fn waiters(item: Located<'_, spec::Action>) -> Vec<Waiter> {
    let at = item.at.get("waiters");
    let waiter = |(name, raw): (&String, &spec::Waiter)| Waiter {
        name: name.clone(),
        doc: raw.doc.clone(),
        field: paths::parts(&raw.field),
        success: raw.success.clone(),
        failure: raw.failure.clone(),
        going: raw.going.clone(),
        present: raw.present.as_deref().map(paths::parts),
        reason: raw.reason.as_deref().map(paths::parts),
        tolerate: raw.tolerate.clone(),
        poll: raw.poll.clone(),
        at: at.get(name).place(),
    };
    item.value.waiters.iter().map(waiter).collect()
}

fn state_view(raw: &spec::StateView) -> StateView {
    StateView { name: raw.name.clone(), doc: raw.doc.clone(), on: raw.on.clone(), states: cases(&raw.states) }
}

fn cases(raw: &IndexMap<String, spec::StateCase>) -> Vec<StateCase> {
    raw.iter()
        .map(|(value, case)| StateCase {
            value: value.clone(),
            name: case.name.clone(),
            fields: case.fields.clone(),
            optional: case.optional.clone(),
            record_name: case.record_name.clone(),
            by: case.by.clone(),
            cases: cases(&case.cases),
        })
        .collect()
}

fn reconcile(raw: &spec::Reconcile) -> Option<Reconcile> {
    let (action, with, probe) = if let Some(c) = &raw.counter {
        (&c.action, &c.with, Probe::Counter { field: paths::parts(&c.field) })
    } else if let Some(s) = &raw.state {
        let probe = Probe::State {
            field: paths::parts(&s.field),
            before: s.before.clone(),
            executed: s.executed.clone(),
            not_executed: s.not_executed.clone(),
            executed_errors: s.executed_errors.clone(),
        };
        (&s.action, &s.with, probe)
    } else {
        let l = raw.listing.as_ref()?;
        let probe = Probe::Listing {
            items: paths::parts(&l.items),
            matching: l.matching.clone(),
            compare_before: l.compare_before,
            may_lag: l.may_lag,
        };
        (&l.action, &l.with, probe)
    };
    let with = with.iter().map(|(theirs, of)| (theirs.clone(), given(of))).collect();
    Some(Reconcile { doc: raw.doc.clone(), action: action.clone(), with, probe })
}

fn given(raw: &spec::Given) -> Given {
    match raw {
        spec::Given::Parameter(name) => Given::Parameter(name.clone()),
        spec::Given::Fixed(fixed) => Given::Value(fixed.value.clone()),
    }
}
