//! As much of JSON Schema as the schemas of this project use.

use serde_json::Value;

/// Whether a value has the form that a schema describes; if not, where it does not.
pub(crate) fn check(schema: &Value, value: &Value) -> Result<(), String> {
    at(schema, schema, value, "")
}

fn at(root: &Value, schema: &Value, value: &Value, way: &str) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("{way}: {what}, but there is {value}"));
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(reference.trim_start_matches('#')).ok_or(format!("no {reference}"))?;
        return at(root, target, value, way);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let failed: Vec<String> = choices.iter().filter_map(|one| at(root, one, value, way).err()).collect();
        if failed.len() == choices.len() {
            return Err(failed.join(" or "));
        }
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        return wrong(&format!("one of {words:?} belongs here"));
    }
    if schema.get("const").is_some_and(|only| only != value) {
        return wrong("another value belongs here");
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !types.is_empty() && !types.iter().any(|name| is(name, value)) {
        return wrong(&format!("{types:?} belongs here"));
    }
    known(schema);
    if !fits(schema, value) {
        return wrong("another text or number of elements belongs here");
    }
    if let Value::Object(map) = value {
        for name in map.keys() {
            at(root, &schema["propertyNames"], &Value::from(name.as_str()), &format!("{way}/{name}"))?;
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !map.contains_key(name) {
                return wrong(&format!("{name} is missing"));
            }
        }
        for (name, needs) in schema["dependentRequired"].as_object().into_iter().flatten() {
            let missing =
                needs.as_array().into_iter().flatten().filter_map(Value::as_str).find(|key| !map.contains_key(*key));
            if let (true, Some(missing)) = (map.contains_key(name), missing) {
                return wrong(&format!("{name} needs {missing}"));
            }
        }
        for (name, inner) in map {
            let inside = match (schema["properties"].get(name), &schema["additionalProperties"]) {
                (None, Value::Bool(false)) => return wrong(&format!("{name} is not known here")),
                (Some(of), _) | (None, of) => of,
            };
            at(root, inside, inner, &format!("{way}/{name}"))?;
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        at(root, &schema["items"], item, &format!("{way}/{index}"))?;
    }
    Ok(())
}

/// Fails if a schema has a key that this test does not check.
fn known(schema: &Value) {
    for known in schema.as_object().into_iter().flat_map(|map| map.keys()) {
        let keys = [
            "$schema",
            "$defs",
            "$ref",
            "title",
            "description",
            "type",
            "enum",
            "const",
            "anyOf",
            "properties",
            "required",
            "dependentRequired",
            "additionalProperties",
            "items",
            "minItems",
            "maxItems",
            "minimum",
            "maximum",
            "pattern",
            "propertyNames",
            "default",
        ];
        assert!(keys.contains(&known.as_str()), "this test does not know {known}");
    }
}

/// Whether a text has the pattern of a schema, and a list its number of elements.
fn fits(schema: &Value, value: &Value) -> bool {
    let count = value.as_array().map(|items| items.len() as u64);
    let (least, most) = (schema["minItems"].as_u64(), schema["maxItems"].as_u64());
    let counted = count.is_none_or(|n| least.is_none_or(|least| n >= least) && most.is_none_or(|most| n <= most));
    let (pattern, text) = (schema["pattern"].as_str(), value.as_str());
    let written = |pattern: &str, text: &str| regex_lite::Regex::new(pattern).unwrap().is_match(text);
    counted && pattern.zip(text).is_none_or(|(pattern, text)| written(pattern, text))
}

fn is(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("this test does not know the type {other}"),
    }
}
