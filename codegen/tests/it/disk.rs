//! Reading a spec folder.

use crate::fixture::{data, repository};
use cloudcert_codegen::disk;

#[test]
fn files_come_sorted_with_paths_relative_to_the_folder() {
    let files = disk::read(&data().join("base")).unwrap();
    let paths: Vec<&str> = files.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "acme-ca-2026-01-01/ListOrders.yaml",
            "acme-ca-2026-01-01/Order.yaml",
            "acme-ca-2026-01-01/service.yaml",
            "defects.yaml",
            "shared/acme.yaml",
        ]
    );
}

#[test]
fn one_api_version_is_read_with_the_shared_files_beside_it() {
    let files = disk::read(&repository().join("spec/ksyun-kcm-2016-03-04")).unwrap();
    assert!(files.iter().any(|f| f.path == "ksyun-kcm-2016-03-04/service.yaml"));
    assert!(files.iter().all(|f| f.path != "defects.yaml" && !f.path.starts_with("shared/")));
    let files = disk::read(&repository().join("spec/aliyun-cas-2020-04-07")).unwrap();
    assert!(files.iter().any(|f| f.path == "shared/aliyun-rpc.yaml"));
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let error = disk::read(&data().join("nowhere")).unwrap_err();
    assert!(error.to_string().contains("nowhere"), "{error}");
}
