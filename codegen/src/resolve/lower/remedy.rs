//! What to do about an error. Only a row with something to correct has a text of its own. The advice of each retry class is written here, so
//! that no row can contradict its class.

use crate::model::{Retry, RetryAfter, RetryAfterUnit, Text};
use crate::spec::ErrorRow;

/// The remedy of a row in both languages.
pub(super) fn remedy(row: &ErrorRow, after: Option<&RetryAfter>) -> Text {
    let text = |en: &str, zh: &str| Text { en: en.to_owned(), zh: zh.to_owned() };
    match row.retry {
        Retry::Never => row.remedy.clone().unwrap_or_default(),
        Retry::Renew => {
            let Text { en, zh } = row.remedy.clone().unwrap_or_default();
            let (en, zh) = (en.trim(), zh.trim());
            Text {
                en: format!("{en} It was not executed, and can be sent again with a valid key."),
                zh: format!("{zh}请求没有被执行，换用有效的密钥后可重新发送。"),
            }
        }
        Retry::Throttle => throttle(after),
        Retry::Transient => text(
            "It may have been executed. A call that may happen twice, such as a read, can be sent again after a backoff. For any other \
             call, find out first whether it was executed.",
            "请求可能已被执行。可以重复执行的调用（例如查询）等待后可重新发送；其他调用须先确认是否已执行。",
        ),
        Retry::Reconcile => text(
            "It may have been executed, so find out first whether it was. Only a call that may happen twice, such as a read, can be sent \
             again at once.",
            "请求可能已被执行：须先确认是否已执行。只有可以重复执行的调用（例如查询）才能直接重新发送。",
        ),
        Retry::Skew => text(
            "It was not executed. Correct the clock, then sign and send it again.",
            "请求没有被执行。校准时钟后重新签名并发送。",
        ),
    }
}

/// If the service says how long to wait, the advice is to follow it.
fn throttle(after: Option<&RetryAfter>) -> Text {
    match after {
        Some(RetryAfter { header, unit }) => {
            let [en, zh] = match unit {
                RetryAfterUnit::Milliseconds => ["milliseconds", "毫秒"],
                RetryAfterUnit::Seconds => ["seconds", "秒"],
            };
            Text {
                en: format!(
                    "It was not executed. Wait as long as the header {header} says ({en}), or a few seconds without it, then send it again."
                ),
                zh: format!("请求没有被执行。按 {header} 头（{zh}）等待，没有该头时等待数秒，然后重新发送。"),
            }
        }
        None => Text {
            en: "It was not executed. Wait a few seconds, longer each time, then send it again.".to_owned(),
            zh: "请求没有被执行。等待数秒后重新发送，并逐次延长间隔。".to_owned(),
        },
    }
}
