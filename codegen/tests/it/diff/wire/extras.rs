//! Changes that the cases of the diff do not show on the wire: edits of the small spec, made in the model.

use super::super::cases::loaded;
use crate::fixture::base;
use cloudcert_codegen::diff::{DiffFinding, Tree, compare};
use cloudcert_codegen::model::{
    Action, Base, CommonParameter, Condition, Effect, Field, Model, SetBy, Structure, Type,
};
use serde_json::json;

/// An edit: what there is before, and what is changed.
struct Extra {
    name: &'static str,
    given: fn(&mut Model),
    then: fn(&mut Model),
}

/// A change with its findings, there and back.
pub(super) struct Changed {
    pub(super) name: String,
    pub(super) models: [Model; 2],
    pub(super) found: [Vec<DiffFinding>; 2],
}

const EXTRAS: [Extra; 6] = [
    Extra {
        name: "first_page",
        given: |_| {},
        then: |model| list_orders(model).paginator.as_mut().unwrap().first = Some(0),
    },
    Extra {
        name: "narrow_id_that_is_sent",
        given: |model| {
            let of = Field { kind: Type::Id("OrderId".to_owned()), ..plain(model, "Before") };
            order(model).parameters.push(of);
        },
        then: |model| model.apis[0].ids[0].base = Base::I32,
    },
    Extra {
        name: "structure_with_other_members",
        given: |model| {
            let of = Field { kind: Type::Structure("Mark".to_owned()), ..plain(model, "Extra") };
            list_orders(model).response.push(of);
            for (name, member) in [("Mark", "Key"), ("Tag", "Value")] {
                let fields = vec![plain(model, member)];
                let like = model.apis[0].types[0].clone();
                model.apis[0].types.push(Structure { name: name.to_owned(), fields, ..like });
            }
            let keep = |of: &str| Type::Structure(of.to_owned());
            for (wire, kind) in [("First", keep("Mark")), ("Last", keep("Tag"))] {
                let of = Field { kind, ..plain(model, wire) };
                list_orders(model).response.push(of);
            }
        },
        then: |model| {
            let extra = list_orders(model).response.iter_mut().find(|field| field.wire == "Extra").unwrap();
            extra.kind = Type::Structure("Tag".to_owned());
        },
    },
    Extra {
        name: "effect_of_one_kind",
        given: |_| {},
        then: |model| {
            let when = Condition::OneOf { path: vec!["Kind".to_owned()], values: vec![json!("WILD")] };
            order(model).effect_when.push((when, Effect::Idempotent));
        },
    },
    Extra {
        name: "common_parameter_of_the_caller",
        given: |model| {
            let like = model.apis[0].common_parameters[0].clone();
            let trace = CommonParameter {
                wire: "Trace".to_owned(),
                name: "trace".to_owned(),
                required: false,
                set_by: SetBy::Caller,
                example: None,
                ..like
            };
            model.apis[0].common_parameters.push(trace);
        },
        then: |model| model.apis[0].common_parameters.last_mut().unwrap().required = true,
    },
    Extra {
        name: "value_of_an_enum_with_another_spelling",
        given: |model| {
            let of = Field { kind: Type::Enum("Kind".to_owned()), ..plain(model, "Extra") };
            list_orders(model).response.push(of);
        },
        then: |model| {
            let kind = model.apis[0].enums.iter_mut().find(|of| of.name == "Kind").unwrap();
            kind.values[1].aliases.push("wild".to_owned());
        },
    },
];

fn action<'a>(model: &'a mut Model, name: &str) -> &'a mut Action {
    model.apis[0].actions.iter_mut().find(|action| action.name == name).unwrap()
}

fn list_orders(model: &mut Model) -> &mut Action {
    action(model, "ListOrders")
}

fn order(model: &mut Model) -> &mut Action {
    action(model, "Order")
}

/// An optional text.
fn plain(model: &mut Model, wire: &str) -> Field {
    let note = order(model).parameter("Note").unwrap().clone();
    let name = wire.to_lowercase();
    Field { wire: wire.to_owned(), name, checks: Vec::new(), example: None, ..note }
}

/// All of them.
pub(super) fn changed() -> Vec<Changed> {
    let files = base();
    let changed = |extra: &Extra| {
        let mut before = loaded("base", &files);
        (extra.given)(&mut before);
        let mut after = before.clone();
        (extra.then)(&mut after);
        let tree = |model| Tree { model, files: &files };
        let found = [compare(tree(&before), tree(&after)), compare(tree(&after), tree(&before))];
        Changed { name: format!("extra_{}", extra.name), models: [before, after], found }
    };
    EXTRAS.iter().map(changed).collect()
}
