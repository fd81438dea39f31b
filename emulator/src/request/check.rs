//! Checks a request's parameters against the spec.

use super::denial::Reason;
use super::lists;
use super::received::Received;
use crate::base::call::{Params, boolean};
use cloudcert::model::{self, Action, Api, Base, Check, Demand, Field, Need, Type};
use std::collections::BTreeMap;

/// Maximum size of a value in bytes, unless it is an image. A long certificate chain has half as many.
const VALUE_MOST: i64 = 64 << 10;

/// Checks and returns the parameters that the spec knows, together with the names of those that nobody reads: unknown ones, which the vendors
/// ignore, and known ones in a form that is not theirs.
pub(crate) fn params(received: &Received, api: &Api, action: &Action) -> Result<(Params, Vec<String>), Reason> {
    let mut checked = Checked { received, api, out: BTreeMap::new() };
    for field in &action.parameters {
        checked.parameter(field)?;
    }
    let ignored = received.parameters.keys().filter(|name| is_ignored(name, api, action)).cloned().collect();
    Ok((Params(checked.out), ignored))
}

/// Whether a parameter is neither one of the action's, in the form that its type has, nor one that every request of the API may carry.
fn is_ignored(name: &str, api: &Api, action: &Action) -> bool {
    let stem = name.split(['.', '[']).next().unwrap_or(name);
    let common = || api.common_parameters.iter().any(|common| common.wire.eq_ignore_ascii_case(name));
    let knows = |field: &Field, member: &str| {
        let of = field.kind.structure().and_then(|of| field.defines.as_ref().or_else(|| api.structure(of)));
        let first = member.split(['.', '[']).next().unwrap_or(member);
        of.is_none_or(|of| member.is_empty() || of.fields.iter().any(|field| field.wire == first))
    };
    let rest = name.get(stem.len()..).unwrap_or_default();
    // `.1.Member`, `[1].Member`
    let member = rest.get(1..).unwrap_or_default().split_once('.').map_or("", |(_, member)| member);
    let is_read = |field: &Field| match field.kind {
        Type::List(_) => !rest.is_empty() && knows(field, member),
        Type::Structure(_) => rest.starts_with('.') && knows(field, rest.get(1..).unwrap_or_default()),
        Type::JsonText(_) => true,
        _ => rest.is_empty(),
    };
    !action.parameter(stem).is_some_and(is_read) && !common()
}

/// The parameters that have been checked so far.
struct Checked<'a> {
    received: &'a Received,
    api: &'a Api,
    out: BTreeMap<String, String>,
}

impl<'a> Checked<'a> {
    fn parameter(&mut self, field: &'a Field) -> Result<(), Reason> {
        let given = match &field.kind {
            Type::List(of) => self.list(field, of)?,
            Type::Structure(_) => self.flat(field)?,
            Type::JsonText(_) if self.received.text(&field.wire).is_none() => self.members(field)?,
            _ => match self.received.text(&field.wire) {
                Some(text) => self.keep(field.wire.clone(), field, &field.kind, text)?,
                None => false,
            },
        };
        match field.need {
            Need::Required | Need::Defaulted(_) if !given => Err(Reason::missing(&field.wire)),
            _ => Ok(()),
        }
    }

    fn list(&mut self, field: &'a Field, of: &'a Type) -> Result<bool, Reason> {
        let wire = &field.wire;
        let elements = lists::elements(wire, &self.received.parameters).map_err(|why| Reason::invalid(wire, why))?;
        for demand in &field.checks {
            if let Demand::Count { min, max } = demand.demand
                && !elements.is_empty()
            {
                bounds(wire, "elements", count(elements.len()), min, max)?;
            }
        }
        let given = !elements.is_empty();
        for (index, members) in elements.into_iter().enumerate() {
            let name = format!("{wire}.{}", index + 1);
            match self.structure(field, of) {
                Some(structure) => self.element(&name, structure, &members)?,
                None => {
                    for (member, value) in members {
                        if !member.is_empty() {
                            return Err(Reason::invalid(wire, "must be a list of single values"));
                        }
                        self.keep(name.clone(), field, of, value)?;
                    }
                }
            }
        }
        Ok(given)
    }

    /// Checks one structure of a list. A member that is a list itself is renumbered like the list around it.
    fn element(&mut self, name: &str, structure: &'a model::Structure, members: &[(&str, &str)]) -> Result<(), Reason> {
        let known: BTreeMap<String, String> = members.iter().map(|(m, v)| ((*m).to_owned(), (*v).to_owned())).collect();
        for field in &structure.fields {
            let path = format!("{name}.{}", field.wire);
            let mut given = false;
            if let Type::List(of) = &field.kind {
                let values = lists::elements(&field.wire, &known).map_err(|why| Reason::invalid(&path, why))?;
                for (index, value) in values.iter().enumerate() {
                    if let Some((_, text)) = value.iter().find(|(member, _)| member.is_empty()) {
                        given |= self.keep(format!("{path}.{}", index + 1), field, of, text)?;
                    }
                }
            } else if let Some(text) = known.get(&field.wire) {
                given = self.keep(path.clone(), field, &field.kind, text)?;
            }
            if !given && matches!(field.need, Need::Required) {
                return Err(Reason::missing(path));
            }
        }
        Ok(())
    }

    /// Checks a structure whose members are parameters of their own: `Contact.Name`.
    fn flat(&mut self, field: &'a Field) -> Result<bool, Reason> {
        let start = format!("{}.", field.wire);
        let all = self.received.parameters.iter();
        let members: Vec<(&str, &str)> =
            all.filter_map(|(key, value)| Some((key.strip_prefix(&start)?, value.as_str()))).collect();
        if let Some(structure) = self.structure(field, &field.kind).filter(|_| !members.is_empty()) {
            self.element(&field.wire, structure, &members)?;
        }
        Ok(!members.is_empty())
    }

    /// Keeps a structure that is documented as JSON text but sent member by member, as some clients do. It is kept as JSON text.
    fn members(&mut self, field: &Field) -> Result<bool, Reason> {
        let start = format!("{}.", field.wire);
        let members = self.received.parameters.iter().filter_map(|(key, value)| {
            let member = key.strip_prefix(&start)?;
            Some((member.to_owned(), serde_json::Value::from(value.as_str())))
        });
        let members: serde_json::Map<_, _> = members.collect();
        let given = !members.is_empty();
        if given {
            let text = serde_json::Value::Object(members).to_string();
            fits(&field.wire, &text)?;
            self.out.insert(field.wire.clone(), text);
        }
        Ok(given)
    }

    fn structure(&self, field: &'a Field, of: &Type) -> Option<&'a model::Structure> {
        let Type::Structure(name) = of else { return None };
        field.defines.as_ref().or_else(|| self.api.structure(name))
    }

    /// Checks one value and keeps it. Returns whether it was given: an empty value counts as absent.
    fn keep(&mut self, name: String, field: &Field, kind: &Type, text: &str) -> Result<bool, Reason> {
        // Images have a limit of their own.
        if *kind != Type::Image {
            fits(&name, text)?;
        }
        let value = typed(self.api, &name, kind, text)?;
        for check in &field.checks {
            self::check(&name, kind, check, text)?;
        }
        self.out.insert(name, value);
        Ok(!text.is_empty())
    }
}

/// Checks that a value has its type. Returns it, with an enum value in its first spelling.
pub(super) fn typed(api: &Api, name: &str, kind: &Type, text: &str) -> Result<String, Reason> {
    let wrong = |wanted: &str| Err(Reason::invalid(name, wanted));
    let whole = |base: Base| match base {
        Base::String => true,
        Base::I32 => text.parse::<i32>().is_ok(),
        Base::I64 => text.parse::<i64>().is_ok(),
    };
    match kind {
        Type::I32 if !whole(Base::I32) => wrong("must be a 32-bit whole number"),
        Type::I64 if !whole(Base::I64) => wrong("must be a 64-bit whole number"),
        Type::Id(id) => {
            let base = api.ids.iter().find(|known| known.name == *id).map_or(Base::String, |id| id.base);
            if whole(base) { Ok(text.to_owned()) } else { wrong("must be an id, which is a whole number") }
        }
        // Filters are checked by the service, which has its own error for them.
        Type::Enum(of) if !name.contains('.') => match api.enumeration(of).and_then(|e| e.value(text)) {
            Some(value) => Ok(value.wire.clone()),
            None => wrong("must be one of the documented values"),
        },
        Type::F64 if !text.parse().is_ok_and(f64::is_finite) => wrong("must be a number"),
        Type::Time { layout, .. } if layout.is_number() && !whole(Base::I64) => wrong("must be a number since 1970"),
        Type::Boolean { .. } if boolean(text).is_none() => wrong("must be true or false"),
        Type::CommaList(of) if !text.is_empty() => {
            text.split(',').try_for_each(|part| typed(api, name, of, part.trim()).map(|_| ()))?;
            Ok(text.to_owned())
        }
        Type::JsonList(_) if !is_json(text, serde_json::Value::is_array) => wrong("must be a JSON list"),
        Type::JsonMap(_) | Type::JsonText(_) if !is_json(text, serde_json::Value::is_object) => {
            wrong("must be a JSON object")
        }
        Type::Image if !is_base64(text) => wrong("must be a picture in base64"),
        _ => Ok(text.to_owned()),
    }
}

/// Checks one demand of the spec on a value.
pub(super) fn check(name: &str, kind: &Type, check: &Check, text: &str) -> Result<(), Reason> {
    match &check.demand {
        Demand::Range { min, max } => match text.parse() {
            Ok(number) => bounds(name, "", number, *min, *max),
            Err(_) => Ok(()),
        },
        Demand::Length { min, max } => bounds(name, "characters", count(text.chars().count()), *min, *max),
        Demand::MaxBytes(most) => {
            let bytes = text.len() / 4 * 3;
            let most = i64::try_from(*most).unwrap_or(i64::MAX);
            bounds(name, "bytes", count(bytes), None, Some(most.saturating_add(2)))
        }
        Demand::Format(format) => {
            let parts: Vec<&str> =
                if matches!(kind, Type::CommaList(_)) { text.split(',').collect() } else { vec![text] };
            if parts.iter().all(|part| model::has_shape(part.trim(), *format)) {
                Ok(())
            } else {
                Err(Reason::invalid(name, "must have the documented form"))
            }
        }
        Demand::Count { min, max } if matches!(kind, Type::JsonList(_)) => {
            let items = serde_json::from_str::<Vec<serde_json::Value>>(text).unwrap_or_default();
            bounds(name, "elements", count(items.len()), *min, *max)
        }
        Demand::Count { min, max } if matches!(kind, Type::CommaList(_)) => {
            bounds(name, "elements", count(text.split(',').count()), *min, *max)
        }
        // Elements were counted before, and CSR keys are checked by the service. No spec has a pattern.
        Demand::Count { .. } | Demand::CsrKey { .. } | Demand::Pattern(_) => Ok(()),
    }
}

/// Checks the general limit on the size of a value.
fn fits(name: &str, text: &str) -> Result<(), Reason> {
    bounds(name, "bytes", count(text.len()), None, Some(VALUE_MOST))
}

/// Checks that a number is within bounds. `of` says what is counted.
fn bounds(name: &str, of: &str, value: i64, min: Option<i64>, max: Option<i64>) -> Result<(), Reason> {
    let low = min.filter(|min| value < *min).map(|min| format!("must be at least {min} {of}"));
    let high = max.filter(|max| value > *max).map(|max| format!("must be at most {max} {of}"));
    match low.or(high) {
        Some(wanted) => Err(Reason::invalid(name, wanted.trim_end())),
        None => Ok(()),
    }
}

fn is_json(text: &str, is_it: fn(&serde_json::Value) -> bool) -> bool {
    serde_json::from_str(text).is_ok_and(|value| is_it(&value))
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn is_base64(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=\r\n".contains(&byte))
}
