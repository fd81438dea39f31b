//! Orders from packages, deployment, tags and stored keys over HTTP: lost responses leave traces, and secrets leave none.

use crate::setup::calls::{lost, ok};
use crate::setup::signed::{endpoint, simple_parameters, simple_signed};
use serde_json::Value;
use std::time::Duration;

const PEM: &str = include_str!("../../data/pki/ec.pem");
const KEY: &str = include_str!("../../data/pki/ec-pkcs8.key");

#[tokio::test]
async fn what_was_executed_shows_after_its_response_was_lost() {
    let endpoint = endpoint().await;
    let product = ("ProductCode", "geotrust-dv-1-starter");
    lost(&endpoint, "CreateCertificateForPackageRequest", &[product, ("Domain", "www.example.com,api.example.com")])
        .await;
    let orders = ok(&endpoint, "ListUserCertificateOrder", &[("OrderType", "CPACK")]).await;
    assert_eq!(orders["TotalCount"], 1);
    let order = orders["CertificateOrderList"][0]["OrderId"].to_string();
    let mut certificate = Value::Null;
    while certificate.is_null() {
        certificate = ok(&endpoint, "DescribeCertificateState", &[("OrderId", &order)]).await["CertId"].clone();
    }
    let certificate = certificate.as_str().unwrap();

    let job = [("Name", "web"), ("JobType", "user"), ("CertIds", certificate), ("ContactIds", "1,2")];
    lost(&endpoint, "CreateDeploymentJob", &[&job[..], &[("ResourceIds", "2356001,2356002")]].concat()).await;
    let jobs = ok(&endpoint, "ListDeploymentJob", &[]).await;
    let job = jobs["Data"][0]["Id"].to_string();
    assert_eq!((&jobs["Total"], &jobs["Data"][0]["Status"]), (&1.into(), &"editing".into()));
    lost(&endpoint, "UpdateDeploymentJobStatus", &[("JobId", &job), ("Status", "pending")]).await;
    endpoint.clock().advance(Duration::from_secs(3));
    let listed = ok(&endpoint, "ListCloudResources", &[("CertIds", &format!("[{certificate}]"))]).await;
    assert_eq!(listed["Total"], 2);
    let services = endpoint.state()["services"]["aliyun-cas-2020-04-07"].clone();
    assert_eq!(services["deployment"]["jobs"]["latest"][0]["submitted"], 1);
}

#[tokio::test]
async fn secrets_are_in_no_log_and_no_state() {
    let endpoint = endpoint().await;
    let access = [("CloudName", "Tencent"), ("SecretId", "AKIDexample"), ("SecretKey", "their-secret")];
    ok(&endpoint, "AddCloudAccess", &access).await;
    assert_eq!(ok(&endpoint, "ListCloudAccess", &[]).await["CloudAccessList"][0]["SecretId"], "AKIDexample");
    for (action, [pem, key]) in
        [("UploadCertificate", ["CertFile", "CertKey"]), ("CreateCertificate", ["PublicKey", "PrivateKey"])]
    {
        let call = simple_signed(&simple_parameters(action, &[("CertName", "mine"), (pem, PEM), (key, KEY)]));
        let response = call.to(endpoint.address()).await;
        assert_eq!(response.status, 200, "{action}: {response:?}");
    }
    let state = endpoint.state().to_string();
    let body: String = KEY.lines().nth(1).unwrap().chars().take(24).collect();
    for secret in ["their-secret", "AKIDexample", body.as_str()] {
        assert!(!state.contains(secret), "{secret} is in {state}");
    }
}

#[tokio::test]
async fn tags_travel_as_lists_and_come_back_by_token() {
    let endpoint = endpoint().await;
    let kind = ("ResourceType", "instance");
    let tag = [kind, ("ResourceId.1", "one"), ("ResourceId.2", "two"), ("Tag.1.Key", "team"), ("Tag.1.Value", "web")];
    ok(&endpoint, "TagResources", &tag).await;
    let ask = [kind, ("Tag.1.Key", "team"), ("MaxResults", "1")];
    let first = ok(&endpoint, "ListTagResources", &ask).await;
    assert_eq!(first["TagResources"]["TagResource"][0]["ResourceId"], "one");
    let next = first["NextToken"].as_str().unwrap();
    let second = ok(&endpoint, "ListTagResources", &[&ask[..], &[("NextToken", next)]].concat()).await;
    assert_eq!(
        (&second["TagResources"]["TagResource"][0]["ResourceId"], &second["NextToken"]),
        (&"two".into(), &"".into())
    );
}
