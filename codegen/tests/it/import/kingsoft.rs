//! Clients of Kingsoft Cloud, in Go and in Python.

use super::{action, edited, field, list, parameter, remarked, said};
use cloudcert_codegen::import::Format;
use cloudcert_codegen::import::plain::Shape;

#[test]
fn go_has_nested_structures_without_names() {
    let (api, remarks) = said(&edited("go-ksyun", Format::GoKsyun, None));
    assert_eq!((api.product.as_deref(), api.version.as_deref()), (Some("parcel"), Some("2026-02-03")));
    assert_eq!(field(&api, "SendParcel", "Parcel.Stops.City").shape, Shape::Text);
    assert_eq!(parameter(&api, "SendParcel", "Filters.Name").shape, Shape::Text);
    assert_eq!(parameter(&api, "SendParcel", "Weight").shape, Shape::Number(None));
    assert_eq!(parameter(&api, "SendParcel", "BoxIds").shape, list(Shape::Number(Some(64))));
    assert_eq!(parameter(&api, "SendParcel", "From").text.en.as_deref(), Some("Where it comes from."));
    remarked(&remarks, &["`SendParcelFilters` contains itself"]);
}

/// The wrapper is named after the response, sometimes with a slip.
#[test]
fn the_wrapper_of_an_answer_is_dropped() {
    let (api, remarks) = said(&edited("go-ksyun", Format::GoKsyun, None));
    let fields = |name: &str| action(&api, name).response.as_ref().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields("SendParcel"), ["RequestId", "Parcel"]);
    assert_eq!(fields("StopParcel"), ["Done"]);
    remarked(&remarks, &["client.go:15", "`StopPracelResponse`", "`envelopes`"]);
    assert!(fields("TraceParcel").is_empty());
    remarked(&remarks, &["`TraceParcel` was seen as one text"]);
}

#[test]
fn python_has_kinds_below_a_name_that_is_always_the_same() {
    let (api, remarks) = said(&edited("python-ksyun", Format::PythonKsyun, None));
    assert_eq!((api.product.as_deref(), api.version.as_deref()), (Some("parcel"), Some("2026-02-03")));
    assert_eq!(parameter(&api, "SendParcel", "From").text.zh.as_deref(), Some("寄件城市"));
    assert_eq!(parameter(&api, "SendParcel", "Weight").shape, Shape::Number(None));
    assert_eq!(parameter(&api, "SendParcel", "Filters").shape, list(Shape::Text));
    assert_eq!(parameter(&api, "SendParcel", "BoxId").shape, list(Shape::Number(Some(64))));
    assert_eq!(action(&api, "StopParcel").parameters.len(), 0);
    assert_eq!(action(&api, "SendParcel").response, None);
    remarked(&remarks, &["models.py:18", "`Rule.Name` is a member of a structure"]);
}
