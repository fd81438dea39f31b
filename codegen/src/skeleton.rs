//! The skeleton of a new action. Its blanks are empty, so that `check` reports each of them. It has no comments, because files of the spec have none
//! below their first line.

use crate::model::Api;
use heck::ToUpperCamelCase;
use std::fmt::Write;

/// Checks the name of a new action.
///
/// # Errors
///
/// Fails if the name is not valid. The message has a valid one, if there is one that is near.
pub fn check_name(name: &str) -> Result<(), String> {
    let valid = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphanumeric())
    };
    let near = name.to_upper_camel_case();
    match (valid(name), valid(&near)) {
        (true, _) => Ok(()),
        (false, true) => Err(format!("`{name}` is not a valid name of an action; `{near}` is")),
        (false, false) => Err(format!(
            "`{name}` is not a valid name of an action: begin with a capital letter, and write letters and digits, as `CheckDomain`"
        )),
    }
}

/// The text of `<NAME>.yaml`, or what is wrong with the name. It has a `group` to fill in where the API version has groups.
///
/// # Errors
///
/// Fails if the action exists, or if the name is not valid.
pub fn action(api: &Api, name: &str) -> Result<String, String> {
    if api.action(name).is_some() {
        return Err(format!("`{}` already has an action `{name}`", api.id));
    }
    check_name(name)?;
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
