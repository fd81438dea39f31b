//! Read access to values of any type: for encoding, serialization and debug output.

use super::{Field, Guaranteed, Unknown};
use crate::base::secret::Secret;
use crate::base::time::{Notation, Time};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A value of any type, readable by encoders, serializers and debug output.
pub trait Value {
    /// Returns the value, borrowed.
    fn show(&self) -> Shown<'_>;

    /// Whether it is an id. One that is a number must not become a number that readers round.
    fn is_id(&self) -> bool {
        false
    }

    /// Whether the value is present but empty: an empty text, an id of 0. Numbers, booleans and lists are never blank.
    fn is_blank(&self) -> bool {
        match self.show() {
            Shown::Absent => true,
            Shown::Text(text) => text.is_empty(),
            Shown::Secret(secret) => secret.is_empty(),
            Shown::Integer(_)
            | Shown::Float(_)
            | Shown::Boolean(_)
            | Shown::List(_)
            | Shown::Map(_)
            | Shown::Structure(_)
            | Shown::Any(_) => false,
        }
    }
}

/// A borrowed value.
#[non_exhaustive]
#[expect(missing_debug_implementations, reason = "it may hold what must not be shown")]
pub enum Shown<'a> {
    /// Not there.
    Absent,
    /// A text.
    Text(&'a str),
    /// A secret.
    Secret(&'a Secret),
    /// A whole number.
    Integer(i64),
    /// A number that need not be whole.
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// Several values.
    List(&'a dyn List),
    /// Values by name.
    Map(&'a dyn Entries),
    /// A structure.
    Structure(&'a dyn Members),
    /// A value without a type.
    Any(&'a Json),
}

/// A map, whatever its values are.
pub trait Entries {
    /// Calls `show` with every name and its value, in order of the names.
    fn each_entry<'s>(&'s self, show: &mut dyn FnMut(&'s str, &'s dyn Value));
}

/// A list, whatever its items are.
pub trait List {
    /// How many items it has.
    fn count(&self) -> usize;
    /// The item at this index, from 0; `None` beyond the end.
    fn at(&self, index: usize) -> Option<&dyn Value>;
}

/// The values of a list, in order.
pub(crate) fn items(list: &dyn List) -> impl Iterator<Item = &dyn Value> {
    (0..list.count()).filter_map(|index| list.at(index))
}

/// A structure, whatever its type.
pub trait Members {
    /// The name of its type.
    fn type_name(&self) -> &'static str;
    /// Calls `show` with every field and its value, in order. The values borrow from the structure and may be kept as long as it.
    fn each<'s>(&'s self, show: &mut dyn FnMut(&'static Field, &'s dyn Value));
    /// Members of the response that the spec does not describe.
    fn unknown(&self) -> Option<&Unknown> {
        None
    }
    /// The names of its guaranteed fields, and which of them have come; `None` if it has none.
    fn guaranteed(&self) -> Option<(&'static [&'static str], &Guaranteed)> {
        None
    }
}

impl<T: Value> Value for Option<T> {
    fn show(&self) -> Shown<'_> {
        self.as_ref().map_or(Shown::Absent, Value::show)
    }

    fn is_id(&self) -> bool {
        self.as_ref().is_some_and(Value::is_id)
    }
}

impl<T: Value> Value for Box<T> {
    fn show(&self) -> Shown<'_> {
        (**self).show()
    }

    fn is_id(&self) -> bool {
        (**self).is_id()
    }
}

impl<T: Value> Value for Vec<T> {
    fn show(&self) -> Shown<'_> {
        if self.is_empty() { Shown::Absent } else { Shown::List(self) }
    }

    fn is_blank(&self) -> bool {
        false
    }
}

impl<T: Value> List for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn at(&self, index: usize) -> Option<&dyn Value> {
        self.get(index).map(|item| item as &dyn Value)
    }
}

impl<T: Value> Value for BTreeMap<String, T> {
    fn show(&self) -> Shown<'_> {
        Shown::Map(self)
    }
}

impl<T: Value> Entries for BTreeMap<String, T> {
    fn each_entry<'s>(&'s self, show: &mut dyn FnMut(&'s str, &'s dyn Value)) {
        for (name, value) in self {
            show(name, value);
        }
    }
}

/// The item of a recipe that reads no list.
impl Value for std::convert::Infallible {
    fn show(&self) -> Shown<'_> {
        match *self {}
    }
}

impl Value for Json {
    fn show(&self) -> Shown<'_> {
        if self.is_null() { Shown::Absent } else { Shown::Any(self) }
    }
}

impl Value for String {
    fn show(&self) -> Shown<'_> {
        Shown::Text(self)
    }
}

impl<Z: Notation> Value for Time<Z> {
    fn show(&self) -> Shown<'_> {
        match self.as_str().parse() {
            Ok(number) if Z::IS_NUMBER => Shown::Integer(number),
            _ => Shown::Text(self.as_str()),
        }
    }
}

impl Value for Secret {
    fn show(&self) -> Shown<'_> {
        Shown::Secret(self)
    }
}

impl Value for bool {
    fn show(&self) -> Shown<'_> {
        Shown::Boolean(*self)
    }
}

impl Value for i32 {
    fn show(&self) -> Shown<'_> {
        Shown::Integer(i64::from(*self))
    }
}

impl Value for f64 {
    fn show(&self) -> Shown<'_> {
        Shown::Float(*self)
    }
}

impl Value for i64 {
    fn show(&self) -> Shown<'_> {
        Shown::Integer(*self)
    }
}
