//! The end of a list: a list that cannot be proved complete ends with an error, after everything that could be read.

use super::{page, pages, rest, script};
use crate::setup::futures::now;
use crate::setup::script::Script;
use cloudcert::ErrorKind;
use cloudcert::aliyun_cas::v2018_07_13 as old;

/// The ids that can be read of a list, and the error that it ends with.
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
fn a_service_that_repeats_its_pages_leaves_the_list_incomplete() {
    let circle = script([page(1..=2, None), page(3..=4, None), page(1..=2, None), page(3..=4, None)]);
    let (all, error) = read(&circle);
    assert_eq!((all, circle.sent().len()), (vec![1, 2, 3, 4], 3));
    assert!(error.contains("position 3") && error.contains("may be incomplete"), "{error}");
    // A service that knows no pages.
    let (all, error) = read(&script([page(1..=2, None), page(1..=2, None)]));
    assert!(all == [1, 2] && error.contains("position 2"), "{error}");
}

#[test]
fn a_service_that_repeats_a_page_ends_the_list_with_an_error() {
    let body = r#"{"CertificateSet":[{"CertificateId":"1"}]}"#;
    let script = Script::jsons([body, body, body]);
    let client = script.kcm_client();
    let mut pages = client.list_certificates().pages();
    assert!(now(pages.next()).unwrap().is_ok());
    assert!(now(pages.next()).unwrap().is_err(), "nobody knows whether this was all");
    assert!(now(pages.next()).is_none());
    assert_eq!(script.sent().len(), 2);
}

#[test]
fn a_list_that_ends_short_of_its_total_is_an_error_after_its_items() {
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
    // A short page does not end the list.
    let short = script([page(1..=2, None), page(3..=3, None), page([], None)]);
    assert_eq!((read(&short), short.sent().len()), ((vec![1, 2, 3], String::new()), 3));
}

#[test]
fn a_response_without_the_list_is_no_empty_list() {
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
fn readable_items_of_a_page_come_before_the_error() {
    let body = r#"{"TotalCount":3,"CertificateList":[{"id":1},"a",{"id":3}]}"#;
    let (all, error) = read(&script([body.to_owned()]));
    assert!(all == [1, 3] && error.contains("1 of 3 items"), "{error}");
}

#[test]
fn a_page_that_repeats_before_the_total_is_reached_is_an_error() {
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
fn an_endless_list_is_an_error_and_not_cut_off() {
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
fn a_list_that_ends_at_its_maximum_of_pages_is_complete() {
    let script = script([page(1..=1, Some(2)), page(2..=2, Some(2))]);
    assert_eq!(rest(pages(&script).max_pages(2).into_items()), [1, 2]);
}
