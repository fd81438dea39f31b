//! Serializes and deserializes generated structures with serde.

use super::Structure;
use super::drive::Drive;
use super::show::{Members, Shown, Value, items};
use super::sink::{Scalar, Sink};
use crate::base::secret::REDACTED;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
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

/// Reads a request strictly: unknown names and values of a wrong type are errors, because the caller wrote them.
///
/// # Errors
///
/// Those of the deserializer, an unknown name, a value of a wrong type.
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
        while let Some(name) = map.next_key::<String>()? {
            let misfit = if let Some(slot) = out.slot(&name) {
                let mut watch = MisfitWatch { inner: slot, misfit: None };
                map.next_value_seed(Drive { sink: &mut watch, depth: 0 })?;
                watch.misfit
            } else {
                map.next_value::<IgnoredAny>()?;
                return Err(A::Error::custom(format_args!("{} has no parameter `{name}`", out.type_name())));
            };
            if let Some(what) = misfit {
                return Err(A::Error::custom(format_args!("`{name}` of {}: {what}", out.type_name())));
            }
        }
        Ok(out)
    }
}

/// A sink that wraps another one and notes values that do not fit.
struct MisfitWatch<'a> {
    inner: &'a mut dyn Sink,
    misfit: Option<&'static str>,
}

impl Sink for MisfitWatch<'_> {
    fn scalar(&mut self, value: Scalar<'_>) -> bool {
        let fits = self.inner.scalar(value);
        if !fits {
            self.misfit = Some("the value has the wrong type");
        }
        fits
    }

    fn member(&mut self, name: &str) -> Option<&mut dyn Sink> {
        let inner = self.inner.member(name);
        if inner.is_none() {
            self.misfit = Some("it has an unknown member");
        }
        inner
    }

    fn item(&mut self) -> Option<&mut dyn Sink> {
        if !self.inner.is_list() && !self.inner.is_any() {
            self.misfit = Some("a list is not allowed here");
        }
        self.inner.item()
    }

    fn filled(&mut self, name: &str) {
        self.inner.filled(name);
    }

    fn is_list(&self) -> bool {
        self.inner.is_list()
    }

    fn is_structure(&self) -> bool {
        self.inner.is_structure()
    }

    fn retract(&mut self) {
        self.inner.retract();
    }

    fn missed(&mut self, name: &str) {
        self.inner.missed(name);
    }

    fn is_any(&self) -> bool {
        self.inner.is_any()
    }
}
