//! Units of times, and which end of a validity a time is.

use super::{cas, has, sent};
use crate::setup::futures::now;
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};

fn since(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn times_in_doubt_are_read_as_seconds_or_milliseconds_by_their_digits() {
    for (written, seconds) in [(1_801_324_800_i64, 1_801_324_800), (1_801_324_800_000, 1_801_324_800)] {
        let client = cas(&json!({"CertificateNotAfter": written}));
        let detail = now(client.get_instance_detail().instance_id("i").send()).unwrap();
        assert_eq!(detail.certificate_not_after.unwrap().instant().unwrap(), since(seconds), "{written}");
        // The same in a text, as jobs write it.
        let client = cas(&json!({"StartTime": written.to_string()}));
        let job = now(client.describe_deployment_job().job_id(8).send()).unwrap();
        assert_eq!(job.start_time.unwrap().instant().unwrap(), since(seconds), "{written}");
    }
    let client = cas(&json!({"NotAfter": 17_326_613_180_000_i64}));
    let detail = now(client.get_certificate_detail().certificate_id(7).send()).unwrap();
    assert_eq!(detail.not_after.unwrap().instant().unwrap(), since(17_326_613_180));
}

/// In the examples, a certificate ends before it begins. The number of few digits would be seconds where the unit is in doubt.
#[test]
fn a_listed_certificate_begins_and_ends_in_milliseconds_and_as_the_names_say() {
    let (begins, ends) = (1_760_000_000_000_i64, 9_000_000_000_i64);
    let client = cas(&json!({"CertificateList": [{"NotBefore": begins, "NotAfter": ends}], "TotalCount": 1}));
    let list = now(client.list_certificates().send()).unwrap();
    let certificate = &list.certificate_list[0];
    assert_eq!(certificate.not_before.as_ref().unwrap().instant().unwrap(), since(1_760_000_000));
    assert_eq!(certificate.not_after.as_ref().unwrap().instant().unwrap(), since(9_000_000));
    let client = cas(&json!({"CertList": [{"BeforeDate": begins, "AfterDate": ends}], "TotalCount": 1}));
    let list = now(client.list_cert().send()).unwrap();
    let certificate = &list.cert_list[0];
    assert_eq!(certificate.before_date.as_ref().unwrap().instant().unwrap(), since(1_760_000_000));
    assert_eq!(certificate.after_date.as_ref().unwrap().instant().unwrap(), since(9_000_000));
}

#[test]
fn dates_of_counts_are_sent_in_the_unit_that_the_caller_chooses() {
    let range = sent(|client| client.list_asset_count().start_date(1_767_196_800).end_date(1_767_283_200_000).send());
    assert!(has(&range, "StartDate", "1767196800") && has(&range, "EndDate", "1767283200000"), "{range:?}");
    let range = sent(|client| client.list_asset_count().start_date(since(1_767_196_800)).send());
    assert!(has(&range, "StartDate", "1767196800000"), "what fits the examples: {range:?}");
    for written in [json!(1_767_196_800), json!(1_767_196_800_000_i64), json!("1767196800000")] {
        let row = |name: &str| Value::Object([(name.to_owned(), written.clone())].into_iter().collect());
        let list = json!({"AssetCountList": [row("CountDate")], "TotalCount": 1});
        let list = now(cas(&list).list_asset_count().send()).unwrap();
        let counted = list.asset_count_list[0].count_date.as_ref().unwrap().instant().unwrap();
        let assets = now(cas(&row("PointTime")).get_asset_count().send()).unwrap();
        let scored = assets.point_time.unwrap().instant().unwrap();
        assert_eq!((counted, scored), (since(1_767_196_800), since(1_767_196_800)), "{written}");
    }
}
