//! What is settled once all files are known: the words of types, the rooms of a service, and the examples of items.

use crate::fixture::{FOLDER, base, merged, put, text};
use cloudcert_codegen::load;
use cloudcert_codegen::model::{Model, Type};
use cloudcert_codegen::source::SourceFile;
use serde_yaml::{Mapping, Value};
use std::collections::BTreeMap;

fn loaded(files: &[SourceFile]) -> Model {
    load(files).unwrap_or_else(|findings| panic!("{findings}"))
}

/// The model without the places of its items.
fn said(files: &[SourceFile]) -> Value {
    serde_yaml::to_value(loaded(files)).unwrap()
}

fn with(more: &str) -> Vec<SourceFile> {
    merged(base(), &serde_yaml::from_str::<BTreeMap<String, Value>>(more).unwrap())
}

#[test]
fn the_files_beside_a_service_say_the_same_as_one_file() {
    let mut files = base();
    let service = format!("{FOLDER}/service.yaml");
    let mut whole: Mapping = serde_yaml::from_str(text(&files, &service)).unwrap();
    for (room, keys) in
        [("types", &["ids", "types"][..]), ("enums", &["enums"]), ("tables", &["tables"]), ("errors", &["errors"])]
    {
        let taken: Mapping = keys.iter().map(|key| ((*key).into(), whole.remove(*key).unwrap())).collect();
        put(&mut files, &format!("{FOLDER}/{room}.yaml"), serde_yaml::to_string(&taken).unwrap());
    }
    put(&mut files, &service, serde_yaml::to_string(&whole).unwrap());
    assert_eq!(said(&files), said(&base()));
}

#[test]
fn a_single_value_without_an_example_has_that_of_the_first_call_with_one() {
    let model = loaded(&with(
        "Order:
          parameters:
            Domain: {example: null}
            Kind: {example: WILD}
            Note: {example: null}
            Contact: {example: null}
          examples:
            - {title: One, title_zh: 一, request: {Domain: a.example.com, Kind: SINGLE, Contact: {Name: Li Lei}}, response: {OrderId: 1}}
            - {title: Two, title_zh: 二, request: {Domain: b.example.com, Kind: SINGLE, Note: a note}, response: {OrderId: 2}}
        ",
    ));
    let order = model.apis[0].action("Order").unwrap();
    let example = |wire: &str| order.parameter(wire).unwrap().example.clone();
    assert_eq!(example("Domain"), Some("a.example.com".into()));
    assert_eq!(example("Kind"), Some("WILD".into()), "its own example counts");
    assert_eq!(example("Note"), Some("a note".into()), "the first call has none");
    assert_eq!(example("Contact"), None, "a structure is no single value");
}

#[test]
fn the_words_of_types_are_ids_enums_and_structures() {
    let model = loaded(&with(
        "Order:
          response:
            One: {type: Kind, doc: A., doc_zh: 甲。}
            Two: {type: '[State]', doc: A., doc_zh: 甲。}
            Three: {type: ' [ OrderId ] ', doc: A., doc_zh: 甲。}
            Four: {type: Contact, doc: A., doc_zh: 甲。}
            Five: {type: map(Contact), doc: A., doc_zh: 甲。}
        ",
    ));
    let order = model.apis[0].action("Order").unwrap();
    let kind = |wire: &str| &order.response.iter().find(|field| field.wire == wire).unwrap().kind;
    assert_eq!(*kind("One"), Type::Enum("Kind".to_owned()));
    assert_eq!(*kind("Two"), Type::List(Box::new(Type::Enum("State".to_owned()))));
    assert_eq!(*kind("Three"), Type::List(Box::new(Type::Id("OrderId".to_owned()))));
    assert_eq!(*kind("Four"), Type::Structure("Contact".to_owned()));
    assert_eq!(*kind("Five"), Type::Map(Box::new(Type::Structure("Contact".to_owned()))));
}

/// A shared file may name what the API version that uses it defines.
#[test]
fn a_shared_file_names_ids_of_the_api_that_uses_it() {
    let model = loaded(&with("shared/acme: {common_response: {Newest: {type: OrderId, doc: A., doc_zh: 甲。}}}"));
    let newest = model.apis[0].common_response.iter().find(|field| field.wire == "Newest").unwrap();
    assert_eq!(newest.kind, Type::Id("OrderId".to_owned()));
}

#[test]
fn defaults_hold_for_actions_that_say_nothing_else() {
    let model = loaded(&with(
        "service: {defaults: {methods: [POST], errors: [order-missing]}}
Order: {errors: null}
ListOrders: {methods: null, waiters: {order_issued: {tolerate: null}}}",
    ));
    for (name, methods) in [("Order", 1), ("ListOrders", 1)] {
        let action = model.apis[0].action(name).unwrap();
        assert_eq!(action.errors, ["order-missing"], "{name}");
        assert_eq!(action.methods.len(), methods, "{name}");
    }
}
