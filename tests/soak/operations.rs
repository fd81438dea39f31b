//! What the tasks do: they call every action of all three API versions, each with the parameters that it needs.

use crate::endpoint::INSTANCES;
use crate::tally::{Ended, Tally};
use cloudcert::aliyun_cas::v2018_07_13 as old;
use cloudcert::aliyun_cas::v2020_04_07::{self as cas, types::OrderId, types::ValidateType};
use cloudcert::http::Format;
use cloudcert::ksyun_kcm::v2016_03_04::{self as kcm, types::CertificateId};
use cloudcert::{Config, Credentials, Error, Retries};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// What all tasks share: a client of each API version for each format.
pub(crate) struct Setup {
    cas: [cas::Client; 2],
    old: [old::Client; 2],
    kcm: [kcm::Client; 2],
    /// A certificate to upload, with its key.
    certificate: String,
    key: String,
}

impl Setup {
    pub(crate) fn new(url: &str) -> Self {
        let config = |id: &str, format| {
            let retries = Retries::new().initial_backoff(Duration::from_millis(20)).max_backoff(Duration::from_secs(1));
            Config::new(Credentials::new(id, "testsecret"))
                .endpoint(url)
                .format(format)
                .attempt_timeout(Duration::from_secs(5))
                .response_limit(256 << 10)
                .retries(retries)
        };
        let formats = [Format::Json, Format::Xml];
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::new(["www.example.com".to_owned()]).unwrap();
        Self {
            cas: formats.map(|format| cas::Client::new(config("testid", format)).unwrap()),
            old: formats.map(|format| old::Client::new(config("testid", format)).unwrap()),
            kcm: formats.map(|format| kcm::Client::new(config("AKLTtestid", format)).unwrap()),
            certificate: certificate.self_signed(&key).unwrap().pem(),
            key: key.serialize_pem(),
        }
    }
}

/// After how many operations the mixture repeats.
pub(crate) const ROUND: usize = 40;

/// One task, with the orders and certificates that it has so far.
pub(crate) struct Operator {
    setup: Arc<Setup>,
    order: Option<OrderId>,
    /// Certificates of Kingsoft Cloud with their domains, the oldest first.
    certificates: VecDeque<(CertificateId, String)>,
    /// Uploaded certificates with the number of the operation, the oldest first.
    uploads: VecDeque<(usize, old::types::CertId)>,
}

/// The domain or name by which the endpoint's lists show the operation.
pub(crate) fn mark(number: usize) -> String {
    format!("op-{number}.example.com")
}

/// The instance that an operation submits, if there is one for it.
pub(crate) fn instance(number: usize) -> Option<u32> {
    let round = u32::try_from(number / ROUND).ok()?;
    (number % ROUND == 11 && round < INSTANCES).then_some(round + 1)
}

fn csr(domain: &str) -> String {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut request = rcgen::CertificateParams::new([domain.to_owned()]).unwrap();
    request.distinguished_name = rcgen::DistinguishedName::new();
    request.distinguished_name.push(rcgen::DnType::CommonName, domain);
    request.serialize_request(&key).unwrap().pem().unwrap()
}

/// How an operation ended that must not happen twice.
fn guarded<T>(response: Result<T, Error>) -> Ended {
    response.map_or_else(Ended::GuardedError, |_| Ended::Guarded)
}

/// How any other operation ended. A response that belongs to another call is a lost response.
fn open<T>(response: Result<T, Error>, belongs: impl FnOnce(&T) -> bool) -> Ended {
    match response {
        Ok(response) => {
            assert!(belongs(&response), "a response does not belong to its call");
            Ended::Open
        }
        Err(error) => Ended::OpenError(error),
    }
}

impl Operator {
    pub(crate) fn new(setup: Arc<Setup>) -> Self {
        Self { setup, order: None, certificates: VecDeque::new(), uploads: VecDeque::new() }
    }

    pub(crate) async fn run(&mut self, number: usize, tally: &Tally) -> Ended {
        match number % ROUND {
            0..=8 => self.order(number).await,
            9..=12 | 18 | 19 | 36..=39 => self.older(number, tally).await,
            step => self.read_or_be_refused(number, step).await,
        }
    }

    /// Operations that cost something.
    async fn order(&mut self, number: usize) -> Ended {
        let setup = self.setup.clone();
        let format = number / ROUND % 2;
        let domain = mark(number);
        match number % ROUND {
            0..=4 => {
                let order = setup.cas[format].create_certificate_request().domain(domain).email("ops@example.com");
                let order = order.phone("13800000000").username("Li Lei").validate_type(ValidateType::Dns);
                let response = order.product_code("digicert-free-1-free").send().await;
                self.order = response.as_ref().ok().map(|response| response.order_id).or(self.order);
                guarded(response)
            }
            5 => {
                let order = setup.cas[format].create_certificate_with_csr_request().csr(csr(&domain));
                let order = order.email("ops@example.com").phone("13800000000").username("Li Lei");
                let order = order.validate_type(ValidateType::Dns).product_code("geotrust-dv-1-starter");
                guarded(order.send().await)
            }
            _ => {
                let order =
                    setup.kcm[format].apply_certificate().main_domain(domain.clone()).certificate_code("SECDV01");
                let response = order.domain_count(1).wildcard_count(0).year_length(1).send().await;
                if let Ok(response) = &response {
                    assert_eq!(response.certificate.main_domain.as_deref(), Some(domain.as_str()));
                    self.certificates.push_back((response.certificate.certificate_id.clone(), domain));
                    self.certificates.truncate(8);
                }
                guarded(response)
            }
        }
    }

    /// The API version that the vendor has withdrawn.
    async fn older(&mut self, number: usize, tally: &Tally) -> Ended {
        let setup = self.setup.clone();
        let client = &setup.old[number / ROUND % 2];
        match (number % ROUND, instance(number)) {
            (9 | 10, _) => {
                let upload = client.create_user_certificate().name(mark(number)).cert(setup.certificate.clone());
                let response = upload.key(setup.key.clone()).send().await;
                if let Ok(response) = &response {
                    self.uploads.push_back((number, response.cert_id.unwrap()));
                    self.uploads.truncate(64);
                }
                guarded(response)
            }
            (_, Some(instance)) => {
                let submit = client.create_dv_order_audit().instance_id(format!("cas-cn-example{instance:05}"));
                let submit =
                    submit.city("hangzhou").province("zhejiang").domain([mark(number)]).domain_verify_type("DNS");
                guarded(submit.email("ops@example.com").mobile("13800000000").username("Li Lei").send().await)
            }
            (18, _) => {
                // Only uploads that were counted already may be deleted.
                let Some(at) = self.uploads.iter().position(|(number, _)| tally.executed(*number) > 0) else {
                    return open(client.describe_order_instance_list().send().await, |_| true);
                };
                let (_, id) = self.uploads.remove(at).unwrap();
                open(client.delete_user_certificate().cert_id(id).send().await, |_| true)
            }
            (19, _) => {
                open(client.describe_dv_order_result().instance_id("cas-cn-example00001").send().await, |_| true)
            }
            (36 | 37, _) => {
                let page = client.describe_user_certificate_list().show_size(10).current_page(1);
                open(page.send().await, |page| page.certificate_list.len() <= 10)
            }
            (38, _) if !self.uploads.is_empty() => {
                let (number, id) = self.uploads[0];
                let detail = client.describe_user_certificate_detail().cert_id(id);
                open(detail.send().await, |detail| detail.name == Some(mark(number)) && detail.id == Some(id))
            }
            _ => open(client.describe_order_instance_list().send().await, |page| !page.order_list.is_empty()),
        }
    }

    /// Reads, changes that may happen twice, and calls that are refused because their certificate was not issued.
    async fn read_or_be_refused(&mut self, number: usize, step: usize) -> Ended {
        let setup = self.setup.clone();
        let format = number / ROUND % 2;
        let cas = &setup.cas[format];
        let kcm = &setup.kcm[format];
        let order = self.order.unwrap_or(OrderId::from(1));
        let none = || (CertificateId::from("1"), String::new());
        let (id, domain) = self.certificates.front().cloned().unwrap_or_else(none);
        match step {
            13 => open(
                kcm.extend_certificate()
                    .certificate_id(id)
                    .certificate_code("SECDV01")
                    .year_length(1)
                    .domain_count(1)
                    .wildcard_count(0)
                    .send()
                    .await,
                |_| true,
            ),
            14 => open(kcm.cancel_transaction().certificate_id(id).send().await, |_| true),
            15 => {
                let revoke = kcm.revoke_certificate().certificate_id(id).reason("lost").token("made-up-token");
                open(revoke.send().await, |_| true)
            }
            16 => open(kcm.get_download_link().certificate_id(id).send().await, |_| false),
            17 => open(cas.delete_certificate_request().order_id(order).send().await, |_| true),
            20 => open(kcm.update_certificate().certificate_id(id).is_submit(false).send().await, |_| true),
            21..=25 => {
                open(cas.describe_certificate_state().order_id(order).send().await, |state| state.kind.is_some())
            }
            26..=28 => {
                let package = cas.describe_package_state().product_code("digicert-free-1-free");
                open(package.send().await, |package| package.used_count <= package.total_count)
            }
            29..=31 => {
                let list = kcm.list_certificates().page(1).page_size(10);
                open(list.send().await, |list| list.certificate_set.len() <= 10)
            }
            32..=34 => open(kcm.get_certificate_detail().certificate_id(id.clone()).send().await, |detail| {
                let of = &detail.certificate;
                of.certificate_id == id && of.main_domain.as_deref() == Some(domain.as_str())
            }),
            _ => open(kcm.get_token().send().await, |response| !response.token.is_empty()),
        }
    }
}
