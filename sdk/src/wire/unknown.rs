//! Members of a response that the spec does not describe.

use super::sink::{Scalar, Sink};
use serde_json::{Map, Value};

/// The size of a B-tree node, which the first member of a map allocates.
const NODE: usize = 11 * (size_of::<String>() + size_of::<Value>()) + 16;

/// Members of a response that this version of the SDK does not know, by name.
///
/// They may contain anything, so debug output shows their names only. A number that JSON values cannot hold, such as `1e400`, is kept as text.
/// U+FFFD replaces invalid escapes and unpaired surrogates.
///
/// ```
/// let unknown = cloudcert::Unknown::default();
/// assert!(unknown.get("Later").is_none());
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Unknown(Vec<(String, Value)>);

impl Unknown {
    /// The value of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// All members.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The place for a member.
    pub(crate) fn slot(&mut self, name: &str) -> Option<&mut dyn Sink> {
        self.0.push((name.to_owned(), Value::Null));
        self.0.last_mut().map(|(_, value)| value as &mut dyn Sink)
    }
}

impl std::fmt::Debug for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(key, _)| key)).finish()
    }
}

/// Any value.
impl Sink for Value {
    fn scalar(&mut self, value: Scalar<'_>) -> bool {
        *self = match value {
            Scalar::Text(text) | Scalar::Damaged(text) => Self::String(text.to_owned()),
            // One that no number can hold stays as it is written.
            Scalar::Number(number) => number.json().map_or_else(|| number.to_string().into(), Self::Number),
            Scalar::Boolean(b) => Self::Bool(b),
            Scalar::Null => Self::Null,
        };
        true
    }

    fn open(&mut self) {
        if !self.is_object() {
            *self = Self::Object(Map::new());
        }
    }

    fn member(&mut self, name: &str) -> Option<&mut dyn Sink> {
        self.open();
        let map = self.as_object_mut()?;
        Some(map.entry(name).or_insert(Self::Null))
    }

    fn cost(&self) -> usize {
        match self {
            Self::Array(list) if !list.is_empty() => size_of::<Self>(),
            // Nodes are at least half full.
            Self::Object(map) if !map.is_empty() => NODE / 5,
            Self::Object(_) => NODE,
            _ => 4 * size_of::<Self>(),
        }
    }

    fn item(&mut self) -> Option<&mut dyn Sink> {
        if !self.is_array() {
            *self = Self::Array(Vec::new());
        }
        let list = self.as_array_mut()?;
        list.push(Self::Null);
        list.last_mut().map(|last| last as &mut dyn Sink)
    }

    fn retract(&mut self) {
        if let Some(list) = self.as_array_mut() {
            list.pop();
        }
    }

    fn is_any(&self) -> bool {
        true
    }
}
