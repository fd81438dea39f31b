//! Proofs that a person publishes.

use crate::base::failure::{Failure, Kind};
use crate::base::name::OrderKey;
use crate::base::task::Task;
use crate::base::text::Text;
use crate::journal::event::Challenge;
use crate::proof::name::shown;
use crate::proof::solver::{Context, Solver};
use serde_json::Value;

/// Publishes nothing: a person does. The caller shows the proof and ends the run with [`waiting`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Manual;

impl Solver for Manual {
    fn present<'a>(&'a self, _: &'a Context, _: &'a Challenge) -> Task<'a, Value> {
        Box::pin(async { Ok(Value::Null) })
    }

    fn cleanup<'a>(&'a self, _: &'a Context, _: &'a Challenge, _: &'a Value) -> Task<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn is_manual(&self, _: &Challenge) -> bool {
        true
    }

    fn check(&self) -> Result<(), Failure> {
        Ok(())
    }
}

/// What a person has to do, on one line. Control characters of the service's texts are replaced.
#[must_use]
pub fn instruction(challenge: &Challenge) -> Text {
    match challenge {
        Challenge::Dns { name, raw, kind, value, .. } => {
            let (name, kind, value) = (shown(name), shown(kind), shown(value));
            if *raw == name {
                return text!(
                    "Create the {kind} record `{name}` with the value `{value}`.",
                    "请添加 {kind} 记录 `{name}`，值为 `{value}`。"
                );
            }
            let raw = shown(raw);
            text!(
                "Create the {kind} record `{name}` (the service calls it `{raw}`) with the value `{value}`.",
                "请添加 {kind} 记录 `{name}`（服务中写作 `{raw}`），值为 `{value}`。"
            )
        }
        Challenge::File { domain, path, content } => {
            let (domain, path, content) = (shown(domain), shown(path), shown(content));
            text!("Make http://{domain}{path} show `{content}`.", "请使 http://{domain}{path} 返回 `{content}`。")
        }
    }
}

/// What a person may do with a proof that is of no use any more, on one line.
#[must_use]
pub fn withdrawal(challenge: &Challenge) -> Text {
    match challenge {
        Challenge::Dns { name, kind, .. } => {
            let (name, kind) = (shown(name), shown(kind));
            text!(
                "The {kind} record `{name}` is of no use any more: take it away.",
                "{kind} 记录 `{name}` 已无用，可以删除。"
            )
        }
        Challenge::File { domain, path, .. } => {
            let (domain, path) = (shown(domain), shown(path));
            text!(
                "The file at http://{domain}{path} is of no use any more: take it away.",
                "http://{domain}{path} 的文件已无用，可以删除。"
            )
        }
    }
}

/// How a run ends that waits for a person: of the kind [`Waiting`](Kind::Waiting), with what is to be published.
#[must_use]
pub fn waiting(order: &OrderKey, challenges: &[Challenge]) -> Failure {
    let mut all: Vec<Text> = challenges.iter().map(instruction).collect();
    all.push(text!("Then run it again.", "然后再次运行。"));
    let message = text!("the order waits until you have published the proof", "订单等待您发布域名验证信息");
    Failure::new(Kind::Waiting, message).at(order).remedy(Text::join(&all, &text!(" ", "")))
}
