//! What the actions of CAS 2020-04-07 beyond the package orders need at the local endpoint before they are called.

use super::stage::Stage;
use super::{Case, material};
use serde_json::{Value, json};
use std::time::Duration;

const CAS: &str = "aliyun-cas-2020-04-07";

/// The kind of instance that the endpoint has a large stock of, and how large the stock is.
pub(super) const STOCK: (&str, u32) = ("ws.dv.f", 64);

/// The parameters of an action that must exist at the endpoint, which examples make up. The value is empty if there are none.
pub(super) fn real(stage: &Stage, case: &Case) -> Value {
    let living = Living(stage);
    if case.api.id != CAS {
        return json!({});
    }
    match case.action.name.as_str() {
        "GetInstanceDetail" | "RefundInstance" => json!({"InstanceId": living.bought()}),
        "UpdateInstance" => living.application(),
        "ApplyCertificate" => json!({"InstanceId": living.complete()}),
        "CancelPendingCertificate" => json!({"InstanceId": living.pending()}),
        "GetTaskAttribute" => json!({"TaskId": living.pending()}),
        "RevokeCertificate" => living.issued(),
        "DeleteInstance" => json!({"InstanceId": living.refunded()}),
        "GetUserCertificateDetail" | "DeleteUserCertificate" => json!({"CertId": stage.uploaded()}),
        "GetCertificateDetail" | "ShareCertificate" => json!({"CertificateId": stage.uploaded()}),
        "CreateCsr" => json!({"CommonName": "www.example.com", "Algorithm": "ECC", "KeySize": 256}),
        "UpdateCsr" => {
            let (csr, key) = material::csr();
            json!({"CsrId": living.csr(&csr), "Key": key})
        }
        "GetCsrDetail" | "DeleteCsr" => json!({"CsrId": living.csr(&material::csr().0)}),
        "UpdateContact" => json!({"ContactId": living.contact(), "Webhooks": "[]"}),
        "GetContact" | "DeleteContact" => json!({"ContactId": living.contact()}),
        "CreateDeploymentJob" => living.plan(),
        "UpdateDeploymentJob" => {
            let mut plan = living.plan();
            plan["JobId"] = living.job();
            plan
        }
        "CreateRollbackTask" | "UpdateWorkerResourceStatus" | "DeleteWorkerResource" => {
            let (job, workers) = living.deployed();
            json!({"JobId": job, "WorkerId": workers[0]})
        }
        "UploadPCACert" => json!({"WarehouseId": living.warehouse()}),
        "CreateWHClientCertificate" => json!({"ParentIdentifier": living.sub_ca()}),
        "DescribeWarehouseCert" => json!({"CertIdentifier": living.client_certificate()}),
        "RevokeWHClientCertificate" | "DeletePCACert" => json!({"Identifier": living.client_certificate()}),
        "DeleteCloudAccess" => json!({"AccessId": living.access()}),
        _ if case.action.parameter("JobId").is_some() => json!({"JobId": living.job()}),
        "UpdateCompany" | "GetCompany" | "DeleteCompany" => json!({"CompanyId": living.company()}),
        _ => json!({}),
    }
}

/// Things at the endpoint of a stage.
pub(super) struct Living<'a>(pub(super) &'a Stage);

impl Living<'_> {
    fn call(&self, action: &str, request: &Value) -> Value {
        self.0.call(CAS, action, request)
    }

    /// An instance that nobody used. Those of the other version are numbered in the same way.
    fn bought(&self) -> String {
        self.0.instance().replace("cas-cn-", "cas_dv-cn-")
    }

    /// The application of such an instance.
    fn application(&self) -> Value {
        json!({
            "InstanceId": self.bought(),
            "Domain": "www.example.com",
            "KeyAlgorithm": "ECC_256",
            "ContactIdList": [self.contact()],
            "CompanyId": self.company(),
            "Csr": material::csr().0,
        })
    }

    fn complete(&self) -> Value {
        let application = self.application();
        self.call("UpdateInstance", &application);
        application["InstanceId"].clone()
    }

    fn pending(&self) -> Value {
        let instance = self.complete();
        self.call("ApplyCertificate", &json!({"InstanceId": instance}));
        // While the task is at work, nothing can be withdrawn.
        self.call("GetInstanceDetail", &json!({"InstanceId": instance}));
        instance
    }

    /// An instance and its certificate.
    pub(super) fn issued(&self) -> Value {
        let instance = json!({"InstanceId": self.pending()});
        let probe = || self.call("GetInstanceDetail", &instance);
        let shown = std::iter::repeat_with(probe).take(5).find(|shown| shown["Status"] == "normal").unwrap();
        json!({"InstanceId": instance["InstanceId"], "CertificateId": shown["CertificateId"]})
    }

    fn refunded(&self) -> String {
        let instance = self.bought();
        self.call("RefundInstance", &json!({"InstanceId": instance}));
        instance
    }

    fn csr(&self, csr: &str) -> Value {
        self.call("UploadCsr", &json!({"Csr": csr}))["CsrId"].clone()
    }

    fn contact(&self) -> Value {
        self.call("CreateContact", &json!({"Name": "Li Lei", "Mobile": "13800000000"}))["ContactId"].clone()
    }

    fn company(&self) -> Value {
        let company = json!({
            "City": "Hangzhou",
            "CompanyAddress": "1 Example Road",
            "CompanyCode": "91330000EXAMPLE",
            "CompanyName": "Example Ltd",
            "CompanyPhone": "057100000000",
            "CompanyType": 0,
            "CountryCode": "CN",
            "Lang": "en",
            "PostCode": "310000",
            "Province": "Zhejiang",
        });
        self.call("CreateCompany", &company)["CompanyId"].clone()
    }

    /// What a deployment job is made of.
    fn plan(&self) -> Value {
        let resources = self.call("ListCloudResources", &json!({}))["Data"].clone();
        json!({
            "CertIds": [self.0.uploaded()],
            "ContactIds": [self.contact()],
            "ResourceIds": [resources[0]["Id"], resources[1]["Id"]],
        })
    }

    /// A deployment job that nobody has started.
    fn job(&self) -> Value {
        let mut job = self.plan();
        job["Name"] = json!(self.0.name());
        job["JobType"] = json!("user");
        self.call("CreateDeploymentJob", &job)["JobId"].clone()
    }

    /// A deployment job that is through, and its workers.
    pub(super) fn deployed(&self) -> (Value, [Value; 2]) {
        let job = self.job();
        self.call("UpdateDeploymentJobStatus", &json!({"JobId": job, "Status": "pending"}));
        self.0.endpoint.clock().advance(Duration::from_secs(10));
        let workers = self.call("ListWorkerResource", &json!({"JobId": job}))["Data"].clone();
        (job, [0, 1].map(|at| workers[at]["Id"].clone()))
    }

    fn access(&self) -> Value {
        self.call("AddCloudAccess", &json!({"CloudName": "Tencent", "SecretId": "AKIDEXAMPLE", "SecretKey": "key"}));
        self.call("ListCloudAccess", &json!({}))["CloudAccessList"][0]["AccessId"].clone()
    }

    /// The number of a new warehouse.
    fn warehouse(&self) -> Value {
        let id = self.call("CreateWarehouse", &json!({"Name": self.0.name()}))["WarehouseInstanceId"].clone();
        self.call("ListCertWarehouse", &json!({"InstanceId": id}))["CertWarehouseList"][0]["WhId"].clone()
    }

    fn sub_ca(&self) -> Value {
        self.call("ListCert", &json!({"CertType": "CA"}))["CertList"][0]["Identifier"].clone()
    }

    fn client_certificate(&self) -> Value {
        let request = json!({
            "ParentIdentifier": self.sub_ca(),
            "CommonName": "device-0001",
            "Csr": material::csr().0,
            "Days": 30,
        });
        self.call("CreateWHClientCertificate", &request)["Identifier"].clone()
    }
}
