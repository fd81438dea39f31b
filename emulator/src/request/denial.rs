//! Why a request is not executed.

use crate::base::call::Refusal;
use cloudcert::model::{Api, ErrorRow};

/// Why the gateway refuses a request, before a dialect words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    VersionMissing,
    VersionUnknown,
    ActionMissing,
    ActionUnknown,
    /// The action does not take this HTTP method.
    Method(String),
    ParameterMissing(String),
    /// The parameter's name, and what its value must be. The value is not part of it, because it may be a secret.
    ParameterInvalid(String, String),
    /// A dry run ends here, because the request would have been executed.
    DryRun,
    Throttled,
    Internal,
    Unavailable,
}

impl Reason {
    pub(crate) fn missing(name: impl Into<String>) -> Self {
        Self::ParameterMissing(name.into())
    }

    pub(crate) fn invalid(name: impl Into<String>, wanted: impl Into<String>) -> Self {
        Self::ParameterInvalid(name.into(), wanted.into())
    }
}

/// Why a request is not executed, as it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Denial {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) inner_code: Option<String>,
    pub(crate) message: String,
    /// How many milliseconds the client should wait.
    pub(crate) retry_after_ms: Option<u64>,
}

impl Denial {
    /// Makes a denial from an error row of the spec. `suffix` completes the code of a row that stands for a family of codes.
    pub(crate) fn row(api: Option<&Api>, name: &str, suffix: &str, message: String) -> Self {
        let message = cut(message);
        let row: Option<&ErrorRow> = api.and_then(|api| api.errors.iter().find(|row| row.name == name));
        let Some(row) = row else {
            // The spec lacks the row: the endpoint is at fault, not the caller.
            let message = format!("The endpoint has no error row {name}: {message}");
            return Self {
                status: 500,
                code: "InternalError".to_owned(),
                inner_code: None,
                message,
                retry_after_ms: None,
            };
        };
        Self {
            status: row.status.first().copied().unwrap_or(400),
            code: format!("{}{suffix}", row.code.as_str()),
            inner_code: row.inner_code.clone(),
            message,
            retry_after_ms: None,
        }
    }

    /// Makes a denial from a service's refusal.
    pub(crate) fn refusal(api: &Api, refusal: Refusal) -> Self {
        Self::row(Some(api), &refusal.row, &refusal.suffix, refusal.message)
    }
}

/// Maximum size of a message in bytes: a quoted string to sign and some words. Longer messages are cut.
const MESSAGE_MOST: usize = 66 << 10;

fn cut(mut message: String) -> String {
    if message.len() > MESSAGE_MOST {
        let end = (0..=MESSAGE_MOST).rev().find(|at| message.is_char_boundary(*at));
        message.truncate(end.unwrap_or_default());
        message.push_str("...");
    }
    message
}
