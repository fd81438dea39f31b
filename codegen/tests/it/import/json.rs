//! `api-docs.json`, and the metadata of the command line.

use super::{action, edited, field, list, parameter, remarked, said};
use cloudcert_codegen::import::Format;
use cloudcert_codegen::import::plain::{Api, Packed, Place, Shape};

fn docs() -> (Api, Vec<String>) {
    said(&edited("api-docs", Format::ApiDocs, None))
}

#[test]
fn api_docs_have_methods_widths_and_values_as_data() {
    let (api, _) = docs();
    assert_eq!((api.product.as_deref(), api.version.as_deref()), (Some("parcel"), Some("2026-02-03")));
    let send = action(&api, "SendParcel");
    assert_eq!(send.methods, ["POST", "GET"]);
    assert!(send.methods_are_data);
    assert_eq!(parameter(&api, "SendParcel", "Weight").shape, Shape::Number(Some(32)));
    let speed = parameter(&api, "SendParcel", "Speed");
    assert_eq!(speed.values, ["express", "slow", "fast"]);
    assert!(speed.values_are_data);
}

#[test]
fn the_style_tells_how_a_list_travels() {
    let (api, _) = docs();
    assert_eq!(parameter(&api, "SendParcel", "BoxIds").packed, Some(Packed::Json));
    assert_eq!(parameter(&api, "SendParcel", "BoxIds").shape, list(Shape::Number(Some(64))));
    let tags = parameter(&api, "SendParcel", "Tags");
    assert_eq!((tags.packed.as_ref(), tags.list_style.as_deref()), (None, Some("repeatList")));
    assert_eq!(parameter(&api, "SendParcel", "Tags.Key").required, Some(true));
}

/// Testers of the vendor put probes into examples, and some are alive.
#[test]
fn hostile_live_and_sensitive_examples_are_not_taken() {
    let (api, _) = docs();
    assert_eq!(parameter(&api, "SendParcel", "From").example.as_deref(), Some("Paris"));
    assert_eq!(parameter(&api, "SendParcel", "Weight").example.as_deref(), Some("12"));
    assert_eq!(parameter(&api, "SendParcel", "Tags.Value").example, None);
    assert_eq!(parameter(&api, "SendParcel", "Tags.Key").example, None);
    assert_eq!(parameter(&api, "SendParcel", "Speed").example, None);
    assert_eq!(field(&api, "SendParcel", "SecretKey").example, None);
}

#[test]
fn a_list_of_one_name_stays_in_its_structure() {
    let (api, _) = docs();
    assert_eq!(field(&api, "SendParcel", "Stops.Stop.City").shape, Shape::Text);
    assert_eq!(field(&api, "SendParcel", "Labels").shape, Shape::Map(Box::new(Shape::Text)));
}

#[test]
fn a_schema_that_contains_itself_ends_in_a_remark() {
    let (api, remarks) = docs();
    assert_eq!(field(&api, "SendParcel", "Stops.Stop.Next").shape, Shape::Any);
    remarked(&remarks, &["en.json", "`SendParcel.Stops", "contains itself"]);
}

#[test]
fn a_response_that_is_no_structure_is_left_out() {
    let (api, remarks) = docs();
    assert_eq!(action(&api, "BurnParcel").response, None);
    remarked(&remarks, &["the response of `BurnParcel` is no structure but a list"]);
}

#[test]
fn the_same_file_in_two_languages_gives_both_texts() {
    let (api, _) = docs();
    let text = &action(&api, "SendParcel").text;
    assert_eq!((text.en.as_deref(), text.zh.as_deref()), (Some("Sends a parcel."), Some("寄送包裹。")));
}

#[test]
fn the_command_line_has_requests_and_no_responses() {
    let (api, remarks) = said(&edited("cli-metadata", Format::CliMetadata, None));
    assert!(remarks.is_empty(), "{remarks:#?}");
    let send = action(&api, "SendParcel");
    assert_eq!((send.methods.as_slice(), send.response.as_ref()), (&["POST".to_owned()][..], None));
    let from = parameter(&api, "SendParcel", "From");
    assert_eq!((from.required, from.place), (Some(true), Some(Place::Query)));
    assert_eq!((from.text.en.as_deref(), from.text.zh.as_deref()), (Some("Where it comes from."), Some("寄件城市。")));
    assert_eq!(parameter(&api, "SendParcel", "BoxIds").packed, Some(Packed::Json));
    assert_eq!(parameter(&api, "SendParcel", "Tags.Key").shape, Shape::Text);
}
