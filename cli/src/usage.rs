//! What the parser says of wrong arguments, and of help, in the language of the user. The parser itself speaks English.

use crate::lang::Lang;
use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use cloudcert::REDACTED;
use std::error::Error as _;
use std::fmt::Write;

/// Help as the parser makes it, with its own words in this language.
pub(crate) fn help(error: &Error, lang: Lang) -> String {
    let text = error.to_string();
    if lang == Lang::En {
        return text;
    }
    let heading = |line: &str| match line {
        "Arguments:" => "参数:".to_owned(),
        "Options:" => "选项:".to_owned(),
        line if line.starts_with("用法：") => placeholders(line),
        line => line.replace("[possible values: ", "[可选值：").replace("[default: ", "[默认："),
    };
    text.lines().map(|line| heading(line) + "\n").collect()
}

/// What is wrong with the arguments. Possible secrets are redacted: unexpected arguments that are not options, and long values.
pub(crate) fn mistake(error: &Error, lang: Lang) -> String {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return help(error, lang);
    }
    let text = match lang {
        Lang::En => error.to_string(),
        Lang::Zh => chinese(error).unwrap_or_else(|| error.to_string()),
    };
    without_values(error, text)
}

fn without_values(error: &Error, mut text: String) -> String {
    let kinds = [ContextKind::InvalidArg, ContextKind::InvalidValue, ContextKind::InvalidSubcommand];
    for (kind, value) in kinds.into_iter().filter_map(|kind| Some((kind, error.get(kind)?.to_string()))) {
        let is_stray = kind == ContextKind::InvalidArg && error.kind() == ErrorKind::UnknownArgument && {
            !value.starts_with('-') || value.starts_with("-----")
        };
        if is_stray || value.len() > 60 || value.contains('\n') {
            text = text.replace(&value, REDACTED);
        }
    }
    text
}

/// The message in Chinese; `None` for a kind that has none here.
fn chinese(error: &Error) -> Option<String> {
    let text = |kind: ContextKind| one(error, kind);
    let argument = || text(ContextKind::InvalidArg);
    let value = || text(ContextKind::InvalidValue);
    let what = match error.kind() {
        ErrorKind::UnknownArgument => format!("未知的参数 '{}'", argument()?),
        ErrorKind::InvalidSubcommand => format!("未知的命令 '{}'", text(ContextKind::InvalidSubcommand)?),
        ErrorKind::InvalidValue if value()?.is_empty() => format!("'{}' 缺少值", argument()?),
        ErrorKind::InvalidValue => format!("'{}' 的值 '{}' 无效", argument()?, value()?),
        ErrorKind::ValueValidation => {
            let why = error.source().map(|why| format!("：{why}")).unwrap_or_default();
            format!("'{}' 的值 '{}' 无效{why}", argument()?, value()?)
        }
        ErrorKind::NoEquals => format!("'{}' 的值须用等号给出", argument()?),
        ErrorKind::TooManyValues => format!("'{}' 不接受值 '{}'", argument()?, value()?),
        ErrorKind::MissingRequiredArgument => {
            let absent = all(error, ContextKind::InvalidArg).into_iter().map(|name| format!("\n  {name}"));
            format!("缺少必需的参数：{}", absent.collect::<String>())
        }
        ErrorKind::MissingSubcommand => format!("'{}' 之后缺少命令", text(ContextKind::InvalidSubcommand)?),
        ErrorKind::ArgumentConflict => {
            let (argument, others) = (argument()?, all(error, ContextKind::PriorArg));
            if others == [argument.as_str()] {
                format!("参数 '{argument}' 只能使用一次")
            } else {
                format!("参数 '{argument}' 不能与 '{}' 同时使用", others.join("'、'"))
            }
        }
        ErrorKind::InvalidUtf8 => "参数不是有效的 UTF-8 文本".to_owned(),
        _ => return None,
    };
    let mut out = format!("错误：{what}\n");
    let mut list = |kind: ContextKind, before: &str, after: &str| {
        let values = all(error, kind);
        if !values.is_empty() {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "  {before}{}{after}", values.join("、"));
        }
    };
    list(ContextKind::ValidValue, "[可选值：", "]");
    list(ContextKind::ValidSubcommand, "[命令：", "]");
    list(ContextKind::SuggestedArg, "提示：相近的参数有 ", "");
    list(ContextKind::SuggestedValue, "提示：相近的值有 ", "");
    list(ContextKind::SuggestedSubcommand, "提示：相近的命令有 ", "");
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        let _ = writeln!(out, "\n用法：{}", placeholders(usage.trim_start_matches("Usage: ")));
    }
    out.push_str("\n详见 '--help'。\n");
    Some(out)
}

/// The words that the parser puts into usage lines.
fn placeholders(usage: &str) -> String {
    usage.replace("[OPTIONS]", "[选项]").replace("<COMMAND>", "<命令>")
}

fn one(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn all(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::String(text)) => vec![text.clone()],
        _ => Vec::new(),
    }
}
