//! Verdicts by a list: what a list must be to prove anything.

use super::why;
use crate::setup::futures::now;
use crate::setup::requests::application;
use crate::setup::script::{Reply, Script};
use cloudcert::aliyun_cas::v2018_07_13 as old;
use cloudcert::{ErrorKind, Evidence, Outcome};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn listed(items: &[(&str, &str)]) -> Reply {
    let items: Vec<String> =
        items.iter().map(|(id, domain)| format!(r#"{{"CertificateId":"{id}","MainDomain":"{domain}"}}"#)).collect();
    Reply::json(format!(r#"{{"CertificateSet":[{}]}}"#, items.join(",")))
}

fn none() -> Reply {
    listed(&[])
}

/// The verdict on an application whose response is lost, and the ids that were found.
fn applied(replies: impl IntoIterator<Item = Reply>) -> (Outcome, Vec<String>) {
    let client = Script::replies(replies).kcm_client();
    let call = now(application(&client).guard()).unwrap();
    now(call.send()).unwrap_err();
    let outcome = now(call.find_out()).unwrap();
    (outcome, call.found().into_iter().map(|found| found.certificate_id.to_string()).collect())
}

#[test]
fn one_more_in_the_list_proves_the_order_and_gives_its_id() {
    let before = || listed(&[("1", "a.example.com"), ("2", "b.example.com")]);
    let ours = || listed(&[("1", "a.example.com"), ("2", "b.example.com"), ("3", "a.example.com")]);
    assert_eq!(
        applied([before(), none(), Reply::lost(), ours(), none()]),
        (Outcome::Executed { evidence: Evidence::List }, vec!["3".to_owned()])
    );
    let page = |id| listed(&[(id, "a.example.com")]);
    let over_pages = [page("1"), page("2"), none(), Reply::lost(), page("1"), page("2"), page("3"), none()];
    assert_eq!(
        applied(over_pages),
        (Outcome::Executed { evidence: Evidence::List }, vec!["3".to_owned()]),
        "all pages are read"
    );
    let unchanged = [before(), none(), Reply::lost(), before(), none(), before(), none(), before(), none()];
    assert_eq!(applied(unchanged), (Outcome::NotExecuted { evidence: Evidence::List }, vec![]));
    // Somebody else's for another domain does not disturb one that is found.
    let two = listed(&[("1", "a.example.com"), ("2", "b.example.com"), ("3", "a.example.com"), ("4", "c.example.com")]);
    assert_eq!(
        applied([before(), none(), Reply::lost(), two, none()]).0,
        Outcome::Executed { evidence: Evidence::List }
    );
}

#[test]
fn a_list_that_changes_in_another_way_proves_nothing() {
    let before = || listed(&[("1", "a.example.com"), ("2", "b.example.com")]);
    let two_more =
        listed(&[("1", "a.example.com"), ("2", "b.example.com"), ("3", "a.example.com"), ("4", "a.example.com")]);
    let (outcome, found) = applied([before(), none(), Reply::lost(), two_more, none()]);
    assert!(why(outcome).contains("2 new ones that match") && found == ["3", "4"]);
    // As many as before, and yet not the same.
    let swapped = listed(&[("2", "b.example.com"), ("3", "a.example.com")]);
    assert!(why(applied([before(), none(), Reply::lost(), swapped, none()]).0).contains("no longer listed"));
    // The service may write the domain in another way.
    let other = || listed(&[("1", "a.example.com"), ("2", "b.example.com"), ("3", "A.example.com")]);
    let replies = [before(), none(), Reply::lost(), other(), none(), other(), none(), other(), none()];
    assert!(why(applied(replies).0).contains("which do not match"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Even ids fit, odd ones do not.
    #[test]
    fn a_list_never_proves_more_than_it_shows(
        before in prop::collection::btree_set(0_u8..8, 0..6),
        after in prop::collection::btree_set(0_u8..8, 0..6),
    ) {
        let list = |ids: &BTreeSet<u8>| {
            let items: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let domain = |id: &u8| if id.is_multiple_of(2) { "a.example.com" } else { "b.example.com" };
            let pairs: Vec<(&str, &str)> = items.iter().zip(ids).map(|(text, id)| (text.as_str(), domain(id))).collect();
            let end = (!pairs.is_empty()).then(none);
            std::iter::once(listed(&pairs)).chain(end)
        };
        let probes = std::iter::repeat_with(|| list(&after)).take(3).flatten();
        let (outcome, found) = applied(list(&before).chain([Reply::lost()]).chain(probes));
        let new: Vec<u8> = after.difference(&before).copied().collect();
        let fitting = new.iter().filter(|id| id.is_multiple_of(2)).count();
        let gone = before.difference(&after).count();
        match outcome {
            Outcome::NotExecuted { .. } => prop_assert_eq!(&before, &after),
            Outcome::Executed { .. } => prop_assert_eq!((fitting, gone), (1, 0)),
            _ => prop_assert!(before != after && (fitting, gone) != (1, 0)),
        }
        prop_assert!(found.len() == fitting);
    }
}

#[test]
fn a_name_that_was_in_use_proves_nothing() {
    let names = |names: &[(i64, &str)]| {
        let items: Vec<String> = names.iter().map(|(id, name)| format!(r#"{{"id":{id},"name":"{name}"}}"#)).collect();
        Reply::json(format!(r#"{{"TotalCount":{},"CertificateList":[{}]}}"#, items.len(), items.join(",")))
    };
    let uploaded = |replies: Vec<Reply>| {
        let client = Script::replies(replies).old_client();
        let call = client.create_user_certificate().name("www").cert("PEM").key("KEY").guard();
        let call = now(call).unwrap();
        now(call.send()).unwrap_err();
        now(call.find_out()).unwrap()
    };
    assert_eq!(
        uploaded(vec![names(&[(1, "other")]), Reply::lost(), names(&[(1, "other"), (2, "www")])]),
        Outcome::Executed { evidence: Evidence::List }
    );
    assert!(why(uploaded(vec![names(&[(1, "www")]), Reply::lost()])).contains("already before the call"));
}

#[test]
fn a_list_that_does_not_end_is_not_taken_for_complete() {
    let page = || Reply::json(r#"{"TotalCount":3,"CertificateList":[{"id":1,"name":"other"}]}"#);
    let client = Script::replies([page(), page()]).old_client();
    let error = now(client.create_user_certificate().name("www").cert("PEM").key("KEY").guard()).unwrap_err();
    assert_eq!((error.kind(), error.action()), (ErrorKind::Response, "DescribeUserCertificateList"), "{error}");
}

/// Responses in which the list was not seen.
const UNSEEN: [&str; 19] = [
    r#"{"RequestId":"1","Error":{"InnerCode":"unknown_error","Message":"busy"},"CertificateSet":[]}"#,
    r#"{"RequestId":"1","Error":"busy","CertificateSet":[]}"#,
    r#"{"RequestId":"1","Error":[{"Code":"X"}],"CertificateSet":[]}"#,
    r#"{"RequestId":"1","Error":{"Code":null},"CertificateSet":[]}"#,
    "<R><Error>busy</Error><CertificateSet/></R>",
    "{}",
    r#"{"RequestId":"1"}"#,
    r#"{"RequestId":"1","CertificateSet":null}"#,
    r#"{"CertificateSet":["a","b"]}"#,
    r#"{"CertificateSet":[null]}"#,
    r#"{"CertificateSet":[7,{"CertificateId":"1","MainDomain":"a.example.com"}]}"#,
    r#"{"certificateSet":[]}"#,
    r#"{"CertificateSets":[{"CertificateId":"1"}]}"#,
    r#"{"CertificateSet":"[]"}"#,
    r#"{"CertificateSet":false}"#,
    r#"{"CertificateSet":[{"MainDomain":"a.example.com"}]}"#,
    r#"{"CertificateSet":[{"CertificateId":"","MainDomain":"a.example.com"}]}"#,
    "<ListCertificatesResponse><RequestId>1</RequestId></ListCertificatesResponse>",
    "<R><CertificateSet>none</CertificateSet></R>",
];

#[test]
fn a_probe_that_did_not_see_the_list_proves_nothing() {
    for unseen in UNSEEN {
        // Before the call: nothing is sent.
        let script = Script::json(unseen);
        let error = now(application(&script.kcm_client()).guard()).unwrap_err();
        assert_eq!((error.action(), script.sent().len()), ("ListCertificates", 1), "{unseen}: {error}");
        // After it, on the first page and on a later one: no verdict, and no second order.
        let ours = || listed(&[("1", "a.example.com")]);
        for probes in
            [vec![Reply::json(unseen)], vec![ours(), Reply::json(unseen)], vec![ours(), none(), Reply::json(unseen)]]
        {
            let replies = [none(), Reply::lost()].into_iter().chain(probes).chain([ours(), none()]);
            let script = Script::replies(replies);
            let call = now(application(&script.kcm_client()).guard()).unwrap();
            now(call.send()).unwrap_err();
            match now(call.find_out()) {
                Err(error) => assert_eq!(error.action(), "ListCertificates", "{unseen}: {error}"),
                // The whole list came before.
                Ok(outcome) => assert_eq!(outcome, Outcome::Executed { evidence: Evidence::List }, "{unseen}"),
            }
            assert_eq!(now(call.send()).unwrap_err().kind(), ErrorKind::Guarded);
        }
    }
}

#[test]
fn a_service_that_ignores_the_page_proves_nothing() {
    let full = || listed(&[("1", "a.example.com"), ("2", "b.example.com")]);
    let client = Script::replies([full(), full()]).kcm_client();
    let error = now(application(&client).guard()).unwrap_err();
    assert!(error.to_string().contains("the list may be incomplete"), "{error}");
}

/// An upload whose response is lost, after these probes.
fn upload(
    replies: impl IntoIterator<Item = Reply>,
) -> Result<cloudcert::Guarded<old::create_user_certificate::Request>, cloudcert::Error> {
    let client = Script::replies(replies).old_client();
    let call = now(client.create_user_certificate().name("www").cert("PEM").key("KEY").guard())?;
    now(call.send()).unwrap_err();
    Ok(call)
}

fn page(total: i64, items: &[(i64, &str)]) -> Reply {
    let items: Vec<String> = items.iter().map(|(id, name)| format!(r#"{{"id":{id},"name":"{name}"}}"#)).collect();
    Reply::json(format!(r#"{{"TotalCount":{total},"CertificateList":[{}]}}"#, items.join(",")))
}

#[test]
fn a_list_that_is_incomplete_or_moves_proves_nothing() {
    let (one, two) = ((1, "one"), (2, "two"));
    let broken: [(&str, Vec<Reply>); 7] = [
        ("after 1 of 2 items", vec![page(2, &[one]), page(2, &[])]),
        ("has no list", vec![Reply::json(r#"{"TotalCount":0}"#)]),
        ("has no list", vec![page(2, &[one]), Reply::json(r#"{"TotalCount":2}"#)]),
        ("changed while it was read", vec![page(3, &[one]), page(2, &[two])]),
        ("occurs twice", vec![page(4, &[one, two]), page(4, &[two, (3, "three")])]),
        ("occurs twice", vec![page(2, &[one, one])]),
        ("returned an earlier page again", vec![page(4, &[one, two]), page(4, &[one, two])]),
    ];
    for (expected, probes) in broken {
        let error = upload(probes.clone()).unwrap_err();
        assert_eq!(error.action(), "DescribeUserCertificateList");
        assert!(error.to_string().contains(expected), "{expected}: {error}");
        let call = upload([page(1, &[one]), Reply::lost()].into_iter().chain(probes)).unwrap();
        let error = now(call.find_out()).unwrap_err();
        assert!(error.to_string().contains(expected), "{expected}: {error}");
        assert_eq!(now(call.send()).unwrap_err().kind(), ErrorKind::Guarded);
    }
}

#[test]
fn the_last_probe_before_a_verdict_is_the_first_one_of_the_next_call() {
    // What others do between the two calls is not taken for the second one: here somebody gives a certificate the name.
    let (before, renamed) = (|| page(1, &[(1, "other")]), || page(1, &[(1, "www")]));
    let call = upload([before(), Reply::lost(), before(), before(), renamed(), Reply::lost()]).unwrap();
    assert_eq!(now(call.find_out()).unwrap(), Outcome::NotExecuted { evidence: Evidence::List });
    now(call.send()).unwrap_err();
    assert!(why(now(call.find_out()).unwrap()).contains("already before the call"));
}
