//! Lets serde read a value and tells where in the value an error is.
//!
//! What serde generates for the structs of the language is a large part of this crate's compile time, and it is generated again for each type
//! that hands out the members of a mapping. So there is one such type, and its generic methods only call others that are not.
//!
//! A text has two languages: `doc` holds the English one, `doc_zh` beside it the Chinese one. Both keys become one [`Text`](crate::spec::Text).

use super::entries::{Entries, Items};
use super::translations::CHINESE;
use super::value::{Number, Value};
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, Unexpected, VariantAccess, Visitor};
use std::fmt;

/// A step down into a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// The error that serde reported, and the steps to its place.
#[derive(Debug)]
pub(super) struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    message: String,
    /// Innermost step first, because steps are added on the way out.
    steps: Vec<Step>,
    /// Whether the Chinese half of a text is wrong: then the key that is added next is that of this half.
    chinese: bool,
    /// Whether the key at the end of the steps is wrong, not its value.
    of_key: bool,
}

impl Error {
    /// serde's message.
    pub(super) fn message(&self) -> &str {
        &self.0.message
    }

    /// Whether a key is wrong, not its value.
    pub(super) fn is_about_key(&self) -> bool {
        self.0.of_key
    }

    /// The steps from the root to the wrong value.
    pub(super) fn path(&self) -> Vec<Step> {
        self.0.steps.iter().rev().cloned().collect()
    }

    /// The error, with the step down to the value of this key.
    pub(super) fn key(mut self, key: &Value) -> Self {
        let half = if std::mem::take(&mut self.0.chinese) { CHINESE } else { "" };
        match key {
            // The key of this half may be the only one that is there.
            Value::Text(key) if key.ends_with(half) => self.0.steps.push(Step::Key(key.clone())),
            Value::Text(key) => self.0.steps.push(Step::Key(format!("{key}{half}"))),
            Value::Number(key) => self.0.steps.push(Step::Key(key.to_string())),
            _ => {}
        }
        self
    }

    /// The error, with the step down to this element.
    pub(super) fn index(mut self, index: usize) -> Self {
        self.0.steps.push(Step::Index(index));
        self
    }

    /// The error, in the Chinese half of a text or in the English one.
    pub(super) fn in_half(mut self, chinese: bool) -> Self {
        self.0.chinese = chinese;
        self
    }

    /// The error, about the key itself.
    pub(super) fn about_key(mut self, key: &Value) -> Self {
        self.0.of_key = true;
        self.key(key)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}

impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(Box::new(Inner { message: message.to_string(), steps: Vec::new(), chinese: false, of_key: false }))
    }
}

/// What is read from.
#[derive(Clone, Copy)]
pub(super) enum Source<'de> {
    Value(&'de Value),
    /// A text that no file holds: the name of a half, or an absent half.
    Text(&'static str),
    /// The key of the Chinese half of a text, without its ending.
    Key(&'de str),
}

/// A value to read from.
#[derive(Clone, Copy)]
pub(super) struct Reading<'de> {
    pub(super) source: Source<'de>,
    /// Of a text, the value under the key of its Chinese half.
    pub(super) chinese: Option<&'de Value>,
}

impl<'de> Reading<'de> {
    pub(super) fn new(value: &'de Value) -> Self {
        Self { source: Source::Value(value), chinese: None }
    }

    fn not(self, wanted: &dyn Expected) -> Error {
        let unexpected = match self.source {
            Source::Text(text) | Source::Key(text) => Unexpected::Str(text),
            Source::Value(Value::Null) => Unexpected::Unit,
            Source::Value(Value::Bool(value)) => Unexpected::Bool(*value),
            Source::Value(Value::Number(Number::Unsigned(number))) => Unexpected::Unsigned(*number),
            Source::Value(Value::Number(Number::Signed(number))) => Unexpected::Signed(*number),
            Source::Value(Value::Number(Number::Float(number))) => Unexpected::Float(*number),
            Source::Value(Value::Text(text)) => Unexpected::Str(text),
            Source::Value(Value::List(_)) => Unexpected::Seq,
            Source::Value(Value::Mapping(_)) => Unexpected::Map,
        };
        Error::invalid_type(unexpected, wanted)
    }

    fn is_null(self) -> bool {
        matches!(self.source, Source::Value(Value::Null))
    }

    fn is_list(self) -> bool {
        matches!(self.source, Source::Value(Value::List(_)))
    }

    fn text(self) -> Option<&'de str> {
        match self.source {
            Source::Text(text) | Source::Key(text) => Some(text),
            Source::Value(Value::Text(text)) => Some(text),
            Source::Value(_) => None,
        }
    }

    fn items(self) -> Option<Items<'de>> {
        match self.source {
            Source::Value(Value::List(items)) => Some(Items { rest: items, index: 0 }),
            // As in YAML, a key without a value is an empty list or mapping.
            Source::Value(Value::Null) => Some(Items { rest: &[], index: 0 }),
            _ => None,
        }
    }

    fn entries(self) -> Option<Entries<'de>> {
        let rest = match self.source {
            Source::Value(Value::Mapping(map)) => map.0.as_slice(),
            Source::Value(Value::Null) => &[],
            _ => return None,
        };
        Some(Entries { rest, open: None, texts: None, halves: None })
    }

    /// The members of a struct: those of a mapping, or the two halves of a text.
    fn members(self, name: &str, fields: &'static [&'static str]) -> Option<Entries<'de>> {
        if name == TEXT {
            return Some(Entries { rest: &[], open: None, texts: None, halves: Some((self, 0)) });
        }
        let texts = match self.source {
            // The title of a source is its own, in its own language.
            Source::Value(Value::Mapping(map)) if name != SOURCE => Some((map, fields)),
            _ => None,
        };
        self.entries().map(|entries| Entries { texts, ..entries })
    }
}

/// Implements the methods that are all the same.
macro_rules! same {
    ($how:ident: $($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.$how(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Reading<'de> {
    type Error = Error;

    same!(deserialize_f64: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32
        deserialize_u64 deserialize_f32);
    same!(deserialize_str: deserialize_char deserialize_string deserialize_identifier);
    same!(deserialize_any: deserialize_bytes deserialize_byte_buf deserialize_unit);

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.source {
            Source::Value(Value::Null) => visitor.visit_unit(),
            Source::Value(Value::Bool(value)) => visitor.visit_bool(*value),
            Source::Value(Value::Number(_)) => self.deserialize_f64(visitor),
            Source::Value(Value::List(_)) => self.deserialize_seq(visitor),
            Source::Value(Value::Mapping(_)) => self.deserialize_map(visitor),
            Source::Value(Value::Text(_)) | Source::Text(_) | Source::Key(_) => self.deserialize_str(visitor),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.source {
            Source::Value(Value::Number(Number::Unsigned(number))) => visitor.visit_u64(*number),
            Source::Value(Value::Number(Number::Signed(number))) => visitor.visit_i64(*number),
            Source::Value(Value::Number(Number::Float(number))) => visitor.visit_f64(*number),
            _ => Err(self.not(&visitor)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.source {
            Source::Value(Value::Bool(value)) => visitor.visit_bool(*value),
            _ => Err(self.not(&visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.text() {
            Some(text) => visitor.visit_borrowed_str(text),
            None => Err(self.not(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.is_null() && self.chinese.is_none() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.items() {
            Some(items) => visitor.visit_seq(items),
            None => Err(self.not(&visitor)),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.entries() {
            Some(entries) => visitor.visit_map(entries),
            None => Err(self.not(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.members(name, fields) {
            Some(members) => visitor.visit_map(members),
            None => Err(self.not(&listed("struct", fields).as_str())),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.text() {
            Some(_) => visitor.visit_enum(self),
            None => Err(self.not(&listed("enum", words).as_str())),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        match name {
            ONE_OR_MANY if self.is_list() => self.deserialize_seq(visitor),
            ONE_OR_MANY => visitor.visit_some(self),
            TEXT_OR_MAPPING if matches!(self.source, Source::Value(Value::Mapping(_))) => visitor.visit_some(self),
            TEXT_OR_MAPPING | TYPE_EXPRESSION => self.deserialize_any(visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

/// The word of an enum. No word has a value beside it.
impl<'de> EnumAccess<'de> for Reading<'de> {
    type Error = Error;
    type Variant = Alone;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Alone), Error> {
        match self.text() {
            Some(_) => Ok((seed.deserialize(self)?, Alone)),
            None => Err(self.not(&"the word of an enum")),
        }
    }
}

pub(super) struct Alone;

impl<'de> VariantAccess<'de> for Alone {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _: S) -> Result<S::Value, Error> {
        Err(Error::invalid_type(Unexpected::UnitVariant, &"newtype variant"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Error> {
        Err(Error::invalid_type(Unexpected::UnitVariant, &"tuple variant"))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Error> {
        Err(Error::invalid_type(Unexpected::UnitVariant, &"struct variant"))
    }
}

/// The name of values that are a text or a mapping.
pub const TEXT_OR_MAPPING: &str = "text or mapping";
/// The name of values that are one thing or a list of them.
pub const ONE_OR_MANY: &str = "one or many";
/// The name of types, `X` or `[X]`.
pub const TYPE_EXPRESSION: &str = "type expression";

/// The struct of texts, and that of sources.
const TEXT: &str = "Text";
const SOURCE: &str = "Source";

/// What is wanted, with the words or keys that are known.
fn listed(what: &str, known: &[&str]) -> String {
    let known: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
    format!("{what} of {}", known.join(", "))
}
