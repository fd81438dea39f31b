//! Verdicts by several recipes: the list of orders gives the id, and the counter must agree that nothing was ordered.

use super::why;
use crate::setup::clock::ManualClock;
use crate::setup::futures::now;
use crate::setup::requests::order;
use crate::setup::script::{Reply, Script};
use cloudcert::aliyun_cas::v2020_04_07::{self as cas, types::OrderId};
use cloudcert::{ErrorKind, Evidence, Outcome};

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

/// The verdict on an order whose response is lost, the ids that were found, and how a further call fails.
fn lost(replies: impl IntoIterator<Item = Reply>) -> (Outcome, Vec<Option<OrderId>>, Option<ErrorKind>) {
    let script = Script::replies(replies);
    let client = cas::Client::new(script.config().environment(ManualClock::new())).unwrap();
    let call = now(order(&client).guard()).unwrap();
    assert!(now(call.send()).unwrap_err().outcome_unknown());
    let outcome = now(call.find_out()).unwrap();
    let found = call.found().into_iter().map(|order| order.order_id).collect();
    let again = (!matches!(outcome, Outcome::NotExecuted { .. })).then(|| now(call.send()).unwrap_err().kind());
    (outcome, found, again)
}

#[test]
fn the_list_of_orders_gives_the_id_of_a_lost_order() {
    let (outcome, found, again) = lost([orders(&[5]), used(1), Reply::lost(), orders(&[5, 6])]);
    assert_eq!(outcome, Outcome::Executed { evidence: Evidence::List });
    assert_eq!(found, [Some(OrderId::from(6))]);
    assert_eq!(again, Some(ErrorKind::Guarded));
}

#[test]
fn an_order_was_not_placed_only_if_list_and_counter_agree() {
    let probe = || [orders(&[5]), used(1)];
    let all = probe().into_iter().chain([Reply::lost()]).chain(probe()).chain(probe()).chain(probe());
    let (outcome, found, again) = lost(all);
    assert!(matches!(outcome, Outcome::NotExecuted { .. }), "{outcome}");
    assert_eq!((found, again), (Vec::new(), None));
}

#[test]
fn a_list_that_lags_behind_the_counter_is_read_again() {
    let first = || [orders(&[5]), used(1), Reply::lost(), orders(&[5]), used(2)];
    let lags = || [orders(&[5]), used(2)];
    let (outcome, found, _) = lost(first().into_iter().chain([orders(&[5, 6])]));
    assert_eq!((outcome, found), (Outcome::Executed { evidence: Evidence::List }, vec![Some(OrderId::from(6))]));
    let (outcome, found, again) = lost(first().into_iter().chain(lags()).chain(lags()));
    let why = why(outcome);
    assert!(why.contains("ListUserCertificateOrder") && why.contains("DescribePackageState"), "{why}");
    assert_eq!((found, again), (Vec::new(), Some(ErrorKind::Guarded)));
}
