//! What you want to do, and the calls that do it.
//!
//! Each example has the calls of one task. The clouds differ: where only one of them has a task, the page says so. Alibaba Cloud is version
//! 2020-04-07 everywhere; the vendor withdrew 2018-07-13 in 2022.
//!
//! # Issue a certificate
//!
//! 申请证书。 Order, prove the domain, wait. Alibaba Cloud sells certificates in packages and as instances. An order from a package names all that it
//! needs:
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::alibaba(|client| async move {
//! use cloudcert::aliyun_cas::v2020_04_07::describe_certificate_state::{CertificateState, DomainProof};
//! use cloudcert::pem::Bundle;
//!
//! let order = client
//!     .create_certificate_request()
//!     .product_code("geotrust-dv-1-starter") // the package
//!     .domain("www.example.com")
//!     .email("ops@example.com")
//!     .phone("13800000000")
//!     .username("Li Lei")
//!     .validate_type("DNS")
//!     .await?;
//! println!("order {}", order.order_id); // store it: you need it to get the certificate
//! // The order takes some seconds until it says what proves the domain.
//! let ready = client.wait_until_ready_for_domain_verification(order.order_id).await?;
//! if let CertificateState::DomainVerify(DomainProof::Dns(proof)) = ready.state() {
//!     println!("publish {} {} {}", proof.fqdn("www.example.com"), proof.record_type, proof.record_value);
//! }
//! let issued = client.wait_until_certificate_issued(order.order_id).await?;
//! let key = issued.private_key.as_ref().map_or("", |key| key.expose());
//! Bundle::read([issued.certificate.as_deref().unwrap_or(""), key])?.save("www.example.com")?;
//! # Ok(())
//! # });
//! ```
//!
//! `create_certificate_for_package_request` takes several domains, and OV and EV products.
//!
//! An instance is bought in the console, for one certificate at a time. Fill in its application, submit it, prove the domains:
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::alibaba(|client| async move {
//! use cloudcert::aliyun_cas::v2020_04_07::types::{InstanceStatus, ValidationMethod};
//!
//! let unused = client.list_instances().status(InstanceStatus::Inactive).await?;
//! let id = unused.instance_list.into_iter().find_map(|instance| instance.instance_id).ok_or("buy an instance")?;
//! let contact = client.create_contact().name("Li Lei").mobile("13800000000").email("ops@example.com").await?.contact_id;
//! client
//!     .update_instance()
//!     .instance_id(&id)
//!     .domain(["www.example.com"])
//!     .contact_ids([contact])
//!     .validation_method(ValidationMethod::Dns)
//!     .await?;
//! client.apply_certificate().instance_id(&id).await?;
//! client.wait_until_application_submitted(&id).await?;
//! let ready = client.wait_until_domain_validation_ready(&id).await?;
//! for proof in ready.domain_validation_list {
//!     println!("{:?}: publish {:?} {:?} {:?}", proof.root_domain, proof.validation_key, proof.validation_type, proof.validation_value);
//! }
//! let issued = client.wait_until_instance_certificate_issued(&id).await?;
//! println!("certificate {:?}", issued.certificate_id); // download it as below
//! # assert!(issued.certificate_id.is_some());
//! # Ok(())
//! # });
//! ```
//!
//! At Kingsoft Cloud an application is bought first and completed after:
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::kingsoft(|client| async move {
//! use cloudcert::ksyun_kcm::v2016_03_04::types::{AuthMethod, Contact, CsrSource};
//!
//! let order = client.apply_certificate().main_domain("www.example.com").certificate_code("SECDV01");
//! let order = order.domain_count(1).wildcard_count(0).year_length(1).await?;
//! let id = order.certificate.certificate_id; // store it
//! let contact = Contact::default().first_name("Lei").last_name("Li").phone("13800000000").email("ops@example.com");
//! client
//!     .update_certificate()
//!     .certificate_id(&id)
//!     .auth_method(AuthMethod::Dns)
//!     .csr_source(CsrSource::System)
//!     .contact(contact)
//!     .company_name("Example Ltd")
//!     .state("Beijing")
//!     .city("Beijing")
//!     .address("1 Example Road")
//!     .postal_code("100000")
//!     .is_submit(true)
//!     .await?;
//! // Publish the record that this shows.
//! println!("{:?}", client.get_certificate_detail().certificate_id(&id).await?.certificate.auth_content);
//! client.wait_until_certificate_issued(&id).await?;
//! # Ok(())
//! # });
//! ```
//!
//! Submit a certificate once: a second `update_certificate` with `is_submit` is refused, so look at its `certificate_status` first if you do not know.
//! Ignore advice about `Department` and other data of a company for a DV certificate: the request does not tell its level.
//!
//! Each of these orders costs quota or money. [`orders`](super::orders) shows how to place one only once, and how to bring your own key.
//!
//! # Download a certificate
//!
//! 下载证书。 At Alibaba Cloud, ask for the private keys by name: without `with_private_keys` the response has neither keys nor PEM texts.
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::alibaba(|client| async move {
//! # let id = stage::uploaded(&client).await;
//! use cloudcert::pem::Bundle;
//!
//! let detail = client.get_user_certificate_detail().cert_id(id).with_private_keys().await?;
//! let key = detail.key.as_ref().map_or("", |key| key.expose()); // absent if you made the key yourself
//! Bundle::read([detail.cert.as_deref().unwrap_or(""), key])?.save("www.example.com")?;
//! # assert!(std::path::Path::new("www.example.com/privkey.pem").is_file());
//! # Ok(())
//! # });
//! ```
//!
//! Kingsoft Cloud gives a link to an archive, which the feature `archive` reads. [`orders`](super::orders#download-a-certificate) has more about it:
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::kingsoft(|client| async move {
//! # let id = stage::certificate(&client).await;
//! let link = client.get_download_link().certificate_id(id).await?.download_url;
//! client.download(link).await?.archive()?.bundle()?.save("www.example.com")?;
//! # assert!(std::path::Path::new("www.example.com/privkey.pem").is_file());
//! # Ok(())
//! # });
//! ```
//!
//! # Renew a certificate
//!
//! 续期。 At Alibaba Cloud the surest way is a new order for the same domain, as above. An order whose certificate expires soon can also be renewed by
//! its id, with a CSR if you keep your own key. That call has no `guard`: if its response is lost, look for the new order yourself before you send it
//! again. An instance is applied for once more; as long as its earlier certificate is valid,
//! `wait_until_instance_certificate_issued` ends at once, so wait until no application is under way, and compare the ids:
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::alibaba(|client| async move {
//! # let (order_id, instance_id) = (stage::issued(&client).await, stage::instance(&client).await);
//! let renewal = client.renew_certificate_order_for_package_request().order_id(order_id).await?;
//! println!("order {}", renewal.order_id); // another order: follow it like the first one
//!
//! let earlier = client.get_instance_detail().instance_id(&instance_id).await?.certificate_id;
//! client.apply_certificate().instance_id(&instance_id).await?;
//! client.wait_until_application_pending(&instance_id).await?; // prove the domains, as above
//! let ended = client.wait_until_application_ended(&instance_id).await?;
//! println!("renewed: {}", ended.certificate_id != earlier);
//! # assert!(renewal.order_id != order_id && ended.certificate_id != earlier);
//! # Ok(())
//! # });
//! ```
//!
//! If the service makes the key, it makes another one each time. Then save with [`Save`](crate::pem::Save), which replaces the key if it is told to:
//! `Save::to("www.example.com").replace_key().write(&bundle)?`.
//!
//! Kingsoft Cloud has an action for it, whose order is completed like the first one:
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::kingsoft(|client| async move {
//! # let id = stage::certificate(&client).await;
//! let renewal = client.extend_certificate().certificate_id(id).certificate_code("SECDV01");
//! let renewal = renewal.year_length(1).domain_count(1).wildcard_count(0).await?;
//! println!("complete it with update_certificate: {renewal:?}");
//! # Ok(())
//! # });
//! ```
//!
//! `reissue_certificate` has the authority issue a certificate anew, for example because its key was lost:
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::kingsoft(|client| async move {
//! # let id = stage::certificate(&client).await;
//! use cloudcert::ksyun_kcm::v2016_03_04::types::ReissueCsr;
//!
//! client.reissue_certificate().certificate_id(&id).csr_source(ReissueCsr::New).await?;
//! client.wait_until_certificate_issued(&id).await?;
//! # Ok(())
//! # });
//! ```
//!
//! # Upload a certificate
//!
//! 上传证书。 Give each certificate a name of its own, with its expiry for example: Alibaba Cloud refuses a name that is in use (`NameRepeat`), and then
//! you know that this very one was uploaded before.
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::alibaba(|client| async move {
//! let (chain, key) = (std::fs::read_to_string("fullchain.pem")?, std::fs::read_to_string("privkey.pem")?);
//! let uploaded = client.upload_user_certificate().name("www-until-2027-04-01").cert(chain).key(key).await?;
//! println!("certificate {}", uploaded.cert_id);
//! # Ok(())
//! # });
//! ```
//!
//! Kingsoft Cloud refuses a certificate that it has already:
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::kingsoft(|client| async move {
//! let (chain, key) = (std::fs::read_to_string("fullchain.pem")?, std::fs::read_to_string("privkey.pem")?);
//! let upload = client.upload_certificate().cert_name("www-until-2027-04-01").cert_file(chain).cert_key(key);
//! println!("certificate {:?}", upload.await?.certificate);
//! # Ok(())
//! # });
//! ```
//!
//! # List what expires
//!
//! 列出即将到期的证书。 The list of Alibaba Cloud has bought and uploaded certificates. Its times are instants. It filters by
//! `CertificateStatus::WillExpire`, but no source says how many days that is, so the example counts them:
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::alibaba(|client| async move {
//! # stage::uploaded(&client).await;
//! use std::time::SystemTime;
//!
//! let mut certificates = client.list_certificates().show_size(100).items();
//! while let Some(certificate) = certificates.next().await {
//!     let certificate = certificate?;
//!     let Some(end) = &certificate.not_after else { continue };
//!     match end.instant()?.duration_since(SystemTime::now()) {
//!         Ok(left) => println!("{:?}: {} days left", certificate.certificate_name, left.as_secs() / 86_400),
//!         Err(_) => println!("{:?}: expired", certificate.certificate_name),
//!     }
//! }
//! # Ok(())
//! # });
//! ```
//!
//! Kingsoft Cloud does not filter by expiry. No document states the zone of its times; the example takes that of China.
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::kingsoft(|client| async move {
//! # stage::certificate(&client).await;
//! use std::time::{Duration, SystemTime};
//!
//! let soon = SystemTime::now() + Duration::from_secs(30 * 86_400);
//! let mut certificates = client.list_certificates().items();
//! while let Some(certificate) = certificates.next().await {
//!     let certificate = certificate?;
//!     let Some(end) = &certificate.expire_time else { continue };
//!     if end.instant_at(8 * 3600)? < soon {
//!         println!("{} {:?} expires {end}", certificate.certificate_id, certificate.main_domain);
//!     }
//! }
//! # Ok(())
//! # });
//! ```
//!
//! `list_user_certificates` lists what was uploaded to Kingsoft Cloud.
//!
//! # Deploy a certificate
//!
//! 部署证书。 At Alibaba Cloud a job puts certificates onto cloud resources: listeners of load balancers, domains of a CDN. Creating the job changes
//! nothing; the status `pending` starts it. It needs a contact, as an instance does:
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::alibaba(|client| async move {
//! # let (cert_id, contact) = (stage::uploaded(&client).await, 1);
//! use cloudcert::aliyun_cas::v2020_04_07::types::{DeploymentJobStatus, DeploymentJobType};
//!
//! let found = client.list_cloud_resources().cloud_product("SLB").keyword("www.example.com").await?;
//! let job = client
//!     .create_deployment_job()
//!     .name("www-until-2027-04-01")
//!     .job_type(DeploymentJobType::User)
//!     .cert_ids([cert_id])
//!     .resource_ids(found.data.into_iter().filter_map(|resource| resource.id))
//!     .contact_ids([contact])
//!     .await?
//!     .job_id;
//! client.update_deployment_job_status().job_id(job).status(DeploymentJobStatus::Pending).await?;
//! client.wait_until_deployed(job).await?;
//!
//! // A worker has put one certificate onto one resource. A rollback puts the earlier one back.
//! for worker in client.list_worker_resource().job_id(job).items().collect_all().await? {
//!     let id = worker.id.ok_or("a worker without an id")?;
//!     client.create_rollback_task().job_id(job).worker_id(id).await?;
//! }
//! # let counts = client.describe_deployment_job_status().job_id(job).await?;
//! # assert_eq!((counts.worker_count, counts.rollback_count), (Some(1), Some(1)));
//! # Ok(())
//! # });
//! ```
//!
//! The load balancers of Kingsoft Cloud take an uploaded certificate. `modify_certificate` puts another one into the place of the first:
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::kingsoft(|client| async move {
//! let (chain, key) = (std::fs::read_to_string("fullchain.pem")?, std::fs::read_to_string("privkey.pem")?);
//! let stored = client.create_certificate().certificate_name("www").public_key(chain).private_key(key);
//! println!("{:?}", stored.await?.certificate);
//! # Ok(())
//! # });
//! ```
//!
//! # Revoke a certificate
//!
//! 吊销证书。 It cannot be undone. At Alibaba Cloud by the order, or by the instance:
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::alibaba(|client| async move {
//! # let (order_id, instance_id) = (stage::issued(&client).await, stage::instance(&client).await);
//! client.cancel_certificate_for_package_request().order_id(order_id).await?;
//! client.revoke_certificate().instance_id(&instance_id).await?;
//! client.wait_until_instance_certificate_revoked(&instance_id).await?;
//! # Ok(())
//! # });
//! ```
//!
//! At Kingsoft Cloud with a token, at the host that comes with it:
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::kingsoft(|client| async move {
//! # let id = stage::certificate(&client).await;
//! use cloudcert::CallOptions;
//!
//! let token = client.get_token().await?;
//! let mut options = CallOptions::new();
//! // At the local endpoint leave this out: it speaks plain http.
//! if let Some(host) = token.api_host {
//!     options = options.endpoint(format!("https://{host}"));
//! }
//! # options = CallOptions::new();
//! let revocation = client.revoke_certificate().certificate_id(&id).reason("The key was lost");
//! // Other brands than Sectigo also need `revoke_letter`, a signed letter as an image.
//! revocation.token(token.token).with_options(options).await?;
//! client.wait_until_certificate_revoked(&id).await?;
//! # Ok(())
//! # });
//! ```
//!
//! # Cancel or delete
//!
//! 取消或删除。 At Alibaba Cloud `cancel_order_request` withdraws an order that is not issued, `delete_certificate_request` deletes one that failed, and
//! `delete_user_certificate` an uploaded certificate.
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::alibaba(|client| async move {
//! # let (order_id, cert_id) = (stage::ordered(&client).await, stage::uploaded(&client).await);
//! # client.wait_until_ready_for_domain_verification(order_id).await?;
//! client.cancel_order_request().order_id(order_id).await?;
//! client.delete_user_certificate().cert_id(cert_id).await?;
//! # Ok(())
//! # });
//! ```
//!
//! At Kingsoft Cloud `client.cancel_transaction().certificate_id(id)` cancels an order.
//!
//! # See what is left of a package
//!
//! 查询资源包余量。
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::alibaba(|client| async move {
//! let package = client.describe_package_state().product_code("geotrust-dv-1-starter").await?;
//! println!("{:?} of {:?} used", package.used_count, package.total_count);
//! # Ok(())
//! # });
//! ```
//!
//! # Test without an account
//!
//! 无账号测试。 The local endpoint plays both clouds. It needs no account, no money and no domain:
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use cloudcert::aliyun_cas::v2020_04_07::Client;
//! use cloudcert::{Config, Credentials};
//! use cloudcert_emulator::Emulator;
//!
//! let endpoint = Emulator::start().await?; // stops when dropped
//! let client = Client::new(Config::new(Credentials::new("testid", "testsecret")).endpoint(endpoint.url()))?;
//! let package = client.describe_package_state().product_code("geotrust-dv-1-starter").await?;
//! assert_eq!(package.used_count, Some(0));
//! # Ok(())
//! # }
//! ```
//!
//! [`testing`](super::testing) has the other ways.
