//! The words by which users search for an action: rustdoc refuses some of them, and warns of others.

use super::names;
use super::view::RawApi;
use crate::diagnostic::{Code, Finding};
use std::collections::HashSet;

/// Checks the aliases of all actions.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for (_, action) in &api.actions {
        let (mut seen, method) = (HashSet::new(), names::method(action.value));
        for (index, alias) in action.value.aliases.iter().enumerate() {
            let message = if !is_word(alias) {
                format!(
                    "`{alias}` is not a word to search for: write letters and digits, with single blanks or hyphens between"
                )
            } else if *alias == method {
                format!("`{alias}` is the name of the method, which is found anyway")
            } else if !seen.insert(alias) {
                format!("`{alias}` is listed twice")
            } else {
                continue;
            };
            out.push(action.at.get("aliases").index(index).finding(Code::InvalidAlias, message));
        }
    }
}

fn is_word(text: &str) -> bool {
    text.split([' ', '-']).all(|part| !part.is_empty() && part.chars().all(char::is_alphanumeric))
}
