//! A local endpoint with clients of all three API versions, and everything that actions need to exist before they are called.

use super::{Case, case_of, example, living, material};
use crate::setup::config::{aliyun_keys, config_at, keys_for, ksyun_keys};
use crate::setup::futures::multi_thread;
use crate::setup::requests::{application, order};
use cloudcert::Error;
use cloudcert::aliyun_cas::v2018_07_13 as old;
use cloudcert::aliyun_cas::v2020_04_07::{self as cas, types::OrderId};
use cloudcert::api::Effect;
use cloudcert::ksyun_kcm::v2016_03_04::{self as kcm, types::CertificateId};
use cloudcert_emulator::{Emulator, Handle};
use serde_json::{Map, Value, json};
use std::cell::Cell;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::runtime::Runtime;

const CAS: &str = "aliyun-cas-2020-04-07";
const OLD_CAS: &str = "aliyun-cas-2018-07-13";
const KCM: &str = "ksyun-kcm-2016-03-04";

/// Does something for every item on a few threads: much of the work waits for an endpoint. Returns the results in the order of the items.
pub(super) fn side_by_side<T: Sync, R: Send>(items: &[T], each: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let at = next.fetch_add(1, Ordering::Relaxed)
            && let Some(item) = items.get(at)
        {
            done.push((at, each(item)));
        }
        done
    };
    let mut all: Vec<(usize, R)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        let ended = threads.into_iter().map(|thread| thread.join().unwrap_or_else(|why| resume_unwind(why)));
        ended.flatten().collect()
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, result)| result).collect()
}

/// An endpoint with clients of all three API versions.
pub(super) struct Stage {
    runtime: Runtime,
    pub(super) endpoint: Handle,
    /// How many instances are in use.
    instances: Cell<u32>,
    /// How many names are in use.
    names: Cell<u32>,
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
                    .instances(64)
                    .stock(living::STOCK.0, living::STOCK.1)
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
            names: Cell::new(0),
        }
    }

    /// Runs a future on the runtime of the endpoint.
    pub(super) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    fn now<T>(&self, call: impl IntoFuture<Output = Result<T, Error>>) -> T {
        self.runtime.block_on(call.into_future()).unwrap()
    }

    /// A pending order.
    pub(super) fn order(&self, domain: &str) -> OrderId {
        self.now(order(&self.cas).domain(domain).send()).order_id
    }

    /// An order with its certificate.
    pub(super) fn issued(&self) -> OrderId {
        let id = self.order("www.example.com");
        let wait = self.cas.wait_until_certificate_issued(id);
        self.now(wait.initial_interval(Duration::ZERO).max_interval(Duration::ZERO));
        id
    }

    pub(super) fn uploaded(&self) -> Value {
        let (certificate, key) = material::certificate();
        let upload = self.old.create_user_certificate().name(self.name()).cert(certificate).key(key);
        json!(self.now(upload.send()).cert_id.unwrap().get())
    }

    /// Calls an action with this request, and returns its response.
    pub(super) fn call(&self, api: &str, action: &str, request: &Value) -> Value {
        let case = case_of(api, action);
        let config = config_at(self.endpoint.url(), keys_for(case.api.protocol.family));
        (case.call)(config, request).unwrap_or_else(|error| panic!("{error}")).json
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
        let mut request = example(&case, |example| example.get("IsSubmit") == Some(&json!(true)));
        material::put(&case, &mut request);
        request.insert("CertificateId".into(), json!(id.as_str()));
        self.call(KCM, "UpdateCertificate", &Value::Object(request));
        id
    }

    fn ready(&self) -> CertificateId {
        let id = self.submitted();
        let wait = self.kcm.wait_until_certificate_issued(id.clone());
        self.now(wait.initial_interval(Duration::ZERO).max_interval(Duration::ZERO));
        id
    }

    /// An instance that was not submitted yet.
    pub(super) fn instance(&self) -> String {
        self.instances.set(self.instances.get() + 1);
        format!("cas-cn-example{:05}", self.instances.get())
    }

    /// A name that is not in use.
    pub(super) fn name(&self) -> String {
        self.names.set(self.names.get() + 1);
        format!("name-{:05}", self.names.get())
    }

    /// The request of an example, with an effect if one is wanted. What it names exists at the endpoint, and so it can be executed.
    pub(super) fn request(&self, case: &Case, effect: Option<Effect>) -> Map<String, Value> {
        let fits = |request: &Map<String, Value>| effect.is_none_or(|effect| (case.effect)(&json!(request)) == effect);
        let mut request = example(case, fits);
        material::put(case, &mut request);
        request.entry("Name").and_modify(|name| *name = json!(self.name()));
        if let Some(key) = case.action.repeat_key() {
            request.insert(key.wire.clone(), json!(self.name()));
        }
        request.extend(self.real(case).as_object().unwrap().clone());
        request
    }

    /// The parameters of an action that must exist at the endpoint, which examples make up.
    fn real(&self, case: &Case) -> Value {
        match (case.api.id.as_str(), case.action.name.as_str()) {
            (CAS, "DescribeCertificateState" | "CancelOrderRequest" | "CancelCertificateForPackageRequest") => {
                json!({"OrderId": self.order("www.example.com").get()})
            }
            (CAS, "RenewCertificateOrderForPackageRequest") => json!({"OrderId": self.issued().get()}),
            (CAS, "DeleteCertificateRequest") => {
                let id = self.order("www.example.invalid");
                let wait = self.cas.wait_until_certificate_issued(id);
                let wait = wait.initial_interval(Duration::ZERO).max_interval(Duration::ZERO);
                self.runtime.block_on(wait.into_future()).unwrap_err();
                json!({"OrderId": id.get()})
            }
            (OLD_CAS, "DescribeUserCertificateDetail" | "DeleteUserCertificate") => json!({"CertId": self.uploaded()}),
            (OLD_CAS, "CreateDVOrderAudit") => json!({"InstanceId": self.instance()}),
            (OLD_CAS, "DescribeDVOrderResult") => {
                let request = self.request(&case_of(OLD_CAS, "CreateDVOrderAudit"), None);
                self.call(OLD_CAS, "CreateDVOrderAudit", &json!(request));
                json!({"InstanceId": request["InstanceId"]})
            }
            (KCM, "UpdateCertificate" | "GetCertificateDetail") => json!({"CertificateId": self.applied().as_str()}),
            (KCM, "CancelTransaction") => json!({"CertificateId": self.submitted().as_str()}),
            (KCM, "GetDownloadLink" | "ExtendCertificate" | "ReIssueCertificate") => {
                json!({"CertificateId": self.ready().as_str()})
            }
            (KCM, "RevokeCertificate") => {
                let token = self.now(self.kcm.get_token().send()).token;
                json!({"CertificateId": self.ready().as_str(), "Token": token.expose()})
            }
            (KCM, "ModifyCertificate" | "DeleteCertificate") => {
                let request = self.request(&case_of(KCM, "CreateCertificate"), None);
                let made = self.call(KCM, "CreateCertificate", &json!(request));
                json!({"CertificateId": made["Certificate"]["CertificateId"]})
            }
            _ => living::real(self, case),
        }
    }
}
