//! Alibaba Cloud: an order with a key of our own, a proof of the domain, the certificate, and its upload.

use crate::check::{self, Key};
use crate::{Failure, Place};
use cloudcert::aliyun_cas::v2018_07_13 as uploads;
use cloudcert::aliyun_cas::v2020_04_07::describe_certificate_state::{CertificateState, DomainProof};
use cloudcert::aliyun_cas::v2020_04_07::{Client, types::ValidateType};

/// What is ordered.
const PRODUCT: &str = "digicert-free-1-free";

pub(crate) async fn run(place: &Place) -> Result<(), Failure> {
    println!("Alibaba Cloud");
    let client = Client::new(place.alibaba.clone())?;
    let owner = &place.owner;
    let key = Key::generate()?;
    place.agreed("  This orders a DV certificate and uses one of your quota.")?;
    let order = client
        .create_certificate_with_csr_request()
        .product_code(PRODUCT)
        .csr(key.request(&owner.domain)?)
        .email(&*owner.email)
        .phone(&*owner.phone)
        .username(&*owner.name)
        .validate_type(ValidateType::Dns)
        .guard()
        .await?;
    let order = match order.send().await {
        Err(error) if error.outcome_unknown() => return Err(format!("{error}; {}", order.find_out().await?).into()),
        sent => sent?,
    };
    println!("  ordered {}: order {}", owner.domain, order.order_id);

    let wait = client.wait_until_ready_for_domain_verification(order.order_id).initial_interval(place.pause());
    match wait.await?.into_state() {
        CertificateState::DomainVerify(DomainProof::Dns(proof)) => {
            println!("  to prove: {} {} {}", proof.record_domain, proof.record_type, proof.record_value);
            place.published()?;
        }
        CertificateState::Certificate(_) => println!("  the domain is proved already"),
        other => return Err(format!("the order is in an unexpected state: {other:?}").into()),
    }
    let issued = client.wait_until_certificate_issued(order.order_id).initial_interval(place.pause()).await?;
    let chain = issued.certificate.ok_or("the answer holds no certificate")?;
    println!("  issued: {}", check::chain(&chain, key.public(), &owner.domain)?);

    let uploads = uploads::Client::new(place.alibaba.clone())?;
    let name = format!("{}-{}", owner.domain.replace(['.', '*'], "-"), order.order_id);
    uploads.create_user_certificate().name(&*name).cert(chain).key(key.private()).await?;
    let mut pages = uploads.describe_user_certificate_list().pages();
    while let Some(page) = pages.next().await {
        for certificate in page?.certificate_list {
            if certificate.name.as_deref() == Some(&*name) {
                println!("  uploaded as {name}, valid until {}", certificate.end_date.as_deref().unwrap_or("?"));
                return Ok(());
            }
        }
    }
    Err(format!("the uploaded certificate {name} is not in the list").into())
}
