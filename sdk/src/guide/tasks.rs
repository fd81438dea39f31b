//! What you want to do, and the calls that do it.
//!
//! Each example has the calls of one task. The clouds differ: where only one of them has a task, the page says so.
//!
//! # Issue a certificate
//!
//! 申请证书。 Order, prove the domain, wait. At Alibaba Cloud a package of certificates must have been bought:
//!
//! ```no_run
//! # #[cfg(feature = "aliyun-cas-2020-04-07")]
//! # async fn example(client: cloudcert::aliyun_cas::v2020_04_07::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use cloudcert::aliyun_cas::v2020_04_07::describe_certificate_state::{CertificateState, DomainProof};
//! use cloudcert::pem::Bundle;
//!
//! let order = client
//!     .create_certificate_request()
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
//! # }
//! ```
//!
//! At Kingsoft Cloud an application is bought first and completed after:
//!
//! ```no_run
//! # #[cfg(all(feature = "archive", feature = "ksyun-kcm-2016-03-04"))]
//! # async fn example(client: cloudcert::ksyun_kcm::v2016_03_04::Client) -> Result<(), Box<dyn std::error::Error>> {
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
//! let link = client.get_download_link().certificate_id(&id).await?.download_url;
//! client.download(link).await?.archive()?.bundle()?.save("www.example.com")?;
//! # Ok(())
//! # }
//! ```
//!
//! Submit a certificate once: a second `update_certificate` with `is_submit` is refused, so look at its `certificate_status` first if you do not know.
//! Ignore advice about `Department` and other data of a company for a DV certificate: the request does not tell its level.
//!
//! Each of these orders costs quota or money. [`orders`](super::orders) shows how to place one only once, and how to bring your own key.
//!
//! # Renew a certificate
//!
//! 续期。 At Alibaba Cloud a certificate is renewed by a new order, as above. If the service makes the key, it makes another one each time. Then save with
//! [`Save`](crate::pem::Save), which replaces the key if it is told to: `Save::to("www.example.com").replace_key().write(&bundle)?`.
//!
//! Kingsoft Cloud has an action for it, whose order is completed like the first one:
//!
//! ```no_run
//! # #[cfg(feature = "ksyun-kcm-2016-03-04")]
//! # async fn example(client: cloudcert::ksyun_kcm::v2016_03_04::Client) -> Result<(), cloudcert::Error> {
//! let renewal = client.extend_certificate().certificate_id("2601020300001").certificate_code("SECDV01");
//! let renewal = renewal.year_length(1).domain_count(1).wildcard_count(0).await?;
//! println!("complete it with update_certificate: {renewal:?}");
//! # Ok(())
//! # }
//! ```
//!
//! # Upload a certificate
//!
//! 上传证书。 The withdrawn API of Alibaba Cloud takes a certificate of your own. No other API of this crate does. Give each certificate a name of its own,
//! with its expiry for example: the service refuses a name that is in use (`NameRepeat`), and then you know that this very one was uploaded before.
//!
//! ```no_run
//! # #[cfg(feature = "aliyun-cas-2018-07-13")]
//! # async fn example(client: cloudcert::aliyun_cas::v2018_07_13::Client) -> Result<(), Box<dyn std::error::Error>> {
//! let (chain, key) = (std::fs::read_to_string("fullchain.pem")?, std::fs::read_to_string("privkey.pem")?);
//! client.create_user_certificate().name("www-until-2026-04-01").cert(chain).key(key).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # List what expires
//!
//! 列出即将到期的证书。 No API filters by expiry, so read the list. No document states the zone of these times; the example takes that of China.
//!
//! ```no_run
//! # #[cfg(feature = "ksyun-kcm-2016-03-04")]
//! # async fn example(client: cloudcert::ksyun_kcm::v2016_03_04::Client) -> Result<(), cloudcert::Error> {
//! use std::time::{Duration, SystemTime};
//!
//! let soon = SystemTime::now() + Duration::from_secs(30 * 86_400);
//! let mut certificates = client.list_certificates().items();
//! while let Some(certificate) = certificates.next().await {
//!     let certificate = certificate?;
//!     if let Some(end) = &certificate.expire_time
//!         && end.instant_at(8 * 3600)? < soon
//!     {
//!         println!("{} {:?} expires {end}", certificate.certificate_id, certificate.main_domain);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! At Alibaba Cloud, the withdrawn API lists bought and uploaded certificates. A date means its first second, so a certificate may be valid up to a day
//! longer:
//!
//! ```no_run
//! # #[cfg(feature = "aliyun-cas-2018-07-13")]
//! # async fn example(client: cloudcert::aliyun_cas::v2018_07_13::Client) -> Result<(), cloudcert::Error> {
//! use std::time::SystemTime;
//!
//! let mut certificates = client.describe_user_certificate_list().items();
//! while let Some(certificate) = certificates.next().await {
//!     let certificate = certificate?;
//!     let Some(end) = &certificate.end_date else { continue };
//!     match end.instant_at(8 * 3600)?.duration_since(SystemTime::now()) {
//!         Ok(left) => println!("{:?}: {} days left", certificate.name, left.as_secs() / 86_400),
//!         Err(_) => println!("{:?}: expired on {end}", certificate.name),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Revoke a certificate
//!
//! 吊销证书。 Only Kingsoft Cloud has it in its API. It cannot be undone.
//!
//! ```no_run
//! # #[cfg(feature = "ksyun-kcm-2016-03-04")]
//! # async fn example(client: cloudcert::ksyun_kcm::v2016_03_04::Client) -> Result<(), cloudcert::Error> {
//! use cloudcert::CallOptions;
//!
//! let token = client.get_token().await?;
//! let mut options = CallOptions::new();
//! // At the local endpoint leave this out: it speaks plain http.
//! if let Some(host) = token.api_host {
//!     options = options.endpoint(format!("https://{host}"));
//! }
//! let revocation = client.revoke_certificate().certificate_id("2601020300001").reason("The key was lost");
//! // Other brands than Sectigo also need `revoke_letter`, a signed letter as an image.
//! revocation.token(token.token).with_options(options).await?;
//! client.wait_until_certificate_revoked("2601020300001").await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Cancel or delete an order
//!
//! 取消或删除订单。 Alibaba Cloud deletes orders that failed, which gives the certificate back to its package. Kingsoft Cloud cancels orders.
//!
//! ```no_run
//! # #[cfg(all(feature = "aliyun-cas-2020-04-07", feature = "ksyun-kcm-2016-03-04"))]
//! # async fn example(
//! #     alibaba: cloudcert::aliyun_cas::v2020_04_07::Client,
//! #     kingsoft: cloudcert::ksyun_kcm::v2016_03_04::Client,
//! # ) -> Result<(), cloudcert::Error> {
//! alibaba.delete_certificate_request().order_id(5).await?;
//! kingsoft.cancel_transaction().certificate_id("2601020300001").await?;
//! # Ok(())
//! # }
//! ```
//!
//! # See what is left of a package
//!
//! 查询资源包余量。
//!
//! ```no_run
//! # #[cfg(feature = "aliyun-cas-2020-04-07")]
//! # async fn example(client: cloudcert::aliyun_cas::v2020_04_07::Client) -> Result<(), cloudcert::Error> {
//! let package = client.describe_package_state().product_code("geotrust-dv-1-starter").await?;
//! println!("{:?} of {:?} used", package.used_count, package.total_count);
//! # Ok(())
//! # }
//! ```
//!
//! # Test without an account
//!
//! 无账号测试。 The local endpoint plays both clouds. It needs no account, no money and no domain:
//!
//! ```
//! # #[cfg(feature = "aliyun-cas-2020-04-07")]
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
//! # #[cfg(not(feature = "aliyun-cas-2020-04-07"))]
//! # fn main() {}
//! ```
//!
//! [`testing`](super::testing) has the other ways.
