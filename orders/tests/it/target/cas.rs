//! Uploads to CAS: the same certificate is there once.

use super::{Place, aliyun, executed, shows};
use cloudcert::aliyun_cas::v2020_04_07::Client;
use cloudcert::aliyun_cas::v2020_04_07::types::OrderType;
use cloudcert_emulator::{Emulator, Fault, Handle, Rule};
use cloudcert_orders::Kind;
use cloudcert_orders::target::{CasUpload, Target};

const UPLOAD: &str = "UploadUserCertificate";

fn target(place: &Place, endpoint: &Handle) -> CasUpload {
    let client = Client::new(aliyun(endpoint)).unwrap();
    CasUpload { name: "cas".to_owned(), store: place.store.clone(), client, resource_group: None }
}

/// Ids and names of the uploaded certificates, by name.
async fn there(target: &CasUpload) -> Vec<(String, String)> {
    let items = target.client.list_user_certificate_order().order_type(OrderType::Upload).items();
    let items = items.collect_all().await.unwrap();
    let mut all: Vec<_> =
        items.into_iter().map(|item| (item.name.unwrap(), item.certificate_id.unwrap().to_string())).collect();
    all.sort();
    all
}

#[tokio::test]
async fn two_deployments_are_one_upload() {
    let place = Place::new();
    let endpoint = Emulator::new().serve().await.unwrap();
    let target = target(&place, &endpoint);
    let stored = place.put(1, &place.issue());
    let state = target.deploy(&stored, None).await.unwrap();
    let there = there(&target).await;
    assert_eq!(there, [("www-1".to_owned(), state["CertId"].as_str().unwrap().to_owned())]);
    assert_eq!(target.deploy(&stored, Some(&state)).await.unwrap(), state);
    assert_eq!(target.deploy(&stored, None).await.unwrap(), state);
    assert_eq!(executed(&endpoint, UPLOAD), 1);
    let next = target.deploy(&place.put(2, &place.issue()), Some(&state)).await.unwrap();
    assert_ne!(next["CertId"], state["CertId"]);
    assert_eq!(executed(&endpoint, UPLOAD), 2);
}

#[tokio::test]
async fn it_is_found_among_many() {
    let place = Place::new();
    let endpoint = Emulator::new().serve().await.unwrap();
    let target = target(&place, &endpoint);
    let stored = place.put(1, &place.issue());
    let state = target.deploy(&stored, None).await.unwrap();
    for number in 0..60 {
        let other = place.issue();
        let call = target.client.upload_user_certificate().name(format!("other-{number}"));
        call.cert(other.certificate).key(other.key).send().await.unwrap();
    }
    assert_eq!(target.deploy(&stored, None).await.unwrap(), state);
    assert_eq!(there(&target).await.len(), 61);
}

#[tokio::test]
async fn a_taken_name_gets_a_number() {
    let place = Place::new();
    let endpoint = Emulator::new().serve().await.unwrap();
    let target = target(&place, &endpoint);
    for name in ["www-1", "www-1-2"] {
        let other = place.issue();
        let call = target.client.upload_user_certificate().name(name).cert(other.certificate).key(other.key);
        call.send().await.unwrap();
    }
    let stored = place.put(1, &place.issue());
    let state = target.deploy(&stored, None).await.unwrap();
    let names: Vec<_> = there(&target).await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["www-1", "www-1-2", "www-1-3"]);
    assert_eq!(target.deploy(&stored, None).await.unwrap(), state);
}

#[tokio::test]
async fn a_lost_response_is_no_second_upload() {
    let place = Place::new();
    let new = place.issue();
    let stored = place.put(1, &new);
    for fault in [
        Fault::CloseAfterCommit,
        Fault::Internal { committed: true },
        Fault::Internal { committed: false },
        Fault::CloseBeforeReading,
        Fault::Truncated,
    ] {
        for times in [1, 50] {
            let endpoint = Emulator::new().serve().await.unwrap();
            let target = target(&place, &endpoint);
            endpoint.inject(Rule::new(fault.clone()).action(UPLOAD).times(times)).unwrap();
            if let Err(failure) = target.deploy(&stored, None).await {
                assert_eq!(failure.kind(), Kind::NotNow, "{fault:?} {failure}");
                assert!(!shows(&format!("{failure:?}"), &new), "{failure}");
            }
            endpoint.clear_faults();
            let state = target.deploy(&stored, None).await.unwrap();
            let there = there(&target).await;
            assert_eq!(there, [("www-1".to_owned(), state["CertId"].as_str().unwrap().to_owned())], "{fault:?}");
        }
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_read_uploads_nothing() {
    let place = Place::new();
    let endpoint = Emulator::new().serve().await.unwrap();
    let target = target(&place, &endpoint);
    let fault = Fault::Unavailable { committed: false };
    endpoint.inject(Rule::new(fault).action("ListUserCertificateOrder").times(50)).unwrap();
    let failure = target.deploy(&place.put(1, &place.issue()), None).await.unwrap_err();
    assert_eq!(failure.kind(), Kind::NotNow, "{failure}");
    assert_eq!(executed(&endpoint, UPLOAD), 0);
}
