//! Access keys of other clouds.

use super::*;
use serde_json::json;

fn add(cas: &mut Service, cloud: &str, key: &str) {
    cas.ok("AddCloudAccess", &[("CloudName", cloud), ("SecretId", key), ("SecretKey", "their-secret")]);
}

#[test]
fn a_key_of_another_cloud_is_listed_without_its_secret_and_brings_a_resource() {
    let mut cas = Service::new(CAS2020, usual());
    for _ in 0..2 {
        add(&mut cas, "Tencent", "AKIDexample");
    }
    add(&mut cas, "Aws", "AKIAexample");
    let listed = cas.ok("ListCloudAccess", &[]);
    assert_eq!(listed["TotalCount"], 3, "the same key is stored again");
    let shown = json!({ "AccessId": 3, "CloudName": "Aws", "SecretId": "AKIAexample", "ServiceStatus": "normal" });
    assert_eq!(listed["CloudAccessList"][2], shown);
    assert!(listed.get("CurrentPage").is_none() && listed.get("ShowSize").is_none());
    let state = cas.state();
    for text in [listed.to_string(), state.to_string()] {
        assert!(!text.contains("their-secret"), "{text}");
    }
    assert!(!state.to_string().contains("AKID"));
    assert_eq!(state["accesses"], 3);
    assert_eq!(cas.ok("ListCloudAccess", &[("SecretId", "AKIDexample")])["TotalCount"], 2);
    let page = cas.ok("ListCloudAccess", &[("CloudName", "Aws"), ("ShowSize", "10"), ("CurrentPage", "1")]);
    assert_eq!((&page["TotalCount"], &page["ShowSize"], &page["CurrentPage"]), (&json!(1), &json!(10), &json!(1)));
    assert_eq!(cas.refused("ListCloudAccess", &[("ShowSize", "15")]), "parameter-invalid");

    let theirs = cas.ok("ListCloudResources", &[("CloudName", "Tencent")]);
    assert_eq!((&theirs["Total"], &theirs["Data"][0]["CloudProduct"]), (&json!(2), &json!("TencentCDN")));
    assert_eq!(cas.ok("ListCloudResources", &[("SecretId", "AKIAexample")])["Total"], 1);
    let unused = cas.ok("DescribeCloudResourceStatus", &[("SecretId", "AKIDexample")]);
    assert_eq!(unused["Data"], json!([]), "no certificate is there yet");
    for _ in 0..2 {
        cas.ok("DeleteCloudAccess", &[("AccessId", "1")]);
    }
    assert_eq!(cas.ok("ListCloudResources", &[("CloudName", "Tencent")])["Total"], 1);
    assert_eq!(cas.refused("DeleteCloudAccess", &[("AccessId", "9")]), "parameter-invalid");
    assert_eq!(cas.refused("AddCloudAccess", &[("CloudName", "Aws"), ("SecretId", "x")]), "parameter-missing");
    let own = [("CloudName", "aliyun"), ("SecretId", "x"), ("SecretKey", "x")];
    assert_eq!(cas.refused("AddCloudAccess", &own), "parameter-invalid");
}
