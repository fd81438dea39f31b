//! Operations by name, for programs that learn at run time what to call: command lines, workflows, bridges to other languages.
//!
//! Requests are JSON, and so are responses. All that holds for the typed clients holds here, because these are the same operations: rules are
//! checked before anything is sent, retries follow the effect, orders can be guarded, waits and pages come from the description, and secrets
//! are redacted. [`Operation::model`] has what the description says of an operation: texts, parameters, rules, examples.
//!
//! 按名称调用接口，供运行时才知道要调用什么的程序使用，例如命令行工具和工作流。请求和响应均为 JSON；校验、重试、防止重复下单、等待、分页和脱敏与类型化客户端完全一致。
//!
//! ```no_run
//! # #[cfg(feature = "ksyun-kcm-2016-03-04")]
//! # async fn example() -> Result<(), cloudcert::Error> {
//! use cloudcert::dynamic::Client;
//! use serde_json::json;
//!
//! let client = Client::from_default_chain("ksyun-kcm-2016-03-04")?;
//! let operation = client.operation("GetCertificateDetail")?;
//! let request = operation.request(&json!({"CertificateId": "2601020900001"}))?;
//! let response = client.send(&request).await?;
//! println!("{:#}", response.json()); // private keys and tokens are `[redacted]`
//! # Ok(())
//! # }
//! ```
//!
//! A client knows the operations whose features are on; [`Client::call`] calls others without their types.

mod client;
mod erased;
mod guarded;
mod json;
mod operation;
mod pages;
mod request;
mod response;
pub(crate) mod table;
mod wait;

pub use client::{Client, apis, has_region, operation, operations, provider, title};
pub use guarded::Guarded;
pub use operation::Operation;
pub use pages::Pages;
pub use request::Request;
pub use response::Response;
pub use wait::{Wait, WaitProgress};
