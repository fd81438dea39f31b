//! `api-docs.json`, and the metadata of the command line.

use super::writing::{imported, known};
use super::{action, edited, field, list, parameter, remarked, said};
use crate::fixture::base;
use cloudcert_codegen::import::plain::{Action, Api, Packed, Place, Shape};
use cloudcert_codegen::import::{Format, Remarks, report};

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

/// The invented document with errors of one action.
fn with_errors(errors: &str) -> (Api, Vec<String>) {
    let old = r#""BurnParcel": {"methods": ["post"],"#;
    said(&edited("api-docs", Format::ApiDocs, Some(("en.json", old, &format!(r#"{old} "errorCodes": {errors},"#)))))
}

#[test]
fn error_codes_are_read_with_their_statuses() {
    let (api, _) = with_errors(
        r#"{"400": [{"errorCode": "Invalid.Box", "errorMessage": "A sentence."}], "404": [{"errorCode": "NoBox"}, {"errorCode": "Invalid.Box"}]}"#,
    );
    let errors: Vec<(&str, Vec<u16>)> = action(&api, "BurnParcel")
        .errors
        .iter()
        .map(|(code, statuses)| (code.as_str(), statuses.iter().copied().collect()))
        .collect();
    assert_eq!(errors, [("Invalid.Box", vec![400, 404]), ("NoBox", vec![404])]);
    assert!(action(&api, "SendParcel").errors.is_empty());
}

#[test]
fn an_error_code_that_is_no_word_is_left_out() {
    let (api, remarks) = with_errors(
        r#"{"400": [{"errorCode": "a sentence; rm -rf ~"}, {"errorMessage": "x"}, {"errorCode": ""}], "4": "x"}"#,
    );
    assert!(action(&api, "BurnParcel").errors.is_empty());
    remarked(&remarks, &["`BurnParcel`", "the code of an error is no word"]);
    remarked(&remarks, &["`BurnParcel`", "an error has no code"]);
    assert!(remarks.iter().all(|remark| !remark.contains("rm -rf")), "{remarks:#?}");
}

/// A row says what caused an error and what to do, which no source does, so codes are shown and never written.
#[test]
fn error_codes_are_compared_with_the_rows_of_the_spec() {
    let mut api = known();
    let order = api.actions.get_mut("Order").unwrap();
    for (code, statuses) in
        [("NotFound", &[404][..]), ("Throttling.User", &[503]), ("NoMoney", &[403, 402]), ("Odd", &[])]
    {
        order.errors.insert(code.to_owned(), statuses.iter().copied().collect());
    }
    let mut other = Action { seen_in: vec!["api-docs".to_owned()], ..Action::default() };
    other.errors.insert("NoMoney".to_owned(), [402].into());
    api.actions.insert("Another".to_owned(), other);
    let (outcome, _) = imported(&base(), &api, true);
    assert_eq!(outcome.errors, ["NoMoney (HTTP 402, 403): Order, Another", "Odd: Order"]);
    assert!(outcome.files.values().all(|text| !text.contains("NoMoney")), "{outcome:#?}");
    let report = report(&outcome, &Remarks::default());
    assert!(report.contains("Error codes without a row in the spec (by hand)\n  NoMoney (HTTP 402, 403)"), "{report}");
}
