//! Values with a short form and a full one.
//!
//! They read themselves, because with `untagged` an error in the full form would lose its position. They ask for a newtype struct whose name
//! tells the forms, and the deserializer answers with the form that it has: `visit_some` for the full one, `visit_str` or `visit_seq` for the other.

use super::SourceRef;
use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{Deserializer, Error, SeqAccess, Unexpected, Visitor};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

pub use crate::yaml::{ONE_OR_MANY, TEXT_OR_MAPPING, TYPE_EXPRESSION};

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

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Given, D::Error> {
        Fixed::deserialize(deserializer).map(Given::Fixed)
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Given, E> {
        Ok(Given::Parameter(name.to_owned()))
    }
}

/// A place in a source: its label, or the label with a chapter, `{A: "4"}`.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "data", derive(Serialize))]
pub struct Cited(pub SourceRef);

impl<'de> Deserialize<'de> for Cited {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(TEXT_OR_MAPPING, CitedVisitor)
    }
}

struct CitedVisitor;

impl<'de> Visitor<'de> for CitedVisitor {
    type Value = Cited;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the label of a source, or one label with a chapter")
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cited, D::Error> {
        let given = BTreeMap::<String, String>::deserialize(deserializer)?;
        let count = given.len();
        match given.into_iter().next() {
            Some((source, section)) if count == 1 => Ok(Cited(SourceRef { source, section: Some(section) })),
            _ => Err(D::Error::invalid_type(Unexpected::Map, &self)),
        }
    }

    fn visit_str<E: Error>(self, label: &str) -> Result<Cited, E> {
        Ok(Cited(SourceRef { source: label.to_owned(), section: None }))
    }
}

/// One thing, or a list of them.
#[derive(Debug)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[cfg_attr(feature = "data", serde(untagged))]
pub enum OneOrMany<T> {
    /// One.
    One(T),
    /// Several.
    Many(Vec<T>),
}

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
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
        f.write_str("one or a list of them")
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<OneOrMany<T>, D::Error> {
        T::deserialize(deserializer).map(OneOrMany::One)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, items: S) -> Result<OneOrMany<T>, S::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(items)).map(OneOrMany::Many)
    }
}
