//! Responses to actions without a behaviour of their own, made from the description alone.
//!
//! Such a call is verified and checked like any other, and changes nothing. The example of the action that fits the request best is returned,
//! or else the first one, or else an instance made from the types of the response. Fields that every response carries are added. Responses are
//! marked, so that nobody takes them for behaviour.

use super::values::fields;
use crate::base::call::{Call, Fields, Refusal};
use crate::base::time::format;
use cloudcert::model::{Api, Base, Example, Field, Paginator, Structure, TimeLayout, Type};
use serde_json::{Map, Value, json};
use std::cell::Cell;

/// The header that marks a response that was made from the description.
pub(crate) const MARK: (&str, &str) = ("x-cloudcert-emulator", "described");

/// Returns the response of an action that no service plays. `now` is the time of its clock.
pub(super) fn describe(call: &Call<'_>, now: i64) -> Result<Fields, Refusal> {
    let examples = &call.action.examples;
    // Of several that fit, the one with the most values: a request of few values fits in many others.
    if let Some(example) = examples.iter().rev().filter(|example| fits(example, call)).max_by_key(|it| compared(it)) {
        if let Some(row) = &example.error {
            let meaning = call.api.errors.iter().find(|known| known.name == *row).map(|row| row.meaning.en.clone());
            return Err(Refusal::new(row.clone(), meaning.unwrap_or_default()));
        }
        return Ok(response(call, example, now));
    }
    if let Some(example) = examples.iter().find(|example| example.error.is_none()) {
        return Ok(response(call, example, now));
    }
    let instance = Instance::new(call.api, now);
    let made = fields(instance.structure(&call.action.response, DEPTH));
    Ok(finished(call, with_common(made, &instance)))
}

/// The response of an example.
fn response(call: &Call<'_>, example: &Example, now: i64) -> Fields {
    let shown = example.response.clone().into_iter().collect();
    finished(call, with_common(shown, &Instance::new(call.api, now)))
}

/// A response as the service sends it.
fn finished(call: &Call<'_>, mut response: Fields) -> Fields {
    packed(call.api, &call.action.response, &mut response);
    on_its_page(call, response)
}

/// Makes texts of lists with commas, which the description writes as lists.
fn packed(api: &Api, members: &[Field], values: &mut Fields) {
    for field in members {
        if let Some(value) = values.get_mut(&field.wire) {
            pack(api, &field.kind, field.defines.as_ref(), value);
        }
    }
}

fn pack(api: &Api, kind: &Type, defines: Option<&Structure>, value: &mut Value) {
    match (kind, value) {
        (Type::CommaList(_), value) => {
            let text = |item: &Value| item.as_str().map_or_else(|| item.to_string(), str::to_owned);
            if let Some(items) = value.as_array() {
                *value = json!(items.iter().map(text).collect::<Vec<_>>().join(","));
            }
        }
        (Type::Structure(name), Value::Object(values)) => {
            let members = defines.or_else(|| api.structure(name)).map(|of| of.fields.as_slice());
            packed(api, members.unwrap_or_default(), values);
        }
        (Type::List(item), Value::Array(values)) => values.iter_mut().for_each(|value| pack(api, item, defines, value)),
        (Type::Map(item), Value::Object(values)) => {
            values.values_mut().for_each(|value| pack(api, item, defines, value));
        }
        _ => {}
    }
}

/// Adds the fields that every response carries, where examples leave them out. The id of the request is added to all responses anyway.
fn with_common(mut response: Fields, instance: &Instance<'_>) -> Fields {
    for field in instance.api.common_response.iter().filter(|field| field.wire != "RequestId") {
        if !response.contains_key(&field.wire) {
            response.insert(field.wire.clone(), instance.member(field, DEPTH));
        }
    }
    response
}

/// What stands for a secret in an example of the description.
const REDACTED: &str = "(redacted)";

/// Whether a request has the values that an example has. Lists and structures are not compared. For a secret, and for a certificate or the like,
/// any value will do: no request has the one of the example.
fn fits(example: &Example, call: &Call<'_>) -> bool {
    let material = |name: &str| {
        let field = call.action.parameters.iter().find(|field| field.wire == *name);
        field.is_some_and(|field| matches!(field.kind, Type::Pem | Type::Csr | Type::Image))
    };
    let same = |(name, value): (&String, &Value)| match value {
        Value::String(text) if text == REDACTED || material(name) => call.params.text(name).is_some(),
        Value::String(text) => call.params.text(name) == Some(text),
        Value::Number(number) => call.params.text(name) == Some(&number.to_string()),
        Value::Bool(truth) => call.params.boolean(name) == Some(*truth),
        _ => true,
    };
    !example.request.is_empty() && example.request.iter().all(same)
}

/// How many values of an example's request are compared.
fn compared(example: &Example) -> usize {
    example.request.values().filter(|value| !value.is_array() && !value.is_object()).count()
}

/// Empties the list of a page after the first: a list that never ends would be an error.
fn on_its_page(call: &Call<'_>, mut response: Fields) -> Fields {
    let Some(paginator) = &call.action.paginator else { return response };
    if is_first(call, paginator) {
        return response;
    }
    if let Some(list) = field_at(&mut response, &paginator.items) {
        *list = json!([]);
    }
    if let Some(token) = paginator.next.as_ref().and_then(|path| field_at(&mut response, path)) {
        *token = json!("");
    }
    response
}

fn field_at<'a>(response: &'a mut Fields, path: &[String]) -> Option<&'a mut Value> {
    let (last, outer) = path.split_last()?;
    let mut place = response;
    for name in outer {
        place = place.get_mut(name)?.as_object_mut()?;
    }
    place.get_mut(last)
}

fn is_first(call: &Call<'_>, paginator: &Paginator) -> bool {
    match paginator.first {
        Some(first) => call.params.whole(&paginator.position).is_none_or(|position| position <= first),
        // The first page has no token.
        None => call.params.text(&paginator.position).is_none(),
    }
}

/// How deep an instance of a structure goes: one may contain its own kind in a list.
const DEPTH: usize = 4;

/// How many values an instance has at most: a structure of many lists of its own kind could have billions.
const VALUES_MOST: usize = 10_000;

/// Makes values from types.
struct Instance<'a> {
    api: &'a Api,
    now: i64,
    /// How many more values may be made.
    left: Cell<usize>,
}

impl<'a> Instance<'a> {
    fn new(api: &'a Api, now: i64) -> Self {
        Self { api, now, left: Cell::new(VALUES_MOST) }
    }

    fn structure(&self, members: &[Field], depth: usize) -> Value {
        let mut made = Map::new();
        for field in members {
            let Some(left) = self.left.get().checked_sub(1) else { break };
            self.left.set(left);
            made.insert(field.wire.clone(), self.member(field, depth));
        }
        Value::Object(made)
    }

    fn member(&self, field: &Field, depth: usize) -> Value {
        field.example.clone().unwrap_or_else(|| self.value(&field.kind, field.defines.as_ref(), depth))
    }

    fn value(&self, kind: &Type, defines: Option<&Structure>, depth: usize) -> Value {
        let based = |base: Base| if base == Base::String { json!("1") } else { json!(1) };
        match kind {
            Type::String => json!("text"),
            Type::I32 | Type::I64 | Type::Boolean { digits: true } => json!(1),
            Type::F64 => json!(0.5),
            Type::Boolean { digits: false } => json!(true),
            Type::Id(name) => based(self.api.ids.iter().find(|id| id.name == *name).map_or(Base::String, |id| id.base)),
            Type::Enum(name) => self.first_of(name),
            Type::Structure(_) | Type::JsonText(_) | Type::Map(_) | Type::JsonMap(_) if depth == 0 => json!({}),
            Type::Structure(name) | Type::JsonText(name) => {
                let members = defines.or_else(|| self.api.structure(name)).map(|of| of.fields.as_slice());
                self.structure(members.unwrap_or_default(), depth - 1)
            }
            Type::List(_) | Type::JsonList(_) | Type::CommaList(_) if depth == 0 => json!([]),
            Type::List(item) | Type::JsonList(item) => json!([self.value(item, defines, depth - 1)]),
            Type::CommaList(item) => match self.value(item, defines, depth - 1) {
                Value::String(text) => json!(text),
                other => json!(other.to_string()),
            },
            Type::Map(item) | Type::JsonMap(item) => json!({ "name": self.value(item, defines, depth - 1) }),
            Type::Any => json!({}),
            Type::Pem | Type::Csr | Type::Image => json!("(described)"),
            Type::Time { layout, .. } => self.time(*layout),
            Type::Url | Type::SecretUrl => json!("https://example.com/described"),
        }
    }

    fn first_of(&self, name: &str) -> Value {
        let Some(of) = self.api.enumeration(name) else { return Value::Null };
        let Some(first) = of.values.first() else { return Value::Null };
        match (of.base, first.wire.parse::<i64>()) {
            (Base::I32 | Base::I64, Ok(number)) => json!(number),
            _ => json!(first.wire),
        }
    }

    fn time(&self, layout: TimeLayout) -> Value {
        let printed = |pattern| json!(format(self.now, pattern));
        match layout {
            TimeLayout::Date => printed("%Y-%m-%d"),
            TimeLayout::DateTime => printed("%Y-%m-%d %H:%M:%S"),
            TimeLayout::Rfc3339 => printed("%Y-%m-%dT%H:%M:%SZ"),
            TimeLayout::Compact => printed("%Y%m%dT%H%M%SZ"),
            TimeLayout::UnixSeconds | TimeLayout::Unix => json!(self.now),
            TimeLayout::UnixMilliseconds => json!(self.now.saturating_mul(1000)),
        }
    }
}
