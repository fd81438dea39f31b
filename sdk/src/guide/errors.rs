//! Errors, retries, and what a call sends.
//!
//! # Handle an error
//!
//! Every failure is an [`Error`](crate::Error). Its `Display` is one line: what happened, where, and what to do. Its
//! [`kind`](crate::Error::kind) tells whether the request was wrong, the connection failed, the service refused, or a wait ended badly.
//! If the service refused a request that validation had warned about, [`advice`](crate::Error::advice) and the text of the error name the warnings.
//! Always check [`outcome_unknown`](crate::Error::outcome_unknown) after an order: if it is true, the order may have been placed (see
//! [`orders`](super::orders#order-only-once)).
//!
//! Each API version has an enum `ErrorCode`, and Kingsoft Cloud an `InnerCode` too, with the documented codes. Cause and remedy are in their
//! documentation, in English and Chinese:
//!
//! ```
//! # #[cfg(feature = "aliyun-cas-2020-04-07")]
//! # fn what_now(error: &cloudcert::Error) -> &'static str {
//! use cloudcert::aliyun_cas::v2020_04_07::ErrorCode;
//!
//! // With several API versions in one program: `v2020_04_07::ErrorCode::of(&error)`.
//! match ErrorCode::of(error) {
//!     Some(ErrorCode::NotRemainCount) => "buy a package",
//!     _ if error.outcome_unknown() => "find out before ordering again",
//!     _ if error.is_throttled() => "wait, then call again",
//!     _ => "read the error",
//! }
//! # }
//! ```
//!
//! # Retries
//!
//! The client makes up to three attempts, with growing backoff, where a second attempt does no harm:
//!
//! | call | retried after |
//! |---|---|
//! | a read, or a call that may happen twice | a lost connection, a fault of the service, and what the next row names |
//! | every other call: orders, submissions, creations | a connection that was never made; throttling, a rejected time stamp or a rejected key, if the service refused the call by a documented code with its documented status |
//!
//! The documentation of an action names its [`Effect`](crate::api::Effect), which decides between the rows.
//!
//! If a call that may happen twice was executed by an attempt whose response was lost, the service may refuse the next attempt as already done. The
//! client then returns success ([`already_done`](crate::Error::already_done)).
//!
//! [`Retries`](crate::Retries) sets the number of attempts and the backoff, for a client or a single call. No setting makes an order go out
//! twice. A budget for each client keeps retries from adding to the load of a service that is down.
//!
//! # See what a call sends
//!
//! `dry_run` in place of `send` returns a [`DryRun`](crate::DryRun): the signed request, which is not sent. It shows the request, the canonical
//! request and the string to sign without secrets, as text or as a curl command.
//!
//! ```no_run
//! # #[cfg(feature = "ksyun-kcm-2016-03-04")]
//! # async fn example(client: cloudcert::ksyun_kcm::v2016_03_04::Client) -> Result<(), cloudcert::Error> {
//! println!("{}", client.list_certificates().dry_run().await?);
//! # Ok(())
//! # }
//! ```
//!
//! If the service rejects a signature, the error shows where its string to sign first differs from the client's:
//! [`signature_difference`](crate::Error::signature_difference).
//!
//! An [`Interceptor`](crate::Interceptor) runs before each attempt is signed and after it ended. It may add headers or refuse the attempt. Use it for
//! metrics and audit logs.
//!
//! With the feature `tracing`, a call is a span `operation` (api, action, effect, attempts, status, code, request id, latency) that contains a
//! span `attempt` for each attempt. Their target is `cloudcert`. Advice about a request is an event in the span of the call. No span or event contains a value that travels.
