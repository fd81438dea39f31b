//! Learns the shapes of types from their serde implementations.

use crate::spec::{ONE_OR_MANY, TEXT_OR_MAPPING, TYPE_EXPRESSION};
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// What a key takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    Any,
    Text,
    Truth,
    /// A whole number that is not negative.
    Count,
    Number,
    /// A struct or an enum.
    Named(&'static str),
    List(Box<Shape>),
    Map(Box<Shape>),
    /// One of these.
    Either(Vec<Shape>),
}

/// What types are made of.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    /// Struct to its keys.
    pub(super) structs: BTreeMap<&'static str, Vec<(&'static str, Shape)>>,
    /// Enum to its words.
    pub(super) enums: BTreeMap<&'static str, &'static [&'static str]>,
    /// Struct and key that must not be absent.
    pub(super) required: BTreeSet<(&'static str, &'static str)>,
    /// How deep a struct stood when its keys were learnt: deeper down, what is optional is left out.
    depths: BTreeMap<&'static str, usize>,
}

impl Shapes {
    /// Adds all that a type is made of.
    pub(super) fn add<T: DeserializeOwned>(&mut self) {
        let found = RefCell::new(std::mem::take(self));
        let shape = Cell::new(Shape::Any);
        let probe = |omit| T::deserialize(Yes { found: &found, shape: &shape, omit, depth: 0 }).is_ok();
        probe(None);
        let keys: Vec<_> =
            found.borrow().structs.iter().flat_map(|(name, keys)| keys.iter().map(|(key, _)| (*name, *key))).collect();
        for pair in keys {
            if !probe(Some(pair)) {
                found.borrow_mut().required.insert(pair);
            }
        }
        *self = found.into_inner();
    }
}

/// Structures nest in themselves (fields in fields, conditions in conditions). Below this depth there is nothing new.
const DEPTH: usize = 7;

/// A deserializer that accepts everything and records what it is asked for.
#[derive(Clone, Copy)]
struct Yes<'a> {
    found: &'a RefCell<Shapes>,
    /// The kind of this value.
    shape: &'a Cell<Shape>,
    /// A key that is left out, to see whether that is an error.
    omit: Option<(&'static str, &'static str)>,
    depth: usize,
}

type Error = de::value::Error;

macro_rules! scalars {
    ($($method:ident $visit:ident $value:literal $shape:ident,)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.shape.set(Shape::$shape);
            visitor.$visit($value)
        })*
    };
}

impl<'de> Deserializer<'de> for Yes<'_> {
    type Error = Error;

    scalars! {
        deserialize_bool visit_bool true Truth,
        deserialize_u16 visit_u16 1 Count,
        deserialize_u32 visit_u32 1 Count,
        deserialize_u64 visit_u64 1 Count,
        deserialize_i64 visit_i64 1 Number,
        deserialize_string visit_str "x" Text,
        deserialize_str visit_str "x" Text,
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.shape.set(Shape::Any);
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.depth > DEPTH { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        let full = Cell::new(Shape::Any);
        let value = visitor.visit_some(Yes { shape: &full, ..self });
        let full = full.into_inner();
        self.shape.set(match name {
            TEXT_OR_MAPPING => Shape::Either(vec![Shape::Text, full]),
            ONE_OR_MANY => Shape::Either(vec![full.clone(), Shape::List(Box::new(full))]),
            TYPE_EXPRESSION => Shape::Either(vec![Shape::Text, Shape::List(Box::new(Shape::Text))]),
            _ => full,
        });
        value
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let item = Cell::new(Shape::Any);
        let value = visitor.visit_seq(Once { yes: Yes { shape: &item, ..self }, left: self.depth <= DEPTH });
        self.shape.set(Shape::List(Box::new(item.into_inner())));
        value
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let item = Cell::new(Shape::Any);
        let value = visitor.visit_map(Once { yes: Yes { shape: &item, ..self }, left: self.depth <= DEPTH });
        self.shape.set(Shape::Map(Box::new(item.into_inner())));
        value
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let keys = RefCell::new(Vec::new());
        let yes = Yes { depth: self.depth + 1, ..self };
        let value = visitor.visit_map(Fields { yes, name, left: fields, keys: &keys, last: "" });
        self.shape.set(Shape::Named(name));
        let mut found = self.found.borrow_mut();
        if self.omit.is_none() && found.depths.get(name).is_none_or(|depth| self.depth < *depth) {
            found.depths.insert(name, self.depth);
            found.structs.insert(name, keys.into_inner());
        }
        value
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.found.borrow_mut().enums.insert(name, variants);
        self.shape.set(Shape::Named(name));
        let first: StrDeserializer<'_, Error> = variants.first().copied().unwrap_or_default().into_deserializer();
        visitor.visit_enum(first)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
        ignored_any
    }
}

/// Feeds every field of a struct except the one that is left out.
struct Fields<'a> {
    yes: Yes<'a>,
    name: &'static str,
    left: &'static [&'static str],
    keys: &'a RefCell<Vec<(&'static str, Shape)>>,
    last: &'static str,
}

impl<'de> de::MapAccess<'de> for Fields<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let omitted = |key: &&'static str| self.yes.omit == Some((self.name, *key));
        while let Some((first, rest)) = self.left.split_first() {
            self.left = rest;
            if !omitted(first) {
                self.last = first;
                let key: StrDeserializer<'_, Error> = (*first).into_deserializer();
                return seed.deserialize(key).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let shape = Cell::new(Shape::Any);
        let value = seed.deserialize(Yes { shape: &shape, ..self.yes });
        self.keys.borrow_mut().push((self.last, shape.into_inner()));
        value
    }
}

/// Feeds one element of a list, or one entry of a map.
struct Once<'a> {
    yes: Yes<'a>,
    left: bool,
}

impl<'de> de::SeqAccess<'de> for Once<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        if !std::mem::take(&mut self.left) {
            return Ok(None);
        }
        seed.deserialize(self.yes).map(Some)
    }
}

impl<'de> de::MapAccess<'de> for Once<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        if !std::mem::take(&mut self.left) {
            return Ok(None);
        }
        // The caller chooses the keys.
        let shape = Cell::new(Shape::Any);
        seed.deserialize(Yes { shape: &shape, ..self.yes }).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(self.yes)
    }
}
