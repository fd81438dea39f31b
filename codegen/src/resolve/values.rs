//! Whether a value written in the spec fits the type of a field.

use super::view::RawApi;
use crate::diagnostic::{Code, Finding};
use crate::spec::{Base, Bound, EnumSpec, Field, FieldType, TimeLayout};
use crate::yaml::{At, did_you_mean};
use serde_json::Value;

/// The placeholder for a redacted value in an example.
pub(super) const REDACTED: &str = "(redacted)";

/// Why a value does not fit.
pub(super) struct Misfit {
    /// The way from the value to the part of it that does not fit, the outermost step last.
    path: Vec<Step>,
    pub(super) why: String,
    /// What was probably meant.
    near: Option<String>,
}

enum Step {
    Member(String),
    /// A member that the structure does not have.
    Unknown(String),
    Element(usize),
}

impl Misfit {
    fn below(mut self, step: Step) -> Self {
        self.path.push(step);
        self
    }

    /// Makes the finding. `at` is the place of the value, and `what` names it: the default of `Page`.
    pub(super) fn finding(self, code: Code, what: &str, at: At<'_>) -> Finding {
        let mut place = at;
        let mut name = String::new();
        let mut is_key = false;
        for step in self.path.iter().rev() {
            place = match step {
                Step::Member(member) | Step::Unknown(member) => place.get(member),
                Step::Element(index) => place.index(*index),
            };
            match step {
                Step::Member(member) if name.is_empty() => name.push_str(member),
                Step::Member(member) => name = format!("{name}.{member}"),
                Step::Element(index) => name = format!("{name}[{index}]"),
                Step::Unknown(_) => is_key = true,
            }
        }
        let why = if name.is_empty() { self.why } else { format!("`{name}`: {}", self.why) };
        let message = format!("{what} does not fit: {why}");
        let finding = if is_key { place.key_finding(code, message) } else { place.finding(code, message) };
        finding.suggest(self.near.as_deref())
    }
}

impl From<String> for Misfit {
    fn from(why: String) -> Self {
        Self { path: Vec::new(), why, near: None }
    }
}

/// Checks a value against a field's type and limits.
pub(super) fn fits(api: &RawApi<'_>, field: &Field, value: &Value) -> Result<(), Misfit> {
    of_type(api, field, value)?;
    if value.as_str() == Some(REDACTED) {
        return Ok(());
    }
    Ok(within_limits(field, value)?)
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

fn of_type(api: &RawApi<'_>, field: &Field, value: &Value) -> Result<(), Misfit> {
    let enumeration =
        field.enumeration.as_deref().and_then(|name| Some((name, api.definitions.enums.get(name)?.value)));
    match field.kind {
        FieldType::List | FieldType::JsonList => {
            let Value::Array(items) = value else {
                return Err(format!("expected a list, found {}", describe(value)).into());
            };
            items.iter().enumerate().try_for_each(|(index, item)| {
                element(api, field, enumeration, item).map_err(|misfit| misfit.below(Step::Element(index)))
            })
        }
        FieldType::CommaList => {
            let Value::Array(items) = value else {
                let why = "write the elements as a YAML list; the protocol decides how they are sent";
                return Err(why.to_owned().into());
            };
            items.iter().enumerate().try_for_each(|(index, item)| {
                element(api, field, None, item).map_err(|misfit| misfit.below(Step::Element(index)))
            })
        }
        FieldType::Map | FieldType::JsonMap => {
            let Value::Object(map) = value else {
                return Err(format!("expected a mapping, found {}", describe(value)).into());
            };
            map.iter().try_for_each(|(name, item)| {
                element(api, field, None, item).map_err(|misfit| misfit.below(Step::Member(name.clone())))
            })
        }
        FieldType::Any | FieldType::Unknown => Ok(()),
        FieldType::F64 => Ok(float(value)?),
        FieldType::Time if field.time_layout.is_some_and(TimeLayout::is_number) => Ok(instant(value)?),
        FieldType::Object | FieldType::JsonText => structure(api, field, value),
        FieldType::Boolean => value
            .is_boolean()
            .then_some(())
            .ok_or_else(|| format!("expected `true` or `false`, found {}", describe(value)).into()),
        FieldType::I32 | FieldType::I64 => {
            integer(value, field.kind == FieldType::I32)?;
            enumeration.map_or(Ok(()), |(name, spec)| listed(name, spec, &value.to_string(), &field.values))
        }
        FieldType::Id => {
            let base = field.of.as_deref().and_then(|of| api.definitions.ids.get(of)).map(|id| id.value.base);
            Ok(base.map_or(Ok(()), |base| id(base, value))?)
        }
        _ => {
            let Value::String(text) = value else {
                return Err(no_text(value).into());
            };
            if let Some((name, spec)) = enumeration {
                listed(name, spec, text, &field.values)?;
            }
            Ok(field.time_layout.map_or(Ok(()), |layout| time(layout, text))?)
        }
    }
}

fn element(
    api: &RawApi<'_>,
    field: &Field,
    enumeration: Option<(&str, &EnumSpec)>,
    item: &Value,
) -> Result<(), Misfit> {
    match field.of.as_deref() {
        Some("string") => match (item, enumeration) {
            (Value::String(text), Some((name, spec))) => listed(name, spec, text, &field.values),
            (Value::String(_), None) => Ok(()),
            _ => Err(no_text(item).into()),
        },
        Some("i32") => {
            integer(item, true)?;
            enumeration.map_or(Ok(()), |(name, spec)| listed(name, spec, &item.to_string(), &field.values))
        }
        Some("i64") => {
            integer(item, false)?;
            enumeration.map_or(Ok(()), |(name, spec)| listed(name, spec, &item.to_string(), &field.values))
        }
        Some("f64") => Ok(float(item)?),
        Some(of) if of != "any" => match api.definitions.ids.get(of) {
            Some(spec) => Ok(id(spec.value.base, item)?),
            None => structure(api, field, item),
        },
        _ => Ok(()),
    }
}

fn structure(api: &RawApi<'_>, field: &Field, value: &Value) -> Result<(), Misfit> {
    let Value::Object(map) = value else {
        return Err(format!("expected a mapping, found {}", describe(value)).into());
    };
    let Some((of, members)) = field.of.as_deref().and_then(|of| Some((of, api.members(of)?))) else {
        return Ok(());
    };
    for (key, value) in map {
        let Some(member) = members.get(key) else {
            let unknown = Misfit::from(format!("`{of}` has no member `{key}`")).below(Step::Unknown(key.clone()));
            return Err(suggest(unknown, key, members.keys().map(String::as_str)));
        };
        fits(api, member, value).map_err(|misfit| misfit.below(Step::Member(key.clone())))?;
    }
    Ok(())
}

fn listed(name: &str, spec: &EnumSpec, text: &str, expected: &[String]) -> Result<(), Misfit> {
    let Some((wire, _)) =
        spec.values.iter().find(|(wire, value)| *wire == text || value.aliases.iter().any(|a| a == text))
    else {
        let unknown = format!("the enum `{name}` has no value `{text}`").into();
        return Err(suggest(unknown, text, spec.values.keys().map(String::as_str)));
    };
    if expected.is_empty() || expected.contains(wire) {
        return Ok(());
    }
    Err(format!("`{text}` is a value of `{name}`, but not among the `values` expected here").into())
}

fn suggest<'a>(misfit: Misfit, written: &str, known: impl IntoIterator<Item = &'a str>) -> Misfit {
    Misfit { near: did_you_mean(written, known).map(str::to_owned), ..misfit }
}

/// What is wrong with a value that should be a text. Quotes make one of a number or `true`.
fn no_text(value: &Value) -> String {
    let quote = if value.is_number() || value.is_boolean() { "; quote it" } else { "" };
    format!("expected a text, found {}{quote}", describe(value))
}

fn id(base: Base, value: &Value) -> Result<(), String> {
    match base {
        Base::String => value.is_string().then_some(()).ok_or_else(|| no_text(value)),
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

fn float(value: &Value) -> Result<(), String> {
    value.is_number().then_some(()).ok_or_else(|| format!("expected a number, found {}", describe(value)))
}

/// An instant as a number, or as a text of digits, as some services write it.
fn instant(value: &Value) -> Result<(), String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = value.as_i64().is_some() || value.as_str().is_some_and(digits);
    fits.then_some(()).ok_or_else(|| format!("expected a number since 1970, found {}", describe(value)))
}

fn time(layout: TimeLayout, text: &str) -> Result<(), String> {
    let shape = match layout {
        TimeLayout::Date => "dddd-dd-dd",
        TimeLayout::DateTime => "dddd-dd-dd dd:dd:dd",
        TimeLayout::Rfc3339 => "dddd-dd-ddTdd:dd:ddZ",
        TimeLayout::Compact => "ddddddddTddddddZ",
        TimeLayout::UnixSeconds | TimeLayout::UnixMilliseconds | TimeLayout::Unix => return Ok(()),
    };
    let same = text.len() == shape.len()
        && text.chars().zip(shape.chars()).all(|(c, s)| if s == 'd' { c.is_ascii_digit() } else { c == s });
    same.then_some(()).ok_or_else(|| format!("`{text}` does not have the layout `{}`", shape.replace('d', "0")))
}

/// Whether a field holds a number that can be counted with or compared.
pub(super) fn is_number(field: &Field) -> bool {
    field.enumeration.is_none() && matches!(field.kind, FieldType::I32 | FieldType::I64 | FieldType::Unknown)
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
