//! The skeleton of a new action. Its blanks are empty, so that `check` reports each of them. It has no comments, because files of the spec have none
//! below their first line.

use crate::model::Api;
use heck::ToUpperCamelCase;
use std::fmt::Write;

/// The text of `<NAME>.yaml`, or what is wrong with the name. It has a `group` to fill in where the API version has groups.
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
    let _ = write!(out, "# yaml-language-server: $schema=../schema.json\naction: {name}\n");
    if !api.groups.is_empty() {
        out.push_str("group:\n");
    }
    out.push_str(
        "title: \"\"\ntitle_zh: \"\"\ndoc: \"\"\ndoc_zh: \"\"\neffect:\nerrors: []\nparameters: {}\nresponse: {}\n\
         examples:\n  - title: \"\"\n    title_zh: \"\"\n    request: {}\n    response: {}\nsource:\n",
    );
    Ok(out)
}
