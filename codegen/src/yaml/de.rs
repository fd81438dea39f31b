//! Lets serde read a value and tells where in the value an error is.
//!
//! What serde generates for the structs of the language is a large part of this crate's compile time, and it is generated again for each type
//! that hands out the members of a mapping. So there is one such type, and its generic methods only call others that are not.
//!
//! A text has two languages: `doc` holds the English one, `doc_zh` beside it the Chinese one. Both keys become one [`Text`](crate::spec::Text).

use super::translations::{CHINESE, is_text_key};
use super::value::{Mapping, Number, Value};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, MapAccess, SeqAccess, Unexpected, VariantAccess,
    Visitor,
};
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
            Value::Text(key) if key.ends_with(half) => self.0.steps.push(Step::Key(key.clone())),
            Value::Text(key) => self.0.steps.push(Step::Key(format!("{key}{half}"))),
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

/// What is read from.
#[derive(Clone, Copy)]
enum Source<'de> {
    Value(&'de Value),
    /// A text that no file holds: the name of a half, or an absent half.
    Text(&'static str),
    /// The key of the Chinese half of a text, without its ending.
    Key(&'de str),
}

/// A value to read from.
#[derive(Clone, Copy)]
pub(super) struct Reading<'de> {
    source: Source<'de>,
    /// Of a text, the value under the key of its Chinese half.
    chinese: Option<&'de Value>,
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
            None => Err(self.not(&visitor)),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self)
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

/// The members of a mapping or a struct.
struct Entries<'de> {
    rest: &'de [(Value, Value)],
    /// The entry whose key was read last.
    open: Option<&'de (Value, Value)>,
    /// The mapping and the keys of a struct, whose texts have two halves.
    texts: Option<(&'de Mapping, &'static [&'static str])>,
    /// Of a text, where its two halves are, and how many of their keys were read.
    halves: Option<(Reading<'de>, usize)>,
}

impl<'de> Entries<'de> {
    /// The key of a text, if this is the key of its Chinese half.
    fn english(&self, key: &'de Value) -> Option<&'de str> {
        let (_, fields) = self.texts?;
        let Value::Text(whole) = key else { return None };
        let key = whole.strip_suffix(CHINESE)?;
        (is_text_key(key) && fields.contains(&key) && !fields.contains(&whole.as_str())).then_some(key)
    }

    /// The Chinese half of the text under this key.
    fn chinese(&self, key: &'de Value) -> Option<&'de Value> {
        let (map, fields) = self.texts?;
        let Value::Text(key) = key else { return None };
        (is_text_key(key) && fields.contains(&key.as_str())).then(|| map.get(&format!("{key}{CHINESE}"))).flatten()
    }

    /// The next key.
    fn key(&mut self) -> Option<Reading<'de>> {
        if let Some((_, read)) = &mut self.halves {
            let name = ["en", "zh"].get(*read)?;
            *read += 1;
            return Some(Reading { source: Source::Text(name), chinese: None });
        }
        loop {
            let (first, rest) = self.rest.split_first()?;
            (self.open, self.rest) = (Some(first), rest);
            match self.english(&first.0) {
                // It is read with the English half.
                Some(english) if self.texts.is_some_and(|(map, _)| map.get(english).is_some()) => {}
                Some(english) => return Some(Reading { source: Source::Key(english), chinese: None }),
                None => return Some(Reading::new(&first.0)),
            }
        }
    }

    /// The value of the key that was read last.
    fn value(&self) -> Result<Reading<'de>, Error> {
        if let Some((text, read)) = self.halves {
            let half = if read > 1 { text.chinese.map_or(Source::Value(&NULL), Source::Value) } else { text.source };
            return match half {
                Source::Value(Value::Null) => Ok(Reading { source: Source::Text(""), chinese: None }),
                Source::Value(Value::Mapping(_)) => {
                    Err(self.placed(Error::custom(format!("invalid type: map, expected {HALF}"))))
                }
                source => Ok(Reading { source, chinese: None }),
            };
        }
        let Some((key, value)) = self.open else { return Err(Error::custom("a value without a key")) };
        Ok(match self.english(key) {
            Some(_) => Reading { source: Source::Value(&NULL), chinese: Some(value) },
            None => Reading { source: Source::Value(value), chinese: self.chinese(key) },
        })
    }

    /// An error in the value of the key that was read last.
    fn placed(&self, mut error: Error) -> Error {
        match (self.halves, self.open) {
            (Some((_, read)), _) => {
                error.0.chinese = read > 1;
                error
            }
            (None, Some((key, _))) => error.key(key),
            (None, None) => error,
        }
    }

    /// An error in the key that was read last.
    fn of_key(&self, mut error: Error) -> Error {
        let Some((key, _)) = self.open else { return error };
        error.0.of_key = true;
        error.key(key)
    }
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(key) = self.key() else { return Ok(None) };
        match seed.deserialize(key) {
            Ok(key) => Ok(Some(key)),
            Err(error) => Err(self.of_key(error)),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        match seed.deserialize(self.value()?) {
            Ok(value) => Ok(value),
            Err(error) => Err(self.placed(error)),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
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

static NULL: Value = Value::Null;

/// What stands under the key of a text.
const HALF: &str = "text, with the Chinese under the same key and `_zh`";
