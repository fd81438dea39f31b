//! Alibaba Cloud: an order with a key of our own, a proof of the domain, the certificate.

use crate::check::{self, Key};
use crate::{Failure, Session, note};
use cloudcert::aliyun_cas::v2020_04_07::describe_certificate_state::{CertificateState, DomainProof};
use cloudcert::aliyun_cas::v2020_04_07::{Client, types::ValidateType};
use cloudcert::pem::Bundle;

/// What is ordered.
const PRODUCT: &str = "digicert-free-1-free";

pub(crate) async fn run(session: &Session) -> Result<(), Failure> {
    println!("Alibaba Cloud");
    let client = Client::new(session.alibaba.clone())?;
    let (owner, folder) = (&session.options, session.folder("alibaba"));
    // Before the order: a certificate is of no use without its key.
    let key = Key::saved_in(&folder)?;
    let csr = key.request(&owner.domain)?;
    std::fs::write(folder.join("request.csr"), csr.as_pem())?;
    if !session.agreed("  This orders a DV certificate and uses one of your quota.")? {
        println!("  nothing was ordered");
        return Ok(());
    }
    let order = client
        .create_certificate_with_csr_request()
        .product_code(PRODUCT)
        .csr(csr)
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
    note(&folder, &format!("{}: order {}", owner.domain, order.order_id))?;
    println!("  ordered {}: order {}", owner.domain, order.order_id);

    let wait = client.wait_until_ready_for_domain_verification(order.order_id);
    match wait.initial_interval(session.interval()).await?.into_state() {
        CertificateState::DomainVerify(DomainProof::Dns(proof)) => {
            println!("  to prove: {} {} {}", proof.fqdn(&owner.domain), proof.record_type, proof.record_value);
            session.published()?;
        }
        CertificateState::Certificate(_) => println!("  the domain is proved already"),
        other => return Err(format!("the order is in an unexpected state: {other:?}").into()),
    }
    let wait = client.wait_until_certificate_issued(order.order_id);
    let issued = wait.initial_interval(session.interval()).await?;
    let bundle = Bundle::read([issued.certificate.ok_or("the response holds no certificate")?])?;
    println!("  issued: {}", check::chain(&bundle.fullchain(), key.public(), &owner.domain)?);
    bundle.save(&folder)?;
    println!("  saved to {}", folder.display());
    Ok(())
}
