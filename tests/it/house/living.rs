//! Readings of what the sources of the living actions say against each other, where users meet them.

use crate::setup::futures::now;
use crate::setup::script::{Script, pairs};
use cloudcert::aliyun_cas::v2020_04_07::types::{
    CertId, DeploymentJobStatus, InstanceStatus, ServiceEdition, WarehouseCertStatus,
};
use std::time::{Duration, SystemTime};

fn since(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// The parameters of the first request.
fn form(script: &Script) -> Vec<(String, String)> {
    pairs(&script.sent()[0].body)
}

fn has(form: &[(String, String)], name: &str, value: &str) -> bool {
    form.contains(&(name.to_owned(), value.to_owned()))
}

#[test]
fn times_in_doubt_are_read_as_seconds_or_milliseconds_by_their_digits() {
    for (written, seconds) in [("1801324800", 1_801_324_800), ("1801324800000", 1_801_324_800)] {
        let client = Script::repeat(&format!(r#"{{"CertificateNotAfter":{written}}}"#)).cas_client();
        let detail = now(client.get_instance_detail().instance_id("i").send()).unwrap();
        assert_eq!(detail.certificate_not_after.unwrap().instant().unwrap(), since(seconds), "{written}");
        // The same in a text, as jobs write it.
        let client = Script::repeat(&format!(r#"{{"StartTime":"{written}"}}"#)).cas_client();
        let job = now(client.describe_deployment_job().job_id(8).send()).unwrap();
        assert_eq!(job.start_time.unwrap().instant().unwrap(), since(seconds), "{written}");
    }
    let client = Script::repeat(r#"{"NotAfter":17326613180000}"#).cas_client();
    let detail = now(client.get_certificate_detail().certificate_id(7).send()).unwrap();
    assert_eq!(detail.not_after.unwrap().instant().unwrap(), since(17_326_613_180));
}

#[test]
fn the_edition_of_an_instance_is_one_of_the_list_of_instances() {
    let client = Script::repeat(r#"{"VersionType":"ultimate","Status":"normal"}"#).cas_client();
    let detail = now(client.get_instance_detail().instance_id("i").send()).unwrap();
    assert_eq!((detail.version_type, detail.status), (Some(ServiceEdition::Ultimate), Some(InstanceStatus::Normal)));
}

#[test]
fn the_id_of_a_certificate_is_a_number_that_may_come_as_a_text() {
    for written in ["17281539", "\"17281539\""] {
        let body = format!(r#"{{"CertificateList":[{{"CertificateId":{written}}}],"TotalCount":1}}"#);
        let list = now(Script::repeat(&body).cas_client().list_certificates().send()).unwrap();
        assert_eq!(list.certificate_list[0].certificate_id, Some(CertId::from(17_281_539)), "{written}");
    }
    let script = Script::repeat("{}");
    now(script.cas_client().delete_cloud_access().access_id(888).send()).unwrap();
    assert!(has(&form(&script), "AccessId", "888"));
}

#[test]
fn certificates_of_resources_are_sent_as_a_list_in_json() {
    let script = Script::repeat(r#"{"Data":[],"Total":0}"#);
    now(script.cas_client().list_cloud_resources().cert_ids([CertId::from(1), CertId::from(2)]).send()).unwrap();
    assert!(has(&form(&script), "CertIds", "[1,2]"));
}

#[test]
fn flags_of_resources_are_read_from_digits_and_from_words() {
    for (written, truth) in [("1", true), ("0", false), ("true", true), ("\"0\"", false)] {
        let body = format!(r#"{{"Data":[{{"DefaultResource":{written}}}],"Total":1}}"#);
        let list = now(Script::repeat(&body).cas_client().list_cloud_resources().send()).unwrap();
        assert_eq!(list.data[0].default_resource, Some(truth), "{written}");
    }
}

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

#[test]
fn the_status_of_a_warehouse_certificate_has_two_spellings() {
    for written in ["REVOKE", "revoked"] {
        let body = format!(r#"{{"CertStatus":"{written}"}}"#);
        let client = Script::repeat(&body).cas_client();
        let detail = now(client.describe_warehouse_cert().cert_identifier("c").send()).unwrap();
        assert_eq!(detail.cert_status, Some(WarehouseCertStatus::Revoke), "{written}");
    }
}

#[test]
fn no_key_is_fetched_unless_the_caller_asks_for_it() {
    for (asks, sent) in [(false, "true"), (true, "false")] {
        let script = Script::repeat("{}");
        let call = script.cas_client().get_user_certificate_detail().cert_id(7);
        now(if asks { call.with_private_keys() } else { call }.send()).unwrap();
        assert!(has(&form(&script), "CertFilter", sent));
    }
}

#[test]
fn counts_of_companies_may_come_as_texts_and_a_reissue_as_one_text() {
    let client = Script::repeat(r#"{"CompanySet":[],"Total":"0"}"#).kcm_client();
    assert_eq!(now(client.describe_company().send()).unwrap().total, Some(0));
    let client = Script::repeat(r#"{"RequestId":"R","ReIssueCertificateResponse":"done"}"#).kcm_client();
    let reissued = now(client.reissue_certificate().certificate_id("7").send()).unwrap();
    assert_eq!(reissued.request_id(), Some("R"));
}

#[test]
fn calls_of_load_balancer_certificates_are_posted() {
    let script = Script::repeat("{}");
    let _ = now(script.kcm_client().delete_certificate().certificate_id("7").send());
    assert_eq!(script.sent()[0].method, cloudcert::api::Method::Post);
}
