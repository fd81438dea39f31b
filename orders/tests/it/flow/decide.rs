//! The table of crashes: for the last committed event, what the next run does. `orders again` is whether it may send the order.

use cloudcert_orders::cloud::Steps;
use cloudcert_orders::flow::decide::{Act, Which, next};
use cloudcert_orders::journal::event::{
    Challenge, End, Event, Ids, Issued, Opened, Purpose, Recorded, VERSION, Verdict,
};
use cloudcert_orders::journal::state::State;
use cloudcert_orders::{OrderKey, Text, text};
use serde_json::{Map, Value, json};

const PACKAGE: Steps = Steps { reserves: false, orders: true, drafts: false, submits: false, returns: true };
const KCM: Steps = Steps { reserves: false, orders: true, drafts: true, submits: true, returns: false };
const EXTEND: Steps = Steps { reserves: true, ..KCM };
const OLD: Steps = Steps { reserves: true, orders: false, drafts: false, submits: true, returns: false };
const INSTANCE: Steps = Steps { reserves: true, orders: false, drafts: true, submits: true, returns: false };

fn opened() -> Event {
    Event::Opened(Box::new(Opened {
        version: VERSION,
        purpose: Purpose::Issue,
        names: vec!["www.example.com".to_owned()],
        api: "aliyun-cas-2020-04-07/package".to_owned(),
        product: Some("geotrust-dv-1-starter".to_owned()),
        account: "1".to_owned(),
        access_key_id: "id".to_owned(),
        endpoint: "http://127.0.0.1".to_owned(),
        region: None,
        machine: "m".to_owned(),
        machine_name: "m".to_owned(),
    }))
}

fn key() -> Event {
    Event::Key { path: "keys/www/1.pem".to_owned(), public_key: "00".to_owned(), csr: "csr".to_owned() }
}

fn looked() -> Event {
    Event::Looked { saved: json!({ "seen": 1 }) }
}

fn sending(attempt: u32) -> Event {
    let (action, machine) = ("Order".to_owned(), "m".to_owned());
    Event::Sending { action, request: Map::new(), attempt, moment: None, machine }
}

fn ids(id: &str) -> Ids {
    Ids::from([(id.to_owned(), "1".to_owned())])
}

fn answered() -> Event {
    Event::Answered { ids: ids("OrderId"), request_id: None }
}

fn unknown() -> Event {
    Event::Unknown { why: Text::quote("lost") }
}

fn refused(last: bool) -> Event {
    Event::Refused { code: None, message: Text::quote("no"), last }
}

fn found(verdict: Verdict, ids: Ids) -> Event {
    Event::Found { verdict, why: Text::quote("seen"), ids, saved: Value::Null }
}

fn submitting() -> Event {
    Event::Submitting { action: "Submit".to_owned(), saved: json!(1), attempt: 1, moment: None }
}

fn proof() -> Event {
    let (domain, name) = ("www.example.com".to_owned(), "_dnsauth.www.example.com".to_owned());
    let (raw, kind, value) = ("_dnsauth".to_owned(), "TXT".to_owned(), "v".to_owned());
    Event::Proof { challenges: vec![Challenge::Dns { domain, name, raw, kind, value }] }
}

fn issued() -> Event {
    let time = jiff::Timestamp::UNIX_EPOCH;
    let [certificate, chain, fingerprint] = ["c", "", "f"].map(str::to_owned);
    let issued = Issued { certificate, chain, fingerprint, not_before: time, not_after: time, key_of_service: false };
    Event::Issued(Box::new(issued))
}

fn closed(end: End) -> Event {
    Event::Closed { end, why: Text::quote("it ended") }
}

fn state(events: Vec<Event>) -> State {
    let order: OrderKey = "www/1".parse().unwrap();
    let record = |(place, event)| Recorded {
        order: order.clone(),
        sequence: place as u64 + 1,
        at: jiff::Timestamp::UNIX_EPOCH,
        event,
    };
    State::of(&events.into_iter().enumerate().map(record).collect::<Vec<_>>()).unwrap().unwrap()
}

/// Each row: the events after `opened`, and what is next.
fn check(steps: Steps, own_key: bool, id: &str, rows: Vec<(&str, Vec<Event>, Act)>) {
    for (row, events, act) in rows {
        let state = state(std::iter::once(opened()).chain(events).collect());
        assert_eq!(next(&state, steps, own_key, id, &["nginx".to_owned()]), act, "{row}");
    }
}

#[test]
fn what_is_not_given_back_goes_on() {
    let sent = || vec![key(), looked(), sending(1), answered(), proof(), Event::Presenting];
    let published = || sent().into_iter().chain([Event::Presented { states: vec![Value::Null] }]);
    let with = |more: Vec<Event>| published().chain(more).collect::<Vec<_>>();
    let taken_away = || vec![Event::Cleaning, Event::Cleaned { failed: None }, Event::Returning];
    let refused_then = |event: Event| with(taken_away().into_iter().chain([event]).collect());
    check(
        PACKAGE,
        true,
        "OrderId",
        vec![
            ("about to be given back", with(taken_away()), Act::Return),
            ("issued meanwhile", refused_then(issued()), Act::Store),
            ("the service refuses the withdrawal", refused_then(refused(false)), Act::Present),
        ],
    );
}

#[test]
fn orders_from_packages() {
    let order = || vec![key(), looked(), sending(1)];
    let with = |more: Vec<Event>| order().into_iter().chain(more).collect::<Vec<_>>();
    let find_out = || Act::FindOut(Which::Order);
    let stored = || with(vec![answered(), proof(), Event::Presenting, Event::Presented { states: vec![] }, issued()]);
    let more = |more: Vec<Event>| stored().into_iter().chain(more).collect::<Vec<_>>();
    let close = Act::Close(End::Done, text!("the certificate is in the store", "证书已保存"));
    let deploy = Act::Deploy(vec!["nginx".to_owned()]);
    let given_back = Act::Close(End::Failed, text!("the order has failed and was given back", "订单失败，已退还"));
    check(
        PACKAGE,
        true,
        "OrderId",
        vec![
            ("opened", vec![], Act::MakeKey),
            ("key", vec![key()], Act::Order { attempt: 1 }),
            ("looked: an old probe is worth nothing", vec![key(), looked()], Act::Order { attempt: 1 }),
            ("sending", order(), find_out()),
            ("unknown", with(vec![unknown()]), find_out()),
            ("refused for good", with(vec![refused(true)]), Act::Close(End::Failed, Text::quote("no"))),
            ("refused for now", with(vec![refused(false)]), Act::Order { attempt: 2 }),
            ("not executed", with(vec![unknown(), found(Verdict::NotExecuted, Ids::new())]), Act::Order { attempt: 2 }),
            ("executed, without an id", with(vec![found(Verdict::Executed, Ids::new())]), Act::FindId),
            ("executed, with its id", with(vec![found(Verdict::Executed, ids("OrderId"))]), Act::Poll),
            ("ambiguous", with(vec![found(Verdict::Ambiguous, Ids::new())]), find_out()),
            (
                "three attempts",
                with(vec![refused(false), looked(), sending(2), refused(false), looked(), sending(3), refused(false)]),
                Act::Close(End::Failed, text!("3 attempts were surely not executed", "3 次尝试确定均未执行")),
            ),
            ("answered", with(vec![answered()]), Act::Poll),
            ("proof", with(vec![answered(), proof()]), Act::Present),
            ("presenting", with(vec![answered(), proof(), Event::Presenting]), Act::Present),
            (
                "presented",
                with(vec![answered(), proof(), Event::Presenting, Event::Presented { states: vec![] }]),
                Act::Poll,
            ),
            ("issued", stored(), Act::Store),
            ("storing", more(vec![Event::Storing]), Act::Store),
            ("stored", more(vec![Event::Storing, Event::Stored]), Act::Clean),
            ("cleaning", more(vec![Event::Storing, Event::Stored, Event::Cleaning]), Act::Clean),
            (
                "cleaned",
                more(vec![Event::Storing, Event::Stored, Event::Cleaning, Event::Cleaned { failed: None }]),
                close,
            ),
            ("closed", more(vec![Event::Stored, closed(End::Done)]), deploy.clone()),
            (
                "deploying",
                more(vec![closed(End::Done), Event::Deploying { target: "nginx".to_owned() }]),
                deploy.clone(),
            ),
            (
                "deploy-failed",
                more(vec![closed(End::Done), Event::DeployFailed { target: "nginx".to_owned(), why: Text::default() }]),
                deploy,
            ),
            (
                "deployed",
                more(vec![closed(End::Done), Event::Deployed { target: "nginx".to_owned(), state: Value::Null }]),
                Act::Nothing,
            ),
            ("returning", with(vec![answered(), Event::Returning]), Act::Return),
            ("returned", with(vec![answered(), Event::Returning, Event::Returned]), given_back),
            ("closed, failed", with(vec![refused(true), closed(End::Failed)]), Act::Nothing),
            (
                "revoking",
                more(vec![closed(End::Done), Event::Revoking { saved: Value::Null, attempt: 1 }]),
                Act::FindOut(Which::Revocation),
            ),
            (
                "revoked: nothing is deployed any more",
                more(vec![closed(End::Done), Event::Revoking { saved: Value::Null, attempt: 1 }, Event::Revoked]),
                Act::Nothing,
            ),
        ],
    );
}

#[test]
fn orders_for_money_with_a_draft_and_a_submission() {
    let id = "CertificateId";
    let paid = || vec![key(), looked(), sending(1), Event::Answered { ids: ids(id), request_id: None }];
    let with = |more: Vec<Event>| paid().into_iter().chain(more).collect::<Vec<_>>();
    let find_out = || Act::FindOut(Which::Submission);
    check(
        KCM,
        true,
        id,
        vec![
            ("answered", paid(), Act::Draft),
            ("drafted", with(vec![Event::Drafted]), Act::Submit),
            ("submitting", with(vec![Event::Drafted, submitting()]), find_out()),
            ("its response was lost", with(vec![Event::Drafted, submitting(), unknown()]), find_out()),
            (
                "not submitted",
                with(vec![Event::Drafted, submitting(), found(Verdict::NotExecuted, Ids::new())]),
                Act::Submit,
            ),
            (
                "nobody can tell",
                with(vec![Event::Drafted, submitting(), found(Verdict::Ambiguous, Ids::new())]),
                find_out(),
            ),
            (
                "submitted",
                with(vec![Event::Drafted, submitting(), Event::Answered { ids: Ids::new(), request_id: None }]),
                Act::Poll,
            ),
            (
                "refused: what is paid for gets other data",
                with(vec![Event::Drafted, submitting(), refused(true)]),
                Act::Draft,
            ),
        ],
    );
}

/// As an order, once the certificate that is extended is set aside.
#[test]
fn extensions_of_certificates() {
    let id = "CertificateId";
    let reserved = || Event::Reserved { instance: "1".to_owned(), before: Some("f".to_owned()) };
    let sent = || vec![key(), reserved(), looked(), sending(1)];
    let with = |more: Vec<Event>| sent().into_iter().chain(more).collect::<Vec<_>>();
    let find_out = || Act::FindOut(Which::Order);
    check(
        EXTEND,
        true,
        id,
        vec![
            ("opened", vec![], Act::MakeKey),
            ("key", vec![key()], Act::Reserve),
            ("reserved", vec![key(), reserved()], Act::Order { attempt: 1 }),
            ("looked", vec![key(), reserved(), looked()], Act::Order { attempt: 1 }),
            ("sending", sent(), find_out()),
            ("unknown", with(vec![unknown()]), find_out()),
            ("ambiguous", with(vec![unknown(), found(Verdict::Ambiguous, Ids::new())]), find_out()),
            ("refused for now", with(vec![refused(false)]), Act::Order { attempt: 2 }),
            ("refused for good", with(vec![refused(true)]), Act::Close(End::Failed, Text::quote("no"))),
            ("executed", with(vec![unknown(), found(Verdict::Executed, ids(id))]), Act::Draft),
            ("answered", with(vec![Event::Answered { ids: ids(id), request_id: None }]), Act::Draft),
        ],
    );
}

#[test]
fn instances_that_were_bought() {
    let reserved = || Event::Reserved { instance: "cas-1".to_owned(), before: None };
    let find_out = || Act::FindOut(Which::Submission);
    check(
        OLD,
        false,
        "InstanceId",
        vec![
            ("opened", vec![], Act::Reserve),
            ("reserved: the same instance, never another", vec![reserved()], Act::Submit),
            ("submitting", vec![reserved(), submitting()], find_out()),
            (
                "answered",
                vec![reserved(), submitting(), Event::Answered { ids: Ids::new(), request_id: None }],
                Act::Poll,
            ),
        ],
    );
    check(
        INSTANCE,
        true,
        "InstanceId",
        vec![
            ("key", vec![key()], Act::Reserve),
            ("reserved", vec![key(), reserved()], Act::Draft),
            ("drafted", vec![key(), reserved(), Event::Drafted], Act::Submit),
            ("submitting", vec![key(), reserved(), Event::Drafted, submitting()], find_out()),
        ],
    );
}

/// What a person adopts was ordered and submitted already, by somebody.
#[test]
fn what_is_adopted_is_never_ordered() {
    let adopted = |id: &str| {
        let (who, why) = ("root".to_owned(), Text::quote("it is ours"));
        Event::Resolved { who, verdict: Verdict::Executed, ids: ids(id), why }
    };
    let Event::Opened(mut adopting) = opened() else { panic!() };
    adopting.purpose = Purpose::Adopt;
    let crashed = state(vec![Event::Opened(adopting)]);
    let act = next(&crashed, PACKAGE, true, "OrderId", &[]);
    assert_eq!(
        act,
        Act::Close(End::Abandoned, text!("nothing was taken over", "没有接管任何内容")),
        "a crash before the ids were written"
    );
    for (steps, id) in [(PACKAGE, "OrderId"), (KCM, "CertificateId"), (OLD, "InstanceId"), (INSTANCE, "InstanceId")] {
        check(steps, false, id, vec![("adopted", vec![adopted(id)], Act::Poll)]);
    }
}

#[test]
fn a_journal_with_a_gap_or_of_a_newer_version_is_refused() {
    let order: OrderKey = "www/1".parse().unwrap();
    let record = |sequence, event| Recorded { order: order.clone(), sequence, at: jiff::Timestamp::UNIX_EPOCH, event };
    let refused = |events: &[Recorded]| State::of(events).unwrap_err().to_string();
    assert!(refused(&[record(1, opened()), record(3, key())]).contains("event 2 is missing"));
    assert!(refused(&[record(1, key())]).contains("not `opened`"));
    let Event::Opened(mut newer) = opened() else { panic!() };
    newer.version = VERSION + 1;
    assert!(refused(&[record(1, Event::Opened(newer))]).contains("Use a newer program"));
}
