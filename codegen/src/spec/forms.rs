//! Values with a short form and a full one.
//!
//! They read themselves, because with `untagged` an error in the full form would lose its position. They ask for a newtype struct whose name
//! tells the forms. A deserializer that learns shapes calls `visit_some` to be asked for the full form alone.

use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;
use std::marker::PhantomData;

/// The name of values that are a text or a mapping.
pub const TEXT_OR_MAPPING: &str = "text or mapping";
/// The name of values that are a mapping or a list of such mappings.
pub const ONE_OR_MANY: &str = "one or many";

/// What a parameter of a probe gets.
#[derive(Debug)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[cfg_attr(feature = "data", serde(untagged))]
pub enum Given {
    /// The value of this parameter of the action.
    Parameter(String),
    /// The same value in each probe.
    Fixed(Fixed),
}

/// A value that is the same in each probe.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Fixed {
    /// The value.
    pub value: Value,
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(TEXT_OR_MAPPING, GivenVisitor)
    }
}

struct GivenVisitor;

impl<'de> Visitor<'de> for GivenVisitor {
    type Value = Given;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a parameter or a mapping with `value`")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Given, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Given, D::Error> {
        Fixed::deserialize(deserializer).map(Given::Fixed)
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Given, E> {
        Ok(Given::Parameter(name.to_owned()))
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Given, M::Error> {
        self.visit_some(MapAccessDeserializer::new(map))
    }
}

/// One mapping, or a list of them.
#[derive(Debug)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[cfg_attr(feature = "data", serde(untagged))]
pub enum OneOrMany<T> {
    /// One.
    One(T),
    /// Several.
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(ONE_OR_MANY, OneOrManyVisitor(PhantomData))
    }
}

struct OneOrManyVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrManyVisitor<T> {
    type Value = OneOrMany<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one mapping or a list of them")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<OneOrMany<T>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<OneOrMany<T>, D::Error> {
        T::deserialize(deserializer).map(OneOrMany::One)
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<OneOrMany<T>, M::Error> {
        self.visit_some(MapAccessDeserializer::new(map))
    }

    fn visit_seq<S: SeqAccess<'de>>(self, items: S) -> Result<OneOrMany<T>, S::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(items)).map(OneOrMany::Many)
    }
}
