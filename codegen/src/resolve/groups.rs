//! The names of groups, which also name what is made for a group as a whole.

use super::view::RawApi;
use crate::diagnostic::{Code, Finding};

/// Checks that the groups of an API version have names in kebab case.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for (name, item) in &api.definitions.groups {
        if !is_kebab_case(name) {
            let message = format!("`{name}` names a group: it must be in kebab case");
            let help =
                "write lower-case letters and digits, with single hyphens between words, and begin with a letter";
            out.push(item.at.key_finding(Code::InvalidGroup, message).help(help));
        }
    }
}

fn is_kebab_case(name: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.split('-').all(word)
}
