//! Lets serde read a value and tells where in the value an error is.
//!
//! `serde_yaml` does not tell. A wrapper around its deserializer would compile everything that serde generates a second time, which is
//! a large part of this crate's compile time.
//!
//! A text has two languages: `doc` holds the English one, `doc_zh` beside it the Chinese one. Both keys become one [`Text`](crate::spec::Text).

use super::translations::{CHINESE, is_text_key};
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error as _, Expected, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_yaml::{Mapping, Value, mapping};
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

    fn key(mut self, key: &Value) -> Self {
        let half = if std::mem::take(&mut self.0.chinese) { CHINESE } else { "" };
        match key {
            // The key of this half may be the only one that is there.
            Value::String(key) if key.ends_with(half) => self.0.steps.push(Step::Key(key.clone())),
            Value::String(key) => self.0.steps.push(Step::Key(format!("{key}{half}"))),
            Value::Number(key) => self.0.steps.push(Step::Key(key.to_string())),
            _ => {}
        }
        self
    }

    fn index(mut self, index: usize) -> Self {
        self.0.steps.push(Step::Index(index));
        self
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

/// A value to read from.
#[derive(Clone, Copy)]
pub(super) struct Reading<'de> {
    value: &'de Value,
    /// Of a text, the value under the key of its Chinese half.
    chinese: Option<&'de Value>,
}

impl<'de> Reading<'de> {
    pub(super) fn new(value: &'de Value) -> Self {
        Self { value, chinese: None }
    }
}

impl Reading<'_> {
    fn not(self, wanted: &dyn Expected) -> Error {
        Error::invalid_type(
            match self.value {
                Value::Null => Unexpected::Unit,
                Value::Bool(value) => Unexpected::Bool(*value),
                Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                    (Some(number), _) => Unexpected::Unsigned(number),
                    (_, Some(number)) => Unexpected::Signed(number),
                    _ => Unexpected::Float(number.as_f64().unwrap_or(f64::NAN)),
                },
                Value::String(text) => Unexpected::Str(text),
                Value::Sequence(_) => Unexpected::Seq,
                Value::Mapping(_) => Unexpected::Map,
                Value::Tagged(_) => Unexpected::Enum,
            },
            wanted,
        )
    }
}

impl<'de> Reading<'de> {
    fn number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Value::Number(number) = self.value else { return Err(self.not(&visitor)) };
        match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => visitor.visit_u64(number),
            (_, Some(number)) => visitor.visit_i64(number),
            _ => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
        }
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

    same!(number: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32
        deserialize_u64 deserialize_f32 deserialize_f64);
    same!(deserialize_str: deserialize_char deserialize_string deserialize_identifier);
    same!(deserialize_any: deserialize_bytes deserialize_byte_buf deserialize_unit);

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(_) => self.number(visitor),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Sequence(_) => self.deserialize_seq(visitor),
            Value::Mapping(_) => self.deserialize_map(visitor),
            Value::Tagged(_) => Err(self.not(&visitor)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Bool(value) => visitor.visit_bool(*value),
            _ => Err(self.not(&visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::String(text) => visitor.visit_borrowed_str(text),
            _ => Err(self.not(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Null if self.chinese.is_none() => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Sequence(items) => visitor.visit_seq(Items { rest: items, index: 0 }),
            // As in YAML, a key without a value is an empty list or mapping.
            Value::Null => visitor.visit_seq(Items { rest: &[], index: 0 }),
            _ => Err(self.not(&visitor)),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Mapping(map) => visitor.visit_map(Entries { rest: Some(map.iter()), open: None, texts: None }),
            Value::Null => visitor.visit_map(Entries { rest: None, open: None, texts: None }),
            _ => Err(self.not(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.value {
            _ if name == TEXT => visitor.visit_map(Halves { text: self, next: 0 }),
            // The title of a source is its own, in its own language.
            Value::Mapping(map) if name != SOURCE => {
                visitor.visit_map(Entries { rest: Some(map.iter()), open: None, texts: Some((map, fields)) })
            }
            _ => self.deserialize_map(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.value {
            Value::String(word) => visitor.visit_enum(BorrowedStrDeserializer::new(word)),
            _ => Err(self.not(&"the word of an enum")),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        match (name, self.value) {
            (ONE_OR_MANY, Value::Sequence(_)) => self.deserialize_seq(visitor),
            (ONE_OR_MANY, _) | (TEXT_OR_MAPPING, Value::Mapping(_)) => visitor.visit_some(self),
            (TEXT_OR_MAPPING | TYPE_EXPRESSION, _) => self.deserialize_any(visitor),
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

struct Items<'de> {
    rest: &'de [Value],
    index: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some((first, rest)) = self.rest.split_first() else { return Ok(None) };
        match seed.deserialize(Reading::new(first)) {
            Ok(element) => {
                (self.rest, self.index) = (rest, self.index + 1);
                Ok(Some(element))
            }
            Err(error) => Err(error.index(self.index)),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Entries<'de> {
    rest: Option<mapping::Iter<'de>>,
    /// The entry whose key was read last.
    open: Option<(&'de Value, &'de Value)>,
    /// The mapping and the keys of a struct, whose texts have two halves.
    texts: Option<(&'de Mapping, &'static [&'static str])>,
}

impl<'de> Entries<'de> {
    /// The key of a text, if this is the key of its Chinese half.
    fn english(&self, key: &'de Value) -> Option<&'de str> {
        let (_, fields) = self.texts?;
        let (key, whole) = (key.as_str()?.strip_suffix(CHINESE)?, key.as_str()?);
        (is_text_key(key) && fields.contains(&key) && !fields.contains(&whole)).then_some(key)
    }

    /// The Chinese half of the text under this key.
    fn chinese(&self, key: &'de Value) -> Option<&'de Value> {
        let (map, fields) = self.texts?;
        let key = key.as_str().filter(|key| is_text_key(key) && fields.contains(key))?;
        map.get(format!("{key}{CHINESE}"))
    }
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        loop {
            self.open = self.rest.as_mut().and_then(Iterator::next);
            let Some((key, _)) = self.open else { return Ok(None) };
            let read = match self.english(key) {
                // It is read with the English half.
                Some(english) if self.texts.is_some_and(|(map, _)| map.contains_key(english)) => continue,
                Some(english) => seed.deserialize(BorrowedStrDeserializer::new(english)),
                None => seed.deserialize(Reading::new(key)),
            };
            return read.map(Some).map_err(|mut error: Error| {
                error.0.of_key = true;
                error.key(key)
            });
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let Some((key, value)) = self.open else { return Err(Error::custom("a value without a key")) };
        let reading = match self.english(key) {
            Some(_) => Reading { value: &NULL, chinese: Some(value) },
            None => Reading { value, chinese: self.chinese(key) },
        };
        seed.deserialize(reading).map_err(|error| error.key(key))
    }

    fn size_hint(&self) -> Option<usize> {
        self.rest.as_ref().map(ExactSizeIterator::len)
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

/// The two halves of a text. An absent one is empty.
struct Halves<'de> {
    text: Reading<'de>,
    next: usize,
}

impl<'de> MapAccess<'de> for Halves<'de> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(half) = ["en", "zh"].get(self.next) else { return Ok(None) };
        self.next += 1;
        seed.deserialize(BorrowedStrDeserializer::new(half)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let chinese = self.next > 1;
        let half = if chinese { self.text.chinese.unwrap_or(&NULL) } else { self.text.value };
        match half {
            Value::Null => seed.deserialize(BorrowedStrDeserializer::new("")),
            Value::Mapping(_) => Err(Error::custom(format!("invalid type: map, expected {HALF}"))),
            half => seed.deserialize(Reading::new(half)),
        }
        .map_err(|mut error| {
            error.0.chinese = chinese;
            error
        })
    }
}

static NULL: Value = Value::Null;

/// What stands under the key of a text.
const HALF: &str = "text, with the Chinese under the same key and `_zh`";
