//! Explains a code: an error code of a service, a rule of the diff, a finding of the loader.

use crate::diagnostic::Code;
use crate::diff::rule;
use crate::model::{ErrorRow, Model, Retry, Text};
use std::fmt::Write;

/// The language of an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// Chinese.
    Zh,
}

impl Language {
    fn pick<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Self::En => en.trim(),
            Self::Zh => zh.trim(),
        }
    }

    fn text(self, of: &Text) -> &str {
        self.pick(&of.en, &of.zh)
    }
}

/// Explains everything that a code stands for. `None` if nothing has this code.
#[must_use]
pub fn explain(model: &Model, code: &str, language: Language) -> Option<String> {
    let mut out = String::new();
    if let Some(found) = Code::ALL.iter().find(|of| of.as_str() == code) {
        let [en, zh] = found.meaning();
        let kind = language.pick("a finding of the loader", "加载器的诊断");
        let _ = writeln!(out, "{code}: {kind}\n  {}", language.pick(en, zh));
        let advice = language.pick("The finding says where it is and how to fix it.", "诊断信息会指明位置与修改方法。");
        let _ = writeln!(out, "  {advice}\n");
    }
    if let Some(found) = rule(code) {
        let kind = language.pick("a rule of the diff", "差异比较的规则");
        let _ = writeln!(out, "{code}: {kind}");
        let text = language.pick(found.title, found.zh);
        let _ = writeln!(out, "  {text}");
        if language == Language::En {
            let _ = writeln!(out, "  {}", found.why);
        }
        let words = [("wire", "报文"), ("source", "源码"), ("release", "版本"), ("backwards", "反向")];
        let [wire, source, bump, mirror] = words.map(|(en, zh)| language.pick(en, zh));
        let _ = writeln!(
            out,
            "  {wire}: {}, {source}: {}, {bump}: {}, {mirror}: {}\n",
            found.wire, found.source, found.bump, found.mirror
        );
    }
    for api in &model.apis {
        for row in api.errors.iter().filter(|row| is_about(row, code)) {
            error(&mut out, &api.id, row, language);
        }
    }
    (!out.is_empty()).then(|| format!("{}\n", out.trim_end()))
}

fn is_about(row: &ErrorRow, code: &str) -> bool {
    let families = row.code.as_str() != code && row.code.covers(code);
    [row.name.as_str(), row.code.as_str()].contains(&code) || row.inner_code.as_deref() == Some(code) || families
}

fn error(out: &mut String, api: &str, row: &ErrorRow, language: Language) {
    let inner = row.inner_code.as_ref().map_or(String::new(), |inner| format!(" / {inner}"));
    let statuses = row.status.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
    let _ = writeln!(out, "{}{inner} ({api}, {}, HTTP {statuses})", row.code.as_str(), row.name);
    let _ = writeln!(out, "  {}", language.text(&row.meaning));
    let titles = [("Cause", "原因"), ("Remedy", "处理"), ("Retry", "重试")].map(|(en, zh)| language.pick(en, zh));
    let [cause, remedy, retry] = titles;
    let _ = writeln!(out, "  {cause}: {}", language.text(&row.cause));
    let _ = writeln!(out, "  {remedy}: {}", language.text(&row.remedy));
    let (word, en, zh) = class(row.retry);
    let _ = writeln!(out, "  {retry}: {word}. {}\n", language.pick(en, zh));
}

/// A retry class with what it means.
fn class(retry: Retry) -> (&'static str, &'static str, &'static str) {
    match retry {
        Retry::Never => ("never", "The same request fails again.", "同样的请求仍会失败。"),
        Retry::Throttle => ("throttle", "It was not executed. Wait, then send it again.", "请求未执行，等待后可重发。"),
        Retry::Transient => {
            ("transient", "A transient fault. It may have been executed.", "暂时性故障，请求可能已执行。")
        }
        Retry::Skew => {
            ("skew", "The clock is wrong. Correct it once, then send it again.", "时钟有偏差，校正一次后可重发。")
        }
        Retry::Renew => (
            "renew",
            "The key or its token is no longer valid. Get new ones once, then send it again.",
            "访问密钥或令牌已失效，重新获取一次后可重发。",
        ),
        Retry::Reconcile => (
            "reconcile",
            "It may have been executed. Find out with the recipe of the action first.",
            "请求可能已执行，请先按该接口的核对方法确认。",
        ),
    }
}
