//! The vendors' own packages, in pinned releases, if a folder has them: they are installed by CI and are no part of this repository.

use super::writing::imported_into;
use super::{files, said};
use crate::fixture::own;
use cloudcert_codegen::import::plain::{Items, Shape};
use cloudcert_codegen::import::{Format, Input, package};
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The variable that names the folder. In it each release is unpacked into a folder `<name>-<version>`.
const FOLDER: &str = "CLOUDCERT_IMPORT_PACKAGES";

/// An unpacked release, or nothing if it is not at hand.
pub(super) fn release(name: &str, format: Format, inside: &str) -> Option<Input> {
    let folder = std::env::var_os(FOLDER).map(PathBuf::from);
    let Some(folder) = folder.map(|all| all.join(name)).filter(|one| one.is_dir()) else {
        // The harness shows it with --nocapture.
        let _ = writeln!(std::io::stdout(), "skipped: {FOLDER} names no folder with {name}");
        return None;
    };
    Some(Input { label: format.label().to_owned(), format, files: files(&folder.join(inside), format) })
}

fn count(items: &Items) -> usize {
    items.values().map(|item| 1 + item.shape.members().map_or(0, count)).sum()
}

#[test]
fn the_newest_package_of_the_certificate_service_is_read_whole() {
    let Some(input) = release("alibabacloud-cas20200407-3.9.4", Format::Python, "") else { return };
    assert_eq!(package(&input).unwrap().1, "3.9.4");
    let (api, remarks) = said(&input);
    assert!(remarks.is_empty(), "{remarks:#?}");
    assert_eq!((api.product.as_deref(), api.version.as_deref()), (Some("cas"), Some("2020-04-07")));
    let responses = || api.actions.values().filter_map(|action| action.response.as_ref());
    assert_eq!(api.actions.len(), 87);
    assert_eq!(api.actions.values().map(|action| action.parameters.len()).sum::<usize>(), 333);
    assert_eq!(responses().map(count).sum::<usize>(), 716);
    let packed =
        api.actions.values().flat_map(|action| action.parameters.values()).filter(|item| item.packed.is_some());
    assert_eq!(packed.count(), 3);
    let untyped = responses().flat_map(|items| items.values()).filter(|item| item.shape == Shape::Any);
    assert_eq!(untyped.count(), 4);
}

/// Our spec has every action and item of the newest package, so an import of it changes no file.
#[test]
fn our_spec_has_all_of_the_newest_package() {
    let Some(input) = release("alibabacloud-cas20200407-3.9.4", Format::Python, "") else { return };
    let (api, _) = said(&input);
    let files = own();
    let start = Instant::now();
    let (outcome, _) = imported_into("aliyun-cas-2020-04-07", &files, &api, false);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert!(outcome.actions.is_empty() && outcome.new.is_empty() && outcome.gone.is_empty(), "{outcome:#?}");
    let left: Vec<&String> = outcome.files.keys().filter(|path| !path.ends_with("service.yaml")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_package_of_the_older_generation_is_read_whole() {
    let Some(input) = release("alibabacloud-cas20200619-1.0.1", Format::Python, "") else { return };
    let (api, remarks) = said(&input);
    assert!(remarks.is_empty(), "{remarks:#?}");
    assert_eq!((api.actions.len(), api.version.as_deref()), (9, Some("2020-06-19")));
}

#[test]
fn the_client_of_kingsoft_cloud_is_read_whole() {
    let inside = "ksyun/client/kcm/v20160304";
    let Some(input) = release("kingsoftcloud-sdk-python-1.5.8.114", Format::PythonKsyun, inside) else { return };
    let (api, remarks) = said(&input);
    assert!(remarks.is_empty(), "{remarks:#?}");
    assert_eq!((api.actions.len(), api.version.as_deref()), (12, Some("2016-03-04")));
}
