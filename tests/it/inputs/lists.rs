//! Setters of lists take arrays, slices, vectors and iterators, of values and of references.

use cloudcert::aliyun_cas::v2018_07_13::create_dv_order_audit as order;
use cloudcert::ksyun_kcm::v2016_03_04::list_certificates as list;
use cloudcert::ksyun_kcm::v2016_03_04::types::{CertificateId, ProjectId};
use std::borrow::Cow;

#[test]
fn a_list_of_texts_takes_whatever_is_text() {
    let owned = vec!["a.example".to_owned(), "b.example".to_owned()];
    let texts: Vec<&str> = owned.iter().map(String::as_str).collect();
    let slice: &[&str] = &texts;
    let requests = [
        order::Request::default().domain(["a.example", "b.example"]),
        order::Request::default().domain(&["a.example", "b.example"]),
        order::Request::default().domain(slice),
        order::Request::default().domain(&texts),
        order::Request::default().domain(texts.iter()),
        order::Request::default().domain(&owned),
        order::Request::default().domain(owned.as_slice()),
        order::Request::default().domain(owned.iter().map(|domain| Cow::Borrowed(domain.as_str()))),
        order::Request::default().domain("a.example,b.example".split(',')),
        order::Request::default().domain(owned.clone()),
    ];
    for request in requests {
        assert_eq!(request.domain, owned);
    }
}

#[test]
fn a_list_of_ids_takes_ids_and_what_they_are_made_of() {
    let ids = [ProjectId::from(1), ProjectId::from(2)];
    let requests = [
        list::Request::default().project_ids([1, 2]),
        list::Request::default().project_ids(&[1, 2]),
        list::Request::default().project_ids(ids),
        list::Request::default().project_ids(&ids),
        list::Request::default().project_ids(1..3),
    ];
    for request in requests {
        assert_eq!(request.project_ids, ids);
    }
    let ids = ["7", "8"].map(CertificateId::from);
    let texts = ["7".to_owned(), "8".to_owned()];
    let requests = [
        list::Request::default().certificate_ids(["7", "8"]),
        list::Request::default().certificate_ids(&["7", "8"]),
        list::Request::default().certificate_ids(&texts),
        list::Request::default().certificate_ids(texts),
        list::Request::default().certificate_ids(&ids),
        list::Request::default().certificate_ids(ids.clone()),
    ];
    for request in requests {
        assert_eq!(request.certificate_ids, ids);
    }
}
