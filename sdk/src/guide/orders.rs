//! Requests, responses, orders, downloads.
//!
//! # Build and send a request
//!
//! A method of the client returns a builder, setters fill it, `send` sends it. The builder's type tells which required parameters are set, so
//! a missing one does not compile.
//!
//! A complete builder can be awaited itself: `client.list_certificates().await` does the same as `send`.
//!
//! Setters of lists take arrays, slices and iterators. A structure in a request is built by setters too, and one of a key and its value from a pair:
//!
//! ```no_run
//! # #[cfg(feature = "ksyun-kcm-2016-03-04")]
//! # async fn example(client: cloudcert::ksyun_kcm::v2016_03_04::Client) -> Result<(), cloudcert::Error> {
//! use cloudcert::ksyun_kcm::v2016_03_04::types::Contact;
//!
//! let listed = client.list_certificates().filters([("main-domain", &["www.example.com"])]).await?;
//! let contact = Contact::default().first_name("Lei").last_name("Li").phone("13800000000").email("ops@example.com");
//! for certificate in listed.certificate_set {
//!     client.update_certificate().certificate_id(certificate.certificate_id).contact(&contact).await?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The type of a builder rules out `if wanted { builder.email(..) } else { builder }`: the two branches have different types. Build such a request as data
//! instead: `into_request` returns the plain structure with public fields, `client.send(request)` sends it. `Request::default()` begins with nothing
//! set. The structure also implements serde's `Serialize`, which redacts secrets, and `Deserialize`.
//!
//! ```no_run
//! # #[cfg(feature = "ksyun-kcm-2016-03-04")]
//! # async fn example(client: cloudcert::ksyun_kcm::v2016_03_04::Client, short: bool) -> Result<(), cloudcert::Error> {
//! let mut request = client.list_certificates().into_request();
//! if short {
//!     request.page_size = Some(10);
//! }
//! let response = client.send(request).await?;
//! # let _ = response;
//! # Ok(())
//! # }
//! ```
//!
//! [`Operation::validate`](crate::Operation::validate) checks a request without sending it and reports everything that is wrong.
//! A mistake that the service certainly refuses is a [`Severity::Error`](crate::Severity::Error), and such a request is not sent. A rule that the
//! service may have relaxed is a [`Severity::Advice`](crate::Severity::Advice), and the request is sent all the same.
//!
//! [`CallOptions`](crate::CallOptions) change a single call: endpoint, HTTP method, format, timeouts, retries, parameters that this version
//! does not know. Builders take them by `with_options`, plain requests by `send_with`.
//!
//! `client.call` sends an action that this version does not know at all. You name its effect, because retries depend on it:
//!
//! ```no_run
//! # #[cfg(feature = "aliyun-cas-2020-04-07")]
//! # async fn example(client: cloudcert::aliyun_cas::v2020_04_07::Client) -> Result<(), cloudcert::Error> {
//! use cloudcert::api::Effect;
//!
//! let response = client.call("ListSomethingNew", [("CurrentPage", "1")], Effect::Read).await?;
//! println!("{}", response.value["TotalCount"]);
//! # Ok(())
//! # }
//! ```
//!
//! # Read a response
//!
//! A field is an `Option`, unless a call without it would be pointless: `order_id` of an order is guaranteed. A response that lacks a guaranteed
//! field is an error, which keeps the request id.
//!
//! Reading is lenient. Numbers may come as texts, one element in the place of a list, JSON or XML. Ids are exact beyond 2^53. Enums are open: a
//! value that this version does not know is kept as text.
//!
//! `metadata()` returns request id, HTTP status and headers. `unknown()` returns the members that this version does not know. A response with
//! states has `state()` and `into_state()`: an enum in which each state has only the fields that it uses.
//!
//! # Order only once
//!
//! Orders cost money. The client never retries an order that may have been executed, and no option changes that. So if the response is lost,
//! you get an error with [`outcome_unknown`](crate::Error::outcome_unknown), and have to find out before you order again.
//! [`how_to_find_out`](crate::Error::how_to_find_out) explains how. A call whose outcome no action shows has no `guard`: the only such order is
//! `renew_certificate_order_for_package_request`. For all others, `guard()` in place of `send()` does it for you:
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
//! # stage::losing("CreateCertificateRequest", |client| async move {
//! use cloudcert::Outcome;
//!
//! let order = client
//!     .create_certificate_request()
//!     .product_code("geotrust-dv-1-starter")
//!     .domain("www.example.com")
//!     .email("ops@example.com")
//!     .phone("13800000000")
//!     .username("Li Lei")
//!     .validate_type("DNS")
//!     .guard() // probes: the orders that there are, and how many certificates of the package are used
//!     .await?;
//! let id = match order.send().await {
//!     Ok(response) => response.order_id,
//!     Err(error) if error.outcome_unknown() => match order.find_out().await? {
//!         // The one that is new in the list of orders.
//!         Outcome::Executed { .. } => order.found().pop().and_then(|new| new.order_id).ok_or(error)?,
//!         Outcome::NotExecuted { .. } => order.send().await?.order_id, // not ordered, so it may be sent again
//!         other => return Err(format!("{error}; {other}").into()), // a person has to decide
//!     },
//!     Err(error) => return Err(error.into()),
//! };
//! println!("order {id}");
//! # client.wait_until_certificate_issued(id).await?;
//! # Ok(())
//! # });
//! ```
//!
//! [`find_out`](crate::Guarded::find_out) probes again and compares the results. The comparison is strict:
//! [`NotExecuted`](crate::Outcome::NotExecuted) needs several unchanged probes, [`Executed`](crate::Outcome::Executed) exactly the change that
//! the call would cause, and everything else is [`Ambiguous`](crate::Outcome::Ambiguous). Until the call is proved not executed, `send` refuses
//! to send it again. Where two actions show a call, both are asked. If the list of orders shows a new one but the count of the package stays the
//! same, the verdict is ambiguous and names both: look at what [`found`](crate::Guarded::found) returns, and compare it with your order. A verdict
//! carries its [`Evidence`](crate::Evidence): with a list, [`found`](crate::Guarded::found) returns what the call made. Without one the evidence is
//! weaker: a state lags, and a counter alone may have gone up and down. "Not executed" by a counter is likely and not certain: check yourself
//! before you send again.
//!
//! `guard` fails with [`Invalid`](crate::ErrorKind::Invalid) if the parameters are missing that its probes need. Set `product_code` of orders from
//! packages: an order with a CSR is found by its product alone.
//!
//! A guard protects one order of one program. Two programs that order the same place two orders; [`Guarded`](crate::Guarded) says what to do
//! about that. Write down that you order, and what came of it. [`saved`](crate::Guarded::saved) is what to keep of a guard: after a restart,
//! `guard_again` takes the call up with it. Its page has an example of both. The crate `cloudcert-orders` does all of that, with a journal in a database. Without a guard:
//!
//! ```no_run
//! # #[cfg(feature = "aliyun-cas-2020-04-07")]
//! # async fn example(
//! #     request: cloudcert::aliyun_cas::v2020_04_07::create_certificate_request::Request,
//! #     client: cloudcert::aliyun_cas::v2020_04_07::Client,
//! # ) -> Result<(), Box<dyn std::error::Error>> {
//! use cloudcert::aliyun_cas::v2020_04_07::types::OrderId;
//!
//! let id: OrderId = match std::fs::read_to_string("order.id") {
//!     Ok(text) => text.trim().parse::<i64>()?.into(),
//!     Err(_) => {
//!         // Fails if an earlier run began an order and did not write down its id: find it by `list_user_certificate_order`, and write the file.
//!         std::fs::File::create_new("order.begun")?.sync_all()?;
//!         let order = client.send(request).await?;
//!         std::fs::write("order.id", order.order_id.to_string())?;
//!         order.order_id
//!     }
//! };
//! # let _ = id;
//! # Ok(())
//! # }
//! ```
//!
//! # Bring your own key
//!
//! If you make the key yourself, it never leaves your machine: the service gets a certificate signing request (CSR). This crate makes no keys. The
//! crate `rcgen` (version 0.14) does. Save the key before you order, and load it again if an earlier run has made it:
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = std::env::temp_dir().join(format!("cloudcert-own-key-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # let path = folder.join("privkey.pem");
//! use cloudcert::pem::Csr;
//! use rcgen::{CertificateParams, DnType, KeyPair};
//! use std::io::Write;
//!
//! // let path = "www.example.com/privkey.pem";
//! let key = match std::fs::read_to_string(&path) {
//!     Ok(text) => KeyPair::from_pem(&text)?,
//!     Err(_) => {
//!         let key = KeyPair::generate()?; // on the curve P-256
//!         let mut options = std::fs::OpenOptions::new();
//!         options.write(true).create_new(true);
//!         #[cfg(unix)]
//!         std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
//!         let mut file = options.open(&path)?;
//!         file.write_all(key.serialize_pem().as_bytes())?;
//!         file.sync_all()?;
//!         key
//!     }
//! };
//! let mut parameters = CertificateParams::new(["www.example.com".to_owned()])?;
//! parameters.distinguished_name.push(DnType::CommonName, "www.example.com");
//! let csr = Csr::from_der(parameters.serialize_request(&key)?.der())?;
//! # assert!(csr.as_pem().starts_with("-----BEGIN CERTIFICATE REQUEST-----") && path.is_file());
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok(())
//! # }
//! ```
//!
//! Pass `csr` to `create_certificate_with_csr_request().csr(..)` of Alibaba Cloud, or to `update_certificate().csr(..)` of Kingsoft Cloud. When the
//! certificate is issued, `Bundle::read([certificate])?.save("www.example.com")?` puts it beside the key, which stays as it is.
//! [`Csr`](crate::pem::Csr), [`Certificates`](crate::pem::Certificates) and [`Image`](crate::Image) are checked when they are made. Their setters take
//! text too, which is checked before the request is sent.
//!
//! # Keep secrets secret
//!
//! Private keys, tokens and download links are [`Secret`](crate::Secret)s. They appear in no URL, debug output, error or serialized response.
//! Personal data does not appear in debug output. Call `expose` where you need the value.
//!
//! # Download a certificate
//!
//! Alibaba Cloud returns certificate and key in responses: see [`tasks`](super::tasks#download-a-certificate). Kingsoft Cloud returns a link:
//!
//! ```no_run
//! # #[cfg(all(feature = "archive", feature = "ksyun-kcm-2016-03-04"))]
//! # async fn example(client: cloudcert::ksyun_kcm::v2016_03_04::Client) -> Result<(), cloudcert::Error> {
//! let link = client.get_download_link().certificate_id("2601020300001").send().await?.download_url;
//! let bundle = client.download(link).await?.archive()?.bundle()?;
//! std::fs::write("fullchain.pem", bundle.fullchain()).expect("the disk has room");
//! # Ok(())
//! # }
//! ```
//!
//! `download` uses https. Plain http, except to this machine, must be allowed by name: if the cloud gives such a link, which it may, use
//! `client.download(link).dangerous_allow_http()`. Size, redirects and time are limited. `archive` needs the feature of that name. It
//! refuses names that lead out of the folder, entries that expand beyond the limits, and headers that contradict the contents. `bundle` sorts
//! certificate, chain and key; [`pem::Bundle`](crate::pem::Bundle) does the same with any PEM.
