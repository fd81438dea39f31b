//! Several sources laid over each other.

use super::{action, edited, parameter, remarked, said};
use cloudcert_codegen::import::plain::{Api, Packed, Shape};
use cloudcert_codegen::import::{Format, Remarks, lay};

fn laid(sources: &[(&str, Format)]) -> (Api, Vec<String>) {
    let mut remarks = Remarks::default();
    let apis: Vec<Api> = sources.iter().map(|(folder, format)| said(&edited(folder, *format, None)).0).collect();
    let api = lay(apis, &mut remarks);
    (api, remarks.items().iter().map(ToString::to_string).collect())
}

fn all() -> (Api, Vec<String>) {
    laid(&[("python", Format::Python), ("api-docs", Format::ApiDocs), ("cli-metadata", Format::CliMetadata)])
}

#[test]
fn the_newest_decides_what_exists_and_what_is_required() {
    let (api, remarks) = all();
    assert_eq!(api.actions.keys().collect::<Vec<_>>(), ["SendParcel", "CountParcels"]);
    remarked(&remarks, &["api-docs", "`BurnParcel` is not in the newest source"]);
    remarked(&remarks, &["api-docs", "`SendParcel.Retired` is not in the newest source"]);
    assert_eq!(parameter(&api, "SendParcel", "From").required, Some(true));
    remarked(&remarks, &["api-docs", "`SendParcel.From` is optional here and required in the newest source"]);
}

#[test]
fn a_width_comes_from_whoever_has_one_and_the_wider_wins() {
    let (api, remarks) = laid(&[("python", Format::Python), ("api-docs", Format::ApiDocs)]);
    assert_eq!(parameter(&api, "SendParcel", "Weight").shape, Shape::Number(Some(32)));
    assert!(remarks.iter().all(|remark| !remark.contains("Weight")), "{remarks:#?}");
    let (api, remarks) = all();
    assert_eq!(parameter(&api, "SendParcel", "Weight").shape, Shape::Number(Some(64)));
    remarked(&remarks, &["cli-metadata", "`SendParcel.Weight` has 64 bits here and 32 elsewhere"]);
}

#[test]
fn methods_come_from_data_before_clients() {
    let (api, remarks) = all();
    assert_eq!(action(&api, "SendParcel").methods, ["POST", "GET"]);
    remarked(&remarks, &["cli-metadata", "`SendParcel` takes POST, not POST, GET as before"]);
    assert_eq!(action(&api, "CountParcels").methods, ["POST"]);
}

#[test]
fn values_of_data_come_first_and_all_are_united() {
    let (api, _) = all();
    let speed = parameter(&api, "SendParcel", "Speed");
    assert_eq!(speed.values, ["express", "slow", "fast"]);
    assert!(speed.values_are_data);
}

/// The place is a hint, not a fact: the body in the client, the query in api-docs.
#[test]
fn places_do_not_contradict() {
    let (api, remarks) = all();
    assert_eq!(parameter(&api, "SendParcel", "BoxIds").packed, Some(Packed::Json));
    assert!(remarks.iter().all(|remark| !remark.contains("ClientToken")), "{remarks:#?}");
}

#[test]
fn each_item_has_the_labels_of_its_sources() {
    let (api, _) = all();
    assert_eq!(action(&api, "SendParcel").seen_in, ["pypi", "api-docs", "cli-metadata"]);
    assert_eq!(parameter(&api, "SendParcel", "Tags.Key").seen_in, ["pypi", "api-docs", "cli-metadata"]);
    assert_eq!(parameter(&api, "SendParcel", "Colours").seen_in, ["pypi"]);
}

#[test]
fn another_kind_or_version_is_a_remark() {
    let (_, remarks) = laid(&[("python", Format::Python), ("python-old", Format::Python)]);
    remarked(&remarks, &["the version is `2026-02-03` in the newest source and `2025-01-01` in another"]);
    let text = ("models.py", ":type PathPrefix: Int", ":type PathPrefix: Boolean");
    let go = said(&edited("go-ksyun", Format::GoKsyun, None)).0;
    let python = said(&edited("python-ksyun", Format::PythonKsyun, Some(text))).0;
    let mut remarks = Remarks::default();
    let api = lay([go, python], &mut remarks);
    assert!(action(&api, "SendParcel").response.is_some());
    let remarks: Vec<String> = remarks.items().iter().map(ToString::to_string).collect();
    remarked(&remarks, &["sdk-python", "`SendParcel.Weight` is a boolean here and a number in the newest source"]);
    // A list is one in both, though only one of them says of what.
    remarked(&remarks, &["sdk-python", "`SendParcel.BoxId` is not in the newest source"]);
}

#[test]
fn hosts_are_those_of_the_newest_and_of_the_regions_that_it_lacks() {
    let (api, _) = all();
    let hosts: Vec<String> = api.hosts.iter().map(|(region, host)| format!("{region} {host}")).collect();
    assert_eq!(hosts, ["north-1 parcel.example.com", "south-1 parcel.south.example.com", "west-1 parcel.example.com"]);
}

/// Whatever is laid over itself stays as it was.
#[test]
fn a_source_agrees_with_itself() {
    for (folder, format) in [
        ("python", Format::Python),
        ("python-old", Format::Python),
        ("api-docs", Format::ApiDocs),
        ("cli-metadata", Format::CliMetadata),
        ("go-ksyun", Format::GoKsyun),
        ("python-ksyun", Format::PythonKsyun),
    ] {
        let once = said(&edited(folder, format, None)).0;
        assert_eq!(laid(&[(folder, format), (folder, format)]), (once, Vec::new()), "{folder}");
    }
}
