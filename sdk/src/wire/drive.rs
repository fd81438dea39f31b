//! Reads any serde deserializer into a sink: the requests that callers keep in files of their own.

use super::MAX_DEPTH;
use super::number::Number;
use super::sink::{Scalar, Sink};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Where a value stands in a request.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// A parameter of this type. If `strict`, members below it that their types do not know are refused.
    Parameter {
        name: &'a str,
        of: &'static str,
        strict: bool,
    },
    Member(&'a Self, &'a str),
    Item(&'a Self, usize),
}

impl Place<'_> {
    /// Never quotes the value, which may be a secret.
    fn misfit<E: Error>(&self, what: &str) -> E {
        E::custom(format_args!("`{self}` of {}: {what}", self.parameter().0))
    }

    /// The type with the parameter, and whether it is read strictly.
    fn parameter(&self) -> (&'static str, bool) {
        match self {
            Self::Parameter { of, strict, .. } => (of, *strict),
            Self::Member(outer, _) | Self::Item(outer, _) => outer.parameter(),
        }
    }
}

/// A path like `Tag[1].Key`.
impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter { name, .. } => f.write_str(name),
            Self::Member(outer, name) => write!(f, "{outer}.{name}"),
            Self::Item(outer, index) => write!(f, "{outer}[{index}]"),
        }
    }
}

/// What is wrong with a member that its type does not know.
const UNKNOWN: &str = "its type lacks this member";

/// Feeds the values of a deserializer to a sink.
pub(super) struct Drive<'a> {
    pub(super) sink: &'a mut dyn Sink,
    pub(super) at: Place<'a>,
    pub(super) depth: usize,
}

impl Drive<'_> {
    fn scalar<E: Error>(self, value: Scalar<'_>) -> Result<bool, E> {
        if self.sink.scalar(value) { Ok(true) } else { Err(self.at.misfit("the value has the wrong type")) }
    }
}

impl<'de> DeserializeSeed<'de> for Drive<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Refuses values that do not fit. Returns whether there was a value, and not `null`.
impl<'de> Visitor<'de> for Drive<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<bool, E> {
        self.scalar(Scalar::Boolean(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<bool, E> {
        self.scalar(Scalar::Number(Number::Whole(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<bool, E> {
        let number = i64::try_from(value).map_or(Number::Large(value), Number::Whole);
        self.scalar(Scalar::Number(number))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<bool, E> {
        self.scalar(Scalar::Number(Number::Float(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<bool, E> {
        self.scalar(Scalar::Text(value))
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        self.sink.scalar(Scalar::Null);
        Ok(self.sink.is_any())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<bool, A::Error> {
        let depth = deeper::<A::Error>(self.depth)?;
        if !self.sink.is_list() {
            return members(map, self.sink, self.at, depth);
        }
        // A structure where a list is expected is a list of one.
        match self.sink.item() {
            Some(place) => members(map, place, self.at, depth),
            None => Err(self.at.misfit("a list is not allowed here")),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        let depth = deeper::<A::Error>(self.depth)?;
        if !self.sink.is_list() && !self.sink.is_any() {
            return Err(self.at.misfit("a list is not allowed here"));
        }
        let mut index = 0;
        while next_item(&mut seq, self.sink, Place::Item(&self.at, index), depth)? {
            index += 1;
        }
        Ok(true)
    }
}

fn members<'de, A: MapAccess<'de>>(
    mut map: A,
    sink: &mut dyn Sink,
    at: Place<'_>,
    depth: usize,
) -> Result<bool, A::Error> {
    if !sink.is_structure() && !sink.is_any() {
        return Err(at.misfit("an object is not allowed here"));
    }
    sink.open();
    while let Some(Key(key)) = map.next_key()? {
        let at = Place::Member(&at, &key);
        let place = sink.member(&key).ok_or_else(|| at.misfit(UNKNOWN))?;
        let has_value = map.next_value_seed(Drive { sink: place, at, depth })?;
        if sink.has_unknown() && at.parameter().1 {
            return Err(at.misfit(UNKNOWN));
        }
        if has_value {
            sink.filled(&key);
        } else {
            sink.missed(&key);
        }
    }
    Ok(true)
}

/// The name of a member, borrowed where possible: serde's own `Cow` always copies.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;

        impl<'de> Visitor<'de> for Name {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(name.to_owned())))
            }
        }

        deserializer.deserialize_str(Name)
    }
}

/// Reads one element. `false` at the end of the list.
fn next_item<'de, A: SeqAccess<'de>>(
    seq: &mut A,
    sink: &mut dyn Sink,
    at: Place<'_>,
    depth: usize,
) -> Result<bool, A::Error> {
    // The slot is made before the element is read, and taken back at the end of the list.
    let Some(place) = sink.item() else { return Err(at.misfit("a list is not allowed here")) };
    let read = seq.next_element_seed(Drive { sink: place, at, depth })?;
    if read == Some(false) {
        return Err(at.misfit("a list cannot contain `null`"));
    }
    if read.is_none() {
        sink.retract();
    }
    Ok(read.is_some())
}

fn deeper<E: Error>(depth: usize) -> Result<usize, E> {
    if depth >= MAX_DEPTH {
        return Err(E::custom(format_args!("nested deeper than {MAX_DEPTH} levels")));
    }
    Ok(depth + 1)
}
