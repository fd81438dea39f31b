//! Tests of your own code, without a network: answers from a script, or from a recording.
//!
//! | | what it does |
//! |---|---|
//! | [`Script`] | answers with what the test says, and keeps what was asked |
//! | [`Recorder`] | carries calls over another transport and writes them down, without secrets |
//! | [`Replay`] | answers from what was written down |
//!
//! For tests that need a service with a memory of its own there is the local endpoint, the package `cloudcert-emulator`.
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
//! assert_eq!(script.requests().len(), 2); // a read is sent again
//! script.finish()?; // every answer was asked for, and nothing else
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "ksyun-kcm-2016-03-04"))]
//! # fn main() {}
//! ```
//!
//! # From a recording
//!
//! Record once, read what was written as you read code, commit it, and play it from then on:
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
//! What never gets into a recording: access keys, signatures, tokens, nonces, time stamps, private keys, download links. Secrets,
//! what names a person, and what this version does not know are replaced by placeholders, the same one for the same value, so that a
//! flow still fits together. The message of an error is one of them, except for the parts that tell documented errors apart; so is a code
//! that is neither documented nor a word. Write them back by hand if your code looks at them. A text like `[secret 1]` is what a replay then answers where a private key stood: code that reads such a
//! key is tested with a [`Script`]. So are downloads, whose action is `Client::download`: nothing of a file is written down.

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
