//! What pages, waits and guarded calls do.

use super::{now, script, Script};
use cloudcert::all;
use cloudcert::{Config, Environment, ErrorKind, Evidence, Outcome, PageToken, Position, Sleep};
use std::sync::Mutex;
use std::time::Duration;

/// Pauses take no time, and move the clock.
#[derive(Debug, Default)]
struct Moving(Mutex<Duration>);

impl Environment for Moving {
    fn now(&self) -> i64 {
        1_767_323_045
    }

    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        Ok("nonce".to_owned())
    }

    fn sleep(&self, time: Duration) -> Sleep {
        *self.0.lock().unwrap() += time;
        Box::pin(std::future::ready(()))
    }
}

fn pages_inside_a_structure_come_to_an_end() {
    use all::pages_inside::acme_ca::v2026_01_01::Client;
    let (script, config) = script(&[r#"{"Data":{"Total":3,"Items":[1,2]}}"#, r#"{"Data":{"Total":3,"Items":[3]}}"#]);
    let mut pages = Client::new(config).unwrap().ask().pages();
    let mut items = 0;
    while let Some(page) = now(pages.next()) {
        items += page.unwrap().data.unwrap().items.len();
    }
    assert_eq!((items, script.sent.lock().unwrap().len()), (3, 2));
}

fn items_inside_a_structure_come_one_by_one() {
    use all::pages_inside::acme_ca::v2026_01_01::Client;
    let (_, config) = script(&[r#"{"Data":{"Total":3,"Items":[1,2]}}"#, r#"{"Data":{"Total":3,"Items":[3]}}"#]);
    let items = now(Client::new(config).unwrap().ask().items().collect_all()).unwrap();
    assert_eq!(items.iter().map(|id| id.get()).collect::<Vec<_>>(), [1, 2, 3]);
    let (_, config) = script(&["{}"]);
    assert!(now(Client::new(config).unwrap().ask().items().next()).unwrap().is_err(), "no list is no empty list");
    let (_, config) = script(&[r#"{"Data":{"Items":[]}}"#]);
    assert!(now(Client::new(config).unwrap().ask().items().next()).is_none());
}

fn page(items: &str, next: &str) -> String {
    format!(r#"{{"Data":{{"Items":[{items}]}}{next}}}"#)
}

fn tokens_lead_from_page_to_page() {
    use all::pages_by_token::acme_ca::v2026_01_01::Client;
    let bodies = [page(r#""a","b""#, r#","Next":"t/1""#), page("", r#","Next":"t/2""#), page(r#""c""#, r#","Next":"""#)];
    let (script, config) = script(&bodies.each_ref().map(String::as_str));
    let mut items = Client::new(config).unwrap().ask().size(2).items();
    let mut places = vec![items.position()];
    let mut all = Vec::new();
    while let Some(item) = now(items.next()) {
        all.push(item.unwrap());
        places.push(items.position());
    }
    assert_eq!(all, ["a", "b", "c"]);
    let at = |token: &str| PageToken::At(token.to_owned());
    let wanted = [(PageToken::First, 0), (PageToken::First, 1), (at("t/1"), 0), (PageToken::End, 0)];
    assert_eq!(places, wanted.map(|(page, item)| Position { page, item }));
    let sent = script.sent.lock().unwrap();
    let tokens: Vec<_> = sent.iter().map(|body| body.split('&').find(|pair| pair.starts_with("Token="))).collect();
    assert_eq!(tokens, [None, Some("Token=t%2F1"), Some("Token=t%2F2")]);

    // A page without a token is the last, even if it is empty or has no token at all.
    for last in [page("", ""), page("", r#","Next":null"#)] {
        let (_, config) = self::script(&[&page(r#""a""#, r#","Next":"t""#), &last]);
        assert_eq!(now(Client::new(config).unwrap().ask().items().collect_all()).unwrap(), ["a"]);
    }
}

fn lists_by_token_can_be_resumed_at_any_place() {
    use all::pages_by_token::acme_ca::v2026_01_01::Client;
    let (script, config) = script(&[&page(r#""b","c""#, "")]);
    let place = Position { page: PageToken::At("t".to_owned()), item: 1 };
    let client = Client::new(config).unwrap();
    assert_eq!(now(client.ask().items().starting_at(place).collect_all()).unwrap(), ["c"]);
    assert!(script.sent.lock().unwrap()[0].contains("Token=t"));
    assert!(now(client.ask().pages().starting_at(PageToken::End).next()).is_none());
    assert_eq!(client.ask().token("u").pages().position(), PageToken::At("u".to_owned()));
    assert_eq!(client.ask().token("").pages().position(), PageToken::First);
}

fn lists_by_token_without_a_proved_end_are_errors() {
    use all::pages_by_token::acme_ca::v2026_01_01::Client;
    let read = |bodies: &[String]| {
        let (_, config) = script(&bodies.iter().map(String::as_str).collect::<Vec<_>>());
        let mut items = Client::new(config).unwrap().ask().items();
        let mut all = Vec::new();
        loop {
            match now(items.next()) {
                Some(Ok(item)) => all.push(item),
                Some(Err(error)) => {
                    assert!(error.kind() == ErrorKind::Response && now(items.next()).is_none(), "{error}");
                    return (all.concat(), error.to_string());
                }
                None => panic!("{all:?}"),
            }
        }
    };
    let whole = |total: i32, items: &str, next: &str| {
        format!(r#"{{"Data":{{"Total":{total},"Items":[{items}]}},"Next":"{next}"}}"#)
    };
    let repeats = read(&[whole(9, r#""a""#, "t"), whole(9, r#""b""#, "u"), whole(9, r#""c""#, "t")]);
    assert!(repeats.0 == "abc" && repeats.1.contains("came twice, after 3 items"), "{repeats:?}");
    let ignores = read(&[whole(9, r#""a""#, "t"), whole(9, r#""a""#, "t")]);
    assert!(ignores.0 == "a" && ignores.1.contains("returned an earlier page again"), "{ignores:?}");
    let empty = read(&[whole(0, "", "t"), whole(0, "", "t")]);
    assert!(empty.0.is_empty() && empty.1.contains("came twice"), "{empty:?}");
    let short = read(&[whole(3, r#""a""#, "t"), whole(3, r#""b""#, "")]);
    assert!(short.0 == "ab" && short.1.contains("ended after 2 of 3 items"), "{short:?}");
    let missing = read(&[whole(3, r#""a""#, "t"), r#"{"Data":{}}"#.to_owned()]);
    assert!(missing.0 == "a" && missing.1.contains("has no list `Data.Items`"), "{missing:?}");
    let (_, config) = script(&[&whole(9, r#""a""#, "t")]);
    let mut pages = Client::new(config).unwrap().ask().pages().max_pages(1);
    now(pages.next()).unwrap().unwrap();
    assert!(now(pages.next()).unwrap().unwrap_err().to_string().contains("more than 1 pages"));
}

fn lists_by_token_tell_whether_a_lost_call_was_executed() {
    use all::reconcile_listing_by_token::acme_ca::v2026_01_01::Client;
    let page = |items: &str, next: &str| format!(r#"{{"Items":[{items}],"Page":{{"Next":"{next}"}}}}"#);
    let old = r#"{"Id":"1","Name":"o"}"#;
    let new = r#"{"Id":"2","Name":"n"}"#;
    let bodies = [page(old, "t"), page("", ""), "{".to_owned(), page(old, "t"), page(new, "")];
    let (_, config) = script(&bodies.each_ref().map(String::as_str));
    let call = now(Client::new(config).unwrap().ask().name("n").guard()).unwrap();
    assert!(now(call.send()).unwrap_err().outcome_unknown());
    assert_eq!(now(call.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::List });
}

fn looks_take_over_what_the_call_says() {
    use all::reconcile_values::acme_ca::v2026_01_01::Client;
    let count = r#"{"Data":{"Used":7}}"#;
    let (script, config) = script(&[count]);
    let call = Client::new(config).unwrap().ask().owner("o").kinds(["ONE", "TWO"]).years(3);
    now(call.guard()).unwrap();
    let sent = script.sent.lock().unwrap();
    for pair in ["Owner=o", "Group.1=0", "Kinds.1=ONE", "Kinds.2=TWO", "Years=3", "Open=true"] {
        assert!(sent[0].contains(pair), "{}", sent[0]);
    }
    let (script, config) = self::script(&[]);
    let client = Client::new(config).unwrap();
    for (call, missing) in [(client.ask().owner("o").years(3), "Kinds"), (client.ask().owner("o").kinds(["ONE"]), "Years")] {
        let error = now(call.guard()).unwrap_err();
        assert!(error.kind() == ErrorKind::Invalid && error.to_string().contains(missing), "{error}");
    }
    assert!(script.sent.lock().unwrap().is_empty());
}

fn looks_have_fixed_values_beside_those_of_the_call() {
    use all::reconcile_fixed::acme_ca::v2026_01_01::Client;
    let (script, config) = script(&[r#"{"Used":7}"#]);
    now(Client::new(config).unwrap().ask().owner("o").guard()).unwrap();
    let sent = script.sent.lock().unwrap();
    let pairs = [
        "Owner=o", "Source=UPLOAD", "Level=2", "Group=7", "Groups.1=1", "Groups.2=2", "Kinds.1=BUY", "Names=a%2Cb", "Years=3",
        "Since=2026-01-02", "Open=false",
    ];
    for pair in pairs {
        assert!(sent[0].split('&').any(|sent| sent == pair), "{pair}: {}", sent[0]);
    }
}

fn a_lost_call_whose_outcome_nothing_shows_says_what_a_person_can_do() {
    use all::reconcile_impossible::acme_ca::v2026_01_01::Client;
    let (_, config) = script(&["{"]);
    let error = now(Client::new(config).unwrap().ask().send()).unwrap_err();
    let told = "No action shows it: Ask the other account what it received.";
    assert!(error.outcome_unknown() && error.to_string().contains(told), "{error}");
    assert_eq!(error.how_to_find_out(), Some(told));
}

fn lists_that_are_compared_match_by_every_type() {
    use all::reconcile_listing_inside::acme_ca::v2026_01_01::{Client, ask::Request};
    let item = |id: i32, kind: &str, years: i32, phone: &str| {
        format!(r#"{{"Id":{id},"Kind":"{kind}","Years":{years},"Phone":"{phone}"}}"#)
    };
    let page = |items: &[String]| format!(r#"{{"Data":{{"Items":[{}]}}}}"#, items.join(","));
    let before = [item(1, "ONE", 3, "5"), item(2, "ONE", 3, "5")];
    let fits = item(7, "ONE", 3, "5");
    let out = |new: &str| {
        let after = [before[0].clone(), before[1].clone(), new.to_owned()];
        // A cut response leaves it open whether the call was executed.
        let bodies = [page(&before), page(&[]), "{".to_owned(), page(&after), page(&[]), page(&after), page(&[])];
        let (_, config) = script(&bodies.each_ref().map(String::as_str));
        let request: Request = serde_json::from_str(r#"{"Kind":"ONE","Years":3,"Contact":{"Phone":"5"}}"#).unwrap();
        let call = now(Client::new(config).unwrap().guard(request)).unwrap().probes(2);
        assert!(now(call.send()).unwrap_err().outcome_unknown());
        (now(call.find_out()).unwrap(), call.found().iter().map(|item| item.id.unwrap().get()).collect::<Vec<_>>())
    };
    assert_eq!(out(&fits), (Outcome::Executed { evidence: Evidence::List }, vec![7]));
    for other in [item(7, "TWO", 3, "5"), item(7, "ONE", 2, "5"), item(7, "ONE", 3, "6")] {
        let (outcome, found) = out(&other);
        assert!(matches!(outcome, Outcome::Ambiguous { .. }) && found.is_empty(), "{outcome}");
    }
}

fn waits_look_deep_and_say_why_they_failed() {
    use all::waiter_deep::acme_ca::v2026_01_01 as deep;
    use all::waiter_reason::acme_ca::v2026_01_01 as reason;
    let (_, config) = script(&[r#"{"Order":{"Proof":{"State":1}}}"#]);
    now(deep::Client::new(config).unwrap().wait_until_order_issued()).unwrap();
    let failed = r#"{"Order":{"State":"FAILED","Proof":{"Why":"no record","Code":7}},"Quick":true,"Id":5}"#;
    let client = || reason::Client::new(script(&[failed]).1).unwrap();
    let said = [
        now(client().wait_until_a(1, 2, ["h"], "t")).unwrap_err().to_string(),
        now(client().wait_until_b(1, 2, ["h"], "t")).unwrap_err().to_string(),
        now(client().wait_until_c(1, 2, ["h"], "t")).unwrap_err().to_string(),
        now(client().wait_until_d(1, 2, ["h"], "t")).unwrap_err().to_string(),
    ];
    for (said, why) in said.iter().zip(["no record", "7", "true", "5"]) {
        assert!(said.contains("`FAILED`") && said.ends_with(&format!(": {why}")), "{said}");
    }
}

fn pauses_are_kept_for_what_an_answer_named() {
    use all::pause::acme_ca::v2026_01_01::Client;
    let (script, config) = script(&[r#"{"Order":{"Id":5}}"#, "{}"]);
    let client = Client::new(config.operation_timeout(Duration::from_secs(3))).unwrap();
    now(client.give().send()).unwrap();
    let error = now(client.ask().id(5).send()).unwrap_err();
    assert!(error.kind() == ErrorKind::Timeout && error.to_string().contains("3 s after Give"), "{error}");
    now(client.ask().id(6).send()).unwrap();
    assert_eq!(script.sent.lock().unwrap().len(), 2);
}

const OPEN: &str = r#"{"State":"OPEN"}"#;
const DONE: &str = r#"{"State":"DONE"}"#;
const NONE: &str = r#"{"Items":[]}"#;
const NEW: &str = r#"{"Items":[{"Id":"1","Name":"n"}]}"#;
const LOST: &str = "{";

fn used(count: i32) -> String {
    format!(r#"{{"Used":{count}}}"#)
}

fn moving(bodies: &[&str]) -> (Script, Config) {
    let (script, config) = script(bodies);
    (script, config.environment(Moving::default()))
}

fn recipes_that_can_be_used_must_agree() {
    use all::reconcile_several::acme_ca::v2026_01_01::Client;
    let (one, two) = (used(1), used(2));
    let out = |after: &[&str]| {
        let bodies = [&[OPEN, NONE, &one, LOST], after].concat();
        let (script, config) = moving(&bodies);
        let call = now(Client::new(config).unwrap().ask().id("i").name("n").owner("o").guard()).unwrap().probes(2);
        assert!(now(call.send()).unwrap_err().outcome_unknown());
        let outcome = now(call.find_out()).unwrap();
        assert_eq!(script.sent.lock().unwrap().len(), bodies.len());
        outcome
    };
    let why = |outcome: Outcome| match outcome {
        Outcome::Ambiguous { why } => why,
        other => panic!("{other}"),
    };
    // The best one shows it, and the others agree.
    assert_eq!(out(&[DONE, NEW, &two]), Outcome::Executed { evidence: Evidence::State });
    assert_eq!(out(&[OPEN, NONE, &two, DONE, NEW, &two]), Outcome::Executed { evidence: Evidence::State });
    // One that shows no change may lag behind, but not to the end.
    assert_eq!(out(&[DONE, NONE, DONE, NEW, &two]), Outcome::Executed { evidence: Evidence::State });
    let contradicted = why(out(&[DONE, NONE, DONE, NONE]));
    assert_eq!(contradicted, "Get shows it, but List shows no change");
    // Only all of them prove that it was not executed.
    let unchanged = [OPEN, NONE, &one, OPEN, NONE, &one];
    assert_eq!(out(&unchanged), Outcome::NotExecuted { evidence: Evidence::State });
    let counted = why(out(&[OPEN, NONE, &two, OPEN, NONE, &two]));
    assert_eq!(counted, "Get shows no change, but Count shows that it was executed");
    let listed = why(out(&[OPEN, NONE, &one, OPEN, NEW]));
    assert_eq!(listed, "Get shows no change, but List shows that it was executed");
    let unclear = why(out(&[OPEN, NONE, &used(3), OPEN, NONE, &one]));
    assert_eq!(unclear, "Get shows no change, but Count does not agree: the count was 1 before the call and is 3 now");
}

fn a_call_that_all_recipes_say_was_not_executed_is_compared_anew() {
    use all::reconcile_several::acme_ca::v2026_01_01::Client;
    let (one, two) = (used(1), used(2));
    let bodies = [OPEN, NONE, &one, LOST, OPEN, NONE, &one, OPEN, NONE, &one, LOST, DONE, NEW, &two];
    let (_, config) = moving(&bodies);
    let call = now(Client::new(config).unwrap().ask().id("i").name("n").owner("o").guard()).unwrap().probes(2);
    assert!(now(call.send()).unwrap_err().outcome_unknown());
    assert!(matches!(now(call.find_out()).unwrap(), Outcome::NotExecuted { .. }));
    assert!(now(call.send()).unwrap_err().outcome_unknown());
    assert_eq!(now(call.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::State });
}

fn recipes_that_cannot_be_used_are_left_out() {
    use all::reconcile_several::acme_ca::v2026_01_01::Client;
    let (one, two) = (used(1), used(2));
    let client = |bodies: &[&str]| Client::new(moving(bodies).1).unwrap();
    let lost = |call: cloudcert::Guarded<_>| {
        assert!(now(call.send()).unwrap_err().outcome_unknown());
        (now(call.find_out()).unwrap(), call.found().len())
    };
    let list = (Outcome::Executed { evidence: Evidence::List }, 1);
    // The state proves nothing if it was the same before.
    let ask = client(&[DONE, NONE, &one, LOST, NEW, &two]).ask().id("i").name("n").owner("o");
    assert_eq!(lost(now(ask.guard()).unwrap()), list);
    // A parameter that its probe needs is not set.
    assert_eq!(lost(now(client(&[NONE, &one, LOST, NEW, &two]).ask().name("n").owner("o").guard()).unwrap()), list);
    let counted = lost(now(client(&[&one, LOST, &two]).ask().owner("o").guard()).unwrap());
    assert_eq!(counted, (Outcome::Executed { evidence: Evidence::Counter }, 0));
    // None is left.
    let error = now(client(&[]).ask().guard()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("`Id` or `Name` or `Owner` is required by `guard`"), "{error}");
    let call = now(client(&[DONE, LOST]).ask().id("i").guard()).unwrap();
    assert!(now(call.send()).is_err());
    let outcome = now(call.find_out()).unwrap().to_string();
    assert!(outcome.ends_with("Get cannot tell: the state was `DONE` already before the call"), "{outcome}");
}

/// All of them.
pub(crate) fn run() {
    pages_inside_a_structure_come_to_an_end();
    items_inside_a_structure_come_one_by_one();
    tokens_lead_from_page_to_page();
    lists_by_token_can_be_resumed_at_any_place();
    lists_by_token_without_a_proved_end_are_errors();
    lists_by_token_tell_whether_a_lost_call_was_executed();
    looks_take_over_what_the_call_says();
    looks_have_fixed_values_beside_those_of_the_call();
    a_lost_call_whose_outcome_nothing_shows_says_what_a_person_can_do();
    lists_that_are_compared_match_by_every_type();
    waits_look_deep_and_say_why_they_failed();
    pauses_are_kept_for_what_an_answer_named();
    recipes_that_can_be_used_must_agree();
    a_call_that_all_recipes_say_was_not_executed_is_compared_anew();
    recipes_that_cannot_be_used_are_left_out();
}
