//! The names of groups, which also name what is made for a group as a whole, and whether each action says where it belongs.

use super::references::SUGGESTED;
use super::view::RawApi;
use crate::diagnostic::{Code, Finding};
use crate::spec::{Action, Effect};

/// Checks that the groups of an API version have names in kebab case, and that no action was forgotten.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for (name, item) in &api.definitions.groups {
        if *name == Action::NO_GROUP {
            let message = format!("`{name}` says that an action belongs to no group");
            out.push(item.at.key_finding(Code::InvalidGroup, message).help("give the group another name"));
        } else if !is_kebab_case(name) {
            let message = format!("`{name}` names a group: it must be in kebab case");
            let help =
                "write lower-case letters and digits, with single hyphens between words, and begin with a letter";
            out.push(item.at.key_finding(Code::InvalidGroup, message).help(help));
        }
    }
    forgotten(api, out);
}

/// An action that gets its group after a release breaks programs, so a group that is left out is a mistake where other actions have one.
fn forgotten(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    let mut named = api.actions.iter().filter(|(_, action)| action.value.group_name().is_some());
    let Some((_, grouped)) = named.next() else {
        for (_, action) in api.actions.iter().filter(|(_, action)| action.value.group.is_some()) {
            let message = "`group: none` has no meaning where no action has a group";
            out.push(action.at.get("group").finding(Code::Inapplicable, message).help("remove it"));
        }
        return;
    };
    for (name, action) in &api.actions {
        // An import writes actions whose effect is unknown. Whoever settles the effect chooses the group too.
        if action.value.group.is_some() || action.value.effect == Effect::Unknown {
            continue;
        }
        let known: Vec<&str> = api.definitions.groups.keys().copied().take(SUGGESTED).collect();
        let message = format!("`{name}` has no group, and other actions of the API version have one");
        let help = format!("add `group`, with one of: {}, {}", known.join(", "), Action::NO_GROUP);
        let at = if action.at.scalar("group").is_some() { action.at.get("group") } else { action.at.get("action") };
        let finding = at.key_finding(Code::MissingGroup, message).help(help);
        out.push(finding.related(grouped.at.get("group").related("such as this one")));
    }
}

fn is_kebab_case(name: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.split('-').all(word)
}
