//! Waits, lists, dropped futures, programs without async.
//!
//! # Wait for a state
//!
//! `wait_until_...` of a client returns a [`Wait`](crate::Wait). Await it to get the response that has the state, or an error. The error's kind
//! separates a failed order, a state that this version does not know, and a deadline exceeded; [`Error::wait`](crate::Error::wait) has the last
//! state and response, the time, and the number of calls.
//!
//! ```no_run
//! # #[cfg(feature = "aliyun-cas-2020-04-07")]
//! # async fn example(client: cloudcert::aliyun_cas::v2020_04_07::Client) -> Result<(), cloudcert::Error> {
//! use std::time::Duration;
//!
//! let mut progress = client.wait_until_certificate_issued(5).deadline(Duration::from_secs(3600)).progress();
//! while let Some(step) = progress.next().await {
//!     println!("{:?}", step?.state);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`progress`](crate::Wait::progress) is a stream of all responses on the way.
//!
//! Waits poll as often as suits the cloud: at once, again after 3 to 30 seconds, and then ever more slowly. At the local endpoint set
//! [`initial_interval`](crate::Wait::initial_interval) of each wait to something short.
//!
//! # Read a list
//!
//! The builder of a list has `pages()` and `items()`. Both are streams with a `next` of their own; `items().collect_all()` reads the whole list.
//!
//! ```no_run
//! # #[cfg(feature = "aliyun-cas-2020-04-07")]
//! # async fn example(client: cloudcert::aliyun_cas::v2020_04_07::Client) -> Result<(), cloudcert::Error> {
//! let mut certificates = client.list_certificates().show_size(100).items();
//! while let Some(certificate) = certificates.next().await {
//!     println!("{:?}", certificate?.certificate_name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! To resume later, store [`Pages::position`](crate::Pages::position) or [`Items::position`](crate::Items::position). A list ends even if the service
//! repeats itself: a page that comes twice, or more than 1,000 pages, is an error. If the end of a list is not proved, you get what could be
//! read, and then an error.
//!
//! # Cooldowns
//!
//! Some calls are refused if they come too early. The client waits the two seconds that Kingsoft Cloud requires between `ApplyCertificate`
//! and `UpdateCertificate` of the same certificate, also if a guarded application was found by `find_out`. Clones of a client share this memory. It ends
//! with the process: after a restart, wait yourself. The time counts towards the timeout of the operation. Calls by `client.call` do not wait.
//!
//! Backoff, waits and cooldowns use tokio's timer, unless [`Environment::sleep`](crate::Environment::sleep) replaces it.
//!
//! # Drop a future
//!
//! You can drop every future at any time. Nothing stays locked, no further call is made, and the next call works. A request in flight may still
//! be executed; that matters for orders only, see [`Pending`](crate::Pending) and [`Guarded`](crate::Guarded). If you drop only the future of
//! `next`, [`Pages`](crate::Pages), [`Items`](crate::Items) and the progress of a wait keep the request in flight and continue it at the next
//! poll.
//!
//! # Work without async
//!
//! With the feature `blocking`, write `block()` in place of `.await`:
//!
//! ```no_run
//! # #[cfg(all(feature = "blocking", feature = "aliyun-cas-2020-04-07"))]
//! # fn example() -> Result<(), cloudcert::Error> {
//! use cloudcert::aliyun_cas::v2020_04_07::Client;
//!
//! let client = Client::from_env()?;
//! let order = client.create_certificate_request().domain("www.example.com").email("ops@example.com");
//! let order = order.phone("13800000000").username("Li Lei").validate_type("DNS").send().block()?;
//! let issued = client.wait_until_certificate_issued(order.order_id).block()?;
//! println!("{}", issued.certificate.unwrap_or_default());
//! # Ok(())
//! # }
//! ```
//!
//! Pages, items and the progress of a wait become iterators: `items().block()`. You can call from many threads; they share one background thread
//! for their connections, which the first call starts. Inside an async runtime, `block()` returns an error and sends nothing.
