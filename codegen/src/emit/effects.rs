//! The effect of an action in its docs, with its conditions, in both languages.

use super::words::condition;
use crate::model::{Action, Effect, Text};

/// One paragraph a language: the effect, or each effect with its condition, in the order in which they are tested.
pub(super) fn words(action: &Action) -> Text {
    let Text { en, zh } = alone(action);
    match action.repeat_key() {
        Some(key) => {
            let key = &key.wire;
            Text {
                en: format!(
                    "{en} With `{key}`, which the client fills in, a repeated call counts once, and is retried."
                ),
                zh: format!("{zh}客户端会填入 `{key}`，使重复的调用只生效一次，并可自动重试。"),
            }
        }
        None => Text { en, zh },
    }
}

/// The effect without a repeat key.
fn alone(action: &Action) -> Text {
    let [en, zh] = effect(action.effect);
    if action.effect_when.is_empty() {
        return Text { en: format!("Effect: {en}"), zh: format!("影响：{zh}") };
    }
    let under = action.effect_when.iter().map(|(when, then)| {
        let (when, [en, zh]) = (condition(action, when), effect(*then));
        (format!("if {}: {en}", when.en), format!("若{}，则{zh}", when.zh))
    });
    let (conditions, conditions_zh): (Vec<String>, Vec<String>) = under.unzip();
    Text {
        en: format!("Effect {} Otherwise: {en}", conditions.join(" Otherwise, ")),
        zh: format!("影响：{}否则：{zh}", conditions_zh.join("否则，")),
    }
}

fn effect(of: Effect) -> [&'static str; 2] {
    match of {
        Effect::Read => ["read-only.", "只读。"],
        Effect::Idempotent => {
            ["changes data. Calling it twice has the same effect as once.", "会修改数据。调用两次与调用一次效果相同。"]
        }
        Effect::NameGuarded => [
            "the service refuses a second call with the same name or id. Not retried once it may have been executed.",
            "名称或 ID 相同的第二次调用会被服务拒绝。只要可能已经执行，就不会自动重试。",
        ],
        Effect::SubmitOnce => [
            "submits something to a third party. Not retried once it may have been executed.",
            "会向第三方提交。只要可能已经执行，就不会自动重试。",
        ],
        Effect::Create => [
            "every call creates another object, free of charge. Not retried once it may have been executed.",
            "每次调用都会新建一个对象，不收费。只要可能已经执行，就不会自动重试。",
        ],
        Effect::Unknown => [
            "unknown, so it is treated like an order. Not retried once it may have been executed.",
            "未知，因此按下单处理。只要可能已经执行，就不会自动重试。",
        ],
        Effect::Order => [
            "every call places an order. Not retried once it may have been executed.",
            "每次调用都会下单。只要可能已经执行，就不会自动重试。",
        ],
    }
}
