//! Reports definitions that nothing uses. Shared files are left out: another API version may use their definitions.

use super::view::{Defined, RawApi};
use crate::diagnostic::{Code, Finding};
use crate::yaml::did_you_mean;
use std::collections::HashSet;

/// Checks that every definition of an API version is used.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    let mut used: HashSet<&str> = HashSet::new();

    for visit in api.fields() {
        used.extend(visit.field.of.as_deref());
        used.extend(visit.field.enumeration.as_deref());
    }
    for item in api.definitions.common_parameters.values() {
        used.extend(item.value.enumeration.as_deref());
    }
    for table in api.definitions.tables.values() {
        used.insert(&table.value.key);
        used.extend(table.value.columns.values().map(|c| c.of.as_str()));
    }
    let definitions = &api.definitions;
    report(&definitions.ids, &used, "kind of id", out);
    report(&definitions.enums, &used, "enum", out);
    report(&definitions.types, &used, "structure", out);
    // A set of its own: the name of a group may also be that of something else.
    let groups = api.actions.iter().filter_map(|(_, action)| action.value.group_name()).collect();
    report(&definitions.groups, &groups, "group", out);
}

/// A misspelt reference is reported by itself. The definition that was meant then counts as used.
fn meant<'a, T>(names: &Defined<'a, T>, used: &HashSet<&str>) -> HashSet<&'a str> {
    let slips = used.iter().filter(|name| !names.contains_key(**name));
    slips.filter_map(|name| did_you_mean(name, names.keys().copied())).collect()
}

fn report<T>(names: &Defined<'_, T>, used: &HashSet<&str>, what: &str, out: &mut Vec<Finding>) {
    let meant = meant(names, used);
    for (name, item) in names {
        let here = !item.at.file().starts_with("shared/");
        if here && !used.contains(name) && !meant.contains(name) {
            let message = format!("nothing uses the {what} `{name}`");
            out.push(item.at.key_finding(Code::Unused, message).help("use it or delete it"));
        }
    }
}
