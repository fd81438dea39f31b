//! Pages and items as streams: their ends, their places, and services that never end.

use crate::setup::script::{Reply, Script, answer, now, pairs};
use cloudcert::aliyun_cas::v2018_07_13::{self as old, describe_user_certificate_list::Request as List};
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{ErrorKind, Items, Pages, Position};
use futures_core::Stream;
use std::pin::Pin;

/// A page of certificates with these ids.
fn page(ids: impl IntoIterator<Item = i64>, total: Option<i64>) -> String {
    let items: Vec<String> = ids.into_iter().map(|id| format!(r#"{{"id":{id}}}"#)).collect();
    let total = total.map_or_else(String::new, |total| format!(r#""TotalCount":{total},"#));
    format!(r#"{{{total}"CertificateList":[{}]}}"#, items.join(","))
}

fn script(pages: impl IntoIterator<Item = String>) -> Script {
    Script::replies(pages.into_iter().map(|page| answer(200, "application/json", page)))
}

fn pages(script: &Script) -> Pages<List> {
    old::Client::new(script.config()).unwrap().describe_user_certificate_list().pages()
}

/// The next item, by the trait.
fn streamed<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    now(std::future::poll_fn(|context| Pin::new(&mut *stream).poll_next(context)))
}

fn rest(mut items: Items<List>) -> Vec<i64> {
    std::iter::from_fn(|| now(items.next())).map(|item| item.unwrap().id.unwrap().get()).collect()
}

fn asked(script: &Script, name: &str) -> Vec<String> {
    let sent = script.sent();
    let all = sent.iter().flat_map(|request| pairs(&request.body));
    all.filter(|(key, _)| key == name).map(|(_, value)| value).collect()
}

#[test]
fn pages_are_a_stream() {
    let script = script([page(1..=2, Some(3)), page(3..=3, Some(3))]);
    let mut pages = pages(&script);
    assert!(script.sent().is_empty());
    let mut sizes = Vec::new();
    while let Some(page) = streamed(&mut pages) {
        sizes.push(page.unwrap().certificate_list.len());
    }
    assert_eq!((sizes, script.sent().len()), (vec![2, 1], 2));
}

#[test]
fn items_come_one_by_one_and_all_at_once() {
    let bodies = || [page(1..=2, Some(5)), page(3..=4, Some(5)), page(5..=5, Some(5))];
    let one_by_one = script(bodies());
    let mut items = pages(&one_by_one).into_items();
    let first = streamed(&mut items).unwrap().unwrap();
    assert_eq!((first.id.unwrap().get(), one_by_one.sent().len()), (1, 1), "a page is fetched when it is needed");
    assert_eq!(rest(items), [2, 3, 4, 5]);
    let at_once = script(bodies());
    let client = old::Client::new(at_once.config()).unwrap();
    let all = now(client.describe_user_certificate_list().items().collect_all()).unwrap();
    assert_eq!((all.len(), at_once.sent().len()), (5, 3));
    let broken = Script::replies([answer(200, "application/json", page(1..=2, Some(5))), Reply::lost()]);
    let error = now(pages(&broken).into_items().collect_all()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
}

#[test]
fn an_error_does_not_end_a_list() {
    let replies = [
        answer(200, "application/json", page(1..=1, Some(2))),
        Reply::lost(),
        answer(200, "application/json", page(2..=2, Some(2))),
    ];
    let script = Script::replies(replies);
    let mut items = pages(&script).into_items();
    now(items.next()).unwrap().unwrap();
    now(items.next()).unwrap().unwrap_err();
    assert_eq!(rest(items), [2]);
    assert_eq!(asked(&script, "CurrentPage"), ["1", "2", "2"]);
}

#[test]
fn a_list_can_be_taken_up_at_any_item() {
    let all: Vec<i64> = (1..=5).collect();
    for taken in 0..=5_usize {
        let before = script([page(1..=2, Some(5)), page(3..=4, Some(5)), page(5..=5, Some(5))]);
        let mut items = pages(&before).into_items();
        for _ in 0..taken {
            now(items.next()).unwrap().unwrap();
        }
        let place = items.position();
        let wanted = Position { page: i64::try_from(taken / 2).unwrap() + 1, item: taken % 2 };
        let wanted = if taken == 5 { Position { page: 4, item: 0 } } else { wanted };
        assert_eq!(place, wanted, "after {taken}");
        let left = [page(1..=2, Some(5)), page(3..=4, Some(5)), page(5..=5, Some(5)), page([], Some(5))];
        let after = script(left.into_iter().skip(usize::try_from(place.page).unwrap() - 1));
        assert_eq!(rest(pages(&after).into_items().starting_at(place)), all[taken..], "after {taken}");
    }
}

#[test]
fn a_list_that_counts_items_is_taken_up_by_their_number() {
    let body = |from: i64| {
        let items: Vec<String> = (from..(from + 2).min(5)).map(|id| format!(r#"{{"Id":{id}}}"#)).collect();
        format!(r#"{{"TotalCount":5,"OrderList":[{}]}}"#, items.join(","))
    };
    let before = script([body(0), body(2), body(4)]);
    let mut items = old::Client::new(before.config()).unwrap().describe_order_instance_list().items();
    for _ in 0..3 {
        now(items.next()).unwrap().unwrap();
    }
    assert_eq!(items.position(), Position { page: 3, item: 0 });
    let after = script([body(3)]);
    let again = old::Client::new(after.config()).unwrap().describe_order_instance_list();
    let left = now(again.items().starting_at(items.position()).collect_all()).unwrap();
    assert_eq!(left.len(), 2);
    assert_eq!(asked(&after, "StartIndex"), ["3"]);
}

/// What can be read of a list, and the error that it ends with.
fn read(script: &Script) -> (Vec<i64>, String) {
    let (mut items, mut all) = (pages(script).into_items(), Vec::new());
    loop {
        match now(items.next()) {
            Some(Ok(item)) => all.push(item.id.map_or(-1, old::types::CertId::get)),
            Some(Err(error)) => {
                assert_eq!(error.kind(), ErrorKind::Response, "{error}");
                assert!(now(items.next()).is_none(), "the error ends the list");
                return (all, error.to_string());
            }
            None => return (all, String::new()),
        }
    }
}

#[test]
fn a_service_that_goes_round_in_circles_does_not_tell_whether_these_are_all() {
    let circle = script([page(1..=2, None), page(3..=4, None), page(1..=2, None), page(3..=4, None)]);
    let (all, error) = read(&circle);
    assert_eq!((all, circle.sent().len()), (vec![1, 2, 3, 4], 3));
    assert!(error.contains("position 3") && error.contains("may be incomplete"), "{error}");
    // A service that knows no pages.
    let (all, error) = read(&script([page(1..=2, None), page(1..=2, None)]));
    assert!(all == [1, 2] && error.contains("position 2"), "{error}");
}

#[test]
fn a_list_that_ends_short_of_its_total_is_an_error_behind_what_was_read() {
    let (all, error) = read(&script([page(1..=1, Some(2)), page([], Some(2))]));
    assert!(all == [1] && error.contains("after 1 of 2 items"), "{error}");
    // What a page has counted is not taken back by a later one.
    for last in [page([], None), page([], Some(0)), page([], Some(-1))] {
        let (all, error) = read(&script([page(1..=1, Some(2)), last]));
        assert!(all == [1] && error.contains("after 1 of 2 items"), "{error}");
    }
    assert_eq!(read(&script([page(1..=1, Some(-1)), page([], Some(-1))])), (vec![1], String::new()));
    // A number that is too small ends nothing: an empty page does.
    let more = script([page(1..=2, Some(1)), page(3..=3, Some(1)), page([], Some(1))]);
    assert_eq!((read(&more), more.sent().len()), ((vec![1, 2, 3], String::new()), 3));
    // A short page is no end.
    let short = script([page(1..=2, None), page(3..=3, None), page([], None)]);
    assert_eq!((read(&short), short.sent().len()), ((vec![1, 2, 3], String::new()), 3));
}

#[test]
fn a_response_without_the_list_is_no_empty_one() {
    let odd = [
        "{}",
        r#"{"RequestId":"1"}"#,
        r#"{"CertificateList":null}"#,
        r#"{"certificateList":[]}"#,
        r#"{"CertificateList":"none"}"#,
        r#"{"CertificateList":7,"TotalCount":0}"#,
        r#"{"TotalCount":1}"#,
        r#"{"CertificateList":["a","b"]}"#,
        r#"{"CertificateList":[null]}"#,
        r#"{"CertificateList":[[]]}"#,
        "<R><TotalCount>1</TotalCount></R>",
        "<R><CertificateList>none</CertificateList></R>",
    ];
    for body in odd {
        let (all, error) = read(&script([body.to_owned()]));
        assert!(all.is_empty() && error.contains("CertificateList"), "{body}: {error}");
        let (all, error) = read(&script([page(1..=2, None), body.to_owned()]));
        assert!(all == [1, 2] && error.contains("CertificateList"), "{body}: {error}");
    }
    for body in [r#"{"CertificateList":[]}"#, r#"{"TotalCount":0}"#, "<R><CertificateList/></R>"] {
        assert_eq!(read(&script([body.to_owned()])), (vec![], String::new()), "{body}");
    }
}

#[test]
fn what_can_be_read_of_a_page_comes_before_the_error() {
    let body = r#"{"TotalCount":3,"CertificateList":[{"id":1},"a",{"id":3}]}"#;
    let (all, error) = read(&script([body.to_owned()]));
    assert!(all == [1, 3] && error.contains("1 of 3 items"), "{error}");
}

#[test]
fn a_page_that_comes_again_before_all_items_have_come_is_an_error() {
    let bodies = || [page(1..=2, Some(5)), page(3..=4, Some(5)), page(3..=4, Some(5))];
    let circle = script(bodies());
    let mut pages_of = pages(&circle);
    now(pages_of.next()).unwrap().unwrap();
    now(pages_of.next()).unwrap().unwrap();
    let error = now(pages_of.next()).unwrap().unwrap_err();
    assert_eq!((error.kind(), error.action()), (ErrorKind::Response, "DescribeUserCertificateList"));
    assert!(error.to_string().contains("position 3") && error.to_string().contains("4 of 5 items"), "{error}");
    assert!(now(pages_of.next()).is_none());
    assert_eq!(circle.sent().len(), 3);
    now(pages(&script(bodies())).into_items().collect_all()).unwrap_err();
    // Who begins in the middle does not know how many came before.
    let middle = script([page(3..=4, Some(5)), page([], Some(5))]);
    assert_eq!(rest(pages(&middle).starting_at(2).into_items()), [3, 4]);
}

#[test]
fn a_list_can_be_begun_again_after_its_end() {
    let script = script([page(1..=1, Some(1)), page(1..=1, Some(1))]);
    let mut pages = pages(&script);
    now(pages.next()).unwrap().unwrap();
    assert!(now(pages.next()).is_none());
    let mut again = pages.starting_at(1);
    assert_eq!(now(again.next()).unwrap().unwrap().certificate_list.len(), 1);
    assert_eq!(asked(&script, "CurrentPage"), ["1", "1"]);
}

#[test]
fn a_list_without_end_is_an_error_and_not_a_part_of_it() {
    let endless = script((0..1_001).map(|n| page(n..=n, Some(n + 2))));
    let error = now(pages(&endless).into_items().collect_all()).unwrap_err();
    assert_eq!((error.kind(), endless.sent().len()), (ErrorKind::Response, 1_000));
    assert!(
        error.to_string().contains("more than 1000 pages. Raise `max_pages`, or continue from position 1001"),
        "{error}"
    );

    let script = script((0..5).map(|n| page(n..=n, None)));
    let mut pages = pages(&script).max_pages(2);
    now(pages.next()).unwrap().unwrap();
    now(pages.next()).unwrap().unwrap();
    assert_eq!(now(pages.next()).unwrap().unwrap_err().kind(), ErrorKind::Response);
    assert!(now(pages.next()).is_none());
    assert_eq!((script.sent().len(), pages.position()), (2, 3));
}

#[test]
fn a_list_that_ends_with_its_most_pages_is_whole() {
    let script = script([page(1..=1, Some(2)), page(2..=2, Some(2))]);
    assert_eq!(rest(pages(&script).max_pages(2).into_items()), [1, 2]);
}

#[test]
fn debug_output_of_a_list_shows_where_it_stands_and_nobody() {
    let body = r#"{"CertificateSet":[{"CertificateId":"1","Contact":{"Phone":"13800000000"}},{"CertificateId":"2"}]}"#;
    let script = Script::jsons([body, body]);
    let mut items = kcm::Client::new(script.config()).unwrap().list_certificates().items();
    now(items.next()).unwrap().unwrap();
    let shown = format!("{items:?}");
    assert!(shown.contains("item: 1") && !shown.contains("138"), "{shown}");
}
