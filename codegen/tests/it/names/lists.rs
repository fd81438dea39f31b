//! The lists of `reserved`, compared with what the generator makes and what the runtime's macros hold.

use crate::features::made;
use crate::fixture::{model, repository};
use cloudcert_codegen::emit::{Output, generate};
use cloudcert_codegen::model::Model;
use cloudcert_codegen::{listing, reserved};
use heck::ToUpperCamelCase;
use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeSet;
use std::path::Path;

/// Our own spec and that of every feature: what the generator can make.
fn models() -> Vec<Model> {
    made().into_iter().map(|made| made.model).chain([model().clone()]).collect()
}

fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

/// The methods of all items whose names end so, but those that the spec names.
fn methods(owner: &str, given: impl Fn(&Model) -> BTreeSet<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for model in models() {
        let given = given(&model);
        for line in listing::api(&generate(&model)).lines() {
            // What stands in front of the brackets of a method, without what is generic.
            let mut depth = 0;
            let head = line.split('(').next().unwrap_or_default().chars().filter(|sign| {
                depth += i32::from(*sign == '<') - i32::from(*sign == '>');
                depth == 0 && *sign != '>'
            });
            let head: String = head.collect();
            let Some((before, method)) = head.rsplit_once("::") else { continue };
            let item = before.rsplit("::").next().unwrap_or_default();
            if line.contains('(') && item.ends_with(owner) && !given.contains(method) {
                found.insert(method.to_owned());
            }
        }
    }
    found
}

#[test]
fn the_methods_of_clients_and_builders_are_those_that_are_taken() {
    let of_actions = |model: &Model| {
        let actions = model.apis.iter().flat_map(|api| &api.actions);
        let waits = |action: &cloudcert_codegen::model::Action| {
            let waits = action.waiters.iter().map(|waiter| format!("wait_until_{}", waiter.name));
            waits.chain([action.method.clone()]).collect::<Vec<_>>()
        };
        actions.flat_map(waits).collect()
    };
    assert_eq!(methods("Client", of_actions), set(reserved::CLIENT.iter().copied()));
    let of_parameters = |model: &Model| {
        let parameters = model.apis.iter().flat_map(|api| &api.actions).flat_map(|action| &action.parameters);
        parameters.flat_map(|of| std::iter::once(of.name.clone()).chain(of.unless.clone())).collect()
    };
    let taken = set(reserved::made("builder").chain(reserved::BUILDER.iter().copied()));
    assert_eq!(methods("Builder", of_parameters), taken);
}

fn parsed(model: &Model) -> Vec<(Output, syn::File)> {
    let output = generate(model).into_iter();
    output.map(|file| (file.clone(), syn::parse_file(&file.text).unwrap())).collect()
}

#[test]
fn modules_hidden_fields_states_and_variants_are_those_that_are_taken() {
    let (mut modules, mut fields, mut states) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let (mut open, mut other, mut of_groups) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for model in models() {
        of_groups.extend(model.apis.iter().flat_map(|api| &api.groups).map(|group| reserved::methods_of(&group.name)));
        let apis = || model.apis.iter();
        let actions = || apis().flat_map(|api| &api.actions);
        let values: BTreeSet<&str> =
            apis().flat_map(|api| &api.enums).flat_map(|of| &of.values).map(|v| v.name.as_str()).collect();
        let views: BTreeSet<&str> =
            actions().filter_map(|action| Some(action.state_view.as_ref()?.name.as_str())).collect();
        let enums: BTreeSet<&str> = apis().flat_map(|api| &api.enums).map(|of| of.name.as_str()).collect();
        for (output, file) in parsed(&model) {
            for item in &file.items {
                match item {
                    syn::Item::Mod(of) if output.path.matches('/').count() == 2 && output.path.ends_with("/mod.rs") => {
                        let name = of.ident.to_string();
                        if actions().all(|action| action.method != name) {
                            modules.insert(name);
                        }
                    }
                    syn::Item::Struct(of) => fields.extend(
                        of.fields
                            .iter()
                            .filter(|field| matches!(field.vis, syn::Visibility::Inherited) && field.ident.is_some())
                            .map(|field| field.ident.as_ref().unwrap().to_string())
                            // That of a builder is found by no one: setters are methods.
                            .filter(|_| !of.ident.to_string().ends_with("Builder")),
                    ),
                    syn::Item::Enum(of) => {
                        let name = of.ident.to_string();
                        let variants = of.variants.iter().map(|variant| variant.ident.to_string());
                        let ours = variants.filter(|variant| !values.contains(variant.as_str()));
                        if views.contains(name.as_str()) {
                            other.extend(ours);
                        } else if enums.contains(name.as_str()) {
                            open.extend(ours);
                        }
                    }
                    syn::Item::Mod(of) if of.ident == "state" => {
                        let required: Vec<String> = actions()
                            .flat_map(|action| &action.parameters)
                            .map(|field| field.name.to_upper_camel_case())
                            .flat_map(|name| [format!("With{name}"), format!("{name}IsSet"), name])
                            .collect();
                        for item in &of.content.as_ref().unwrap().1 {
                            let named = match item {
                                syn::Item::Trait(of) => vec![of.ident.to_string()],
                                syn::Item::Type(of) => vec![of.ident.to_string()],
                                syn::Item::Use(of) => words(quote::ToTokens::to_token_stream(of), true),
                                _ => Vec::new(),
                            };
                            states.extend(named.into_iter().filter(|name| !required.contains(name)));
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    // A client's own field is that of no structure.
    fields.remove("core");
    modules.retain(|name| !of_groups.contains(name));
    assert_eq!(modules, set(reserved::MODULES.iter().copied()));
    assert_eq!(fields, set(reserved::FIELDS.iter().copied()));
    assert_eq!(states, set(reserved::STATES.iter().copied()));
    assert_eq!((open, other), (set([reserved::OPEN]), set([reserved::OTHER])));
}

/// Words in upper camel case that stand without a path, and are not being defined or named for a value.
fn words(tokens: TokenStream, imported: bool) -> Vec<String> {
    let mut found = Vec::new();
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let sign = |index: Option<usize>, wanted: char| {
        index
            .and_then(|index| tokens.get(index))
            .is_some_and(|token| matches!(token, TokenTree::Punct(of) if of.as_char() == wanted))
    };
    let called = |index: usize, wanted: &str| {
        index
            .checked_sub(2)
            .and_then(|index| tokens.get(index))
            .is_some_and(|token| matches!(token, TokenTree::Ident(name) if *name == wanted))
    };
    for (index, token) in tokens.iter().enumerate() {
        let before = index.checked_sub(1);
        match token {
            // What a structure is made of are words of the macro.
            TokenTree::Group(_) if sign(before, '!') && called(index, "structure") => {}
            TokenTree::Group(group) => found.extend(words(group.stream(), imported)),
            TokenTree::Ident(name) => {
                let name = name.to_string();
                let shouted = name.len() > 1 && name.chars().all(|sign| !sign.is_lowercase());
                let path = sign(before, ':') && sign(index.checked_sub(2), ':');
                let defined = ["type", "const", "static", "struct", "enum", "trait"];
                let introduced = before.and_then(|at| tokens.get(at)).is_some_and(
                    |token| matches!(token, TokenTree::Ident(word) if defined.contains(&word.to_string().as_str())),
                );
                // An associated type, `Item = ` or `Item: `.
                let bound = (sign(Some(index + 1), '=') && !sign(Some(index + 2), '=') && !sign(Some(index + 2), '>'))
                    || (sign(Some(index + 1), ':') && !sign(Some(index + 2), ':'));
                let skipped =
                    (path && !imported) || sign(before, '$') || sign(before, '.') || shouted || introduced || bound;
                if name.starts_with(|sign: char| sign.is_ascii_uppercase()) && !skipped {
                    found.push(name);
                }
            }
            _ => {}
        }
    }
    found
}

/// What the arms of the macros that generated code calls expand to: those that their file hands on by `pub(crate) use`.
fn macros(folder: &Path, found: &mut Vec<(String, TokenStream)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            macros(&path, found);
            continue;
        }
        let Some(file) = std::fs::read_to_string(&path).ok().and_then(|text| syn::parse_file(&text).ok()) else {
            continue;
        };
        let handed_on: BTreeSet<String> = file.items.iter().filter_map(handed_on).collect();
        for item in file.items {
            let syn::Item::Macro(of) = item else { continue };
            assert!(
                !of.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export")),
                "{} puts a macro at the root of the crate",
                path.display()
            );
            let Some(name) = of.ident.map(|name| name.to_string()).filter(|name| handed_on.contains(name)) else {
                continue;
            };
            let groups: Vec<TokenStream> = of
                .mac
                .tokens
                .into_iter()
                .filter_map(|token| if let TokenTree::Group(group) = token { Some(group.stream()) } else { None })
                .collect();
            // Each arm is what it takes, and what it becomes.
            found.extend(groups.chunks(2).map(|arm| (name.clone(), arm[1].clone())));
        }
    }
}

/// The name in `pub(crate) use name;`.
fn handed_on(item: &syn::Item) -> Option<String> {
    match item {
        syn::Item::Use(syn::ItemUse { vis: syn::Visibility::Restricted(_), tree: syn::UseTree::Name(of), .. }) => {
            Some(of.ident.to_string())
        }
        _ => None,
    }
}

/// The macros that are called between items, by their last name.
fn called(items: &[syn::Item], found: &mut BTreeSet<String>) {
    for item in items {
        match item {
            syn::Item::Macro(of) => drop(found.insert(of.mac.path.segments.last().unwrap().ident.to_string())),
            syn::Item::Mod(of) => called(of.content.as_ref().map_or(&[], |(_, inner)| inner), found),
            _ => {}
        }
    }
}

#[test]
fn what_generated_code_and_macros_name_without_a_path_is_taken() {
    let taken = set(reserved::TYPES.iter().chain(reserved::STATES).copied());
    let mut missing = BTreeSet::new();
    let mut arms = Vec::new();
    macros(&repository().join("sdk/src"), &mut arms);
    let mut used = set(["scalar_sink", "text_conversions"]); // the others call them
    for model in models() {
        for (_, file) in parsed(&model) {
            called(&file.items, &mut used);
        }
    }
    assert_eq!(set(arms.iter().map(|(of, _)| of.as_str())), used);
    assert_eq!(used.len(), 13, "{used:?}");
    for (name, arm) in arms {
        let inside = words(arm, false).into_iter();
        missing.extend(inside.filter(|word| !taken.contains(word)).map(|word| format!("{word} in {name}!")));
    }
    for model in models() {
        let api = &model.apis[0];
        // The files of the client and of the operations by name take in no types of the spec.
        let apart = |path: &str| path.ends_with("/client.rs") || path.ends_with("/dynamic.rs");
        for (output, file) in parsed(&model).into_iter().filter(|(output, _)| !apart(&output.path)) {
            // What the spec names, and what is made of it.
            let mut own: BTreeSet<String> = set(api
                .ids
                .iter()
                .map(|of| of.name.as_str())
                .chain(api.enums.iter().map(|of| of.name.as_str()))
                .chain(api.structures().iter().map(|of| of.name.as_str())));
            own.extend(listing::api(std::slice::from_ref(&output)).lines().flat_map(|line| {
                line.split(['.', '(', ' ', '<'])
                    .next()
                    .unwrap_or_default()
                    .split("::")
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            }));
            for of in model.apis.iter().flat_map(|api| &api.actions).flat_map(|action| &action.parameters) {
                let name = of.name.to_upper_camel_case();
                own.extend([format!("With{name}"), format!("{name}IsSet"), name]);
            }
            own.extend(
                model.apis.iter().flat_map(|api| &api.enums).flat_map(|of| &of.values).map(|value| value.name.clone()),
            );
            own.extend(model.apis.iter().flat_map(|api| &api.ids).map(|of| of.name.clone()));
            own.extend(model.apis.iter().flat_map(|api| &api.enums).map(|of| of.name.clone()));
            own.extend(model.apis.iter().flat_map(cloudcert_codegen::model::Api::structures).map(|of| of.name.clone()));
            let codes = model.apis.iter().flat_map(|api| &api.errors);
            own.extend(codes.flat_map(|row| [Some(row.code_name.clone()), row.inner_code_name.clone()]).flatten());
            let inside = words(quote::ToTokens::to_token_stream(&file), false).into_iter();
            let unknown = inside.filter(|word| !taken.contains(word) && !own.contains(word));
            missing.extend(unknown.map(|word| format!("{word} in {}", output.path)));
        }
    }
    assert!(missing.is_empty(), "reserved::TYPES lacks {missing:#?}");
}

#[test]
fn no_module_of_the_runtime_is_named_like_the_module_of_an_api() {
    let root = std::fs::read_to_string(repository().join("sdk/src/lib.rs")).unwrap();
    let modules = syn::parse_file(&root).unwrap().items.into_iter().filter_map(|item| match item {
        syn::Item::Mod(of) => Some(of.ident.to_string()),
        _ => None,
    });
    let two_words: BTreeSet<String> = modules.filter(|name| name.matches('_').count() == 1).collect();
    // `provider_service` is the form of an API's module.
    assert_eq!(two_words, BTreeSet::new());
}
