//! What the generated code of the fixtures does, with the real runtime. Each module of `all` is a file of `tests/data/features`.

mod flows;

use cloudcert::all;
use cloudcert::http::{HttpRequest, HttpResponse, Transport, TransportError, TransportFuture};
use cloudcert::{Config, Credentials, Environment, Error, ErrorKind, Operation, Sleep};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Gives these responses, one after the other, and keeps what was sent.
#[derive(Debug, Clone, Default)]
struct Script {
    responses: Arc<Mutex<VecDeque<String>>>,
    sent: Arc<Mutex<Vec<String>>>,
}

/// A response that never comes.
const LOST: &str = "lost";

impl Transport for Script {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        self.sent.lock().unwrap().push(request.body);
        let body = self.responses.lock().unwrap().pop_front().expect("the script has no more responses");
        if body == LOST {
            return Box::pin(std::future::ready(Err(TransportError::lost("the connection broke"))));
        }
        Box::pin(std::future::ready(Ok(HttpResponse::new(200, Vec::new(), body))))
    }
}

/// Pauses take no time.
#[derive(Debug)]
struct Still;

impl Environment for Still {
    fn now(&self) -> i64 {
        1_767_323_045
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        Ok(format!("nonce{}", COUNT.fetch_add(1, Ordering::Relaxed)))
    }

    fn sleep(&self, _: Duration) -> Sleep {
        Box::pin(std::future::ready(()))
    }
}

fn script(responses: &[&str]) -> (Script, Config) {
    let script = Script::default();
    script.responses.lock().unwrap().extend(responses.iter().map(|response| (*response).to_owned()));
    let config = Config::new(Credentials::new("id", "secret")).transport(script.clone()).environment(Still);
    (script, config)
}

fn now<F: IntoFuture>(future: F) -> F::Output {
    match std::pin::pin!(future.into_future()).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a scripted call waits"),
    }
}

/// What is wrong with a request that is given as JSON.
fn problems<R: Operation + serde::de::DeserializeOwned>(json: &str) -> Vec<String> {
    let request: R = serde_json::from_str(json).unwrap();
    request.problems().iter().map(|problem| format!("{}: {}", problem.parameter, problem.message)).collect()
}

fn guarantees_hold_for_every_type() {
    use all::guaranteed_kinds::acme_ca::v2026_01_01::{Client, ask::Response};
    let call = |body: &str| -> Result<Response, Error> { now(Client::new(script(&[body]).1).unwrap().ask().send()) };
    let whole = r#"{"Quick":false,"Small":0,"Large":0,"Kind":"A","Names":[]}"#;
    let response = call(whole).unwrap();
    assert!(!response.quick && response.small == 0 && response.large == 0 && response.names.is_empty());
    call(&whole.replace("\"A\"", "\"LATER\"")).unwrap();
    for (name, value) in [("Quick", "false"), ("Small", "0"), ("Large", "0"), ("Kind", "\"A\""), ("Names", "[]")] {
        let member = format!("\"{name}\":{value}");
        let misfits = ["null", "{}", "{\"x\":1}"].map(|misfit| format!("\"{name}\":{misfit}"));
        for body in misfits.iter().map(String::as_str).chain(["\"Other\":1"]) {
            // A structure may stand where a list is expected, but not one of texts.
            let error = call(&whole.replace(&member, body)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Response, "{body}");
            assert!(error.to_string().ends_with(&format!("the response lacks {name}")), "{error}");
            let shown = error.redacted_body().unwrap();
            assert!(!shown.contains(&format!("\"{name}\"")), "{shown}");
        }
    }
    let xml = "<AskResponse><Quick>0</Quick><Small>0</Small><Large>0</Large><Kind>A</Kind><Names/></AskResponse>";
    assert!(call(xml).unwrap().names.is_empty());
    assert!(call(&xml.replace("<Names/>", "")).unwrap_err().to_string().ends_with("the response lacks Names"));
    assert!(call(&xml.replace("<Small>0</Small>", "<Small></Small>")).unwrap_err().to_string().ends_with("the response lacks Small"));
}

fn guarantees_hold_wherever_a_structure_stands() {
    use all::guaranteed_inside::acme_ca::v2026_01_01::Client;
    let call = |body: &str| now(Client::new(script(&[body]).1).unwrap().ask().send());
    let lacks = |body: &str, what: &str| {
        let error = call(body).unwrap_err().to_string();
        assert!(error.ends_with(&format!("the response lacks {what}")), "{error}");
    };
    let response = call(r#"{"Order":{"Id":0,"Seen":false},"Maybe":{},"Orders":[],"Hosts":"a, b"}"#).unwrap();
    assert!(response.maybe.is_none() && response.hosts == ["a", "b"], "{response:?}");
    lacks(r#"{"Hosts":""}"#, "Order");
    lacks(r#"{"Order":{},"Hosts":["a"]}"#, "Order.Id, Order.Seen");
    lacks(r#"{"Order":{"Id":1,"Seen":true},"Maybe":{"Id":2},"Hosts":["a"]}"#, "Maybe.Seen");
    lacks(
        r#"{"Order":{"Id":1,"Seen":true},"Orders":[{"Id":1,"Seen":true},{"Seen":null,"Id":"2"}],"Hosts":["a"]}"#,
        "Orders.2.Seen",
    );
}

fn conditions_look_at_members_ids_and_enums() {
    use all::condition_inside::acme_ca::v2026_01_01::ask::Request as Inside;
    assert_eq!(problems::<Inside>("{}"), [""; 0]);
    assert_eq!(problems::<Inside>(r#"{"Contact":{"Phone":"1"}}"#), ["Contact.Phone: equals."]);
    assert_eq!(problems::<Inside>(r#"{"Contact":{"Phone":"13800000000"}}"#), ["Contact.Phone: is."]);

    use all::rule_shape_inside::acme_ca::v2026_01_01::ask::Request as Shape;
    assert_eq!(problems::<Shape>(r#"{"Contact":{}}"#), [""; 0]);
    assert_eq!(problems::<Shape>(r#"{"Contact":{"Phone":"x"}}"#), ["Contact.Phone: Give a number."]);

    use all::condition_kinds::acme_ca::v2026_01_01::ask::Request as Kinds;
    let said = problems::<Kinds>(r#"{"State":1,"Order":1,"Text":"a"}"#);
    assert_eq!(said, ["State: An enum.", "Order: A number id.", "Text: A text id."]);
    assert_eq!(problems::<Kinds>(r#"{"State":0,"Order":2,"Text":"b"}"#), [""; 0]);

    use all::required_if_any::acme_ca::v2026_01_01::ask::Request as Needed;
    assert_eq!(problems::<Needed>(r#"{"Mail":"m"}"#), ["Name: Say who asks."]);
    assert_eq!(problems::<Needed>(r#"{"Mail":"m","Name":"n"}"#), [""; 0]);

    use all::condition_deep::acme_ca::v2026_01_01::ask::Request as Deep;
    let absent = problems::<Deep>("{}");
    assert!(absent.contains(&"Contact.Home.City: A city.".to_owned()), "{absent:?}");
    assert!(absent.contains(&"Contact.Home.Kind: Two spellings of one value.".to_owned()), "{absent:?}");
    assert!(absent.contains(&"Host: A shape with a default.".to_owned()), "{absent:?}");
    let home = r#"{"City":"b","Kind":"WILD","Count":3,"Order":1,"Quick":false,"Hosts":["a.example.com"]}"#;
    let other = problems::<Deep>(&format!(r#"{{"Contact":{{"Home":{home}}},"Host":"x","Hosts":["x.example.com","y"]}}"#));
    assert_eq!(other, ["Contact.Home.Hosts: No hosts.", "Hosts: Domains."]);
    let home = r#"{"City":"a","Kind":"one","Count":-1,"Quick":true,"Hosts":["x"]}"#;
    let all = problems::<Deep>(&format!(r#"{{"Contact":{{"Home":{home}}},"Name":"n","Host":"x"}}"#));
    let said: Vec<&str> = all.iter().filter_map(|problem| Some(problem.split_once(": ")?.1)).collect();
    let wanted =
        ["No hosts.", "A text.", "Two spellings of one value.", "Numbers.", "An id.", "A boolean.", "Either boolean.", "Domains."];
    assert_eq!(said, wanted);

    use all::rule_table_inside::acme_ca::v2026_01_01::ask::Request as Table;
    assert_eq!(problems::<Table>(r#"{"Order":{"Kind":1,"Years":3}}"#), [""; 0]);
    assert_eq!(problems::<Table>(r#"{"Order":{"Kind":2,"Years":3}}"#), ["Order.Years: must be 1, and is 3"]);
}

fn members_are_checked_like_parameters() {
    use all::check_inside::acme_ca::v2026_01_01::ask::Request;
    assert_eq!(problems::<Request>(r#"{"Contact":{}}"#), [""; 0]);
    let said = problems::<Request>(r#"{"Contact":{"Home":{"Count":0}},"Tags":[{"Kind":"X"}],"Kinds":["SINGLE","X"]}"#);
    let unlisted = "is not one of the documented values";
    let wanted = [
        "Contact.Home.City: is required",
        "Contact.Home.Count: must be at least 1, and is 0",
        "Tags.Key: is required",
        &format!("Tags.Kind: {unlisted}"),
        &format!("Kinds: {unlisted}"),
    ];
    assert_eq!(said, wanted);
    use all::check_secret::acme_ca::v2026_01_01::ask::Request as Secret;
    let said = problems::<Secret>(&format!(r#"{{"Token":"canary","Csr":"canary","Link":"{}"}}"#, "canary".repeat(20)));
    assert!(said.len() == 3 && said.iter().all(|problem| !problem.contains("canary")), "{said:?}");
}

fn what_is_sent_keeps_its_style_inside_of_structures() {
    use all::condition_deep::acme_ca::v2026_01_01::{Client, ask::Request};
    let (script, config) = script(&["{}"]);
    let request: Request = serde_json::from_str(r#"{"Contact":{"Home":{"Hosts":["a","b"]}}}"#).unwrap();
    now(Client::new(config).unwrap().send(request)).unwrap();
    let sent = script.sent.lock().unwrap();
    let decoded = percent_encoding::percent_decode_str(&sent[0]).decode_utf8().unwrap();
    assert!(decoded.contains(r#"Contact={"Home":{"Hosts":"a,b"}}"#), "{decoded}");
}

fn a_repeat_key_is_the_same_over_all_attempts() {
    use all::fill::acme_ca::v2026_01_01::Client;
    let value = |sent: &str, name: &str| {
        let pairs = sent.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).next()
    };
    let client = |responses: &[&str]| {
        let (sent, config) = script(responses);
        (sent, Client::new(config.endpoint("https://ca.example.com").region("cn-far")).unwrap())
    };
    let (script, one) = client(&[LOST, "{}"]);
    now(one.ask().send()).unwrap();
    let sent = script.sent.lock().unwrap().clone();
    let keys: Vec<_> = sent.iter().map(|body| value(body, "Key").unwrap()).collect();
    assert!(keys.len() == 2 && keys[0] == keys[1] && keys[0].starts_with("nonce"), "{keys:?}");
    assert_eq!(value(&sent[0], "Region").as_deref(), Some("cn-far"));
    // Another call is another one.
    let (script, one) = client(&["{}", "{}"]);
    now(one.ask().send()).unwrap();
    now(one.ask().key("mine").region("cn-near").send()).unwrap();
    let sent = script.sent.lock().unwrap().clone();
    assert!(value(&sent[0], "Key").unwrap() != keys[0]);
    assert_eq!((value(&sent[1], "Key").as_deref(), value(&sent[1], "Region").as_deref()), (Some("mine"), Some("cn-near")));
    // Without a key, a lost call may have been executed.
    let (script, one) = client(&[LOST]);
    let error = now(one.ask().key("").send()).unwrap_err();
    assert!(error.outcome_unknown() && script.sent.lock().unwrap().len() == 1, "{error}");
}

fn a_repeat_key_is_not_recorded_so_a_replay_may_make_another() {
    use all::fill::acme_ca::v2026_01_01::Client;
    use cloudcert::testing::{Recorder, Replay};
    let client = |config: Config| Client::new(config.endpoint("https://ca.example.com").region("cn-far")).unwrap();
    let (sent, config) = script(&["{}"]);
    let recorder = Recorder::new(sent);
    now(client(config.transport(recorder.clone())).ask().send()).unwrap();
    let text = recorder.cassette().to_json();
    assert!(!text.contains("nonce") && text.contains("[key 1]"), "{text}");
    let replay = Replay::new(recorder.cassette());
    let (_, config) = script(&[]);
    now(client(config.transport(replay.clone())).ask().key("another").send()).unwrap();
    replay.finish().unwrap();
}

fn packed_lists_and_maps_are_one_text_each() {
    use all::lists_packed::acme_ca::v2026_01_01 as of;
    use of::types::{Label, PartId};
    let (sent, config) = script(&["{}"]);
    let client = of::Client::new(config).unwrap();
    let label = Label::default().key("team").owner("Li Lei");
    let ask = client.ask().parts([PartId::from(7), PartId::from(9)]).sizes([1, -2]).labels([&label]).years([1, 3]);
    let ask = ask.extra([("a".to_owned(), "b,c".to_owned())]);
    assert!(!format!("{:?}", ask.into_request()).contains("Li Lei"));
    let ask = client.ask().parts([PartId::from(7), PartId::from(9)]).sizes([1, -2]).labels([&label]).years([1, 3]);
    now(ask.extra([("a".to_owned(), "b,c".to_owned())]).send()).unwrap();
    let sent = sent.sent.lock().unwrap();
    let decoded = percent_encoding::percent_decode_str(&sent[0]).decode_utf8().unwrap();
    for pair in ["Parts=7,9", "Sizes=1,-2", r#"Labels=[{"Key":"team","Owner":"Li Lei"}]"#, "Years=[1,3]", r#"Extra={"a":"b,c"}"#] {
        assert!(decoded.contains(pair), "{pair} in {decoded}");
    }
}

fn maps_and_values_of_any_type_are_kept() {
    use all::maps::acme_ca::v2026_01_01 as of;
    let ask = |body: &str| now(of::Client::new(script(&[body]).1).unwrap().ask().ratio(0.25).send());
    let body = r#"{"Labels":{"a":"b","n":7,"gone":null},"Counts":{"x":1,"y":"2","bad":"many"},"Parts":{"p":{"Name":"n"}},
        "Data":{"deep":[1,null,{"a":"b"}]},"Rows":[{"a":1},[2],"three"],"Load":"0.5","Loads":[1,0.25,"no"]}"#;
    let all = ask(body).unwrap();
    let labels: Vec<_> = all.labels.as_ref().unwrap().iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(labels, [("a", "b"), ("n", "7")]);
    assert_eq!(all.counts.iter().map(|(k, v)| (k.as_str(), *v)).collect::<Vec<_>>(), [("x", 1), ("y", 2)]);
    assert_eq!(all.parts.as_ref().unwrap()["p"].name, "n");
    assert_eq!(all.data.as_ref().unwrap().to_string(), r#"{"deep":[1,null,{"a":"b"}]}"#);
    assert_eq!(all.rows.iter().map(ToString::to_string).collect::<Vec<_>>(), [r#"{"a":1}"#, "[2]", r#""three""#]);
    assert_eq!((all.load, all.loads.as_slice()), (Some(0.5), [1.0, 0.25].as_slice()));
    // Nobody has judged what is in a value of any type.
    assert!(!format!("{all:?}").contains("three"));
    let nothing = of::ask::Request::default().ratio(f64::NAN);
    assert_eq!(Operation::validate(&nothing).unwrap_err().kind(), ErrorKind::Invalid);
    let empty = ask(r#"{"Counts":{}}"#).unwrap();
    assert!(empty.counts.is_empty() && empty.labels.is_none() && empty.data.is_none() && empty.load.is_none());
    // A guaranteed map that is missing is an error, and an item of a map without its guaranteed field too.
    assert!(ask("{}").is_err());
    assert!(ask(r#"{"Counts":{},"Parts":{"p":{}}}"#).is_err());
    let xml = "<AskResponse><Counts><x>1</x></Counts><Labels><a>b</a></Labels><Load>1.5</Load></AskResponse>";
    let all = ask(xml).unwrap();
    assert_eq!((all.counts["x"], all.labels.unwrap()["a"].as_str(), all.load), (1, "b", Some(1.5)));
}

fn times_that_are_numbers_are_instants() {
    use all::time_number::acme_ca::v2026_01_01 as of;
    use std::time::{Duration, UNIX_EPOCH};
    let day = UNIX_EPOCH + Duration::from_secs(1_767_225_600);
    let (sent, config) = script(&[r#"{"Made":1767225600000,"Ends":"1767225600"}"#]);
    let all = now(of::Client::new(config).unwrap().ask().since(day).send()).unwrap();
    assert!(sent.sent.lock().unwrap()[0].contains("Since=1767225600"), "{:?}", sent.sent);
    assert_eq!((all.made.unwrap().instant().unwrap(), all.ends.instant().unwrap()), (day, day));
    let milliseconds = cloudcert::Time::<cloudcert::time::Unix>::from(1_767_225_600_000);
    assert_eq!(milliseconds.instant().unwrap(), day);
    assert!(cloudcert::Time::<cloudcert::time::UnixSeconds>::from("soon").instant().is_err());
}

fn views_show_guaranteed_fields_and_lists() {
    use all::state_view_cases::acme_ca::v2026_01_01 as cases;
    use all::state_view_list::acme_ca::v2026_01_01 as list;
    use cases::ask::{OrderState as Cases, Proof};
    let state = |body: &str| now(cases::Client::new(script(&[body]).1).unwrap().ask().send()).unwrap().into_state();
    match state(r#"{"State":0,"Method":"DNS","Record":"r","Name":"n"}"#) {
        Cases::Waiting(Proof::Dns(proof)) => assert_eq!((proof.record.as_str(), proof.name.as_str()), ("r", "n")),
        other => panic!("{other:?}"),
    }
    assert!(matches!(state(r#"{"State":0,"Method":"FILE","Name":"n"}"#), Cases::Waiting(Proof::File)));
    match state(r#"{"State":0,"Method":"DNS","Name":"n"}"#) {
        Cases::Other(other) => assert_eq!(other.missing, ["Record"]),
        other => panic!("{other:?}"),
    }
    let state = |body: &str| now(list::Client::new(script(&[body]).1).unwrap().ask().send()).unwrap().into_state();
    match state(r#"{"State":1,"Names":["a"]}"#) {
        list::ask::OrderState::Issued(issued) => assert!(issued.names == ["a"] && issued.tags.is_empty()),
        other => panic!("{other:?}"),
    }
}

fn main() {
    flows::run();
    guarantees_hold_for_every_type();
    guarantees_hold_wherever_a_structure_stands();
    conditions_look_at_members_ids_and_enums();
    members_are_checked_like_parameters();
    what_is_sent_keeps_its_style_inside_of_structures();
    a_repeat_key_is_the_same_over_all_attempts();
    a_repeat_key_is_not_recorded_so_a_replay_may_make_another();
    packed_lists_and_maps_are_one_text_each();
    maps_and_values_of_any_type_are_kept();
    times_that_are_numbers_are_instants();
    views_show_guaranteed_fields_and_lists();
}
