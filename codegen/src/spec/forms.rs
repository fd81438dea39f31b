//! Values with a short form and a full one.
//!
//! They read themselves, because with `untagged` an error in the full form would lose its position. They ask for a newtype struct whose name
//! tells the forms. A deserializer that learns shapes calls `visit_some` to be asked for the full form alone.

use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// The name of values that are a text or a mapping.
pub const TEXT_OR_MAPPING: &str = "text or mapping";

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
