//! Alibaba Cloud: an order with a key of our own, a proof of the domain, the certificate, and what can be done with it.

use crate::check::{self, Key};
use crate::{Failure, Session, note};
use cloudcert::Outcome;
use cloudcert::aliyun_cas::v2020_04_07::Client;
use cloudcert::aliyun_cas::v2020_04_07::describe_certificate_state::{CertificateState, DomainProof};
use cloudcert::aliyun_cas::v2020_04_07::types::{CertId, CloudResourceId, ContactId, OrderId};
use cloudcert::aliyun_cas::v2020_04_07::types::{DeploymentJobStatus, DeploymentJobType, OrderStatus, ValidateType};
use cloudcert::pem::{Bundle, Csr};
use std::time::SystemTime;

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
    let id = order(session, &client, csr).await?;
    note(&folder, &format!("{}: order {id}", owner.domain))?;
    println!("  ordered {}: order {id}", owner.domain);

    let wait = client.wait_until_ready_for_domain_verification(id);
    match wait.initial_interval(session.interval()).await?.into_state() {
        CertificateState::DomainVerify(DomainProof::Dns(proof)) => {
            println!("  to prove: {} {} {}", proof.fqdn(&owner.domain), proof.record_type, proof.record_value);
            session.published()?;
        }
        CertificateState::Certificate(_) => println!("  the domain is proved already"),
        other => return Err(format!("the order is in an unexpected state: {other:?}").into()),
    }
    let issued = client.wait_until_certificate_issued(id).initial_interval(session.interval()).await?;
    // The texts come only with the private keys, of which the service has none here.
    let certificate = issued.cert_id.ok_or("the response holds no id of the certificate")?;
    let detail = client.get_user_certificate_detail().cert_id(certificate).with_private_keys().await?;
    let bundle = Bundle::read([detail.cert.ok_or("the response holds no certificate")?, key.pem()])?;
    println!("  downloaded: {}", check::chain(&bundle.fullchain(), key.public(), &owner.domain)?);
    bundle.save(&folder)?;
    println!("  saved to {}", folder.display());

    if session.agreed("  This uploads the certificate with its key.")? {
        let uploaded = upload(&client, &format!("{}-{id}", owner.domain), &bundle).await?;
        list(&client).await?;
        if let Some(resource) = resource(session, &client).await? {
            deploy(session, &client, uploaded, resource).await?;
        }
    }
    let wanted = session.is_own() || owner.revoke;
    if wanted && session.agreed("  This revokes the certificate for good.")? {
        revoke(&client, id).await?;
    }
    Ok(())
}

/// Orders once. If the response is lost, the order is found in the list of orders.
async fn order(session: &Session, client: &Client, csr: Csr) -> Result<OrderId, Failure> {
    let owner = &session.options;
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
    match order.send().await {
        Err(error) if error.outcome_unknown() => {
            let outcome = order.find_out().await?;
            let found = order.found().pop().filter(|_| matches!(outcome, Outcome::Executed { .. }));
            // It is found by its product: somebody else may have ordered the same for another domain.
            let found = found.filter(|found| found.domain.as_deref() == Some(&*owner.domain));
            Ok(found.and_then(|found| found.order_id).ok_or_else(|| format!("{error}; {outcome}"))?)
        }
        sent => Ok(sent?.order_id),
    }
}

/// Gives the service the certificate with its key: only then can other products use it.
async fn upload(client: &Client, name: &str, bundle: &Bundle) -> Result<CertId, Failure> {
    let key = bundle.key.as_ref().ok_or("the bundle holds no key")?;
    let upload = client.upload_user_certificate().name(name).cert(bundle.fullchain()).key(key.expose());
    let id = upload.await?.cert_id;
    println!("  uploaded as {name}: certificate {id}");
    Ok(id)
}

async fn list(client: &Client) -> Result<(), Failure> {
    let mut certificates = client.list_certificates().show_size(100).items();
    while let Some(certificate) = certificates.next().await {
        let certificate = certificate?;
        let Some(end) = &certificate.not_after else { continue };
        let name = certificate.certificate_name.as_deref().unwrap_or("a certificate without a name");
        match end.instant()?.duration_since(SystemTime::now()) {
            Ok(left) => println!("  {name}: {} days left", left.as_secs() / 86_400),
            Err(_) => println!("  {name}: expired"),
        }
    }
    Ok(())
}

/// The cloud resource to deploy to: the one that was named, or one of the local endpoint.
async fn resource(session: &Session, client: &Client) -> Result<Option<CloudResourceId>, Failure> {
    if let Some(id) = session.options.deploy {
        return Ok(Some(id.into()));
    }
    if !session.is_own() {
        return Ok(None);
    }
    let found = client.list_cloud_resources().cloud_product("SLB").await?.data;
    Ok(found.into_iter().find_map(|resource| resource.id))
}

async fn deploy(
    session: &Session,
    client: &Client,
    certificate: CertId,
    resource: CloudResourceId,
) -> Result<(), Failure> {
    if !session.agreed(&format!("  This puts the certificate onto the cloud resource {resource}."))? {
        return Ok(());
    }
    let job = client
        .create_deployment_job()
        .name(format!("certificate-{certificate}"))
        .job_type(DeploymentJobType::User)
        .cert_ids([certificate])
        .resource_ids([resource])
        .contact_ids([contact(session, client).await?])
        .await?
        .job_id;
    client.update_deployment_job_status().job_id(job).status(DeploymentJobStatus::Pending).await?;
    client.wait_until_deployed(job).initial_interval(session.interval()).await?;
    println!("  deployed to the cloud resource {resource}: job {job}");
    Ok(())
}

/// A contact for the job: the first one, or a new one.
async fn contact(session: &Session, client: &Client) -> Result<ContactId, Failure> {
    let listed = client.list_contact().await?.contact_list;
    if let Some(id) = listed.into_iter().find_map(|contact| contact.contact_id) {
        return Ok(id);
    }
    let owner = &session.options;
    let contact = client.create_contact().name(&*owner.name).mobile(&*owner.phone).email(&*owner.email);
    Ok(contact.await?.contact_id)
}

async fn revoke(client: &Client, id: OrderId) -> Result<(), Failure> {
    client.cancel_certificate_for_package_request().order_id(id).await?;
    let mut revoked = client.list_user_certificate_order().status(OrderStatus::Revoked).items();
    while let Some(order) = revoked.next().await {
        if order?.order_id == Some(id) {
            println!("  revoked");
            return Ok(());
        }
    }
    println!("  the certificate authority was asked to revoke it");
    Ok(())
}
