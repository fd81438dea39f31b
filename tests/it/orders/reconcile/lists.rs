//! Guarded calls that lists tell about: what a list must be to prove anything.

use super::{count, json, lost, why};
use crate::setup::script::{Reply, Script, now};
use cloudcert::aliyun_cas::v2018_07_13 as old;
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{ErrorKind, Evidence, Outcome};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn listed(items: &[(&str, &str)]) -> Reply {
    let items: Vec<String> =
        items.iter().map(|(id, domain)| format!(r#"{{"CertificateId":"{id}","MainDomain":"{domain}"}}"#)).collect();
    json(format!(r#"{{"CertificateSet":[{}]}}"#, items.join(",")))
}

fn none() -> Reply {
    listed(&[])
}

/// An application whose answer is lost, and what was found.
fn applied(replies: impl IntoIterator<Item = Reply>) -> (Outcome, Vec<String>) {
    let client = kcm::Client::new(Script::replies(replies).config()).unwrap();
    let call = client.apply_certificate().main_domain("a.example.com").certificate_code("SECDV01").year_length(1);
    let call = now(call.domain_count(1).wildcard_count(0).guard()).unwrap();
    now(call.send()).unwrap_err();
    let outcome = now(call.find_out()).unwrap();
    (outcome, call.found().into_iter().map(|found| found.certificate_id.to_string()).collect())
}

#[test]
fn one_more_in_the_list_is_the_order_and_tells_its_id() {
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
        let looks = std::iter::repeat_with(|| list(&after)).take(3).flatten();
        let (outcome, found) = applied(list(&before).chain([Reply::lost()]).chain(looks));
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

    #[test]
    fn a_count_never_proves_more_than_it_shows(before in -3_i64..4, after in -3_i64..4) {
        let (outcome, ..) = lost([count(before), Reply::lost(), count(after), count(after), count(after)]);
        match outcome {
            Outcome::NotExecuted { .. } => prop_assert_eq!(before, after),
            Outcome::Executed { .. } => prop_assert_eq!(before + 1, after),
            _ => prop_assert!(after != before && after != before + 1),
        }
    }
}

#[test]
fn a_name_that_was_in_use_proves_nothing() {
    let names = |names: &[(i64, &str)]| {
        let items: Vec<String> = names.iter().map(|(id, name)| format!(r#"{{"id":{id},"name":"{name}"}}"#)).collect();
        json(format!(r#"{{"TotalCount":{},"CertificateList":[{}]}}"#, items.len(), items.join(",")))
    };
    let uploaded = |replies: Vec<Reply>| {
        let client = old::Client::new(Script::replies(replies).config()).unwrap();
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
fn a_list_that_comes_to_no_end_is_not_looked_at_as_if_it_were_whole() {
    let page = || json(r#"{"TotalCount":3,"CertificateList":[{"id":1,"name":"other"}]}"#);
    let client = old::Client::new(Script::replies([page(), page()]).config()).unwrap();
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
fn a_look_that_did_not_see_the_list_proves_nothing() {
    let apply = |client: &kcm::Client| {
        let call = client.apply_certificate().main_domain("a.example.com").certificate_code("SECDV01").year_length(1);
        call.domain_count(1).wildcard_count(0).guard()
    };
    for unseen in UNSEEN {
        // Before the call: nothing is sent.
        let script = Script::json(unseen);
        let error = now(apply(&kcm::Client::new(script.config()).unwrap())).unwrap_err();
        assert_eq!((error.action(), script.sent().len()), ("ListCertificates", 1), "{unseen}: {error}");
        // After it, on the first page and on a later one: no verdict, and no second order.
        let ours = || listed(&[("1", "a.example.com")]);
        for looks in [vec![json(unseen)], vec![ours(), json(unseen)], vec![ours(), none(), json(unseen)]] {
            let replies = [none(), Reply::lost()].into_iter().chain(looks).chain([ours(), none()]);
            let script = Script::replies(replies);
            let call = now(apply(&kcm::Client::new(script.config()).unwrap())).unwrap();
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
fn a_service_that_ignores_the_page_cannot_tell_whether_this_was_all() {
    let full = || listed(&[("1", "a.example.com"), ("2", "b.example.com")]);
    let client = kcm::Client::new(Script::replies([full(), full()]).config()).unwrap();
    let call = client.apply_certificate().main_domain("a.example.com").certificate_code("SECDV01").year_length(1);
    let error = now(call.domain_count(1).wildcard_count(0).guard()).unwrap_err();
    assert!(error.to_string().contains("the list may be incomplete"), "{error}");
}

/// An upload after these looks, whose answer is lost.
fn upload(
    replies: impl IntoIterator<Item = Reply>,
) -> Result<cloudcert::Guarded<old::create_user_certificate::Request>, cloudcert::Error> {
    let client = old::Client::new(Script::replies(replies).config()).unwrap();
    let call = now(client.create_user_certificate().name("www").cert("PEM").key("KEY").guard())?;
    now(call.send()).unwrap_err();
    Ok(call)
}

fn page(total: i64, items: &[(i64, &str)]) -> Reply {
    let items: Vec<String> = items.iter().map(|(id, name)| format!(r#"{{"id":{id},"name":"{name}"}}"#)).collect();
    json(format!(r#"{{"TotalCount":{total},"CertificateList":[{}]}}"#, items.join(",")))
}

#[test]
fn a_list_that_is_not_whole_or_moves_is_no_proof() {
    let (one, two) = ((1, "one"), (2, "two"));
    let broken: [(&str, Vec<Reply>); 7] = [
        ("after 1 of 2 items", vec![page(2, &[one]), page(2, &[])]),
        ("has no list", vec![json(r#"{"TotalCount":0}"#)]),
        ("has no list", vec![page(2, &[one]), json(r#"{"TotalCount":2}"#)]),
        ("changed while it was read", vec![page(3, &[one]), page(2, &[two])]),
        ("occurs twice", vec![page(4, &[one, two]), page(4, &[two, (3, "three")])]),
        ("occurs twice", vec![page(2, &[one, one])]),
        ("returned an earlier page again", vec![page(4, &[one, two]), page(4, &[one, two])]),
    ];
    for (said, looks) in broken {
        let error = upload(looks.clone()).unwrap_err();
        assert_eq!(error.action(), "DescribeUserCertificateList");
        assert!(error.to_string().contains(said), "{said}: {error}");
        let call = upload([page(1, &[one]), Reply::lost()].into_iter().chain(looks)).unwrap();
        let error = now(call.find_out()).unwrap_err();
        assert!(error.to_string().contains(said), "{said}: {error}");
        assert_eq!(now(call.send()).unwrap_err().kind(), ErrorKind::Guarded);
    }
}

#[test]
fn the_last_look_before_a_verdict_is_the_first_one_for_the_next_call() {
    // What others do between the two calls is not taken for the second one: here somebody gives a certificate the name.
    let (before, renamed) = (|| page(1, &[(1, "other")]), || page(1, &[(1, "www")]));
    let call = upload([before(), Reply::lost(), before(), before(), renamed(), Reply::lost()]).unwrap();
    assert_eq!(now(call.find_out()).unwrap(), Outcome::NotExecuted { evidence: Evidence::List });
    now(call.send()).unwrap_err();
    assert!(why(now(call.find_out()).unwrap()).contains("already before the call"));
}
