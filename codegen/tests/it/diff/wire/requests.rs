//! The requests that are tried.

use super::code::without_docs;
use super::values::samples;
use cloudcert_codegen::model::{Action, Api, Field, Need};
use serde_json::{Map, Value, json};

/// The requests of an action to try, by a text that tells which they are. `other` is the same action in the other description.
pub(super) fn requests(api: &Api, action: &Action, other: Option<(&Api, &Action)>) -> Vec<(String, Value)> {
    let first = |field: &Field| {
        let pages = [Some(action), other.map(|(_, action)| action)]
            .into_iter()
            .flatten()
            .filter_map(|of| of.paginator.as_ref());
        let value = match pages.into_iter().find(|pages| pages.position == field.wire) {
            // Later pages are empty.
            Some(pages) => json!(pages.first?),
            None => samples(api, field).first()?.meaning.clone(),
        };
        Some((field.wire.clone(), value))
    };
    let full: Map<String, Value> = action.parameters.iter().filter_map(first).collect();
    let required = |field: &&Field| field.need == Need::Required;
    let bare: Map<String, Value> = action.parameters.iter().filter(required).filter_map(first).collect();
    let mut all =
        vec![("bare".to_owned(), Value::Object(bare.clone())), ("full".to_owned(), Value::Object(full.clone()))];
    for field in action.parameters.iter().filter(|field| has_changed(api, action, field, other)) {
        for sample in samples(api, field) {
            for (name, base) in [("bare", &bare), ("full", &full)] {
                let mut request = base.clone();
                request.insert(field.wire.clone(), sample.meaning.clone());
                let shown: String = sample.meaning.to_string().chars().take(40).collect();
                all.push((format!("{name} with {}={shown}", field.wire), Value::Object(request)));
            }
        }
        if field.need != Need::Required {
            let mut request = full.clone();
            request.remove(&field.wire);
            all.push((format!("full without {}", field.wire), Value::Object(request)));
        }
    }
    all
}

/// What decides whether a call may be sent again.
pub(super) fn effects(action: &Action) -> Value {
    json!([action.effect, action.effect_when])
}

/// Whether a parameter, what its type names, or a rule that may look at it differs in the other description.
fn has_changed(api: &Api, action: &Action, field: &Field, other: Option<(&Api, &Action)>) -> bool {
    let Some((other_api, other)) = other else { return false };
    let rules = |api: &Api, action: &Action| {
        let needed: Vec<_> = action.parameters.iter().map(|field| &field.needed_if).collect();
        without_docs(json!([action.rules, api.tables, needed, effects(action)]))
    };
    let parts = |api: &Api, action: &Action| {
        let own = action.parameter(&field.wire);
        let named: Vec<&str> = own.and_then(|field| field.kind.named()).into_iter().collect();
        let shared = without_docs(json!([api.ids, api.enums, api.types]));
        let of = |list: &Value| -> Vec<Value> {
            let items = list.as_array().unwrap().iter();
            items.filter(|item| named.contains(&item["name"].as_str().unwrap())).cloned().collect()
        };
        (without_docs(json!(own)), shared.as_array().unwrap().iter().map(of).collect::<Vec<_>>())
    };
    parts(api, action) != parts(other_api, other) || rules(api, action) != rules(other_api, other)
}
