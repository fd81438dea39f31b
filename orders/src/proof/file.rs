//! Whether a web server shows a file. Tells, and forbids nothing.

use crate::base::failure::{Failure, Kind as FailureKind};
use crate::base::sdk::said;
use crate::base::text::Text;
use crate::journal::event::Challenge;
use crate::proof::name::shown;
use cloudcert::ksyun_kcm::v2016_03_04::Client;
use cloudcert::{Config, Credentials, ErrorKind, Retries};
use serde::Serialize;
use std::fmt;
use std::time::Duration;

/// The largest file that is read.
const MOST_BYTES: usize = 64 * 1024;
/// How long a fetch may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How many redirects are followed. Authorities follow a few.
const REDIRECTS: u32 = 3;

/// What the web server shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "seen", content = "detail")]
pub enum Shown {
    /// The content.
    Found,
    /// Something else: its beginning.
    Other(String),
    /// No file: the status that it answered with.
    Status(u16),
    /// No answer.
    NoAnswer(Text),
}

impl Shown {
    /// What it means, for people.
    #[must_use]
    pub fn said(&self) -> Text {
        match self {
            Self::Found => text!("found", "已找到"),
            Self::Other(text) => text!("another content: {text}", "其他内容：{text}"),
            Self::Status(status) => text!("status {status}", "状态码 {status}"),
            Self::NoAnswer(why) => why.clone(),
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said().fmt(f)
    }
}

/// Where the file of a challenge is fetched, for people. `None` if the challenge is a record.
#[must_use]
pub fn address(challenge: &Challenge) -> Option<String> {
    match challenge {
        Challenge::File { domain, path, .. } => Some(format!("http://{}{}", shown(domain), shown(path))),
        Challenge::Dns { .. } => None,
    }
}

/// Fetches the file of a challenge, once, over plain HTTP as authorities do. `None` if the challenge is a record.
///
/// # Errors
///
/// If the domain or the path cannot be a part of an address. Whatever the server answers is in the result.
pub async fn check(challenge: &Challenge) -> Result<Option<Shown>, Failure> {
    let Challenge::File { domain, path, content } = challenge else { return Ok(None) };
    let wrong = |message: Text| Failure::new(FailureKind::Failed, message).at(shown(domain));
    let host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    if domain.is_empty() || !domain.bytes().all(host) {
        return Err(wrong(text!("no web server can be asked for this domain", "无法向任何 Web 服务器查询此域名")));
    }
    let part = |byte: u8| byte.is_ascii_graphic() && !b"?#\\".contains(&byte);
    if !path.starts_with('/') || !path.bytes().all(part) {
        return Err(wrong(text!("the path of the file is not the path of an address", "文件的路径不能用于网址")));
    }
    // A download of the SDK is not signed, so these credentials are never used.
    let config = Config::new(Credentials::new("none", "none")).retries(Retries::none());
    let client = Client::new(config).map_err(|error| wrong(said(&error)))?;
    let download = client.download(format!("http://{domain}{path}")).dangerous_allow_http();
    Ok(Some(match download.limit(MOST_BYTES).redirects(REDIRECTS).timeout(TIMEOUT).await {
        Ok(file) => {
            let text = String::from_utf8_lossy(file.expose());
            if text.trim() == content.trim() { Shown::Found } else { Shown::Other(shown(text.trim())) }
        }
        Err(error) => match error.status() {
            Some(status) if status != 200 => Shown::Status(status),
            _ => Shown::NoAnswer(why(error.kind())),
        },
    }))
}

/// The errors of downloads speak of links that expire, so they are not repeated.
fn why(kind: ErrorKind) -> Text {
    match kind {
        ErrorKind::Connect => text!("no connection to the web server", "无法连接 Web 服务器"),
        ErrorKind::Timeout => text!("no answer in time", "未及时响应"),
        ErrorKind::Transport => text!("the connection broke, or the file is too large", "连接中断，或文件过大"),
        _ => text!("no file that could be read", "没有可读取的文件"),
    }
}
