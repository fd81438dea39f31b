//! Python packages, of both generations.

use super::{action, edited, field, list, parameter, remarked, said};
use cloudcert_codegen::import::plain::{Packed, Place, Shape};
use cloudcert_codegen::import::{Format, package};

const CLIENT: &str = "client.py";
const REQUEST: &str = "_send_parcel_request.py";

fn new() -> cloudcert_codegen::import::plain::Api {
    let (api, remarks) = said(&edited("python", Format::Python, None));
    assert!(remarks.is_empty(), "{remarks:#?}");
    api
}

fn with(name: &str, old: &str, new: &str) -> (cloudcert_codegen::import::plain::Api, Vec<String>) {
    said(&edited("python", Format::Python, Some((name, old, new))))
}

#[test]
fn product_and_version_come_from_the_client() {
    let api = new();
    assert_eq!(api.product.as_deref(), Some("parcel"));
    assert_eq!(api.version.as_deref(), Some("2026-02-03"));
    assert_eq!(api.style.as_deref(), Some("RPC"));
    assert_eq!(api.actions.keys().collect::<Vec<_>>(), ["SendParcel", "CountParcels"]);
    let (_, remarks) = with(CLIENT, "'CountParcels', version = '2026-02-03'", "'CountParcels', version = '2020-01-01'");
    remarked(&remarks, &["client.py", "`CountParcels` has the version `2020-01-01`"]);
}

#[test]
fn the_version_of_the_package_is_that_of_its_head() {
    let package = package(&edited("python", Format::Python, None));
    assert_eq!(package, Some(("acme-parcel20260203".to_owned(), "1.2.3".to_owned())));
}

#[test]
fn a_number_has_no_width() {
    assert_eq!(parameter(&new(), "SendParcel", "Weight").shape, Shape::Number(None));
    assert_eq!(field(&new(), "SendParcel", "Price").shape, Shape::Float);
}

/// The model says list, the call says text.
#[test]
fn what_travels_as_one_text_is_a_list_that_is_packed() {
    let api = new();
    let boxes = parameter(&api, "SendParcel", "BoxIds");
    assert_eq!(boxes.shape, list(Shape::Number(None)));
    assert_eq!(boxes.packed, Some(Packed::Json));
    assert_eq!(parameter(&api, "SendParcel", "Colours").packed, Some(Packed::Comma));
    assert_eq!(parameter(&api, "SendParcel", "Tags").packed, None);
    let (_, remarks) = with(CLIENT, "'Colours', 'simple')", "'Colours', 'pipeDelimited')");
    remarked(&remarks, &["client.py", "`SendParcel.Colours`", "`pipeDelimited`"]);
}

#[test]
fn the_name_on_the_wire_is_never_the_attribute() {
    let api = new();
    assert_eq!(parameter(&api, "SendParcel", "From").place, Some(Place::Query));
    assert_eq!(parameter(&api, "SendParcel", "customIdentifier").shape, Shape::Text);
    assert_eq!(parameter(&api, "SendParcel", "Tags.Key").shape, Shape::Text);
    let (api, remarks) = with(REQUEST, "result['Weight']", "result.weight");
    assert!(!action(&api, "SendParcel").parameters.contains_key("weight"));
    remarked(&remarks, &[REQUEST, "`weight` has no name on the wire"]);
}

#[test]
fn what_is_required_is_a_sentence_in_the_middle_of_the_text() {
    let api = new();
    let from = parameter(&api, "SendParcel", "From");
    assert_eq!(from.required, Some(true));
    assert_eq!(from.text.en.as_deref(), Some("Where it comes from.\n\nIt is printed on the lid."));
    assert_eq!(parameter(&api, "SendParcel", "Weight").required, Some(false));
}

/// Without a single such sentence a package may have no texts at all.
#[test]
fn a_package_without_the_sentence_does_not_tell_what_is_required() {
    let (api, _) = with(REQUEST, "This parameter is required.", "");
    assert_eq!(parameter(&api, "SendParcel", "From").required, None);
}

#[test]
fn texts_go_by_the_language_that_they_are_in() {
    let (api, _) = with(REQUEST, "The weight in grams.", "重量，单位为克。");
    let text = &parameter(&api, "SendParcel", "Weight").text;
    assert_eq!((text.en.as_deref(), text.zh.as_deref()), (None, Some("重量，单位为克。")));
}

#[test]
fn values_in_sentences_are_proposals() {
    let api = new();
    let speed = parameter(&api, "SendParcel", "Speed");
    assert_eq!(speed.values, ["slow", "fast"]);
    assert!(!speed.values_are_data);
    assert_eq!(parameter(&api, "SendParcel", "Colours").values, ["red", "green", "blue"]);
    // The values of a boolean are no enum.
    assert!(parameter(&api, "SendParcel", "Fragile").values.is_empty());
    for (row, wanted) in [
        ("Valid values: a: one, b.", &[][..]),
        ("Valid values: `a` and `b`.", &["a", "b"][..]),
        ("取值：**DNS**、**FILE**。", &["DNS", "FILE"]),
        ("Valid values: any text of your own.", &[]),
    ] {
        let (api, _) = with(REQUEST, "The weight in grams.", row);
        assert_eq!(parameter(&api, "SendParcel", "Weight").values, wanted, "{row}");
    }
}

#[test]
fn the_place_is_that_of_each_parameter() {
    let api = new();
    assert_eq!(parameter(&api, "SendParcel", "ClientToken").place, Some(Place::Body));
    assert_eq!(parameter(&api, "SendParcel", "Weight").place, Some(Place::Query));
}

#[test]
fn an_action_without_a_request_class_is_read_from_its_call() {
    let api = new();
    assert!(action(&api, "CountParcels").parameters.is_empty());
    assert_eq!(field(&api, "CountParcels", "Count").shape, Shape::Number(None));
}

/// The call tells what is sent, the class what it is.
#[test]
fn call_and_class_are_compared() {
    let (api, remarks) = with(CLIENT, "query['Weight'] = request.weight", "query['Mass'] = request.mass");
    remarked(&remarks, &["`SendParcel.Weight` is declared, but the call does not send it"]);
    remarked(&remarks, &["`SendParcel.Mass` is sent, but no class declares it"]);
    assert_eq!(parameter(&api, "SendParcel", "Mass").shape, Shape::Any);
}

#[test]
fn the_wrapper_of_a_response_is_dropped() {
    let api = new();
    let response = action(&api, "SendParcel").response.as_ref().unwrap();
    assert!(response.contains_key("RequestId") && !response.contains_key("headers"), "{:?}", response.keys());
    let wrapper = "_count_parcels_response.py";
    let (api, remarks) = with(wrapper, "body: main_models.CountParcelsResponseBody = None", "body: bytes = None");
    assert_eq!(action(&api, "CountParcels").response, None);
    remarked(&remarks, &[wrapper, "no structure but a bytes"]);
    let (api, _) = with(wrapper, ", body: main_models.CountParcelsResponseBody = None", "");
    assert!(action(&api, "CountParcels").response.as_ref().unwrap().is_empty());
}

#[test]
fn maps_and_values_without_a_type_are_kept_as_such() {
    let api = new();
    assert_eq!(field(&api, "SendParcel", "Extra").shape, Shape::Any);
    assert_eq!(field(&api, "SendParcel", "Labels").shape, Shape::Map(Box::new(Shape::Text)));
    assert_eq!(field(&api, "SendParcel", "Matrix").shape, list(list(Shape::Number(None))));
}

/// The habit of older actions.
#[test]
fn a_list_that_is_the_only_member_of_a_structure_stays_in_it() {
    assert_eq!(field(&new(), "SendParcel", "Stops.Stop.City").shape, Shape::Text);
}

#[test]
fn the_older_generation_has_one_file_of_models() {
    let (api, remarks) = said(&edited("python-old", Format::Python, None));
    assert_eq!(api.version.as_deref(), Some("2025-01-01"));
    assert_eq!(parameter(&api, "ListParcels", "CurrentPage").shape, Shape::Number(None));
    assert_eq!(field(&api, "ListParcels", "Parcels.Name").shape, Shape::Text);
    assert!(action(&api, "ListParcels").deprecated);
    assert_eq!(action(&api, "ListParcels").text.en.as_deref(), Some("Lists what was sent"));
    // The first clients send a request as a whole, and name the action in the call.
    assert_eq!(action(&api, "WeighParcel").methods, ["GET"]);
    assert_eq!(parameter(&api, "WeighParcel", "ParcelId").place, None);
    remarked(&remarks, &["`WeighParcel` is no structure but a list"]);
    assert_eq!(remarks.len(), 1, "{remarks:#?}");
}

#[test]
fn two_packages_in_one_folder_are_not_mixed() {
    let mut input = edited("python", Format::Python, None);
    let old = edited("python-old", Format::Python, None);
    input.files.extend(old.files);
    input.files.sort_by(|a, b| a.path.cmp(&b.path));
    let (api, remarks) = said(&input);
    assert_eq!(api.version.as_deref(), Some("2025-01-01"));
    remarked(&remarks, &["acme_parcel20260203/client.py", "a second client.py"]);
}
