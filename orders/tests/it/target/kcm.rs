//! Uploads to KCM: the same certificate is there once.

use super::{Place, executed, ksyun, shows};
use cloudcert::ksyun_kcm::v2016_03_04::Client;
use cloudcert_emulator::{Emulator, Fault, Handle, Rule};
use cloudcert_orders::target::{KcmUpload, Target};

const UPLOAD: &str = "UploadCertificate";

fn target(place: &Place, endpoint: &Handle) -> KcmUpload {
    let client = Client::new(ksyun(endpoint)).unwrap();
    KcmUpload { name: "kcm".to_owned(), store: place.store.clone(), client, project: Some(100_001) }
}

async fn there(target: &KcmUpload) -> Vec<String> {
    let items = target.client.list_user_certificates().items().collect_all().await.unwrap();
    items.into_iter().map(|item| item.cert_id.to_string()).collect()
}

#[tokio::test]
async fn two_deployments_are_one_upload() {
    let place = Place::new();
    let endpoint = Emulator::new().serve().await.unwrap();
    let target = target(&place, &endpoint);
    let stored = place.put(1, &place.issue());
    let state = target.deploy(&stored, None).await.unwrap();
    assert_eq!(there(&target).await, [state["CertID"].as_str().unwrap()]);
    assert_eq!(target.deploy(&stored, Some(&state)).await.unwrap(), state);
    assert_eq!(executed(&endpoint, UPLOAD), 1);
    let next = target.deploy(&place.put(2, &place.issue()), Some(&state)).await.unwrap();
    assert_ne!(next["CertID"], state["CertID"]);
}

#[tokio::test]
async fn one_that_is_there_under_another_name_is_used() {
    let place = Place::new();
    let endpoint = Emulator::new().serve().await.unwrap();
    let target = target(&place, &endpoint);
    let new = place.issue();
    let call = target.client.upload_certificate().cert_name("by-hand").cert_file(new.certificate.as_str());
    let id = call.cert_key(new.key.clone()).send().await.unwrap().certificate.cert_id;
    let state = target.deploy(&place.put(1, &new), None).await.unwrap();
    assert_eq!(state["CertID"], id.to_string());
    assert_eq!(executed(&endpoint, UPLOAD), 1);
}

#[tokio::test]
async fn a_lost_response_is_no_second_upload() {
    let place = Place::new();
    let new = place.issue();
    let stored = place.put(1, &new);
    for fault in [Fault::CloseAfterCommit, Fault::Internal { committed: true }, Fault::CloseBeforeReading] {
        let endpoint = Emulator::new().serve().await.unwrap();
        let target = target(&place, &endpoint);
        endpoint.inject(Rule::new(fault.clone()).action(UPLOAD).times(50)).unwrap();
        if let Err(failure) = target.deploy(&stored, None).await {
            assert!(!shows(&format!("{failure:?}"), &new), "{failure}");
        }
        endpoint.clear_faults();
        let state = target.deploy(&stored, None).await.unwrap();
        assert_eq!(there(&target).await, [state["CertID"].as_str().unwrap()], "{fault:?}");
    }
}
