//! Between the two stages: settles what a file leaves to others. The words of types become ids, enums and structures, and actions get the
//! defaults of their API version.

use super::files::SpecFiles;
use crate::spec::{Action, Defaults, Field, Holds, Named, Service};
use indexmap::IndexMap;
use std::collections::HashMap;

/// What names stand for.
type Names = HashMap<String, Named>;

/// Settles every file. Words that nothing defines are left for the passes to report.
pub(super) fn all(tree: &mut SpecFiles) {
    let mut shared: HashMap<String, Names> = HashMap::new();
    for (name, read) in tree.shared() {
        let mut names = Names::new();
        collect(&read.value, &mut names);
        shared.insert(name.to_owned(), names);
    }
    let mut reached: HashMap<String, Names> = shared.clone();
    for folder in tree.folders_mut() {
        let mut names = Names::new();
        folder.definitions().for_each(|service| collect(service, &mut names));
        for action in folder.actions() {
            in_place(&action.parameters, &mut names);
            in_place(&action.response, &mut names);
        }
        let uses: Vec<String> = folder.definitions().flat_map(|service| service.uses.iter().cloned()).collect();
        for (name, named) in uses.iter().filter_map(|file| shared.get(file)).flatten() {
            names.entry(name.clone()).or_insert(*named);
        }
        let defaults = folder.definitions().next().map(|service| service.defaults.clone()).unwrap_or_default();
        folder.definitions_mut().for_each(|service| service_types(service, &names));
        for action in folder.actions_mut() {
            fields(&mut action.parameters, &names);
            fields(&mut action.response, &names);
            with_defaults(action, &defaults);
        }
        // A shared file may name what the API versions that use it define.
        for file in uses {
            let known = reached.entry(file).or_default();
            for (name, named) in &names {
                known.entry(name.clone()).or_insert(*named);
            }
        }
    }
    for (name, service) in tree.shared_mut() {
        service_types(service, reached.get(name).unwrap_or(&Names::new()));
    }
}

fn collect(service: &Service, names: &mut Names) {
    let ids = service.ids.keys().map(|name| (name, Named::Id));
    let enums = service.enums.iter().map(|(name, of)| (name, Named::Enum(of.base)));
    let types = service.types.keys().map(|name| (name, Named::Structure));
    // A name that stands for several things is reported by a pass. Until then it keeps its first meaning.
    for (name, named) in ids.chain(enums).chain(types) {
        names.entry(name.clone()).or_insert(named);
    }
    service.types.values().for_each(|of| in_place(&of.fields, names));
    in_place(&service.common_response, names);
}

/// The structures that fields define. A name that stands for something else too is reported by a pass.
fn in_place(all: &IndexMap<String, Field>, names: &mut Names) {
    for field in all.values() {
        if let Some(members) = &field.fields {
            names.entry(field.written.word.clone()).or_insert(Named::Structure);
            in_place(members, names);
        }
    }
}

fn service_types(service: &mut Service, names: &Names) {
    fields(&mut service.common_response, names);
    service.types.values_mut().for_each(|of| fields(&mut of.fields, names));
}

fn fields(all: &mut IndexMap<String, Field>, names: &Names) {
    for field in all.values_mut() {
        let Holds { kind, of, enumeration, time_layout } =
            field.written.holds(field.fields.is_some(), |word| names.get(word).copied());
        (field.kind, field.of, field.enumeration, field.time_layout) = (kind, of, enumeration, time_layout);
        if let Some(members) = &mut field.fields {
            fields(members, names);
        }
    }
}

/// The errors of the defaults stand behind those of the action.
fn with_defaults(action: &mut Action, defaults: &Defaults) {
    if action.methods.is_empty() {
        action.methods.clone_from(&defaults.methods);
    }
    for error in &defaults.errors {
        if !action.errors.contains(error) {
            action.errors.push(error.clone());
        }
    }
}
