//! Why a value of `--input` does not fit its parameter, in the words of JSON and in the user's language. The SDK refuses the same, and names its own
//! types.

use crate::lang::Lang;
use cloudcert::model::{Action, Api, Base, Field, Type};
use serde_json::Value;

/// What does not fit, and where: the names on the wire, parted by dots. It never contains the value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    pub(crate) path: String,
    pub(crate) message: String,
}

/// Why a parameter does not fit; `None` if it does.
pub(crate) fn misfit((api, action): (&Api, &Action), name: &str, value: &Value, lang: Lang) -> Option<Misfit> {
    let Some(field) = action.parameter(name) else {
        let message = match lang {
            Lang::En => format!("is not a parameter of {}", action.name),
            Lang::Zh => format!("不是 {} 的参数", action.name),
        };
        return Some(Misfit { path: name.to_owned(), message });
    };
    Walk { api, action, lang }.value(&field.kind, name, value)
}

/// A whole number, as the SDK reads it: `77`, `77.0`, `"77"`.
fn whole(value: &Value) -> Option<i64> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let text = text.trim();
    let integral = || text.split_once('.').filter(|(_, rest)| rest.chars().all(|c| c == '0')).map(|(whole, _)| whole);
    // With an exponent, the SDK reads it if it is whole.
    let exponent = || text.parse::<f64>().ok().filter(|number| text.contains(['e', 'E']) && number.fract() == 0.0);
    let parsed = text.parse().ok().or_else(|| integral()?.parse().ok());
    parsed.or_else(|| exponent().map(|_| 0))
}

struct Walk<'a> {
    api: &'a Api,
    action: &'a Action,
    lang: Lang,
}

impl Walk<'_> {
    /// The first thing that does not fit. What the SDK reads leniently fits: numbers as texts, a single item as a list.
    fn value(&self, kind: &Type, path: &str, value: &Value) -> Option<Misfit> {
        let wrong = |expected: [&str; 2]| Some(self.wrong(path, expected, value));
        let wrong_item = |item: &Value| Some(self.wrong(path, ["a value", "一个值"], item));
        match (kind, value) {
            (_, Value::Null)
            | (Type::Any, _)
            // JSON in a text.
            | (Type::JsonText(_) | Type::JsonList(_) | Type::JsonMap(_), Value::String(_)) => None,
            (Type::List(item) | Type::CommaList(item) | Type::JsonList(item), Value::Array(items)) => {
                items.iter().find_map(|one| {
                    if one.is_null() { wrong_item(one) } else { self.value(item, path, one) }
                })
            }
            (Type::List(item) | Type::CommaList(item) | Type::JsonList(item), single) => self.value(item, path, single),
            (Type::Structure(name) | Type::JsonText(name), Value::Object(members)) => {
                let fields = self.action.members(self.api, name);
                members.iter().find_map(|(name, value)| self.member(fields, path, name, value))
            }
            (Type::Map(item) | Type::JsonMap(item), Value::Object(entries)) => {
                entries.iter().find_map(|(key, value)| self.value(item, &format!("{path}.{key}"), value))
            }
            (Type::Structure(_) | Type::JsonText(_) | Type::Map(_) | Type::JsonMap(_), _) => {
                wrong(["an object", "对象"])
            }
            (kind, value) if self.is_whole(kind) => {
                let fits = whole(value).is_some_and(|number| *kind != Type::I32 || i32::try_from(number).is_ok());
                if fits {
                    None
                } else {
                    wrong(["a whole number within the range of its type", "取值范围内的整数"])
                }
            }
            (Type::F64, value) => {
                let fits = value.is_number() || value.as_str().is_some_and(|text| text.trim().parse::<f64>().is_ok());
                if fits { None } else { wrong(["a number", "数值"]) }
            }
            (Type::Boolean { .. }, value) => {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_ascii_lowercase);
                let fits = matches!(text.trim(), "true" | "false" | "1" | "0");
                if fits { None } else { wrong(["a boolean", "布尔值"]) }
            }
            (_, Value::Array(_) | Value::Object(_)) => wrong(["a string", "字符串"]),
            _ => None,
        }
    }

    fn member(&self, fields: &[Field], path: &str, name: &str, value: &Value) -> Option<Misfit> {
        if let Some(field) = fields.iter().find(|field| field.wire == name) {
            return self.value(&field.kind, &format!("{path}.{name}"), value);
        }
        let known = fields.iter().map(|field| field.wire.as_str()).collect::<Vec<_>>().join(", ");
        let message = match self.lang {
            Lang::En => format!("has no member `{name}`, only: {known}"),
            Lang::Zh => format!("没有成员 `{name}`，只有：{known}"),
        };
        Some(Misfit { path: path.to_owned(), message })
    }

    /// Whether the type is a whole number on the wire.
    fn is_whole(&self, kind: &Type) -> bool {
        match kind {
            Type::I32 | Type::I64 => true,
            Type::Id(name) => self.api.ids.iter().any(|id| id.name == *name && id.base != Base::String),
            Type::Enum(name) => self.api.enumeration(name).is_some_and(|of| of.base != Base::String),
            _ => false,
        }
    }

    fn wrong(&self, path: &str, [en, zh]: [&str; 2], value: &Value) -> Misfit {
        let found = match value {
            Value::Null => ["null", "空值"],
            Value::Bool(_) => ["a boolean", "布尔值"],
            Value::Number(_) => ["a number", "数值"],
            Value::String(_) => ["a string", "字符串"],
            Value::Array(_) => ["an array", "数组"],
            Value::Object(_) => ["an object", "对象"],
        };
        let message = match self.lang {
            Lang::En => format!("must be {en}, and is {}", found[0]),
            Lang::Zh => format!("须为{zh}，实际为{}", found[1]),
        };
        Misfit { path: path.to_owned(), message }
    }
}
