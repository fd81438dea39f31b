//! Deployment jobs: one for a generation, started once.

use super::{Place, aliyun, executed};
use cloudcert::aliyun_cas::v2020_04_07::Client;
use cloudcert_emulator::{Emulator, Fault, Handle, Rule};
use cloudcert_orders::Kind;
use cloudcert_orders::target::{CasDeploy, CasUpload, Target};
use serde_json::Value;
use std::time::Duration;

/// A listener of www.example.com, and a resource that takes no certificate.
const WWW: i64 = 2_356_001;
const BROKEN: i64 = 2_356_009;
const CREATE: &str = "CreateDeploymentJob";
const START: &str = "UpdateDeploymentJobStatus";

fn target(place: &Place, endpoint: &Handle, resource: i64) -> CasDeploy {
    let client = Client::new(aliyun(endpoint)).unwrap();
    let upload = CasUpload { name: "slb".to_owned(), store: place.store.clone(), client, resource_group: None };
    CasDeploy {
        upload,
        several_clouds: false,
        resources: vec![resource],
        contacts: vec![3304],
        patience: Duration::from_secs(60),
        interval: Duration::from_millis(100),
    }
}

fn jobs(endpoint: &Handle) -> Vec<Value> {
    let state = endpoint.state();
    state["services"]["aliyun-cas-2020-04-07"]["deployment"]["jobs"]["latest"].as_array().unwrap().clone()
}

/// The certificate that a resource has.
fn bound(endpoint: &Handle, resource: i64) -> Value {
    let state = endpoint.state();
    let all = state["services"]["aliyun-cas-2020-04-07"]["deployment"]["resources"].as_array().unwrap().clone();
    all.iter().find(|found| found["id"] == resource).unwrap()["certificate"].clone()
}

#[tokio::test]
async fn a_certificate_is_uploaded_and_deployed_by_one_job() {
    let place = Place::new();
    let endpoint = Emulator::new().serve().await.unwrap();
    let target = target(&place, &endpoint, WWW);
    let stored = place.put(1, &place.issue());
    let state = target.deploy(&stored, None).await.unwrap();
    assert_eq!(bound(&endpoint, WWW).to_string(), state["CertId"].as_str().unwrap());
    for previous in [Some(&state), None] {
        assert_eq!(target.deploy(&stored, previous).await.unwrap(), state);
    }
    let [job] = jobs(&endpoint).try_into().unwrap();
    assert_eq!((job["id"].to_string().as_str(), &job["submitted"]), (state["JobId"].as_str().unwrap(), &1.into()));

    let next = target.deploy(&place.put(2, &place.issue()), Some(&state)).await.unwrap();
    assert_ne!(next["JobId"], state["JobId"]);
    assert_eq!(jobs(&endpoint).len(), 2);
    assert_eq!(bound(&endpoint, WWW).to_string(), next["CertId"].as_str().unwrap());
}

#[tokio::test]
async fn a_job_that_takes_longer_is_taken_up_by_the_next_run() {
    let place = Place::new();
    let endpoint = Emulator::new().serve().await.unwrap();
    let mut target = target(&place, &endpoint, WWW);
    let stored = place.put(1, &place.issue());
    target.patience = Duration::ZERO;
    for _ in 0..3 {
        let failure = target.deploy(&stored, None).await.unwrap_err();
        assert_eq!(failure.kind(), Kind::Waiting, "{failure}");
    }
    target.patience = Duration::from_secs(60);
    target.deploy(&stored, None).await.unwrap();
    let [job] = jobs(&endpoint).try_into().unwrap();
    assert_eq!(job["submitted"], 1);
}

#[tokio::test]
async fn a_lost_response_makes_and_starts_no_second_job() {
    let place = Place::new();
    let stored = place.put(1, &place.issue());
    for action in [CREATE, START] {
        let endpoint = Emulator::new().serve().await.unwrap();
        let target = target(&place, &endpoint, WWW);
        endpoint.inject(Rule::new(Fault::CloseAfterCommit).action(action).times(1)).unwrap();
        target.deploy(&stored, None).await.unwrap();
        let [job] = jobs(&endpoint).try_into().unwrap();
        assert_eq!(job["submitted"], 1, "{action}");
        assert_eq!((executed(&endpoint, CREATE), executed(&endpoint, START)), (1, 1), "{action}");
    }
}

#[tokio::test]
async fn a_job_that_failed_is_told_and_not_made_again() {
    let place = Place::new();
    let endpoint = Emulator::new().serve().await.unwrap();
    let target = target(&place, &endpoint, BROKEN);
    let stored = place.put(1, &place.issue());
    for _ in 0..2 {
        let failure = target.deploy(&stored, None).await.unwrap_err();
        assert_eq!(failure.kind(), Kind::Failed);
        assert!(failure.message().contains("has failed"), "{failure}");
    }
    assert_eq!(jobs(&endpoint).len(), 1);
}

#[tokio::test]
async fn a_target_without_resources_or_contacts_sends_nothing() {
    let place = Place::new();
    let endpoint = Emulator::new().serve().await.unwrap();
    let target = target(&place, &endpoint, WWW);
    let stored = place.put(1, &place.issue());
    for target in [CasDeploy { resources: Vec::new(), ..target.clone() }, CasDeploy { contacts: Vec::new(), ..target }]
    {
        assert_eq!(target.deploy(&stored, None).await.unwrap_err().kind(), Kind::Unconfigured);
    }
    assert_eq!(endpoint.state()["requests"]["seen"], 0);
}
