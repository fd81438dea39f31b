//! Pages and items as streams: what is fetched when, and how a list is resumed at any position.

use super::{asked, page, pages, rest, script};
use crate::setup::futures::now;
use crate::setup::script::{Reply, Script, json_response};
use cloudcert::{ErrorKind, Position};
use futures_core::Stream;
use std::pin::Pin;

/// The next item, by `Stream`.
fn streamed<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    now(std::future::poll_fn(|context| Pin::new(&mut *stream).poll_next(context)))
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
    let client = at_once.old_client();
    let all = now(client.describe_user_certificate_list().items().collect_all()).unwrap();
    assert_eq!((all.len(), at_once.sent().len()), (5, 3));
    let broken = Script::replies([json_response(200, page(1..=2, Some(5))), Reply::lost()]);
    let error = now(pages(&broken).into_items().collect_all()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
}

#[test]
fn an_error_does_not_end_a_list() {
    let replies = [json_response(200, page(1..=1, Some(2))), Reply::lost(), json_response(200, page(2..=2, Some(2)))];
    let script = Script::replies(replies);
    let mut items = pages(&script).into_items();
    now(items.next()).unwrap().unwrap();
    now(items.next()).unwrap().unwrap_err();
    assert_eq!(rest(items), [2]);
    assert_eq!(asked(&script, "CurrentPage"), ["1", "2", "2"]);
}

#[test]
fn pages_are_read_to_the_end_and_no_further() {
    let script = script([page(0..=1, Some(5)), page(2..=3, Some(5)), page(4..=4, Some(5))]);
    let client = script.old_client();
    let mut pages = client.describe_user_certificate_list().show_size(2).pages();
    let mut seen = 0;
    while let Some(page) = now(pages.next()) {
        seen += page.unwrap().certificate_list.len();
    }
    assert_eq!(seen, 5);
    assert_eq!(asked(&script, "CurrentPage"), ["1", "2", "3"]);
}

#[test]
fn a_list_can_be_resumed_at_any_item() {
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
fn a_list_that_counts_items_is_resumed_by_their_number() {
    let body = |from: i64| {
        let items: Vec<String> = (from..(from + 2).min(5)).map(|id| format!(r#"{{"Id":{id}}}"#)).collect();
        format!(r#"{{"TotalCount":5,"OrderList":[{}]}}"#, items.join(","))
    };
    let before = script([body(0), body(2), body(4)]);
    let mut items = before.old_client().describe_order_instance_list().items();
    for _ in 0..3 {
        now(items.next()).unwrap().unwrap();
    }
    assert_eq!(items.position(), Position { page: 3, item: 0 });
    let after = script([body(3)]);
    let again = after.old_client().describe_order_instance_list();
    let left = now(again.items().starting_at(items.position()).collect_all()).unwrap();
    assert_eq!(left.len(), 2);
    assert_eq!(asked(&after, "StartIndex"), ["3"]);
}

#[test]
fn pages_can_be_resumed_in_the_middle() {
    let script = script([page(2..=3, Some(5)), page(4..=4, Some(5)), page([], Some(5))]);
    let client = script.old_client();
    let mut pages = client.describe_user_certificate_list().current_page(2).show_size(2).pages();
    now(pages.next()).unwrap().unwrap();
    assert_eq!(pages.position(), 3);
    now(pages.next()).unwrap().unwrap();
    assert!(now(pages.next()).is_none());
}

#[test]
fn a_list_can_be_read_again_after_its_end() {
    let script = script([page(1..=1, Some(1)), page(1..=1, Some(1))]);
    let mut pages = pages(&script);
    now(pages.next()).unwrap().unwrap();
    assert!(now(pages.next()).is_none());
    let mut again = pages.starting_at(1);
    assert_eq!(now(again.next()).unwrap().unwrap().certificate_list.len(), 1);
    assert_eq!(asked(&script, "CurrentPage"), ["1", "1"]);
}

#[test]
fn debug_output_of_a_list_shows_its_position_and_no_personal_data() {
    let body = r#"{"CertificateSet":[{"CertificateId":"1","Contact":{"Phone":"13800000000"}},{"CertificateId":"2"}]}"#;
    let script = Script::jsons([body, body]);
    let mut items = script.kcm_client().list_certificates().items();
    now(items.next()).unwrap().unwrap();
    let shown = format!("{items:?}");
    assert!(shown.contains("item: 1") && !shown.contains("138"), "{shown}");
}
