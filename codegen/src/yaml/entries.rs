//! The elements of a list and the members of a mapping, as serde asks for them. Two keys of a mapping, `doc` and `doc_zh`, are one text.

use super::de::{Error, Reading, Source};
use super::translations::{CHINESE, is_text_key};
use super::value::{Mapping, Value};
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess};

/// The elements of a list.
pub(super) struct Items<'de> {
    pub(super) rest: &'de [Value],
    pub(super) index: usize,
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
pub(super) struct Entries<'de> {
    pub(super) rest: &'de [(Value, Value)],
    /// The entry whose key was read last.
    pub(super) open: Option<&'de (Value, Value)>,
    /// The mapping and the keys of a struct, whose texts have two halves.
    pub(super) texts: Option<(&'de Mapping, &'static [&'static str])>,
    /// Of a text, where its two halves are, and how many of their keys were read.
    pub(super) halves: Option<(Reading<'de>, usize)>,
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
    fn placed(&self, error: Error) -> Error {
        match (self.halves, self.open) {
            (Some((_, read)), _) => error.in_half(read > 1),
            (None, Some((key, _))) => error.key(key),
            (None, None) => error,
        }
    }

    /// An error in the key that was read last.
    fn of_key(&self, error: Error) -> Error {
        let Some((key, _)) = self.open else { return error };
        error.about_key(key)
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

static NULL: Value = Value::Null;

/// What stands under the key of a text.
const HALF: &str = "text, with the Chinese under the same key and `_zh`";
