//! The generator: what it makes from the small spec, from ours, and that it makes the same every time.

use crate::fixture::{base, model, own, put, repository, text};
use crate::snapshots::compare_folder;
use cloudcert_codegen::emit::{Output, generate};
use cloudcert_codegen::{listing, load, review};
use std::collections::BTreeSet;

fn small() -> Vec<Output> {
    generate(&load(&base()).unwrap())
}

/// The small spec shows every part of the language, so its output shows every part of the generator.
#[test]
fn the_small_spec_becomes_these_texts() {
    compare_folder("small", &review::files(&small()));
}

/// Reviewers of a spec change read `api` first: the public items, one a line. Reviewers of the generator read `code` and `docs`.
#[test]
fn our_spec_becomes_these_texts() {
    compare_folder("own", &review::files(&generate(model())));
}

#[test]
fn the_same_spec_gives_the_same_bytes() {
    let first = generate(model());
    let mut files = own();
    files.reverse();
    assert!(generate(&load(&files).unwrap()) == first, "the output is not the same");
}

#[test]
fn every_action_of_the_spec_becomes_an_operation() {
    let files = generate(model());
    let actions: BTreeSet<String> = model()
        .apis
        .iter()
        .flat_map(|api| api.actions.iter().map(|action| format!("{} {}", api.id, action.name)))
        .collect();
    let operations = files.iter().filter(|file| file.text.contains("impl crate::Operation for")).count();
    assert_eq!(operations, actions.len());
}

#[test]
fn the_output_is_rust_and_small_files_in_a_tree() {
    for file in generate(model()) {
        assert!(syn::parse_file(&file.text).is_ok(), "{} is no Rust", file.path);
        assert!(file.text.starts_with("// Made from spec/"), "{}", file.path);
        // What the actions of an API version share is one module for users, so its file grows with the number of types.
        let types = file.text.matches("\npub enum ").count() + file.text.matches("\npub struct ").count();
        let most = if file.path.ends_with("/types.rs") { 100 * types } else { 1_500 };
        assert!(file.text.lines().count() < most, "{} has {} lines", file.path, file.text.lines().count());
    }
}

/// One edit of a spec, and the lines of the listing that it changes.
fn changed(path: &str, from: &str, to: &str) -> Vec<String> {
    let mut files = base();
    let old = text(&files, path).to_owned();
    assert_eq!(old.matches(from).count(), 1, "{from}");
    let before: BTreeSet<String> = listing::api(&small()).lines().map(str::to_owned).collect();
    put(&mut files, path, old.replace(from, to));
    let model = load(&files).unwrap_or_else(|findings| panic!("{findings}"));
    let after: BTreeSet<String> = listing::api(&generate(&model)).lines().map(str::to_owned).collect();
    let gone = before.difference(&after).map(|line| format!("- {line}"));
    gone.chain(after.difference(&before).map(|line| format!("+ {line}"))).collect()
}

#[test]
fn a_parameter_that_becomes_optional_breaks_nobody_who_named_its_state() {
    let lines = changed(
        "acme-ca-2026-01-01/Order.yaml",
        "    required: true\n    format: {is: domain, severity: advice}\n",
        "    format: {is: domain, severity: advice}\n    history: {was_required_until: \"0.1.0\"}\n",
    );
    let setter: Vec<&String> = lines.iter().filter(|line| line.contains("order::Builder<S>::domain")).collect();
    assert!(!setter.is_empty() && setter.iter().all(|line| line.starts_with('-')), "{lines:#?}");
}

#[test]
fn a_field_that_is_guaranteed_is_not_an_option() {
    let lines = changed("acme-ca-2026-01-01/Order.yaml", "    guaranteed: true\n", "");
    assert_eq!(
        lines,
        [
            "- acme_ca::v2026_01_01::order::Response.order_id: OrderId",
            "+ acme_ca::v2026_01_01::order::Response.order_id: Option<OrderId>",
        ]
    );
}

/// The methods in a macro of the runtime, with its variables.
fn methods_of(text: &str, name: &str) -> Vec<String> {
    let start = text.find(&format!("macro_rules! {name} {{")).unwrap();
    let end = start + text[start..].find("\n}\n").unwrap();
    let methods = text[start..end].lines().filter_map(|line| line.trim_start().strip_prefix("pub fn "));
    methods.map(|method| method.trim_end_matches(" {").to_owned()).collect()
}

#[test]
fn the_listing_knows_what_macros_of_the_runtime_make() {
    let runtime = repository().join("sdk/src");
    for (name, methods) in listing::MADE {
        let file = match name {
            "builder" => "call/builder.rs",
            "response" => "action/operation.rs",
            _ => "wire/sink.rs",
        };
        let text = std::fs::read_to_string(runtime.join(file)).unwrap().replace("\r\n", "\n");
        assert_eq!(methods_of(&text, name), methods, "{name}");
    }
}
