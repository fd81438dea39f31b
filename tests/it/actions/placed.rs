//! What the newer actions about orders, deployment, warehouses and load balancers need at the local endpoint before they are called.

use super::stage::{Stage, csr};
use super::{Case, case_of};
use crate::setup::config::{aliyun_keys, config_at, ksyun_keys};
use serde_json::{Value, json};
use std::time::Duration;

const CAS: &str = "aliyun-cas-2020-04-07";
const KCM: &str = "ksyun-kcm-2016-03-04";

/// A cloud resource that the endpoint has from the start.
const RESOURCE: i64 = 2_356_001;

/// The parameters of an action that must exist at the endpoint, which examples make up. The value is empty if there are none.
pub(super) fn real(stage: &Stage, case: &Case) -> Value {
    let placed = Placed(stage);
    match (case.api.id.as_str(), case.action.name.as_str()) {
        (CAS, "CancelOrderRequest" | "CancelCertificateForPackageRequest") => {
            json!({"OrderId": stage.order("www.example.com").get()})
        }
        (CAS, "RenewCertificateOrderForPackageRequest") => json!({"OrderId": placed.issued(), "Csr": csr()}),
        (CAS, "CreateDeploymentJob") => placed.job_parts(),
        (CAS, "UpdateDeploymentJob") => {
            let mut parts = placed.job_parts();
            parts["JobId"] = placed.job();
            parts
        }
        (
            CAS,
            "DeleteDeploymentJob"
            | "DescribeDeploymentJob"
            | "DescribeDeploymentJobStatus"
            | "ListDeploymentJobCert"
            | "ListDeploymentJobResource"
            | "ListWorkerResource"
            | "UpdateDeploymentJobStatus",
        ) => json!({"JobId": placed.job()}),
        (CAS, "DeleteWorkerResource") => placed.worker(),
        (CAS, "CreateRollbackTask" | "UpdateWorkerResourceStatus") => placed.deployed(),
        (CAS, "DeleteCloudAccess") => json!({"AccessId": placed.access()}),
        (CAS, "UploadPCACert") => {
            let (certificate, key) = pair();
            json!({"Cert": certificate, "PrivateKey": key})
        }
        (KCM, "CreateCertificate") => balancer(),
        (KCM, "ModifyCertificate") => {
            let mut parts = balancer();
            parts["CertificateId"] = placed.balancer();
            parts
        }
        (KCM, "DeleteCertificate") => json!({"CertificateId": placed.balancer()}),
        (KCM, "UploadCertificate") => {
            let (certificate, key) = pair();
            json!({"CertFile": certificate, "CertKey": key})
        }
        (KCM, "ReIssueCertificate") => json!({"CertificateId": stage.ready().as_str()}),
        _ => json!({}),
    }
}

/// A certificate with its key, another one each time.
fn pair() -> (String, String) {
    let key = rcgen::KeyPair::generate().unwrap();
    let made = rcgen::CertificateParams::new(["www.example.com".to_owned()]).unwrap();
    (made.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

/// A certificate for load balancers.
fn balancer() -> Value {
    let (certificate, key) = pair();
    json!({"PublicKey": certificate, "PrivateKey": key})
}

/// Things at the endpoint of a stage.
struct Placed<'a>(&'a Stage);

impl Placed<'_> {
    fn call(&self, api: &str, action: &str, request: &Value) -> Value {
        let keys = if api == KCM { ksyun_keys() } else { aliyun_keys() };
        let config = config_at(self.0.endpoint.url(), keys);
        (case_of(api, action).call)(config, request).unwrap_or_else(|error| panic!("{error}")).json
    }

    /// An order whose certificate is issued.
    fn issued(&self) -> i64 {
        let order = self.0.order("www.example.com").get();
        let probe = || self.call(CAS, "DescribeCertificateState", &json!({"OrderId": order}));
        std::iter::repeat_with(probe).take(5).find(|shown| shown["Type"] == "certificate").unwrap();
        order
    }

    fn job_parts(&self) -> Value {
        let certificate = self.0.uploaded();
        json!({"CertIds": [certificate], "ResourceIds": [RESOURCE], "ContactIds": [1], "ScheduleTime": null})
    }

    fn job(&self) -> Value {
        let mut parts = self.job_parts();
        parts["Name"] = json!("web");
        parts["JobType"] = json!("user");
        self.call(CAS, "CreateDeploymentJob", &parts)["JobId"].clone()
    }

    /// A job and its only worker.
    fn worker(&self) -> Value {
        let job = self.job();
        let listed = self.call(CAS, "ListWorkerResource", &json!({"JobId": job}));
        json!({"JobId": job, "WorkerId": listed["Data"][0]["Id"]})
    }

    /// The same, when the worker has put its certificate on.
    fn deployed(&self) -> Value {
        let worker = self.worker();
        self.call(CAS, "UpdateDeploymentJobStatus", &json!({"JobId": worker["JobId"], "Status": "pending"}));
        self.0.endpoint.clock().advance(Duration::from_secs(5));
        worker
    }

    fn access(&self) -> Value {
        let access = json!({"CloudName": "Tencent", "SecretId": self.0.instance(), "SecretKey": "their-secret"});
        self.call(CAS, "AddCloudAccess", &access);
        let listed = self.call(CAS, "ListCloudAccess", &json!({"SecretId": access["SecretId"]}));
        listed["CloudAccessList"][0]["AccessId"].clone()
    }

    fn balancer(&self) -> Value {
        let mut parts = balancer();
        parts["CertificateName"] = json!(self.0.instance());
        self.call(KCM, "CreateCertificate", &parts)["Certificate"]["CertificateId"].clone()
    }
}
