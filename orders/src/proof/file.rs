//! Whether a web server shows a file. Tells, and forbids nothing.

use crate::base::failure::{Failure, Kind as FailureKind};
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
    NoAnswer(String),
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Found => f.write_str("found"),
            Self::Other(text) => write!(f, "another content: {text}"),
            Self::Status(status) => write!(f, "status {status}"),
            Self::NoAnswer(why) => f.write_str(why),
        }
    }
}

/// Fetches the file of a challenge, once, over plain HTTP as authorities do. `None` if the challenge is a record.
///
/// # Errors
///
/// If the domain or the path cannot be a part of an address. Whatever the server answers is in the result.
pub async fn check(challenge: &Challenge) -> Result<Option<Shown>, Failure> {
    let Challenge::File { domain, path, content } = challenge else { return Ok(None) };
    let wrong = |message: &str| Failure::new(FailureKind::Failed, message).at(shown(domain));
    let host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    if domain.is_empty() || !domain.bytes().all(host) {
        return Err(wrong("no web server can be asked for this domain"));
    }
    let part = |byte: u8| byte.is_ascii_graphic() && !b"?#\\".contains(&byte);
    if !path.starts_with('/') || !path.bytes().all(part) {
        return Err(wrong("the path of the file is not the path of an address"));
    }
    // A download of the SDK is not signed, so these credentials are never used.
    let config = Config::new(Credentials::new("none", "none")).retries(Retries::none());
    let client = Client::new(config).map_err(|error| wrong(&error.to_string()))?;
    let download = client.download(format!("http://{domain}{path}")).dangerous_allow_http();
    Ok(Some(match download.limit(MOST_BYTES).redirects(REDIRECTS).timeout(TIMEOUT).await {
        Ok(file) => {
            let text = String::from_utf8_lossy(file.expose());
            if text.trim() == content.trim() { Shown::Found } else { Shown::Other(shown(text.trim())) }
        }
        Err(error) => match error.status() {
            Some(status) if status != 200 => Shown::Status(status),
            _ => Shown::NoAnswer(why(error.kind()).to_owned()),
        },
    }))
}

/// The errors of downloads speak of links that expire, so they are not repeated.
fn why(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Connect => "no connection to the web server",
        ErrorKind::Timeout => "no answer in time",
        ErrorKind::Transport => "the connection broke, or the file is too large",
        _ => "no file that could be read",
    }
}
