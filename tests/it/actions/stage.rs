//! A local endpoint with clients of all three API versions, and everything that actions need to exist before they are called.

use super::{Case, case_of};
use crate::setup::config::{aliyun_keys, config_at, ksyun_keys};
use crate::setup::futures::multi_thread;
use crate::setup::requests::{application, order};
use cloudcert::Error;
use cloudcert::aliyun_cas::v2018_07_13 as old;
use cloudcert::aliyun_cas::v2020_04_07::{self as cas, types::OrderId};
use cloudcert::ksyun_kcm::v2016_03_04::{self as kcm, types::CertificateId};
use cloudcert_emulator::{Emulator, Handle};
use serde_json::{Map, Value, json};
use std::cell::{Cell, OnceCell};
use std::time::Duration;
use tokio::runtime::Runtime;

const CAS: &str = "aliyun-cas-2020-04-07";
const OLD_CAS: &str = "aliyun-cas-2018-07-13";
const KCM: &str = "ksyun-kcm-2016-03-04";

/// A CSR, for examples that only have a placeholder.
pub(super) fn csr() -> String {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut request = rcgen::CertificateParams::new(["www.example.com".to_owned()]).unwrap();
    request.distinguished_name = rcgen::DistinguishedName::new();
    request.distinguished_name.push(rcgen::DnType::CommonName, "www.example.com");
    request.serialize_request(&key).unwrap().pem().unwrap()
}

/// An endpoint with clients of all three API versions.
pub(super) struct Stage {
    runtime: Runtime,
    pub(super) endpoint: Handle,
    /// How many instances and names are in use.
    instances: Cell<u32>,
    /// A certificate with its key: making one takes time.
    pair: OnceCell<(String, cloudcert::Secret)>,
    cas: cas::Client,
    old: old::Client,
    kcm: kcm::Client,
}

impl Stage {
    pub(super) fn new() -> Self {
        let runtime = multi_thread(2);
        let endpoint = runtime
            .block_on(
                Emulator::new()
                    .instances(500)
                    .quota("digicert-free-1-free", 1_000)
                    .quota("geotrust-dv-1-starter", 1_000)
                    .serve(),
            )
            .unwrap();
        Self {
            cas: cas::Client::new(config_at(endpoint.url(), aliyun_keys())).unwrap(),
            old: old::Client::new(config_at(endpoint.url(), aliyun_keys())).unwrap(),
            kcm: kcm::Client::new(config_at(endpoint.url(), ksyun_keys())).unwrap(),
            runtime,
            endpoint,
            instances: Cell::new(0),
            pair: OnceCell::new(),
        }
    }

    /// Runs a future on the runtime of the endpoint.
    pub(super) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    fn now<T>(&self, call: impl IntoFuture<Output = Result<T, Error>>) -> T {
        self.runtime.block_on(call.into_future()).unwrap()
    }

    fn order(&self, domain: &str) -> OrderId {
        self.now(order(&self.cas).domain(domain).send()).order_id
    }

    /// A certificate with its key.
    fn issued(&self) -> (String, cloudcert::Secret) {
        self.pair.get_or_init(|| self.issue()).clone()
    }

    fn issue(&self) -> (String, cloudcert::Secret) {
        let wait = self.cas.wait_until_certificate_issued(self.order("www.example.com"));
        let state = self.now(wait.initial_interval(Duration::ZERO).max_interval(Duration::ZERO));
        (state.certificate.unwrap(), state.private_key.unwrap())
    }

    fn uploaded(&self) -> Value {
        let ((certificate, key), name) = (self.issued(), self.instance());
        let upload = self.old.create_user_certificate().name(name).cert(certificate).key(key);
        json!(self.now(upload.send()).cert_id.unwrap().get())
    }

    /// A certificate of Kingsoft Cloud that can be completed.
    fn applied(&self) -> CertificateId {
        let applied = self.now(application(&self.kcm).main_domain("www.example.com").send());
        self.endpoint.clock().advance(Duration::from_secs(2));
        applied.certificate.certificate_id
    }

    fn submitted(&self) -> CertificateId {
        let id = self.applied();
        let case = case_of(KCM, "UpdateCertificate");
        let submit =
            case.action.examples.iter().find(|e| e.error.is_none() && e.request.get("IsSubmit") == Some(&json!(true)));
        let mut request: Map<String, Value> = submit.unwrap().request.clone().into_iter().collect();
        request.insert("CertificateId".into(), json!(id.as_str()));
        request.entry("CSR").and_modify(|made_up| *made_up = json!(csr()));
        (case.call)(config_at(self.endpoint.url(), ksyun_keys()), &Value::Object(request))
            .unwrap_or_else(|e| panic!("{e}"));
        id
    }

    fn ready(&self) -> CertificateId {
        let id = self.submitted();
        let wait = self.kcm.wait_until_certificate_issued(id.clone());
        self.now(wait.initial_interval(Duration::ZERO).max_interval(Duration::ZERO));
        id
    }

    /// An instance that was not submitted yet, or a name that is not in use.
    pub(super) fn instance(&self) -> String {
        self.instances.set(self.instances.get() + 1);
        format!("cas-cn-example{:05}", self.instances.get())
    }

    /// The parameters of an action that must exist at the endpoint, which examples make up.
    pub(super) fn real(&self, case: &Case) -> Value {
        match (case.api.id.as_str(), case.action.name.as_str()) {
            (CAS, "CreateCertificateWithCsrRequest") => {
                json!({"Csr": csr()})
            }
            (CAS, "DescribeCertificateState") => json!({"OrderId": self.order("www.example.com").get()}),
            (CAS, "DeleteCertificateRequest") => {
                let id = self.order("www.example.invalid");
                let wait = self.cas.wait_until_certificate_issued(id);
                let wait = wait.initial_interval(Duration::ZERO).max_interval(Duration::ZERO);
                self.runtime.block_on(wait.into_future()).unwrap_err();
                json!({"OrderId": id.get()})
            }
            (OLD_CAS, "CreateUserCertificate") => {
                let (certificate, key) = self.issued();
                json!({"Cert": certificate, "Key": key.expose()})
            }
            (OLD_CAS, "DescribeUserCertificateDetail" | "DeleteUserCertificate") => json!({"CertId": self.uploaded()}),
            (OLD_CAS, "CreateDVOrderAudit") => json!({"InstanceId": self.instance()}),
            (OLD_CAS, "DescribeDVOrderResult") => {
                let instance = self.instance();
                let case = case_of(OLD_CAS, "CreateDVOrderAudit");
                let mut request: Map<String, Value> = case.action.examples[0].request.clone().into_iter().collect();
                request.insert("InstanceId".into(), json!(instance));
                (case.call)(config_at(self.endpoint.url(), aliyun_keys()), &Value::Object(request))
                    .unwrap_or_else(|e| panic!("{e}"));
                json!({"InstanceId": instance})
            }
            (KCM, "UpdateCertificate" | "GetCertificateDetail") => json!({"CertificateId": self.applied().as_str()}),
            (KCM, "CancelTransaction") => json!({"CertificateId": self.submitted().as_str()}),
            (KCM, "GetDownloadLink" | "ExtendCertificate") => json!({"CertificateId": self.ready().as_str()}),
            (KCM, "RevokeCertificate") => {
                let token = self.now(self.kcm.get_token().send()).token;
                json!({"CertificateId": self.ready().as_str(), "Token": token.expose()})
            }
            _ => json!({}),
        }
    }
}
