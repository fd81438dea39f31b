//! Refusals of the gateway and of the services.

use crate::call::Refusal;
use cloudcert::model::{Api, ErrorRow};

/// Why a request is not executed, as it goes over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Denial {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) inner_code: Option<String>,
    pub(crate) message: String,
    /// Milliseconds that the client should wait.
    pub(crate) retry_after: Option<u64>,
}

impl Denial {
    /// A row of the error table. `rest` ends the code of a row that stands for a family of codes.
    pub(crate) fn row(api: Option<&Api>, name: &str, rest: &str, message: String) -> Self {
        let message = cut(message);
        let row: Option<&ErrorRow> = api.and_then(|api| api.errors.iter().find(|row| row.name == name));
        let Some(row) = row else {
            // A row that the spec lost: the endpoint is at fault, not the caller.
            let message = format!("The endpoint has no error row {name}: {message}");
            return Self {
                status: 500,
                code: "InternalError".to_owned(),
                inner_code: None,
                message,
                retry_after: None,
            };
        };
        Self {
            status: row.status.first().copied().unwrap_or(400),
            code: format!("{}{rest}", row.code.as_str()),
            inner_code: row.inner_code.clone(),
            message,
            retry_after: None,
        }
    }

    pub(crate) fn of(api: &Api, refusal: Refusal) -> Self {
        Self::row(Some(api), refusal.row, "", refusal.message)
    }
}

/// Bytes of a message: a string to sign and some words. Whatever else a refusal quotes ends there.
const MESSAGE_MOST: usize = 66 << 10;

fn cut(mut message: String) -> String {
    if message.len() > MESSAGE_MOST {
        let end = (0..=MESSAGE_MOST).rev().find(|at| message.is_char_boundary(*at));
        message.truncate(end.unwrap_or_default());
        message.push_str("...");
    }
    message
}
