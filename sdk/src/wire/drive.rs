//! Reads any serde deserializer into a sink: the requests that callers keep in files of their own.

use super::MAX_DEPTH;
use super::number::Number;
use super::sink::{Scalar, Sink};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Feeds the values of a deserializer to a sink.
pub(super) struct Drive<'a> {
    pub(super) sink: &'a mut dyn Sink,
    pub(super) depth: usize,
}

impl<'de> DeserializeSeed<'de> for Drive<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Leaves out values that do not fit. Returns whether the sink took a value.
impl<'de> Visitor<'de> for Drive<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<bool, E> {
        Ok(self.sink.scalar(Scalar::Boolean(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<bool, E> {
        Ok(self.sink.scalar(Scalar::Number(Number::Whole(value))))
    }

    fn visit_u64<E>(self, value: u64) -> Result<bool, E> {
        let number = i64::try_from(value).map_or(Number::Large(value), Number::Whole);
        Ok(self.sink.scalar(Scalar::Number(number)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<bool, E> {
        Ok(self.sink.scalar(Scalar::Number(Number::Float(value))))
    }

    fn visit_str<E>(self, value: &str) -> Result<bool, E> {
        Ok(self.sink.scalar(Scalar::Text(value)))
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        self.sink.scalar(Scalar::Null);
        Ok(false)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<bool, A::Error> {
        let depth = deeper::<A::Error>(self.depth)?;
        if !self.sink.is_list() {
            return members(map, self.sink, depth);
        }
        // A structure where a list is expected is a list of one.
        let Some(place) = self.sink.item() else { return Ok(false) };
        let fits = members(map, place, depth)?;
        if !fits {
            self.sink.retract();
        }
        Ok(fits)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        let depth = deeper::<A::Error>(self.depth)?;
        while let Some(()) = next_item(&mut seq, self.sink, depth)? {}
        Ok(self.sink.is_list() || self.sink.is_any())
    }
}

fn members<'de, A: MapAccess<'de>>(mut map: A, sink: &mut dyn Sink, depth: usize) -> Result<bool, A::Error> {
    sink.open();
    while let Some(Key(key)) = map.next_key()? {
        match sink.member(&key) {
            Some(place) => {
                if map.next_value_seed(Drive { sink: place, depth })? {
                    sink.filled(&key);
                } else {
                    sink.missed(&key);
                }
            }
            None => {
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
    Ok(sink.is_structure() || sink.is_any())
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

fn next_item<'de, A: SeqAccess<'de>>(seq: &mut A, sink: &mut dyn Sink, depth: usize) -> Result<Option<()>, A::Error> {
    // The slot is made before the element is read, and taken back at the end of the list or if the element does not fit.
    match sink.item() {
        Some(place) => {
            let read = seq.next_element_seed(Drive { sink: place, depth })?;
            if read.is_none() || (read == Some(false) && sink.is_list()) {
                sink.retract();
            }
            Ok(read.map(|_| ()))
        }
        None => Ok(seq.next_element::<IgnoredAny>()?.map(|_| ())),
    }
}

fn deeper<E: serde::de::Error>(depth: usize) -> Result<usize, E> {
    if depth >= MAX_DEPTH {
        return Err(E::custom(format_args!("nested deeper than {MAX_DEPTH} levels")));
    }
    Ok(depth + 1)
}
