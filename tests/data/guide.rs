// What the examples of the guide run against. Each includes this file as a module of its own.

use cloudcert::aliyun_cas::v2020_04_07::{self as cas, types::CertId, types::InstanceId, types::OrderId};
use cloudcert::ksyun_kcm::v2016_03_04::{self as kcm, types::CertificateId};
use cloudcert::{Config, Credentials, Environment, Sleep};
use cloudcert_emulator::{Clock, Emulator, Fault, Rule};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

type Ended = Result<(), Box<dyn std::error::Error>>;

/// The clock of the local endpoint, which sleeps move on: no example waits.
#[derive(Debug)]
struct Moved {
    clock: Clock,
    slept: AtomicU64,
    nonces: AtomicU64,
}

impl Environment for Moved {
    fn now(&self) -> i64 {
        self.clock.now()
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.slept.load(Ordering::SeqCst))
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        Ok(format!("guide-{}", self.nonces.fetch_add(1, Ordering::SeqCst)))
    }

    fn sleep(&self, time: Duration) -> Sleep {
        self.slept.fetch_add(u64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
        self.clock.advance(time);
        Box::pin(std::future::ready(()))
    }
}

/// Runs an example in a folder for temporary files that has a certificate with its key.
fn run<F: Future<Output = Ended>>(id: &str, rule: Option<Rule>, example: impl FnOnce(Config) -> F) {
    let folder = std::env::temp_dir().join(format!("cloudcert-guide-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::env::set_current_dir(&folder).unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let made = rcgen::CertificateParams::new(["www.example.com".to_owned()]).unwrap();
    std::fs::write("fullchain.pem", made.self_signed(&key).unwrap().pem()).unwrap();
    std::fs::write("privkey.pem", key.serialize_pem()).unwrap();
    let endpoint = Emulator::start_blocking().unwrap();
    rule.into_iter().for_each(|rule| endpoint.inject(rule).unwrap());
    let moved = Moved { clock: endpoint.clock(), slept: AtomicU64::new(0), nonces: AtomicU64::new(0) };
    let config = Config::new(Credentials::new(id, "testsecret")).endpoint(endpoint.url()).environment(moved);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ended = runtime.block_on(example(config));
    std::env::set_current_dir("..").unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    ended.unwrap();
}

pub fn alibaba<F: Future<Output = Ended>>(example: impl FnOnce(cas::Client) -> F) {
    run("testid", None, |config| example(cas::Client::new(config).unwrap()));
}

/// The first call of an action is executed, but its response is lost.
pub fn losing<F: Future<Output = Ended>>(action: &str, example: impl FnOnce(cas::Client) -> F) {
    let rule = Rule::new(Fault::CloseAfterCommit).action(action).times(1);
    run("testid", Some(rule), |config| example(cas::Client::new(config).unwrap()));
}

pub fn kingsoft<F: Future<Output = Ended>>(example: impl FnOnce(kcm::Client) -> F) {
    run("AKLTtestid", None, |config| example(kcm::Client::new(config).unwrap()));
}

/// An order from a package whose domain is not proved yet.
pub async fn ordered(client: &cas::Client) -> OrderId {
    let order = client.create_certificate_request().domain("www.example.com").email("ops@example.com");
    order.phone("13800000000").username("Li Lei").validate_type("DNS").await.unwrap().order_id
}

/// An order from a package whose certificate is issued.
pub async fn issued(client: &cas::Client) -> OrderId {
    let order = ordered(client).await;
    client.wait_until_certificate_issued(order).await.unwrap();
    order
}

/// An instance whose certificate is issued.
pub async fn instance(client: &cas::Client) -> InstanceId {
    let bought = client.list_instances().status("inactive").await.unwrap().instance_list.swap_remove(0);
    let instance = bought.instance_id.unwrap();
    let contact = client.create_contact().name("Li Lei").mobile("13800000000").await.unwrap().contact_id;
    let application = client.update_instance().instance_id(&instance).domain(["www.example.com"]);
    application.contact_ids([contact]).await.unwrap();
    client.apply_certificate().instance_id(&instance).await.unwrap();
    client.wait_until_instance_certificate_issued(&instance).await.unwrap();
    instance
}

/// A certificate that was uploaded.
pub async fn uploaded(client: &cas::Client) -> CertId {
    let [chain, key] = ["fullchain.pem", "privkey.pem"].map(|name| std::fs::read_to_string(name).unwrap());
    client.upload_user_certificate().name("own").cert(chain).key(key).await.unwrap().cert_id
}

/// A certificate of Kingsoft Cloud that is applied for.
pub async fn applied(client: &kcm::Client) -> CertificateId {
    let order = client.apply_certificate().main_domain("www.example.com").certificate_code("SECDV01");
    order.domain_count(1).wildcard_count(0).year_length(1).await.unwrap().certificate.certificate_id
}

/// A certificate of Kingsoft Cloud that is issued.
pub async fn certificate(client: &kcm::Client) -> CertificateId {
    let id = applied(client).await;
    let contact = kcm::types::Contact::default().first_name("Lei").last_name("Li");
    let update = client.update_certificate().certificate_id(&id).auth_method(kcm::types::AuthMethod::Dns);
    let update = update.csr_source(kcm::types::CsrSource::System);
    let update = update.contact(contact.phone("13800000000").email("ops@example.com"));
    let update = update.company_name("Example Ltd").state("Beijing").city("Beijing").address("1 Example Road");
    update.postal_code("100000").is_submit(true).await.unwrap();
    client.wait_until_certificate_issued(&id).await.unwrap();
    id
}
