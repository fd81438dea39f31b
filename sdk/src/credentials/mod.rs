//! Access keys, and where they come from.
//!
//! [`Credentials`] are a plain value, and a provider implements [`ProvideCredentials`]. A [`Config`](crate::Config) takes either:
//!
//! ```
//! use cloudcert::credentials::{Chain, Surroundings, from_fn};
//! use cloudcert::{Config, Credentials};
//!
//! let fixed = Config::new(Credentials::new("id", "secret"));
//! let official = Config::new(Chain::aliyun(&Surroundings::system()));
//! let own = Config::new(from_fn("vault", || async { Ok(Credentials::new("id", "secret").with_expiry(4_102_444_800)) }));
//! # let _ = (fixed, official, own);
//! ```
//!
//! | provider | where it gets credentials |
//! |---|---|
//! | [`Credentials`] | from your program |
//! | [`EnvironmentVariables`] | environment variables of a cloud |
//! | [`from_fn`] | your closure |
//! | [`OidcRole`] | a token file, exchanged for keys of a role by Alibaba Cloud's STS |
//! | [`AssumedRole`] | another provider, whose keys Alibaba Cloud's STS exchanges for keys of a role |
//! | [`AliyunCli`] | `~/.aliyun/config.json` |
//! | [`AliyunFile`] | `~/.alibabacloud/credentials` and `credentials.ini` |
//! | [`EcsMetadata`] | the metadata service of an ECS instance |
//! | [`CredentialsUri`] | a URL that returns temporary keys |
//! | [`KsyunFile`] | `~/.ks/credentials` |
//! | [`Chain`] | several providers in turn |
//! | [`Cached`] | another provider, with a cache |
//!
//! Nothing is read before the first call needs credentials. A client caches them, and renews them before they expire.

mod aliyun_cli;
mod aliyun_file;
mod cache;
mod chain;
mod closure;
mod file;
mod ini;
mod ksyun_file;
mod metadata;
mod role;
mod shared_future;
mod sts;
mod surroundings;
mod temporary;
mod uri;
mod variables;

pub use crate::base::credentials::{Credentials, CredentialsError, CredentialsFuture, ProvideCredentials, Tried};
pub use aliyun_cli::AliyunCli;
pub use aliyun_file::AliyunFile;
pub(crate) use cache::Cache;
pub use cache::Cached;
pub use chain::Chain;
pub use closure::{FromFn, from_fn};
pub use ksyun_file::KsyunFile;
pub use metadata::EcsMetadata;
pub use role::{AssumedRole, OidcRole, Role};
pub use sts::{CallerIdentity, caller_identity};
pub use surroundings::Surroundings;
pub use uri::CredentialsUri;
pub use variables::EnvironmentVariables;
