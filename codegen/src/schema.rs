//! The JSON Schema of the spec language, made from the serde structs, for editors that complete and check YAML.
//!
//! serde tells a deserializer what a type expects. So a deserializer that accepts everything learns names, words and shapes, and one that
//! leaves a key out learns whether it may be absent. Explanations come from the reference, `spec/README.md`.

mod learn;

use crate::spec::{Action, DefectRegister, Service};
use learn::{Shape, Shapes};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Maps a struct of the language to the section of the reference that explains its keys.
pub const SECTIONS: &[(&str, &str)] = &[
    ("Service", "service.yaml and shared files"),
    ("ApiInfo", "api"),
    ("Legacy", "api"),
    ("Source", "sources"),
    ("Defaults", "defaults"),
    ("Protocol", "protocol"),
    ("RetryAfter", "protocol"),
    ("Endpoints", "endpoints"),
    ("Host", "endpoints"),
    ("GroupSpec", "groups"),
    ("CommonParameter", "common parameters"),
    ("IdSpec", "ids"),
    ("EnumSpec", "enums"),
    ("EnumValue", "enums"),
    ("TypeSpec", "types"),
    ("Table", "tables"),
    ("Column", "tables"),
    ("ErrorRow", "errors"),
    ("Action", "An action"),
    ("EffectWhen", "An action"),
    ("Cost", "An action"),
    ("Precondition", "An action"),
    ("HostFrom", "An action"),
    ("Field", "fields"),
    ("RequiredIf", "fields"),
    ("Bound", "fields"),
    ("SizeRule", "fields"),
    ("PatternRule", "fields"),
    ("FormatRule", "fields"),
    ("KeyRule", "fields"),
    ("Condition", "conditions"),
    ("Rule", "rules"),
    ("FormatCheck", "rules"),
    ("TableCheck", "rules"),
    ("Paginator", "paginator"),
    ("Waiter", "waiters"),
    ("Poll", "waiters"),
    ("StateView", "state view"),
    ("StateCase", "state view"),
    ("Reconcile", "reconcile"),
    ("Fixed", "reconcile"),
    ("Counter", "reconcile"),
    ("StateProbe", "reconcile"),
    ("Listing", "reconcile"),
    ("Example", "examples"),
    ("History", "history"),
    ("Deprecated", "history"),
    ("DefectSpec", "defects"),
    ("DefectRegister", "defects"),
];

/// The schema, with explanations from the text of the reference.
#[must_use]
pub fn schema(reference: &str) -> String {
    let mut shapes = Shapes::default();
    shapes.add::<Action>();
    shapes.add::<Service>();
    shapes.add::<DefectRegister>();
    let told = explanations(reference);
    let mut definitions = Map::new();
    for (name, keys) in shapes.structs.iter().filter(|(name, _)| **name != "Text") {
        let mut properties = Map::new();
        let mut halves = Map::new();
        for (key, shape) in keys {
            let mut of = described(shape);
            if *shape == Shape::Named("Text") {
                of = json!({"type": "string"});
                let chinese = format!("{key}_zh");
                halves.insert((*key).to_owned(), json!([chinese]));
                halves.insert(chinese.clone(), json!([key]));
                properties.insert(chinese, json!({"type": "string", "description": "the same in Chinese"}));
            }
            if let Some(narrower) = narrower(name, key) {
                of = narrower;
            }
            let section = SECTIONS.iter().find(|(of, _)| of == name).map(|(_, section)| *section).unwrap_or_default();
            if let (Some(text), Value::Object(map)) = (told.get(&(section.to_owned(), (*key).to_owned())), &mut of) {
                map.insert("description".to_owned(), json!(text));
            }
            properties.insert((*key).to_owned(), of);
        }
        let required: Vec<&str> =
            keys.iter().map(|(key, _)| *key).filter(|key| shapes.required.contains(&(name, key))).collect();
        let mut of =
            json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false});
        // A text in one language is a finding.
        if let (false, Some(of)) = (halves.is_empty(), of.as_object_mut()) {
            of.insert("dependentRequired".to_owned(), Value::Object(halves));
        }
        definitions.insert((*name).to_owned(), of);
    }
    for (name, words) in &shapes.enums {
        definitions.insert((*name).to_owned(), json!({"enum": words}));
    }
    let files = ["Action", "Service", "DefectRegister"].map(|name| json!({"$ref": format!("#/$defs/{name}")}));
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A file of the spec",
        "anyOf": files,
        "$defs": definitions,
    });
    format!("{schema:#}\n")
}

/// What a key takes, where its shape in serde takes more than the loader.
fn narrower(of: &str, key: &str) -> Option<Value> {
    let word = "[A-Za-z0-9_-]+";
    let listed = format!(r"\[\s*{word}\s*\]");
    let mapped = format!(r"map\(\s*{word}\s*\)");
    match (of, key) {
        ("Field", "type") => {
            let json = format!(r"json\(\s*({word}|{listed}|{mapped})\s*\)");
            let text =
                format!(r"^\s*({word}|{listed}|{mapped}|{json}|comma\(\s*{word}\s*\)|time\(\s*[a-z0-9-]+\s*\))\s*$");
            let item = json!({"type": "string", "pattern": format!(r"^\s*{word}\s*$")});
            let list = json!({"type": "array", "items": item, "minItems": 1, "maxItems": 1});
            Some(json!({"anyOf": [{"type": "string", "pattern": text}, list]}))
        }
        ("DefectRegister", "defects") => Some(json!({
            "type": "object",
            "propertyNames": {"pattern": "^(0|[1-9][0-9]*)$"},
            "additionalProperties": {"$ref": "#/$defs/DefectSpec"},
        })),
        ("Service", "spec") => Some(json!({"const": 2})),
        _ => None,
    }
}

fn described(shape: &Shape) -> Value {
    match shape {
        Shape::Any => json!({}),
        Shape::Text => json!({"type": "string"}),
        Shape::Truth => json!({"type": "boolean"}),
        Shape::Count => json!({"type": "integer", "minimum": 0}),
        Shape::Number => json!({"type": "integer"}),
        Shape::Named(name) => json!({"$ref": format!("#/$defs/{name}")}),
        Shape::Either(forms) => json!({"anyOf": forms.iter().map(described).collect::<Vec<_>>()}),
        Shape::List(item) => json!({"type": "array", "items": described(item)}),
        Shape::Map(item) => json!({"type": "object", "additionalProperties": described(item)}),
    }
}

/// Maps section and key to their explanation in the reference.
fn explanations(reference: &str) -> BTreeMap<(String, String), String> {
    let mut told = BTreeMap::new();
    let mut section = String::new();
    for line in reference.lines() {
        if line.starts_with('#') {
            line.trim_start_matches('#').trim().clone_into(&mut section);
        } else if line.starts_with("| ") {
            let columns: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            if let [key, text, _] = columns.as_slice() {
                let key = key.trim_matches(['*', '`', ' ']).to_owned();
                told.insert((section.clone(), key), text.replace('`', ""));
            }
        }
    }
    told
}
