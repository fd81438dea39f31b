//! When a service rejects keys, new ones are fetched once, by one caller for all.

use crate::setup::clock::WallClock;
use crate::setup::futures::{now, run};
use crate::setup::requests::order;
use crate::setup::script::{Reply, Script, pairs};
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::api::Effect;
use cloudcert::credentials::{Cached, Chain, CredentialsError, FromFn, ProvideCredentials, from_fn};
use cloudcert::http::{HttpRequest, HttpResponse, Transport, TransportFuture};
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{Config, Credentials, Error, Retries};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

const GOOD: &str = r#"{"RequestId":"R","OrderId":5,"Token":"t"}"#;

/// A source whose keys change when a test says so. It counts how often it is asked.
#[derive(Clone, Default)]
struct Source {
    asked: Arc<AtomicU32>,
    number: Arc<AtomicU32>,
}

impl Source {
    /// Gives the same keys until `next`.
    fn provider(&self) -> FromFn<impl Fn() -> std::future::Ready<Result<Credentials, CredentialsError>> + use<>> {
        let source = self.clone();
        from_fn("source", move || {
            source.asked.fetch_add(1, Ordering::SeqCst);
            let number = source.number.load(Ordering::SeqCst);
            std::future::ready(Ok(
                Credentials::new(format!("key{number}"), "secret").with_token(format!("token{number}"))
            ))
        })
    }

    fn next(&self) {
        self.number.fetch_add(1, Ordering::SeqCst);
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

/// Takes one key and rejects the others, as Alibaba Cloud does.
#[derive(Debug, Clone)]
struct Service {
    takes: Arc<AtomicU32>,
    sent: Arc<AtomicU32>,
}

impl Service {
    fn new(key: u32) -> Self {
        Self { takes: Arc::new(key.into()), sent: Arc::default() }
    }
}

impl Transport for Service {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        self.sent.fetch_add(1, Ordering::SeqCst);
        let key = format!("AccessKeyId=key{}&", self.takes.load(Ordering::SeqCst));
        Box::pin(async move {
            tokio::task::yield_now().await;
            Ok(if request.body.contains(&key) {
                HttpResponse::new(200, Vec::new(), GOOD)
            } else {
                let body = r#"{"Code":"InvalidSecurityToken.Expired","Message":"old","RequestId":"R"}"#;
                HttpResponse::new(403, Vec::new(), body)
            })
        })
    }
}

fn place_order(client: &cas::Client) -> Result<(), Error> {
    now(order(client).send()).map(|_| ())
}

fn rejected(code: &str, status: u16) -> Reply {
    Reply::error(status, code, "it is no longer valid")
}

#[test]
fn an_order_is_sent_again_with_new_keys_for_each_code_that_rejects_the_old_ones() {
    for (code, status) in [
        ("InvalidSecurityToken.Expired", 400),
        ("InvalidSecurityToken.Expired", 403),
        ("InvalidAccessKeyId.NotFound", 404),
        ("InvalidAccessKeyId.Inactive", 403),
    ] {
        let source = Source::default();
        let script = Script::replies([Reply::json(GOOD), rejected(code, status), Reply::json(GOOD)]);
        let config = Config::new(source.provider()).transport(script.clone()).environment(WallClock::new());
        let client = cas::Client::new(config).unwrap();
        place_order(&client).unwrap();
        source.next();
        place_order(&client).unwrap();
        let sent: Vec<Option<String>> = script.sent().iter().map(|sent| pair(&sent.body, "AccessKeyId")).collect();
        assert_eq!(sent, ["key0", "key0", "key1"].map(|key| Some(key.to_owned())), "{code}");
        assert_eq!(source.asked(), 2, "{code}");
    }
    // KCM has one for all of it, and signs by a header.
    let (source, script) =
        (Source::default(), Script::replies([rejected("InvalidClientTokenId", 403), Reply::json(GOOD)]));
    let client = kcm::Client::new(Config::new(source.provider()).transport(script.clone())).unwrap();
    source.next();
    let response = client.call("ApplyCertificate", [("MainDomain", "www.example.com")], Effect::Order);
    let error = now(response).unwrap_err();
    assert_eq!(
        (error.code(), error.attempts(), script.sent().len()),
        (Some("InvalidClientTokenId"), 1, 1),
        "the same keys"
    );
    source.next();
    let script = Script::replies([Reply::json(GOOD), rejected("InvalidClientTokenId", 403), Reply::json(GOOD)]);
    let client = kcm::Client::new(Config::new(source.provider()).transport(script.clone())).unwrap();
    now(client.get_token().send()).unwrap();
    source.next();
    now(client.call("ApplyCertificate", [("MainDomain", "www.example.com")], Effect::Order)).unwrap();
    assert_eq!(script.sent().len(), 3);
}

fn pair(form: &str, name: &str) -> Option<String> {
    pairs(form).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

#[test]
fn other_errors_are_not_retried_with_new_keys() {
    let good = || Reply::json(GOOD);
    for (reply, unknown) in [
        // Not this status, or a result beside it: nobody knows.
        (rejected("InvalidSecurityToken.Expired", 500), true),
        (rejected("InvalidSecurityToken.Expired", 409), true),
        (rejected("InvalidSecurityToken.Expired", 200), true),
        (Reply::status(403, "<html>no</html>"), true),
        // What new keys do not mend.
        (rejected("Forbidden.RAM", 403), false),
        (rejected("SignatureDoesNotMatch", 400), false),
        (rejected("InvalidSecurityToken.Malformed", 400), false),
    ] {
        let (source, script) = (Source::default(), Script::replies([good(), reply, good()]));
        let client = cas::Client::new(Config::new(source.provider()).transport(script.clone())).unwrap();
        place_order(&client).unwrap();
        source.next();
        let error = place_order(&client).unwrap_err();
        assert_eq!((error.outcome_unknown(), script.sent().len(), source.asked()), (unknown, 2, 1), "{error}");
    }
}

#[test]
fn unchanged_keys_are_fetched_once_a_minute_and_sent_once() {
    let (source, clock, service) = (Source::default(), WallClock::new(), Service::new(9));
    let config = || Config::new(source.provider()).transport(service.clone()).environment(clock.clone());
    let client = cas::Client::new(config()).unwrap();
    for number in 1..=20 {
        let error = run(client.describe_package_state().send()).unwrap_err();
        assert_eq!((error.code(), error.attempts()), (Some("InvalidSecurityToken.Expired"), 1));
        assert_eq!(service.sent.load(Ordering::SeqCst), number, "the same keys are of no use");
        assert_eq!(source.asked(), 2, "once for the first call, and once more when it was rejected");
    }
    clock.advance(60);
    run(client.describe_package_state().send()).unwrap_err();
    assert_eq!(source.asked(), 3);
    clock.advance(60);
    source.next();
    service.takes.store(1, Ordering::SeqCst);
    run(client.describe_package_state().send()).unwrap();
    // Keys that are simply given cannot change.
    let fixed = cas::Client::new(config()).unwrap();
    assert_eq!(run(fixed.describe_package_state().send()).map(|_| ()).map_err(|error| error.attempts()), Ok(()));
    let given = Config::new(Credentials::new("key0", "s")).transport(service.clone());
    let before = service.sent.load(Ordering::SeqCst);
    run(cas::Client::new(given).unwrap().describe_package_state().send()).unwrap_err();
    assert_eq!(service.sent.load(Ordering::SeqCst), before + 1);
}

#[test]
fn new_keys_are_fetched_once_a_call() {
    let service = Service::new(99);
    // New keys each time, none of which is taken.
    let asked = Arc::new(AtomicU32::new(0));
    let counter = asked.clone();
    let turns = from_fn("turns", move || {
        let number = counter.fetch_add(1, Ordering::SeqCst);
        async move { Ok(Credentials::new(format!("key{number}"), "s")) }
    });
    let client = cas::Client::new(Config::new(turns).transport(service.clone())).unwrap();
    let error = run(client.describe_package_state().send()).unwrap_err();
    assert_eq!((error.attempts(), service.sent.load(Ordering::SeqCst), asked.load(Ordering::SeqCst)), (2, 2, 2));
    // Who sends everything once gets the error, and the next call has new keys.
    service.takes.store(3, Ordering::SeqCst);
    let retries = Retries::none();
    let options = || cloudcert::CallOptions::new().retries(retries);
    let error = run(client.describe_package_state().with_options(options()).send()).unwrap_err();
    assert_eq!((error.attempts(), service.sent.load(Ordering::SeqCst)), (1, 3));
    run(client.describe_package_state().with_options(options()).send()).unwrap();
    assert_eq!((service.sent.load(Ordering::SeqCst), asked.load(Ordering::SeqCst)), (4, 4));
}

#[test]
fn one_renewal_serves_all_clients_of_one_source() {
    let source = Source::default();
    let service = Service::new(0);
    let cached = Cached::new(Chain::new().then(Arc::new(source.provider())));
    // Some share a cache, some have their own before it.
    let shared = Config::new(cached.clone());
    let clients: Vec<cas::Client> = (0..10)
        .map(|number| if number % 2 == 0 { shared.clone() } else { Config::new(cached.clone()) })
        .map(|config| cas::Client::new(config.transport(service.clone())).unwrap())
        .collect();
    let call_all = |runtime: &tokio::runtime::Runtime| {
        let tasks: Vec<_> = (0..200)
            .map(|number: usize| {
                let client = clients[number % clients.len()].clone();
                runtime.spawn(async move { client.describe_package_state().send().await })
            })
            .collect();
        for task in tasks {
            runtime.block_on(task).unwrap().unwrap();
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    call_all(&runtime);
    assert_eq!(source.asked(), 1);
    for round in 1..=5 {
        source.next();
        service.takes.store(round, Ordering::SeqCst);
        call_all(&runtime);
        assert_eq!(source.asked(), 1 + round, "one for all");
    }
}

#[test]
fn a_failing_or_hanging_source_leaves_the_error_of_the_service() {
    let calls = Arc::new(AtomicU32::new(0));
    let counter = calls.clone();
    let source = from_fn("source", move || {
        let number = counter.fetch_add(1, Ordering::SeqCst);
        async move {
            match number {
                0 => Ok(Credentials::new("key0", "s")),
                1 => Err(CredentialsError::failed("away")),
                2 => std::future::pending().await,
                number => Ok(Credentials::new(format!("key{number}"), "s")),
            }
        }
    });
    let (service, clock) = (Service::new(3), WallClock::new());
    let config = Config::new(source).transport(service.clone()).environment(clock.clone());
    let client = cas::Client::new(config.operation_timeout(Duration::from_millis(300))).unwrap();
    let fails = || run(client.describe_package_state().send()).unwrap_err();
    assert_eq!((fails().code(), calls.load(Ordering::SeqCst)), (Some("InvalidSecurityToken.Expired"), 2));
    assert_eq!((fails().code(), calls.load(Ordering::SeqCst)), (Some("InvalidSecurityToken.Expired"), 2));
    clock.advance(60);
    // A minute later it is asked anew, and hangs: the call ends in its time.
    fails();
    assert_eq!(calls.load(Ordering::SeqCst), 3);
    run(client.describe_package_state().send()).unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 4);
}

/// Records which credentials were rejected, and gives others then.
#[derive(Debug, Default)]
struct Keeper(std::sync::Mutex<Vec<String>>);

impl ProvideCredentials for Keeper {
    fn provide(&self) -> cloudcert::credentials::CredentialsFuture<'_> {
        let number = self.0.lock().unwrap().len();
        Box::pin(async move { Ok(Credentials::new(format!("key{number}"), "s")) })
    }

    fn reject(&self, credentials: &Credentials) {
        self.0.lock().unwrap().push(credentials.access_key_id().to_owned());
    }
}

#[test]
fn a_custom_provider_is_told_of_rejected_credentials() {
    let keeper = Arc::new(Keeper::default());
    let service = Service::new(1);
    let chain = Chain::new().then(keeper.clone());
    let client = cas::Client::new(Config::new(Arc::new(chain)).transport(service.clone())).unwrap();
    run(client.describe_package_state().send()).unwrap();
    run(client.describe_package_state().send()).unwrap();
    assert_eq!((&*keeper.0.lock().unwrap(), service.sent.load(Ordering::SeqCst)), (&vec!["key0".to_owned()], 3));
}
