//! Raw calls through the journal, at a local endpoint: announced before they are sent, and never sent twice while nobody knows what became of them.

mod settled;

use crate::fast::Fast;
use crate::flow::run::Failing;
use cloudcert::api::Effect;
use cloudcert::dynamic::Request;
use cloudcert::model::{self, Action, Api, Field};
use cloudcert::{CallOptions, Config, Credentials};
use cloudcert_emulator::{Emulator, Fault, Handle, Rule};
use cloudcert_orders::base::watch::{Watch, Watched};
use cloudcert_orders::cloud::fence::Fence;
use cloudcert_orders::cloud::purchase::Purchase;
use cloudcert_orders::cloud::session::Session;
use cloudcert_orders::cloud::what::{Plain, What};
use cloudcert_orders::direct::{Direct, Executed};
use cloudcert_orders::journal::event::{Event, Recorded, Verdict};
use cloudcert_orders::journal::{Journal, SqliteJournal};
use cloudcert_orders::{Failure, Kind};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

const API: &str = "aliyun-cas-2020-04-07";
const ORDER: &str = "CreateCertificateRequest";

async fn endpoint() -> Handle {
    Emulator::new().serve().await.unwrap()
}

async fn session_at(endpoint: &Handle, api: &str, watch: &Watched) -> Session {
    let id = if api.starts_with("ksyun") { "AKLTtestid" } else { "testid" };
    let config = Config::new(Credentials::new(id, "testsecret"))
        .endpoint(endpoint.url())
        .dangerous_allow_http()
        .environment(Fast::new(None));
    Session::open(api, config, Fence::new(watch.clone()), "100".to_owned(), None).await.unwrap()
}

fn request(action: &str, api: &str, parameters: &Value) -> Request {
    cloudcert::dynamic::operation(api, action).unwrap().request(parameters).unwrap()
}

/// The order of all these tests.
fn order() -> What {
    What::Described(request(
        ORDER,
        API,
        &json!({
            "Domain": "www.example.com", "ProductCode": "geotrust-dv-1-starter", "ValidateType": "DNS",
            "Username": "Li Lei", "Email": "ops@example.com", "Phone": "13800000000",
        }),
    ))
}

fn direct<'a>(journal: &'a dyn Journal, session: &'a Session, watch: &Watched) -> Direct<'a> {
    Direct {
        journal,
        session,
        watch: watch.clone(),
        probes: None,
        options: CallOptions::new(),
        timeout: None,
        extra: Vec::new(),
    }
}

/// One process: it sends the order, and ends.
async fn process(endpoint: &Handle, journal: &dyn Journal, watch: &Watched) -> Result<Executed, Failure> {
    let session = session_at(endpoint, API, watch).await;
    direct(journal, &session, watch).send(&order(), &|| ()).await
}

fn orders(endpoint: &Handle) -> u64 {
    endpoint.state()["services"][API]["orders"]["total"].as_u64().unwrap()
}

async fn journal() -> (TempDir, SqliteJournal) {
    let folder = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(folder.path()).await.unwrap();
    (folder, journal)
}

/// The events of the only order.
async fn events(journal: &dyn Journal) -> Vec<Recorded> {
    let keys = journal.orders().await.unwrap();
    journal.events(keys.last().unwrap()).await.unwrap()
}

async fn kinds(journal: &dyn Journal) -> Vec<&'static str> {
    events(journal).await.iter().map(|recorded| recorded.event.kind()).collect()
}

/// Looks into the journal, by a connection of its own, before the order leaves.
struct Announced {
    folder: PathBuf,
    seen: AtomicUsize,
}

impl Watch for Announced {
    fn reach(&self, point: &str) {
        if point != format!("before call {ORDER}") {
            return;
        }
        let folder = self.folder.clone();
        let last = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { events(&SqliteJournal::open(folder).await.unwrap()).await.pop().unwrap().event })
        });
        let Event::Sending { action, request, .. } = last.join().unwrap() else { panic!("it was not announced") };
        assert_eq!((action.as_str(), &request["Domain"]), (ORDER, &json!("www.example.com")));
        for personal in ["Username", "Email", "Phone"] {
            assert!(!request.contains_key(personal), "{personal} is in the journal");
        }
        self.seen.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn the_announcement_is_committed_before_every_attempt_of_a_raw_order() {
    let endpoint = endpoint().await;
    endpoint.inject(Rule::new(Fault::Throttle { retry_after_ms: Some(1) }).action(ORDER).times(2)).unwrap();
    let (folder, journal) = journal().await;
    let watch = Arc::new(Announced { folder: folder.path().into(), seen: AtomicUsize::new(0) });
    let sent = process(&endpoint, &journal, &Watched::by(watch.clone())).await.unwrap();
    assert!(matches!(sent, Executed::Response { unrecorded: None, .. }), "{sent:?}");
    assert_eq!((watch.seen.load(Ordering::SeqCst), orders(&endpoint)), (3, 1));
    assert_eq!(kinds(&journal).await, ["opened", "looked", "sending", "answered", "closed"]);
}

/// Ends the process at a point.
struct Stop(String);

impl Watch for Stop {
    fn reach(&self, point: &str) {
        if point == self.0 {
            // As a panic, but without its message.
            std::panic::resume_unwind(Box::new("stopped"));
        }
    }
}

/// A process that dies at this point.
async fn dies(endpoint: &Arc<Handle>, journal: &Arc<SqliteJournal>, point: &str) {
    let watch = Watched::by(Arc::new(Stop(point.to_owned())));
    let (endpoint, journal) = (endpoint.clone(), journal.clone());
    let task = tokio::spawn(async move { process(&endpoint, journal.as_ref(), &watch).await.map(drop) });
    assert!(task.await.is_err_and(|error| error.is_panic()), "it did not reach `{point}`");
}

#[tokio::test]
async fn a_process_that_dies_between_announcement_and_record_never_buys_twice() {
    let before = format!("before call {ORDER}");
    let after = format!("after call {ORDER}");
    // What it had bought when it died, and what the next process finds.
    let points = [
        ("after append opened", 0, None),
        ("after append looked", 0, None),
        ("after append sending", 0, Some(Verdict::NotExecuted)),
        (&before, 0, Some(Verdict::NotExecuted)),
        (&after, 1, Some(Verdict::Executed)),
        ("before append answered", 1, Some(Verdict::Executed)),
        ("after append answered", 1, None),
    ];
    for (point, bought, verdict) in points {
        let (endpoint, (_folder, journal)) = (Arc::new(endpoint().await), journal().await);
        let journal = Arc::new(journal);
        dies(&endpoint, &journal, point).await;
        assert_eq!(orders(&endpoint), bought, "{point}");
        let sent = process(&endpoint, journal.as_ref(), &Watched::default()).await.unwrap();
        assert_eq!(matches!(sent, Executed::Found { .. }), bought == 1, "{point}: {sent:?}");
        assert_eq!(orders(&endpoint), 1, "{point}");
        let found = events(journal.as_ref()).await.into_iter().find_map(|recorded| match recorded.event {
            Event::Found { verdict, .. } => Some(verdict),
            _ => None,
        });
        assert_eq!(found, verdict, "{point}");
        if let Executed::Found { items, .. } = sent {
            assert!(items[0]["OrderId"].is_string(), "{point}: {items:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_sent_while_nobody_can_tell() {
    let (endpoint, (_folder, journal)) = (Arc::new(endpoint().await), journal().await);
    let journal = Arc::new(journal);
    dies(&endpoint, &journal, &format!("before call {ORDER}")).await;
    let refusal = r#"{"Code":"Forbidden","Message":"m","RequestId":"R"}"#;
    for probe in ["ListUserCertificateOrder", "DescribePackageState"] {
        let fault = Fault::Response {
            status: 403,
            body: refusal.to_owned(),
            content_type: "application/json".to_owned(),
            committed: false,
        };
        endpoint.inject(Rule::new(fault).action(probe)).unwrap();
    }
    for _ in 0..2 {
        let refused = process(&endpoint, journal.as_ref(), &Watched::default()).await.unwrap_err();
        assert_eq!((refused.kind(), orders(&endpoint)), (Kind::Unknown, 0), "{refused}");
        let answer = refused.answer().unwrap();
        assert_eq!((answer.code.as_deref(), answer.status), (Some("Forbidden"), Some(403)));
        assert_eq!(answer.request_id.as_deref(), Some("R"));
        assert!(refused.next().unwrap().contains("cloudcert order resolve _direct-"), "{refused}");
    }
    endpoint.clear_faults();
    // Somebody else orders the same twice: which of them is ours, nobody can tell.
    let session = session_at(&endpoint, API, &Watched::default()).await;
    let other = tempfile::tempdir().unwrap();
    let elsewhere = SqliteJournal::open(other.path()).await.unwrap();
    for _ in 0..2 {
        direct(&elsewhere, &session, &Watched::default()).send(&order(), &|| ()).await.unwrap();
    }
    for _ in 0..2 {
        let refused = process(&endpoint, journal.as_ref(), &Watched::default()).await.unwrap_err();
        assert_eq!((refused.kind(), orders(&endpoint)), (Kind::Unknown, 2), "{refused}");
    }
    assert_eq!(kinds(journal.as_ref()).await, ["opened", "looked", "sending", "found"], "the same is not worth a line");
}

#[tokio::test]
async fn another_key_or_address_does_not_send_what_nobody_can_tell_about() {
    const KCM: &str = "ksyun-kcm-2016-03-04";
    let parameters = json!({
        "CertificateCode": "SECDV01", "MainDomain": "www.example.com", "YearLength": 1, "DomainCount": 1, "WildcardCount": 0,
    });
    let what = What::Described(request("ApplyCertificate", KCM, &parameters));
    let (endpoint, (_folder, journal)) = (endpoint().await, journal().await);
    let journal = Arc::new(journal);
    let watch = Watched::by(Arc::new(Stop("after append sending".to_owned())));
    let (session, of, first) = (session_at(&endpoint, KCM, &watch).await, journal.clone(), what.clone());
    let process =
        tokio::spawn(async move { direct(of.as_ref(), &session, &watch).send(&first, &|| ()).await.map(drop) });
    assert!(process.await.is_err_and(|error| error.is_panic()));
    let session = session_at(&endpoint, KCM, &Watched::default()).await;
    // Nobody tells whose key it is at this cloud: the account has another name with another key, and with another profile.
    let elsewhere = Emulator::new().serve().await.unwrap();
    let key = Session { account: "key:second".to_owned(), ..session.clone() };
    let address = Session { endpoint: elsewhere.url().to_owned(), ..session.clone() };
    for other in [&key, &address] {
        let refused = direct(journal.as_ref(), other, &Watched::default()).send(&what, &|| ()).await.unwrap_err();
        assert_eq!(refused.kind(), Kind::Unconfigured, "{refused}");
        assert!(refused.message().contains("the order was opened with the"), "{refused}");
    }
    assert_eq!(called(&endpoint), 0);
    direct(journal.as_ref(), &session, &Watched::default()).send(&what, &|| ()).await.unwrap();
    assert_eq!(called(&endpoint), 1);
}

/// How often a certificate was applied for.
fn called(endpoint: &Handle) -> usize {
    let state = endpoint.state();
    let requests = state["requests"]["latest"].as_array().unwrap();
    requests.iter().filter(|request| request["action"] == "ApplyCertificate").count()
}

#[tokio::test]
async fn a_refusal_keeps_what_the_service_said_and_may_be_sent_again() {
    let (endpoint, (_folder, journal)) = (endpoint().await, journal().await);
    let fault = Fault::Service { row: "quota-exhausted".to_owned(), committed: false };
    endpoint.inject(Rule::new(fault).action(ORDER).times(1)).unwrap();
    let refused = process(&endpoint, &journal, &Watched::default()).await.unwrap_err();
    let answer = refused.answer().unwrap();
    assert_eq!(refused.kind(), Kind::Refused, "{refused}");
    assert!(answer.code.is_some() && answer.request_id.is_some() && answer.status.is_some(), "{answer:?}");
    assert_eq!(kinds(&journal).await, ["opened", "looked", "sending", "refused", "closed"]);
    process(&endpoint, &journal, &Watched::default()).await.unwrap();
    assert_eq!(orders(&endpoint), 1);
}

#[tokio::test]
async fn a_lost_response_that_was_not_executed_is_not_sent_again_by_itself() {
    let (endpoint, (_folder, journal)) = (endpoint().await, journal().await);
    endpoint.inject(Rule::new(Fault::CloseBeforeReading).action(ORDER)).unwrap();
    let lost = process(&endpoint, &journal, &Watched::default()).await.unwrap_err();
    assert_eq!((lost.kind(), orders(&endpoint)), (Kind::NotNow, 0), "{lost}");
    assert_eq!(kinds(&journal).await, ["opened", "looked", "sending", "unknown", "found", "closed"]);
}

/// Whatever event cannot be committed: nothing is sent that was not announced, and what was executed is told.
#[tokio::test]
async fn a_journal_that_fails_neither_buys_twice_nor_hides_an_order() {
    for (at, commits) in (1..=5).flat_map(|at| [(at, false), (at, true)]) {
        let (endpoint, (_folder, journal)) = (endpoint().await, journal().await);
        let failing = Failing::new(&journal, at, commits);
        let first = process(&endpoint, &failing, &Watched::default()).await;
        // The third event announces the order.
        let is_sent = at > 3;
        assert_eq!(orders(&endpoint), u64::from(is_sent), "event {at}");
        match first {
            Ok(Executed::Response { unrecorded, .. }) => assert!(is_sent && unrecorded.is_some(), "event {at}"),
            other => assert!(!is_sent && other.is_err(), "event {at}: {other:?}"),
        }
        process(&endpoint, &journal, &Watched::default()).await.unwrap();
        // The last event closes it: after that the same request is another order.
        let expected = if (at, commits) == (5, true) { 2 } else { 1 };
        assert_eq!(orders(&endpoint), expected, "event {at}, committed: {commits}");
    }
}

#[tokio::test]
async fn two_processes_do_not_send_the_same_at_once() {
    let (endpoint, (folder, journal)) = (Arc::new(endpoint().await), journal().await);
    let other = SqliteJournal::open(folder.path()).await.unwrap();
    let watch = Watched::default();
    let (one, two) = tokio::join!(process(&endpoint, &journal, &watch), process(&endpoint, &other, &watch));
    let busy = [&one, &two].into_iter().filter(|sent| sent.as_ref().is_err_and(|why| why.kind() == Kind::Busy));
    assert_eq!((busy.count(), orders(&endpoint)), (1, 1), "{one:?} {two:?}");
}

#[tokio::test]
async fn a_name_is_of_the_request_without_its_secrets() {
    let (endpoint, (_folder, journal)) = (endpoint().await, journal().await);
    let session = session_at(&endpoint, API, &Watched::default()).await;
    let kcm = session_at(&endpoint, "ksyun-kcm-2016-03-04", &Watched::default()).await;
    let (mine, ksyun) = (direct(&journal, &session, &Watched::default()), direct(&journal, &kcm, &Watched::default()));
    let revoke = |id: &str, token: &str| {
        let parameters = json!({ "CertificateId": id, "Token": token, "Reason": "r" });
        ksyun.name(&What::Described(request("RevokeCertificate", "ksyun-kcm-2016-03-04", &parameters))).unwrap()
    };
    assert_eq!(revoke("1", "a"), revoke("1", "b"), "a token differs each time");
    assert_ne!(revoke("1", "a"), revoke("2", "a"));
    let plain = |pairs: &[(&str, &str)]| {
        let parameters = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let action = "BrandNewAction".to_owned();
        mine.name(&What::Plain(Plain { api: API.to_owned(), action, parameters, effect: Effect::Order })).unwrap()
    };
    assert_eq!(plain(&[("A", "1"), ("B", "2")]), plain(&[("B", "2"), ("A", "1")]));
    assert_ne!(plain(&[("A", "1"), ("B", "2")]), plain(&[("A", "2"), ("B", "1")]));
    let with = |extra: &[(&str, &str)]| {
        let extra = extra.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Direct { extra, ..direct(&journal, &session, &Watched::default()) }.name(&order()).unwrap()
    };
    assert_eq!(with(&[]), mine.name(&order()).unwrap());
    assert_ne!(with(&[("X", "1")]), with(&[]));
    assert_eq!(with(&[("X", "1"), ("Y", "2")]), with(&[("Y", "2"), ("X", "1")]));
}

/// The values of secrets and personal data in a request, also in members of structures.
fn sensitive(api: &Api, action: &Action, field: &Field, value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| sensitive(api, action, field, item, out)),
        Value::Object(members) if field.sensitivity.is_none() => {
            let known = field.kind.structure().map(|name| action.members(api, name)).unwrap_or_default();
            for member in known {
                if let Some(value) = members.get(&member.wire) {
                    sensitive(api, action, member, value, out);
                }
            }
        }
        Value::String(text) if field.sensitivity.is_some() => out.push(text.clone()),
        _ => {}
    }
}

#[tokio::test]
async fn what_the_journal_has_of_a_request_is_not_personal() {
    let endpoint = endpoint().await;
    let mut seen = 0;
    for api in model::apis() {
        let session = session_at(&endpoint, &api.id, &Watched::default()).await;
        for action in &api.actions {
            for example in &action.examples {
                let mut hidden = Vec::new();
                for (name, value) in &example.request {
                    if let Some(field) = action.parameter(name) {
                        sensitive(api, action, field, value, &mut hidden);
                    }
                }
                let parameters = Value::Object(example.request.clone().into_iter().collect());
                let what = What::Described(request(&action.name, &api.id, &parameters));
                let shown = Value::Object(Purchase::of(&session.client, what).shown()).to_string();
                for text in hidden {
                    assert!(!shown.contains(&format!("\"{text}\"")), "{}: {text} is in {shown}", action.name);
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 20, "the test reads next to nothing: {seen}");
}
