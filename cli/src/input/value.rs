//! Single values by the types of the description.

use crate::lang::Lang;
use cloudcert::model::{Api, Base, Enum, Field, TimeLayout, Type};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

/// A value, and what the user should know about how it was read.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) value: Value,
    pub(crate) note: Option<String>,
}

impl From<Value> for Parsed {
    fn from(value: Value) -> Self {
        Self { value, note: None }
    }
}

/// Reads a text as a value of this type. `field` says which values are expected.
///
/// # Errors
///
/// What is wrong with the text, for the user. It does not repeat the text.
pub(crate) fn parse(api: &Api, field: &Field, kind: &Type, text: &str, lang: Lang) -> Result<Parsed, String> {
    match kind {
        Type::I32 => whole::<i32>(text, lang),
        Type::I64 => whole::<i64>(text, lang),
        Type::Id(name) if api.ids.iter().any(|id| id.name == *name && id.base != Base::String) => {
            whole::<i64>(text, lang)
        }
        Type::F64 => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Value::from(number).into()),
            _ => Err(lang.say("must be a number", "必须是数字").to_owned()),
        },
        Type::Boolean { .. } => boolean(text, lang),
        Type::Enum(name) => {
            api.enumeration(name).map_or_else(|| Ok(Value::from(text).into()), |of| enumeration(of, field, text, lang))
        }
        Type::Time { layout, .. } => time(*layout, text, lang),
        _ => Ok(Value::from(text).into()),
    }
}

fn whole<N: std::str::FromStr + Into<i64>>(text: &str, lang: Lang) -> Result<Parsed, String> {
    let number = text.trim().parse::<N>().map_err(|_| {
        lang.say("must be a whole number within the range of its type", "必须是在取值范围内的整数").to_owned()
    })?;
    Ok(Value::from(number.into()).into())
}

fn boolean(text: &str, lang: Lang) -> Result<Parsed, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Ok(Value::from(true).into()),
        "false" | "0" | "no" => Ok(Value::from(false).into()),
        _ => Err(lang.say("must be true or false", "必须是 true 或 false").to_owned()),
    }
}

/// Enums are open: a value that the description does not know is sent as it is. Another case and known misprints are corrected.
fn enumeration(of: &Enum, field: &Field, text: &str, lang: Lang) -> Result<Parsed, String> {
    let exact = of.values.iter().find(|value| value.wire == text || value.aliases.iter().any(|alias| alias == text));
    let loose = || {
        of.values.iter().find(|value| {
            let mut spellings = std::iter::once(&value.wire).chain(&value.aliases).chain(&value.misprints);
            spellings.any(|spelling| spelling.eq_ignore_ascii_case(text))
        })
    };
    let known = exact.or_else(loose);
    let wire = known.map_or(text, |value| if exact.is_some() { text } else { &value.wire });
    let note = match known {
        Some(value) if exact.is_none() => {
            Some(format!("{} `{}`", lang.say("was read as", "已按此值处理："), value.wire))
        }
        Some(_) => None,
        None => {
            let known = of.values.iter().map(|value| value.wire.as_str());
            let expected =
                known.filter(|wire| field.values.is_empty() || field.values.iter().any(|value| value == wire));
            let list = expected.take(12).collect::<Vec<_>>().join(", ");
            Some(format!(
                "{} {list}",
                lang.say(
                    "is not one of the known values and is sent as it is. Known:",
                    "不是已知的值，将原样发送。已知的值："
                )
            ))
        }
    };
    if of.base == Base::String {
        return Ok(Parsed { value: wire.into(), note });
    }
    Ok(Parsed { note, ..whole::<i64>(wire, lang)? })
}

/// A time as the service prints it, or with its zone as RFC 3339.
fn time(layout: TimeLayout, text: &str, lang: Lang) -> Result<Parsed, String> {
    let number = matches!(layout, TimeLayout::UnixSeconds | TimeLayout::UnixMilliseconds | TimeLayout::Unix);
    if number && let Ok(seconds) = text.parse::<i64>() {
        return Ok(Value::from(seconds).into());
    }
    let Ok(instant) = text.parse::<Timestamp>() else {
        if number {
            let wrong = lang.say(
                "must be a number of seconds or milliseconds as the service prints it, or a time like 2026-01-02T03:04:05Z",
                "须为服务所用的秒数或毫秒数，或形如 2026-01-02T03:04:05Z 的时间",
            );
            return Err(wrong.to_owned());
        }
        return Ok(Value::from(text).into());
    };
    let utc = instant.to_zoned(TimeZone::UTC);
    Ok(match layout {
        TimeLayout::UnixSeconds => Value::from(instant.as_second()).into(),
        // About the unit of `Unix` the sources contradict each other; both are understood, and milliseconds are what most of them show.
        TimeLayout::UnixMilliseconds | TimeLayout::Unix => Value::from(instant.as_millisecond()).into(),
        TimeLayout::Date => Value::from(utc.strftime("%Y-%m-%d").to_string()).into(),
        TimeLayout::DateTime => Value::from(utc.strftime("%Y-%m-%d %H:%M:%S").to_string()).into(),
        TimeLayout::Rfc3339 => Value::from(utc.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).into(),
        TimeLayout::Compact => Value::from(utc.strftime("%Y%m%dT%H%M%SZ").to_string()).into(),
    })
}
