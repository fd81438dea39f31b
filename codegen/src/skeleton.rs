//! The skeleton of a new action. Its blanks are empty, so that `check` reports each of them.

use crate::model::Api;
use heck::ToUpperCamelCase;
use std::fmt::Write;

/// The text of `<NAME>.yaml`, or what is wrong with the name.
///
/// # Errors
///
/// Fails if the action exists, or if the name is not valid.
pub fn action(api: &Api, name: &str) -> Result<String, String> {
    if api.action(name).is_some() {
        return Err(format!("`{}` already has an action `{name}`", api.id));
    }
    let letters = name.chars().all(|c| c.is_ascii_alphanumeric());
    if !letters || !name.starts_with(|c: char| c.is_ascii_uppercase()) {
        return Err(format!("`{name}` is not a valid name of an action; `{}` is", name.to_upper_camel_case()));
    }
    let mut out = String::new();
    let _ = write!(
        out,
        "# yaml-language-server: $schema=../schema.json\n\
         action: {name}\n\
         title: \"\"\ntitle_zh: \"\"\ndoc: \"\"\ndoc_zh: \"\"\n\
         # What would a second call do? Choose read, idempotent, name-guarded, submit-once, create or order. spec/README.md explains them.\n\
         # An order needs `cost`. An action that must not be sent twice needs `reconcile`.\n\
         effect:\n\
         # Only if the `defaults` of service.yaml do not fit.\n\
         # methods: [POST]\n\
         # Business errors: keys of `errors`. Those of `defaults` in service.yaml are added.\n\
         errors: []\n\
         # Keep the order of the document. spec/README.md explains each key:\n\
         #   Domain:\n\
         #     type: string\n\
         #     required: true\n\
         #     doc: The domain.\n\
         #     doc_zh: 域名。\n\
         parameters: {{}}\n\
         # The same, without the fields that every response has. Set `guaranteed: true` only if the call is pointless without the field.\n\
         response: {{}}\n\
         examples:\n  - title: \"\"\n    title_zh: \"\"\n    request: {{}}\n    response: {{}}\n\
         # Where it is described: a label of `sources` in service.yaml, or `{{LABEL: chapter}}`. If no document does, write `undocumented: [LABEL]` in its place.\n\
         source:\n"
    );
    Ok(out)
}
