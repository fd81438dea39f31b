//! A compiled example for every action, made from the first example of the spec that succeeds.

use super::error_docs;
use super::prose::prose;
use super::provider::Provider;
use crate::model::{Action, Api, Example, Field, Need, Type};
use serde_json::Value;
use std::fmt::Write;

/// The example as Markdown, in a code block that is compiled but not run.
pub(super) fn markdown(api: &Api, action: &Action) -> String {
    let Some(example) = action.examples.iter().find(|example| example.error.is_none()) else { return String::new() };
    let setters = setters(action, example);
    // A call that lacks what is required would not compile.
    let shown = |field: &Field| setters.iter().any(|(name, _)| *name == field.name);
    if !action.parameters.iter().filter(|field| field.need == Need::Required).all(shown) {
        return String::new();
    }
    let module = api.modules.join("::");
    let (given, client) = match Provider::of(&api.provider) {
        Some(_) => ("", "Client::from_env()?"),
        None => ("config: cloudcert::Config", "Client::new(config)?"),
    };
    let mut out = format!(
        "# Example\n\n```no_run\n# async fn example({given}) -> Result<(), cloudcert::Error> {{\n\
         use cloudcert::{module}::Client;\n\nlet client = {client};\nlet response = client\n    .{}()\n",
        action.method
    );
    for (name, value) in setters {
        let _ = writeln!(out, "    .{name}({value})");
    }
    out.push_str("    .send()\n    .await?;\nprintln!(\"{response:?}\");\n# Ok(())\n# }\n```");
    out
}

/// The example responses as Markdown. An error that comes instead is named by its code.
pub(super) fn responses(api: &Api, action: &Action) -> String {
    let mut out = String::new();
    for example in &action.examples {
        let (en, zh) = (prose(&example.title.en), prose(&example.title.zh));
        let error = example.error.as_ref().and_then(|name| api.errors.iter().find(|row| row.name == *name));
        if let Some(row) = error {
            let link = error_docs::link(row);
            let _ = write!(out, "{en}: the error {link} comes instead.\n\n{zh}：返回错误 {link}。\n\n");
        } else if let Ok(json) = serde_json::to_string_pretty(&example.response) {
            let _ = write!(out, "{en}:\n\n{zh}：\n\n```json\n{json}\n```\n\n");
        }
    }
    if out.is_empty() { out } else { format!("# Examples\n\n{}", out.trim_end()) }
}

/// The setters to call, with their arguments. Required parameters come first.
fn setters<'a>(action: &'a Action, example: &Example) -> Vec<(&'a str, String)> {
    let mut fields: Vec<&Field> = action.parameters.iter().collect();
    fields.sort_by_key(|field| field.need != Need::Required);
    let given = |field: &'a Field| Some((field.name.as_str(), literal(field, example.request.get(&field.wire)?)?));
    fields.into_iter().filter_map(given).collect()
}

/// A value as Rust, if it is a simple one.
fn literal(field: &Field, value: &Value) -> Option<String> {
    match (&field.kind, value) {
        (Type::Structure(_) | Type::JsonText(_), _) => None,
        (Type::List(of), _) if matches!(**of, Type::Structure(_) | Type::JsonText(_)) => None,
        (_, Value::String(text)) => Some(format!("{text:?}")),
        (_, Value::Bool(truth)) => Some(truth.to_string()),
        (_, Value::Number(number)) => Some(number.to_string()),
        // The element type of an empty list cannot be inferred.
        (_, Value::Array(items)) if items.is_empty() => None,
        (_, Value::Array(items)) if items.iter().all(Value::is_string) || items.iter().all(Value::is_number) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| item.as_str().map_or_else(|| item.to_string(), |text| format!("{text:?}")))
                .collect();
            Some(format!("[{}]", items.join(", ")))
        }
        _ => None,
    }
}
