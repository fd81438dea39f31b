//! Fields of responses: their types, their names, and what may be absent.

use super::{cas, has, kcm, names, sent};
use crate::setup::futures::now;
use cloudcert::ksyun_kcm::v2016_03_04::types::CertificateStatus;
use serde_json::{Value, json};

#[test]
fn flags_of_resources_are_read_from_digits_and_from_words() {
    for (written, truth) in [(json!(1), true), (json!(0), false), (json!(true), true), (json!("0"), false)] {
        let client = cas(&json!({"Data": [{"DefaultResource": written}], "Total": 1}));
        let list = now(client.list_cloud_resources().send()).unwrap();
        assert_eq!(list.data[0].default_resource, Some(truth), "{written}");
    }
}

#[test]
fn whether_a_job_was_deleted_is_a_flag_written_as_a_digit() {
    for (written, truth) in [(json!(1), true), (json!(0), false), (json!(false), false), (json!("1"), true)] {
        let job = now(cas(&json!({"Del": written})).describe_deployment_job().job_id(8).send()).unwrap();
        let client = cas(&json!({"Data": [{"Del": written}], "Total": 1}));
        let listed = now(client.list_deployment_job().send()).unwrap().data.remove(0);
        assert_eq!((job.deleted, listed.deleted), (Some(truth), Some(truth)), "{written}");
    }
}

#[test]
fn counts_of_companies_may_come_as_texts_and_a_reissue_as_one_text() {
    let client = kcm(&json!({"CompanySet": [], "Total": "0"}));
    assert_eq!(now(client.describe_company().send()).unwrap().total, Some(0));
    let client = kcm(&json!({"RequestId": "R", "ReIssueCertificateResponse": "done"}));
    let reissued = now(client.reissue_certificate().certificate_id("7").send()).unwrap();
    assert_eq!(reissued.request_id(), Some("R"));
}

#[test]
fn what_is_described_as_a_list_of_contacts_is_one_of_companies() {
    let company = json!({"CompanyId": 300_001, "Name": "Example Ltd", "LicenseUrl": "https://example.com/licence"});
    let client = kcm(&json!({"CompanySet": [company], "Total": 1}));
    let company = now(client.describe_company().send()).unwrap().company_set.remove(0);
    assert_eq!((company.name.as_deref(), company.license_url.is_some()), (Some("Example Ltd"), true));
    let id = company.company_id.unwrap();
    let sent = super::sent_to_kcm(|client| client.update_certificate().certificate_id("7").company_id(id).send());
    assert!(has(&sent, "CompanyId", "300001"), "an order takes it: {sent:?}");
}

#[test]
fn numbers_of_a_certificate_may_come_as_texts() {
    let numbers = json!({"CertificateStatus": 2, "YearLength": 1, "DomainCount": 3, "WildcardCount": 0});
    let texts = json!({"CertificateStatus": "2", "YearLength": "1", "DomainCount": "3", "WildcardCount": "0"});
    for mut certificate in [numbers, texts] {
        certificate["CertificateId"] = json!("7");
        let client = kcm(&json!({"Certificate": certificate}));
        let shown = now(client.get_certificate_detail().certificate_id("7").send()).unwrap().certificate;
        let updated = now(client.update_certificate().certificate_id("7").send()).unwrap().certificate.unwrap();
        let cancelled = now(client.cancel_transaction().certificate_id("7").send()).unwrap().certificate.unwrap();
        let client = kcm(&json!({"CertificateSet": [certificate]}));
        let listed = now(client.list_certificates().send()).unwrap().certificate_set.remove(0);
        assert_eq!(listed.certificate_status, Some(CertificateStatus::Issued), "{certificate}");
        for read in [shown, updated, cancelled] {
            assert_eq!(read.certificate_status, Some(CertificateStatus::Issued), "{certificate}");
            assert_eq!((read.year_length, read.domain_count, read.wildcard_count), (Some(1), Some(3), Some(0)));
        }
    }
}

/// One is JSON, the other is how Java prints a map.
#[test]
fn counts_of_packages_are_texts_that_are_kept_as_they_come() {
    let (list, map) = (r#"[{"ProductCode":"geotrust-dv-1-starter","TotalCount":10}]"#, "{TotalCount=1, UsedCount=0}");
    let client = cas(&json!({"ProductCountList": list, "TotalCountDetail": map, "NoticeCountDetail": map}));
    let count = now(client.get_certificate_package_count().send()).unwrap();
    assert_eq!(count.product_count_list.as_deref(), Some(list));
    assert_eq!((count.total_count_detail.as_deref(), count.notice_count_detail.as_deref()), (Some(map), Some(map)));
    let client = cas(&json!({"TrusteeOrderList": list}));
    let orders = now(client.list_trustee_order().certificate_id(7).send()).unwrap();
    assert_eq!(orders.trustee_order_list.as_deref(), Some(list));
}

#[test]
fn matched_resources_are_kept_in_whatever_form_they_come() {
    for written in [json!([]), json!([{"Id": 1}]), json!({"CDN": [1, 2]}), json!("data")] {
        let found = now(cas(&json!({"Data": written})).get_matched_resources().cert_ids("7").send()).unwrap();
        assert_eq!(found.data, Some(written));
    }
}

#[test]
fn the_kind_of_a_company_is_a_number_beside_its_code() {
    for written in [json!(0), json!("0")] {
        let client = cas(&json!({"CompanyList": [{"CompanyType": written, "CompanyCode": "91"}], "TotalCount": 1}));
        let company = now(client.list_companies().send()).unwrap().company_list.remove(0);
        assert_eq!((company.company_type, company.company_code.as_deref()), (Some(0), Some("91")), "{written}");
    }
}

/// They differ by one letter.
#[test]
fn fingerprints_of_a_certificate_and_of_its_key_have_names_of_their_own() {
    let both = json!({"Fingerprint": "certificate", "FingerPrint": "key"});
    let stored = now(cas(&both).get_user_certificate_detail().cert_id(7).send()).unwrap();
    assert_eq!(stored.fingerprint.as_deref(), Some("certificate"));
    let detail = now(cas(&both).get_certificate_detail().certificate_id(7).send()).unwrap();
    assert_eq!(detail.finger_print.as_deref(), Some("key"));
    let client = cas(&json!({"CertificateList": [both], "TotalCount": 1}));
    let listed = now(client.list_certificates().send()).unwrap().certificate_list.remove(0);
    assert_eq!(listed.finger_print.as_deref(), Some("key"));
}

#[test]
fn an_identity_card_is_spelled_as_each_place_spells_it() {
    let number = "000000190001010000";
    let created = sent(|client| client.create_contact().name("Li Lei").mobile("13800000000").idcard(number).send());
    assert!(has(&created, "Idcard", number) && !names(&created, "IdCard"), "{created:?}");
    let updated = sent(|client| client.update_contact().contact_id(5).idcard(number).send());
    assert!(has(&updated, "Idcard", number) && !names(&updated, "IdCard"), "{updated:?}");
    let contact = |name: &str| {
        let body = Value::Object([(name.to_owned(), json!(number))].into_iter().collect());
        now(cas(&body).get_contact().contact_id(5).send()).unwrap().id_card
    };
    assert_eq!((contact("IdCard").as_deref(), contact("Idcard").as_deref()), (Some(number), None));
}

#[test]
fn what_a_listed_csr_or_certificate_lacks_has_no_default() {
    let client = cas(&json!({"CsrList": [{"CsrId": 5}, {"CsrId": 6, "CountryCode": "US"}], "TotalCount": 2}));
    let listed = now(client.list_csr().send()).unwrap().csr_list;
    assert_eq!((listed[0].country_code.as_deref(), listed[1].country_code.as_deref()), (None, Some("US")));
    let client = cas(&json!({"CertList": [{"Identifier": "c"}, {"SerialNo": "0a1b"}], "TotalCount": 2}));
    let listed = now(client.list_cert().send()).unwrap().cert_list;
    assert_eq!((listed[0].serial_no.as_deref(), listed[1].serial_no.as_deref()), (None, Some("0a1b")));
}

#[test]
fn workers_that_match_are_counted_apart_from_all_workers() {
    let client = cas(&json!({"MatchWorkerCount": 2, "WorkerCount": 3}));
    let status = now(client.describe_deployment_job_status().job_id(8).send()).unwrap();
    assert_eq!((status.match_worker_count, status.worker_count), (Some(2), Some(3)));
}

#[test]
fn tags_have_the_names_that_each_action_prints() {
    let listed = sent(|client| client.list_tag_resources().tag([("team", "web")]).send());
    assert!(has(&listed, "Tag.1.Key", "team") && !names(&listed, "Tags"), "{listed:?}");
    let tagged = sent(|client| client.tag_resources().resource_id(["r"]).tag([("team", "web")]).send());
    assert!(has(&tagged, "Tag.1.Key", "team") && !names(&tagged, "Tags"), "{tagged:?}");
    let uploaded = sent(|client| client.upload_user_certificate().name("n").tags([("team", "web")]).send());
    assert!(has(&uploaded, "Tags.1.Key", "team") && !names(&uploaded, "Tag"), "{uploaded:?}");
    let row = json!({"ResourceId": "r", "TagKey": "team", "TagValue": "web"});
    let client = cas(&json!({"TagResources": {"TagResource": [row]}}));
    let items = now(client.list_tag_resources().resource_id(["r"]).items().collect_all()).unwrap();
    assert_eq!(items[0].tag_key.as_deref(), Some("team"), "the list is inside a structure");
}
