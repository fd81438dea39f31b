//! Tests of your own program.
//!
//! | you want to test | use |
//! |---|---|
//! | a function that makes a few calls | `testing::Script`: the test says what each call returns |
//! | a function against what the cloud returned once | `testing::Recorder` and `testing::Replay`: a JSON file without secrets |
//! | a whole flow, faults included | `cloudcert-emulator`: a local endpoint that plays both clouds |
//! | that nothing is sent | `dry_run` in place of `send` |
//! | time, retries, backoff | an [`Environment`](crate::Environment) of your own |
//!
//! `Script`, `Recorder` and `Replay` need the feature `testing`:
//!
//! ```
//! # #[cfg(all(feature = "testing", feature = "ksyun-kcm-2016-03-04"))]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use cloudcert::ksyun_kcm::v2016_03_04::Client;
//! use cloudcert::testing::{Reply, Script};
//!
//! let script = Script::new()
//!     .on("GetToken", Reply::lost())
//!     .on("GetToken", Reply::json(r#"{"Token": "t", "ApiHost": "kcm.example.com"}"#));
//! let client = Client::new(script.config())?;
//! assert_eq!(client.get_token().send().await?.api_host.as_deref(), Some("kcm.example.com"));
//! assert_eq!(script.requests().len(), 2); // a read is retried
//! script.finish()?; // every reply was used, and nothing else was called
//! # Ok(())
//! # }
//! # #[cfg(not(all(feature = "testing", feature = "ksyun-kcm-2016-03-04")))]
//! # fn main() {}
//! ```
//!
//! The local endpoint verifies every signature, follows the documented rules, issues real certificates from a throw-away authority, moves its own
//! clock, and fails on demand. It runs inside a Rust test, or as a program for tests in any language; `emulator/README.md` describes it. For a
//! Rust test, add it to the `[dev-dependencies]` from the source of `cloudcert`, as `cloudcert-emulator = { git = "..." }` with the same address:
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
//! let package = client.describe_package_state().product_code("geotrust-dv-1-starter").send().await?;
//! assert_eq!(package.used_count, Some(0));
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "aliyun-cas-2020-04-07"))]
//! # fn main() {}
//! ```
//!
//! `endpoint.inject(Rule::new(Fault::CloseAfterCommit).action("CreateCertificateRequest").times(1))?` executes the next order and loses its response, so
//! that you can test what your program does then. The verdict that an order was not executed takes 20 seconds. With an
//! [`Environment`](crate::Environment) whose `sleep` only advances its `elapsed`, no test waits.
//!
//! A [`Transport`](crate::http::Transport) of your own sees every request before it is sent, and may return any response.
