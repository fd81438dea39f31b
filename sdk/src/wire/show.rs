//! Read access to values of any type: for encoding, serialization and debug output.

use super::{Field, Guaranteed, Unknown};
use crate::base::secret::Secret;
use crate::base::time::Time;

/// A value of any type, readable by encoders, serializers and debug output.
pub trait Value {
    /// Returns the value, borrowed.
    fn show(&self) -> Shown<'_>;

    /// Whether the value is present but empty: an empty text, an id of 0. Numbers, booleans and lists are never blank.
    fn is_blank(&self) -> bool {
        match self.show() {
            Shown::Absent => true,
            Shown::Text(text) => text.is_empty(),
            Shown::Secret(secret) => secret.is_empty(),
            Shown::Integer(_) | Shown::Boolean(_) | Shown::List(_) | Shown::Structure(_) => false,
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
    /// A number.
    Integer(i64),
    /// True or false.
    Boolean(bool),
    /// Several values.
    List(&'a dyn List),
    /// A structure.
    Structure(&'a dyn Members),
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
}

impl<T: Value> Value for Box<T> {
    fn show(&self) -> Shown<'_> {
        (**self).show()
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

impl Value for String {
    fn show(&self) -> Shown<'_> {
        Shown::Text(self)
    }
}

impl<Z> Value for Time<Z> {
    fn show(&self) -> Shown<'_> {
        Shown::Text(self.as_str())
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

impl Value for i64 {
    fn show(&self) -> Shown<'_> {
        Shown::Integer(*self)
    }
}
