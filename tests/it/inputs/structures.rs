//! Requests and the structures in them are built by setters, although they are `non_exhaustive`.

use crate::setup::futures::now;
use crate::setup::script::{Script, pairs};
use cloudcert::aliyun_cas::v2020_04_07::{create_certificate_request as order, types::Tag};
use cloudcert::ksyun_kcm::v2016_03_04::types::{Contact, Filter, FilterName};
use cloudcert::ksyun_kcm::v2016_03_04::{list_certificates as list, update_certificate as update};
use cloudcert::wire::Members;

/// The names of the members that have a value.
fn set(of: &dyn Members) -> Vec<&'static str> {
    let mut names = Vec::new();
    of.each(&mut |field, value| {
        if !matches!(value.show(), cloudcert::wire::Shown::Absent) {
            names.push(field.wire);
        }
    });
    names
}

#[test]
fn a_request_is_built_in_one_expression_and_sent_like_that_of_a_builder() {
    let script = Script::json(r#"{"OrderId":1}"#);
    let request = order::Request::default()
        .domain("www.example.com")
        .email("ops@example.com")
        .phone("13800000000")
        .username("Li Lei")
        .validate_type("DNS")
        .tags([Tag::default().key("team").value("web")]);
    now(script.cas_client().send(request)).unwrap();
    let sent = pairs(&script.sent()[0].body);
    for (name, value) in [("Domain", "www.example.com"), ("Tags.1.Key", "team"), ("Tags.1.Value", "web")] {
        assert!(sent.contains(&(name.to_owned(), value.to_owned())), "{name}: {sent:?}");
    }
}

#[test]
fn a_structure_in_a_request_has_a_setter_for_each_member() {
    let contact = Contact::default()
        .first_name("Lei")
        .last_name("Li")
        .phone("13800000000")
        .alt_phone("057100000000")
        .email("ops@example.com")
        .title("CTO")
        .name("Li Lei");
    assert_eq!(set(&contact), ["FirstName", "LastName", "Phone", "AltPhone", "Email", "Title", "Name"]);
    let request = update::Request::default().certificate_id("7").contact(&contact).contact(contact);
    assert_eq!(set(&request), ["CertificateId", "Contact"]);
}

#[test]
fn a_structure_of_a_key_and_its_value_is_a_pair() {
    let tag: Tag = ("team", "web").into();
    assert_eq!((tag.key.as_deref(), tag.value.as_deref()), (Some("team"), Some("web")));
    let all = [("a", "1"), ("b", "2")];
    let requests = [
        order::Request::default().tags(all),
        order::Request::default().tags(&all),
        order::Request::default().tags(all.map(Tag::from)),
        order::Request::default().tags(&all.map(Tag::from)),
        order::Request::default().tags(vec![("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2".to_owned())]),
    ];
    for request in requests {
        let tags: Vec<_> = request.tags.iter().map(|tag| (tag.key.as_deref(), tag.value.as_deref())).collect();
        assert_eq!(tags, [(Some("a"), Some("1")), (Some("b"), Some("2"))]);
    }
}

#[test]
fn what_belongs_to_a_key_may_be_several_values() {
    let filter = Filter::from(("main-domain", ["www.example.com", "example.com"]));
    assert_eq!(filter.value, ["www.example.com", "example.com"]);
    let request = list::Request::default().filters([("main-domain", &["www.example.com"])]);
    assert_eq!(request.filters[0].name.as_ref().map(FilterName::as_str), Some("main-domain"));
}
