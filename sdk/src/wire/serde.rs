//! Serializes and deserializes generated structures with serde.

use super::Structure;
use super::drive::{Drive, Place};
use super::show::{Members, Shown, Value, items};
use crate::base::secret::REDACTED;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// Writes a structure by wire names. A secret is written as `[redacted]`, an absent field not at all.
///
/// # Errors
///
/// Those of the serializer.
pub fn serialize<S: Serializer>(of: &dyn Members, serializer: S) -> Result<S::Ok, S::Error> {
    // Collected first, because some formats write the number of fields in front of them.
    let mut fields = Vec::new();
    of.each(&mut |field, value| {
        if !matches!(value.show(), Shown::Absent) {
            fields.push((field.wire, Serialized(value)));
        }
    });
    let mut map = serializer.serialize_map(Some(fields.len()))?;
    fields.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
    map.end()
}

/// A value as serde writes it.
pub(super) struct Serialized<'a>(pub(super) &'a dyn Value);

impl Serialize for Serialized<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.show() {
            Shown::Absent => serializer.serialize_unit(),
            Shown::Text(text) => serializer.serialize_str(text),
            Shown::Secret(_) => serializer.serialize_str(REDACTED),
            Shown::Integer(n) => serializer.serialize_i64(n),
            Shown::Float(n) => serializer.serialize_f64(n),
            Shown::Boolean(b) => serializer.serialize_bool(b),
            Shown::List(list) => {
                let mut seq = serializer.serialize_seq(Some(list.count()))?;
                items(list).try_for_each(|item| seq.serialize_element(&Self(item)))?;
                seq.end()
            }
            Shown::Map(map) => {
                let mut entries = Vec::new();
                map.each_entry(&mut |name, value| entries.push((name, Self(value))));
                let mut out = serializer.serialize_map(Some(entries.len()))?;
                entries.iter().try_for_each(|(name, value)| out.serialize_entry(name, value))?;
                out.end()
            }
            Shown::Structure(inner) => serialize(inner, serializer),
            Shown::Any(value) => value.serialize(serializer),
        }
    }
}

/// Reads a request strictly: unknown names and values of a wrong type are errors at every depth, because the caller wrote them.
///
/// # Errors
///
/// Those of the deserializer, an unknown name, a value of a wrong type, `null` in a list.
pub fn deserialize<'de, T: Structure + Default, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(Strict(PhantomData))
}

struct Strict<T>(PhantomData<T>);

impl<'de, T: Structure + Default> Visitor<'de> for Strict<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of parameters")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut out = T::default();
        // Responses keep members that this version does not know. In a request they would be left out in silence.
        let strict = out.unknown().is_none();
        while let Some(name) = map.next_key::<String>()? {
            let of = out.type_name();
            let Some(sink) = out.slot(&name) else {
                return Err(A::Error::custom(format_args!("{of} has no parameter `{name}`")));
            };
            map.next_value_seed(Drive { sink, at: Place::Parameter { name: &name, of, strict }, depth: 0 })?;
        }
        Ok(out)
    }
}
