//! Tests of your own code without a network: responses from a script or from a recording.
//!
//! | | what it does |
//! |---|---|
//! | [`Script`] | responds with what the test says, and keeps the requests |
//! | [`Recorder`] | sends calls over another transport and records them without secrets |
//! | [`Replay`] | responds from a recording |
//!
//! For tests that need a service with state, use the local endpoint: the package `cloudcert-emulator`.
//!
//! # From a script
//!
//! ```
//! # #[cfg(feature = "ksyun-kcm-2016-03-04")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use cloudcert::ksyun_kcm::v2016_03_04::Client;
//! use cloudcert::testing::{Reply, Script};
//!
//! /// The code under test.
//! async fn host_for_revocations(client: &Client) -> Result<Option<String>, cloudcert::Error> {
//!     Ok(client.get_token().send().await?.api_host)
//! }
//!
//! let script = Script::new()
//!     .on("GetToken", Reply::lost())
//!     .on("GetToken", Reply::json(r#"{"Token": "t", "ApiHost": "kcm.example.com"}"#));
//! let client = Client::new(script.config())?;
//! assert_eq!(host_for_revocations(&client).await?.as_deref(), Some("kcm.example.com"));
//! assert_eq!(script.requests().len(), 2); // a read is retried
//! script.finish()?; // every reply was used, and nothing else was called
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "ksyun-kcm-2016-03-04"))]
//! # fn main() {}
//! ```
//!
//! # From a recording
//!
//! Record once, review the file as you review code, commit it, and replay it from then on:
//!
//! ```no_run
//! # #[cfg(feature = "ksyun-kcm-2016-03-04")]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use cloudcert::ksyun_kcm::v2016_03_04::Client;
//! use cloudcert::testing::{Cassette, Recorder, Replay};
//! use cloudcert::{Config, Credentials};
//!
//! let file = "tests/cassettes/list.json";
//! let key = Credentials::new("id", "secret"); // any key will do for a replay
//! if std::env::var_os("RECORD").is_some() {
//!     let recorder = Recorder::online()?;
//!     let client = Client::new(Config::new(key).transport(recorder.clone()))?;
//!     client.list_certificates().send().await?;
//!     recorder.cassette().save(file)?;
//! } else {
//!     let replay = Replay::new(Cassette::load(file)?);
//!     let client = Client::new(Config::new(key).transport(replay.clone()))?;
//!     client.list_certificates().send().await?;
//!     replay.finish()?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A recording never contains access keys, signatures, tokens, nonces, repeat keys, time stamps, private keys or download links.
//!
//! Placeholders such as `[secret 1]` replace secrets, personal data and values that this version does not know. Equal values get the same
//! placeholder, so a flow still fits together. In the message of an error only the parts that distinguish documented errors are kept, and a code
//! is replaced if it is neither documented nor a plain word. If your code reads such a value, edit the recording by hand.
//!
//! A replay returns the placeholder where a private key was, so test code that reads the key with a [`Script`]. Do the same for downloads, whose
//! action is `Client::download`: no file is ever recorded.

mod body;
mod cassette;
mod conceal;
mod exchange;
mod finish;
mod recorder;
mod replay;
mod reply;
mod script;
mod words;

pub use cassette::{Cassette, CassetteError};
pub use finish::Unfinished;
pub use recorder::Recorder;
pub use replay::Replay;
pub use reply::Reply;
pub use script::Script;
