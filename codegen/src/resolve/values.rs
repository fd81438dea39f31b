//! Whether a value written in the spec fits the type of a field.

use super::view::RawApi;
use crate::spec::{Base, Bound, EnumSpec, Field, FieldType, TimeLayout};
use serde_json::Value;

/// The placeholder for a redacted value in an example.
pub(super) const REDACTED: &str = "(redacted)";

/// Checks a value against a field's type and limits. `Err` says why it does not fit.
pub(super) fn fits(api: &RawApi<'_>, field: &Field, value: &Value) -> Result<(), String> {
    of_type(api, field, value)?;
    if value.as_str() == Some(REDACTED) {
        return Ok(());
    }
    within_limits(field, value)
}

/// Checks the limits of numbers, texts and lists. Advisory limits count too: an example must keep them.
fn within_limits(field: &Field, value: &Value) -> Result<(), String> {
    let check = |bound: &Option<Bound>, what: &str, number: i64| match bound {
        Some(Bound { min: Some(min), .. }) if number < *min => {
            Err(format!("{what} {number} is below the minimum of {min}"))
        }
        Some(Bound { max: Some(max), .. }) if number > *max => {
            Err(format!("{what} {number} is above the maximum of {max}"))
        }
        _ => Ok(()),
    };
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    match value {
        Value::Number(_) => check(&field.range, "the number", value.as_i64().unwrap_or_default()),
        Value::String(text) => {
            check(&field.length, "the number of characters", count(text.chars().count()))?;
            match field.pattern.as_ref().and_then(|rule| whole(&rule.regex).ok()) {
                Some(_) if text.len() > MATCHED => {
                    Err(format!("the text has {} bytes; patterns are checked up to {MATCHED} bytes", text.len()))
                }
                Some(regex) if !regex.is_match(text) => Err(format!("\"{text}\" does not match the pattern")),
                _ => Ok(()),
            }
        }
        Value::Array(items) => check(&field.count, "the number of elements", count(items.len())),
        _ => Ok(()),
    }
}

/// Most bytes of a compiled regular expression. The time to match grows with the product of its size and the text's length.
const COMPILED: usize = 1 << 16;
/// Longest text that is matched against a pattern, in bytes.
const MATCHED: usize = 1 << 14;

/// A regular expression for a whole value.
pub(super) fn whole(regex: &str) -> Result<regex_lite::Regex, regex_lite::Error> {
    regex_lite::RegexBuilder::new(&format!("^(?:{regex})$")).size_limit(COMPILED).build()
}

fn of_type(api: &RawApi<'_>, field: &Field, value: &Value) -> Result<(), String> {
    let enumeration =
        field.enumeration.as_deref().and_then(|name| Some((name, api.definitions.enums.get(name)?.value)));
    match field.kind {
        FieldType::List => {
            let Value::Array(items) = value else {
                return Err(format!("expected a list, found {}", describe(value)));
            };
            items.iter().try_for_each(|item| element(api, field, enumeration, item))
        }
        FieldType::CommaList => match value {
            Value::Array(items) if items.iter().all(Value::is_string) => Ok(()),
            _ => Err("write the elements as a YAML list of texts; the protocol decides how they are sent".to_owned()),
        },
        FieldType::Object | FieldType::JsonText => structure(api, field, value),
        FieldType::Boolean => value
            .is_boolean()
            .then_some(())
            .ok_or_else(|| format!("expected `true` or `false`, found {}", describe(value))),
        FieldType::I32 | FieldType::I64 => {
            integer(value, field.kind == FieldType::I32)?;
            enumeration.map_or(Ok(()), |(name, spec)| listed(name, spec, &value.to_string(), &field.values))
        }
        FieldType::Id => {
            let base = field.of.as_deref().and_then(|of| api.definitions.ids.get(of)).map(|id| id.value.base);
            base.map_or(Ok(()), |base| id(base, value))
        }
        _ => {
            let Value::String(text) = value else {
                return Err(format!("expected a text, found {}; quote it", describe(value)));
            };
            if let Some((name, spec)) = enumeration {
                listed(name, spec, text, &field.values)?;
            }
            field.time_layout.map_or(Ok(()), |layout| time(layout, text))
        }
    }
}

fn element(
    api: &RawApi<'_>,
    field: &Field,
    enumeration: Option<(&str, &EnumSpec)>,
    item: &Value,
) -> Result<(), String> {
    match field.of.as_deref() {
        Some("string") => match (item, enumeration) {
            (Value::String(text), Some((name, spec))) => listed(name, spec, text, &field.values),
            (Value::String(_), None) => Ok(()),
            _ => Err(format!("expected a text, found {}; quote it", describe(item))),
        },
        Some("i32") => {
            integer(item, true)?;
            enumeration.map_or(Ok(()), |(name, spec)| listed(name, spec, &item.to_string(), &field.values))
        }
        Some("i64") => integer(item, false),
        Some(of) => match api.definitions.ids.get(of) {
            Some(spec) => id(spec.value.base, item),
            None => structure(api, field, item),
        },
        None => Ok(()),
    }
}

fn structure(api: &RawApi<'_>, field: &Field, value: &Value) -> Result<(), String> {
    let Value::Object(map) = value else {
        return Err(format!("expected a mapping, found {}", describe(value)));
    };
    let Some(members) = field.of.as_deref().and_then(|of| api.members(of)) else {
        return Ok(());
    };
    for (key, value) in map {
        match members.get(key) {
            Some(member) => fits(api, member, value).map_err(|why| format!("`{key}`: {why}"))?,
            None => {
                return Err(format!("`{}` has no member `{key}`", field.of.as_deref().unwrap_or_default()));
            }
        }
    }
    Ok(())
}

fn listed(name: &str, spec: &EnumSpec, text: &str, expected: &[String]) -> Result<(), String> {
    let Some((wire, _)) =
        spec.values.iter().find(|(wire, value)| *wire == text || value.aliases.iter().any(|a| a == text))
    else {
        return Err(format!("the enum `{name}` has no value `{text}`"));
    };
    if expected.is_empty() || expected.contains(wire) {
        return Ok(());
    }
    Err(format!("`{text}` is a value of `{name}`, but not among the `values` expected here"))
}

fn id(base: Base, value: &Value) -> Result<(), String> {
    match base {
        Base::String => value
            .is_string()
            .then_some(())
            .ok_or_else(|| format!("expected a text, found {}; quote it", describe(value))),
        Base::I32 => integer(value, true),
        Base::I64 => integer(value, false),
    }
}

fn integer(value: &Value, narrow: bool) -> Result<(), String> {
    match value.as_i64() {
        Some(number) if narrow && i32::try_from(number).is_err() => Err(format!("{number} does not fit into 32 bits")),
        Some(_) => Ok(()),
        None => Err(format!("expected a whole number, found {}", describe(value))),
    }
}

fn time(layout: TimeLayout, text: &str) -> Result<(), String> {
    let shape = match layout {
        TimeLayout::Date => "dddd-dd-dd",
        TimeLayout::DateTime => "dddd-dd-dd dd:dd:dd",
        TimeLayout::Rfc3339 => "dddd-dd-ddTdd:dd:ddZ",
        TimeLayout::Compact => "ddddddddTddddddZ",
    };
    let same = text.len() == shape.len()
        && text.chars().zip(shape.chars()).all(|(c, s)| if s == 'd' { c.is_ascii_digit() } else { c == s });
    same.then_some(()).ok_or_else(|| format!("`{text}` does not have the layout `{}`", shape.replace('d', "0")))
}

/// Whether a field holds a number that can be counted with or compared.
pub(super) fn is_number(field: &Field) -> bool {
    field.enumeration.is_none() && matches!(field.kind, FieldType::I32 | FieldType::I64)
}

/// A value in words.
pub(super) fn describe(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(b) => format!("`{b}`"),
        Value::Number(n) => format!("the number {n}"),
        Value::String(s) => format!("the text \"{}\"", s.chars().take(40).collect::<String>()),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
    }
}
