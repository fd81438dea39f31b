//! Ids convert both ways.

use cloudcert::aliyun_cas::v2020_04_07::types::{CertIdentifier, OrderId, ValidateType};
use cloudcert::ksyun_kcm::v2016_03_04::types::CertificateStatus;

#[test]
fn an_id_that_is_a_number_is_made_of_one_and_becomes_one() {
    let number = 98_987_582_437_920_968;
    let id = OrderId::from(number);
    assert_eq!((i64::from(id), id.get(), OrderId::from(&number), OrderId::from(&id)), (number, number, id, id));
    assert_eq!("98987582437920968".parse(), Ok(id));
}

#[test]
fn an_id_that_is_a_text_is_made_of_one_and_becomes_one() {
    let id = CertIdentifier::from("cert-7");
    let text: &str = id.as_ref();
    assert_eq!((text, id.as_str()), ("cert-7", "cert-7"));
    assert_eq!(
        [CertIdentifier::from(&"cert-7"), CertIdentifier::from(&"cert-7".to_owned()), CertIdentifier::from(&id)],
        [(); 3].map(|()| id.clone())
    );
    assert_eq!(String::from(id), "cert-7");
}

#[test]
fn enums_are_made_of_references_too() {
    assert_eq!(
        [ValidateType::from(&"DNS"), ValidateType::from(&ValidateType::Dns)],
        [ValidateType::Dns, ValidateType::Dns]
    );
    assert_eq!(AsRef::<str>::as_ref(&ValidateType::Dns), "DNS");
    assert_eq!(CertificateStatus::from(&2), CertificateStatus::Issued);
}
