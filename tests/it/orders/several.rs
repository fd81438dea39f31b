//! Verdicts by several witnesses: the list of orders gives the id, and the counter must not contradict it.

use super::{refused, why};
use crate::setup::clock::ManualClock;
use crate::setup::futures::now;
use crate::setup::requests::order;
use crate::setup::script::{Reply, Script};
use cloudcert::aliyun_cas::v2020_04_07::{self as cas, types::OrderId};
use cloudcert::{ErrorKind, Evidence, Outcome, testing};
use serde_json::json;
use std::time::Duration;

/// The package orders with these ids, all for the domain of the call.
fn orders(ids: &[i64]) -> Reply {
    let items: Vec<String> =
        ids.iter().map(|id| format!(r#"{{"OrderId":{id},"Domain":"www.example.com","Status":"CHECKING"}}"#)).collect();
    Reply::json(format!(r#"{{"CertificateOrderList":[{}],"TotalCount":{}}}"#, items.join(","), ids.len()))
}

/// How much of the package is used.
fn used(count: i64) -> Reply {
    Reply::json(format!(r#"{{"UsedCount":{count}}}"#))
}

/// What came of an order whose response is lost.
struct Lost {
    outcome: Outcome,
    /// The ids that were found.
    found: Vec<OrderId>,
    /// How a further call fails.
    again: Option<ErrorKind>,
    /// How many requests were sent, with the probes before the order and the order itself.
    sent: usize,
    /// How long the client slept.
    slept: Duration,
}

fn lost(replies: impl IntoIterator<Item = Reply>) -> Lost {
    let script = Script::replies(replies);
    let clock = ManualClock::new();
    let client = cas::Client::new(script.config().environment(clock.clone())).unwrap();
    let call = now(order(&client).guard()).unwrap();
    assert!(now(call.send()).unwrap_err().outcome_unknown());
    let outcome = now(call.find_out()).unwrap();
    let found = call.found().into_iter().filter_map(|order| order.order_id).collect();
    let (sent, slept) = (script.sent().len(), clock.elapsed());
    let again = (!matches!(outcome, Outcome::NotExecuted { .. })).then(|| now(call.send()).unwrap_err().kind());
    Lost { outcome, found, again, sent, slept }
}

/// The probes before the order, the lost order, and these rounds of probes after it: the ids of the list, and the count.
fn rounds<'a>(rounds: impl IntoIterator<Item = (&'a [i64], i64)>) -> Vec<Reply> {
    let after = rounds.into_iter().flat_map(|(ids, count)| [orders(ids), used(count)]);
    [orders(&[5]), used(1), Reply::lost()].into_iter().chain(after).collect()
}

const BY_LIST: Outcome = Outcome::Executed { evidence: Evidence::List };

fn id(id: i64) -> OrderId {
    OrderId::from(id)
}

#[test]
fn the_list_of_orders_gives_the_id_of_a_lost_order() {
    let lost = lost(rounds([(&[5, 6][..], 2)]));
    assert_eq!((lost.outcome, lost.found, lost.again), (BY_LIST, vec![id(6)], Some(ErrorKind::Guarded)));
    assert_eq!((lost.sent, lost.slept), (5, Duration::ZERO), "one round");
}

#[test]
fn an_order_was_not_placed_only_if_list_and_counter_agree() {
    let lost = lost(rounds([(&[5][..], 1); 3]));
    assert!(matches!(lost.outcome, Outcome::NotExecuted { .. }), "{}", lost.outcome);
    assert_eq!((lost.found, lost.again), (Vec::new(), None));
}

#[test]
fn a_list_that_lags_behind_the_counter_is_read_again() {
    let late = lost(rounds([(&[5][..], 2), (&[5, 6], 2)]));
    assert_eq!((late.outcome, late.found), (BY_LIST, vec![id(6)]));
    let never = lost(rounds([(&[5][..], 2); 3]));
    let why = why(never.outcome);
    let both = "ListUserCertificateOrder shows no change, but DescribePackageState shows that it was executed";
    assert_eq!(why, both);
    assert_eq!((never.found, never.again), (Vec::new(), Some(ErrorKind::Guarded)));
}

#[test]
fn a_counter_that_lags_behind_the_list_is_read_again() {
    let ours = &[5, 6][..];
    for (rounds_of, slept) in [(vec![(ours, 1), (ours, 2)], 10), (vec![(ours, 1), (ours, 1), (ours, 2)], 20)] {
        let late = lost(rounds(rounds_of));
        assert_eq!((late.outcome, late.found), (BY_LIST, vec![id(6)]));
        assert_eq!(late.slept, Duration::from_secs(slept));
    }
    // An order that is no longer listed afterwards is not one that was not placed.
    let gone = lost(rounds([(ours, 1), (&[5], 1), (&[5], 1)]));
    assert!(why(gone.outcome).contains("shows it"));
    assert_eq!(gone.again, Some(ErrorKind::Guarded));
}

/// What a probe after the order shows, the same in each round.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shows {
    Nothing,
    It,
    /// As if others had ordered too.
    More,
    /// As if others had taken something away.
    Less,
    /// An order that does not fit.
    Another,
}

#[test]
fn each_pair_of_witnesses_has_its_verdict() {
    use Shows::{Another, It, Less, More, Nothing};
    let another = || {
        let items = json!([{"OrderId": 5, "Domain": "www.example.com"}, {"OrderId": 6, "Domain": "www.example.org"}]);
        Reply::json(json!({"CertificateOrderList": items, "TotalCount": 2}).to_string())
    };
    for list in [Nothing, It, More, Less, Another] {
        for count in [Nothing, It, More, Less] {
            let about = format!("list {list:?}, count {count:?}");
            let listed = || match list {
                Nothing => orders(&[5]),
                It => orders(&[5, 6]),
                More => orders(&[5, 6, 7]),
                Less => orders(&[]),
                Another => another(),
            };
            let counted =
                || used([(Nothing, 1), (It, 2), (More, 3), (Less, 0)].iter().find(|row| row.0 == count).unwrap().1);
            // The counter is not asked where the list decides alone.
            let round = || std::iter::once(listed()).chain(matches!(list, Nothing | It).then(counted));
            let replies = [orders(&[5]), used(1), Reply::lost()].into_iter();
            let lost = lost(replies.chain(round()).chain(round()).chain(round()));
            let rounds = match (list, count) {
                (It, It | More) | (More | Less, _) => 1,
                _ => 3,
            };
            assert_eq!(lost.sent, 3 + rounds * round().count(), "{about}");
            assert_eq!(lost.slept, Duration::from_secs(if rounds == 1 { 0 } else { 20 }), "{about}");
            let found = match list {
                It => vec![id(6)],
                More => vec![id(6), id(7)],
                Nothing | Less | Another => vec![],
            };
            assert_eq!(lost.found, found, "{about}");
            match (list, count) {
                (It, It | More) => assert_eq!(lost.outcome, BY_LIST, "{about}"),
                (Nothing, Nothing) => {
                    assert_eq!(lost.outcome, Outcome::NotExecuted { evidence: Evidence::List }, "{about}");
                }
                (Nothing | It, _) => {
                    let why = why(lost.outcome);
                    let both = ["ListUserCertificateOrder shows", "but DescribePackageState"];
                    assert!(both.iter().all(|name| why.contains(name)), "{about}: {why}");
                }
                _ => assert!(why(lost.outcome).contains("ListUserCertificateOrder cannot tell: "), "{about}"),
            }
            assert_eq!(lost.again.is_none(), (list, count) == (Nothing, Nothing), "{about}");
        }
    }
}

#[test]
fn a_contradiction_names_both_witnesses() {
    let says = |count| why(lost(rounds([(&[5, 6][..], count); 3])).outcome);
    assert_eq!(says(1), "ListUserCertificateOrder shows it, but DescribePackageState shows no change");
    let fell = "ListUserCertificateOrder shows it, but DescribePackageState does not agree: the count was 1 before the call and is 0 now";
    assert_eq!(says(0), fell);
}

#[test]
fn what_the_list_shows_is_kept_if_the_counter_cannot_be_read() {
    let replies = [orders(&[5]), used(1), Reply::lost(), orders(&[5, 6]), refused("NoPermission")];
    let script = Script::replies(replies.into_iter().chain([orders(&[5, 6]), used(2)]));
    let client = script.cas_client();
    let call = now(order(&client).guard()).unwrap();
    now(call.send()).unwrap_err();
    assert_eq!(now(call.find_out()).unwrap_err().action(), "DescribePackageState");
    assert_eq!(call.found().len(), 1);
    assert_eq!(now(call.send()).unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!(now(call.find_out()).unwrap(), BY_LIST);
}

/// The verdict on the revocation of a certificate that is listed as revoked afterwards, by its state before and after it; and how often the state
/// was asked for, and how long the client slept.
fn revoked(before: &str, after: &str) -> (Outcome, usize, Duration) {
    let listed = |ids: &[&str]| {
        let items: Vec<_> = ids.iter().map(|id| json!({"Identifier": id, "WhId": 1})).collect();
        Reply::json(json!({"CertList": items, "TotalCount": ids.len()}).to_string())
    };
    let state = |state: &str| Reply::json(json!({"CertStatus": state}).to_string());
    let script = testing::Script::new()
        .on("ListCert", listed(&[]))
        .on("ListCert", listed(&["c"]).always())
        .on("DescribeWarehouseCert", state(before))
        .on("DescribeWarehouseCert", state(after).always())
        .on("RevokeWHClientCertificate", Reply::lost());
    let clock = ManualClock::new();
    let client = cas::Client::new(script.config().environment(clock.clone())).unwrap();
    let call = now(client.revoke_wh_client_certificate().identifier("c").guard()).unwrap();
    now(call.send()).unwrap_err();
    let outcome = now(call.find_out()).unwrap();
    let asked = script.requests().iter().filter(|request| request.body.contains("CertIdentifier=c")).count();
    (outcome, asked, clock.elapsed())
}

#[test]
fn a_state_beside_a_list_is_waited_for_and_contradicts_only_if_it_is_unchanged() {
    assert_eq!(revoked("ISSUE", "REVOKE"), (BY_LIST, 2, Duration::ZERO));
    // A change under way does not contradict.
    assert_eq!(revoked("ISSUE", "SOMETHING_NEW"), (BY_LIST, 4, Duration::from_secs(20)));
    let (outcome, asked, _) = revoked("ISSUE", "ISSUE");
    assert_eq!(why(outcome), "ListCert shows it, but DescribeWarehouseCert shows no change");
    assert_eq!(asked, 4);
    // A state that was useless before the call is left out.
    assert_eq!(revoked("SOMETHING_NEW", "ISSUE"), (BY_LIST, 1, Duration::ZERO));
}

#[test]
fn a_witness_whose_silence_proves_nothing_is_not_waited_for() {
    let state = |state: &str| Reply::json(json!({"Type": state}).to_string());
    let script = Script::replies([
        state("domain_verify"),
        Reply::json(r#"{"CertificateOrderList":[],"TotalCount":0}"#),
        Reply::lost(),
        state("payed"),
    ]);
    let client = script.cas_client();
    let call = now(client.cancel_certificate_for_package_request().order_id(5).guard()).unwrap();
    now(call.send()).unwrap_err();
    assert_eq!(now(call.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::State });
    assert_eq!(script.sent().len(), 4);
}
