//! How lists are read in pages, and where they end.

use super::{action, form, has, names};
use crate::setup::futures::now;
use crate::setup::script::{Script, pairs};
use cloudcert::aliyun_cas::v2020_04_07::types::DeploymentJobStatus;

#[test]
fn lists_of_jobs_and_resources_end_by_total() {
    let client = Script::repeat(r#"{"Data":[{"Id":5,"Status":"success"}],"Total":1}"#).cas_client();
    let job = now(async { client.list_deployment_job().items().next().await }).unwrap().unwrap();
    assert_eq!(job.status, Some(DeploymentJobStatus::Success));
    let script = Script::repeat(r#"{"Data":[{"Id":5}],"Total":1}"#);
    let client = script.cas_client();
    let mut pages = client.list_deployment_job().pages();
    assert!(now(pages.next()).unwrap().is_ok());
    assert!(now(pages.next()).is_none(), "the total is reached");
    assert_eq!(script.sent().len(), 1);
}

/// The position that each request asked for.
fn positions(script: &Script, name: &str) -> Vec<Option<String>> {
    let position = |body: &str| pairs(body).into_iter().find(|(of, _)| of == name).map(|(_, value)| value);
    script.sent().iter().map(|request| position(&request.body)).collect()
}

/// The text of `CurrentPage` is that of `ShowSize`.
#[test]
fn the_page_of_a_list_of_orders_is_a_number_of_a_page() {
    let script = Script::jsons([
        r#"{"CertificateOrderList":[{"OrderId":1},{"OrderId":2}],"CurrentPage":1,"ShowSize":2,"TotalCount":3}"#,
        r#"{"CertificateOrderList":[{"OrderId":3}],"CurrentPage":2,"ShowSize":2,"TotalCount":3}"#,
    ]);
    let client = script.cas_client();
    let mut pages = client.list_user_certificate_order().show_size(2).pages();
    for number in [1, 2] {
        let page = now(pages.next()).unwrap().unwrap();
        assert_eq!((page.current_page, page.show_size), (Some(number), Some(2)));
    }
    assert!(now(pages.next()).is_none());
    assert_eq!(positions(&script, "CurrentPage"), [Some("1".to_owned()), Some("2".to_owned())]);
}

#[test]
fn matched_resources_come_in_one_response() {
    let script = Script::repeat(r#"{"Data":[],"MaxResults":20,"NextToken":"t"}"#);
    let found = now(script.cas_client().get_matched_resources().cert_ids("7").send()).unwrap();
    assert_eq!((found.max_results, found.next_token.as_deref()), (Some(20), Some("t")), "kept as they come");
    assert_eq!(script.sent().len(), 1);
    let form = form(&script);
    assert!(!names(&form, "MaxResults") && !names(&form, "NextToken"), "{form:?}");
    assert!(action("GetMatchedResources").paginator.is_none(), "it has no pages");
}

#[test]
fn keys_of_tags_are_read_by_token_and_by_number_on_demand() {
    let script = Script::jsons([
        r#"{"TagKeys":[{"TagKey":"a"}],"NextToken":"t","CurrentPage":1,"PageSize":1,"TotalCount":2}"#,
        r#"{"TagKeys":[{"TagKey":"b"}],"NextToken":"","CurrentPage":1,"PageSize":1,"TotalCount":2}"#,
    ]);
    let keys = now(script.cas_client().list_tag_keys().items().collect_all()).unwrap();
    assert_eq!(keys.iter().filter_map(|key| key.tag_key.as_deref()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(positions(&script, "NextToken"), [None, Some("t".to_owned())]);
    assert_eq!(positions(&script, "CurrentPage"), [None, None]);
    let script = Script::repeat(r#"{"TagKeys":[]}"#);
    now(script.cas_client().list_tag_keys().current_page(2).page_size(1).send()).unwrap();
    let form = form(&script);
    assert!(has(&form, "CurrentPage", "2") && has(&form, "PageSize", "1") && !names(&form, "MaxResults"), "{form:?}");
}

#[test]
fn load_balancer_certificates_are_read_in_one_call_or_in_pages() {
    let script = Script::repeat(r#"{"CertificateSet":[{"CertificateId":"a"}]}"#);
    now(script.kcm_client().describe_certificates().send()).unwrap();
    assert!(!names(&form(&script), "Page") && !names(&form(&script), "PageSize"), "both are optional");
    let page = |id: &str| format!(r#"{{"CertificateSet":[{{"CertificateId":"{id}"}}]}}"#);
    let script = Script::jsons([&page("a"), &page("b"), r#"{"CertificateSet":[]}"#]);
    let all = now(script.kcm_client().describe_certificates().page_size(1).items().collect_all()).unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(positions(&script, "Page"), ["1", "2", "3"].map(|number| Some(number.to_owned())));
    assert_eq!(positions(&script, "PageSize"), ["1", "1", "1"].map(|size| Some(size.to_owned())));
}
