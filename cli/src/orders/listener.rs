//! Progress of orders on standard error, in plain lines: a timer's log is read by people too.

use crate::context::Context;
use crate::lang::Lang;
use crate::printable;
use cloudcert_orders::flow::report::Listener;
use cloudcert_orders::journal::event::{Challenge, Event, Ids, Recorded, Verdict};
use cloudcert_orders::proof::manual::{instruction, withdrawal};
use cloudcert_orders::proof::sight::Sight;
use cloudcert_orders::{OrderKey, Text};
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// Writes lines to standard error.
#[derive(Debug)]
pub(super) struct Lines {
    lang: Lang,
    /// What was said last of an order that waits: the same again is not worth a line.
    last: Mutex<String>,
    /// The order whose proof a person was told to take away.
    by_hand: Mutex<Option<OrderKey>>,
}

impl Lines {
    pub(super) fn new(context: &Context) -> Self {
        Self { lang: context.lang, last: Mutex::default(), by_hand: Mutex::default() }
    }

    fn say(&self, order: &OrderKey, text: &str) {
        let line = format!("{order}: {text}");
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if *last == line {
            return;
        }
        // Nothing can be done about a closed standard error.
        let _ = writeln!(std::io::stderr(), "{}", printable::lines(&line));
        *last = line;
    }
}

impl Listener for Lines {
    fn committed(&self, recorded: &Recorded) {
        // Nobody has taken that away yet.
        if matches!(recorded.event, Event::Cleaned { .. })
            && self.by_hand.lock().unwrap_or_else(PoisonError::into_inner).take().as_ref() == Some(&recorded.order)
        {
            return;
        }
        if let Some(news) = news(&recorded.event, self.lang) {
            self.say(&recorded.order, &news);
        }
    }

    fn waiting(&self, order: &OrderKey, why: &Text) {
        self.say(order, &format!("{}{}", self.lang.say("waiting: ", "等待："), why.of(self.lang.into())));
    }

    fn advice(&self, order: &OrderKey, text: &Text) {
        self.say(order, &format!("{}{}", self.lang.say("advice: ", "建议："), text.of(self.lang.into())));
    }

    fn sight(&self, order: &OrderKey, sight: &Sight) {
        self.say(order, &super::sights::text(sight, self.lang));
    }

    fn withdraw(&self, order: &OrderKey, challenges: &[Challenge]) {
        for challenge in challenges {
            self.say(order, withdrawal(challenge).of(self.lang.into()));
        }
        *self.by_hand.lock().unwrap_or_else(PoisonError::into_inner) = Some(order.clone());
    }

    fn publish(&self, order: &OrderKey, challenges: &[Challenge]) {
        for challenge in challenges {
            self.say(order, instruction(challenge).of(self.lang.into()));
        }
    }
}

/// What an event means, if people care. `order show` has all events with all that they hold.
fn news(event: &Event, lang: Lang) -> Option<String> {
    let say = |english: &'static str, chinese: &'static str| lang.say(english, chinese);
    Some(
        match event {
            Event::Opened(opened) => format!("{} {}", say("opened at", "已建立，接口为"), opened.api),
            Event::Key { path, .. } => format!("{} {path}", say("its private key is in", "私钥保存于")),
            Event::Reserved { instance, .. } => format!("{} {instance}", say("uses", "使用")),
            Event::Sending { action, .. } | Event::Submitting { action, .. } => {
                format!("{} {action}", say("sending", "发送"))
            }
            Event::Answered { ids, .. } => format!("{} {}", say("answered", "已响应"), shown(ids)),
            Event::Refused { message, .. } => format!("{}{}", say("refused: ", "被拒绝："), message.of(lang.into())),
            Event::Unknown { .. } => {
                say("the response was lost; finding out what became of it", "响应丢失，正在核实").to_owned()
            }
            Event::Found { verdict, ids, .. } | Event::Resolved { verdict, ids, .. } => {
                let found = match verdict {
                    Verdict::Executed => say("it was executed", "已执行"),
                    Verdict::NotExecuted => say("it was not executed", "未执行"),
                    Verdict::Ambiguous => say("nobody can tell whether it was executed", "无法判断是否已执行"),
                };
                format!("{found} {}", shown(ids))
            }
            Event::Drafted => say("its data is written", "申请资料已写入").to_owned(),
            Event::Submitted => say("submitted", "已提交").to_owned(),
            // A person publishes what no solver does.
            Event::Presented { states } if states.iter().all(serde_json::Value::is_null) => return None,
            Event::Presented { .. } => say("the proof of the domain is published", "域名验证信息已发布").to_owned(),
            Event::Issued(issued) => {
                format!("{} {:.0}", say("issued, valid until", "已签发，有效期至"), issued.not_after)
            }
            Event::Stored => say("in the store", "已保存").to_owned(),
            Event::Cleaned { failed: None } => say("the proof is taken away", "域名验证信息已移除").to_owned(),
            Event::Deployed { target, .. } => format!("{} {target}", say("deployed to", "已部署到")),
            Event::DeployFailed { target, why } => {
                format!("{} {target}: {}", say("not deployed to", "未能部署到"), why.of(lang.into()))
            }
            Event::Revoked => say("revoked", "已吊销").to_owned(),
            Event::Returned => say("given back", "已退回").to_owned(),
            Event::Closed { why, .. } => format!("{}{}", say("closed: ", "已结束："), why.of(lang.into())),
            _ => return None,
        }
        .trim_end()
        .to_owned(),
    )
}

fn shown(ids: &Ids) -> String {
    ids.iter().map(|(name, id)| format!("{name} {id}")).collect::<Vec<_>>().join(", ")
}
