//! What a field holds, in one expression: `string`, `OrderId`, `[Tag]`, `json(Contact)`, `time(date)`.

use super::{Base, TYPE_EXPRESSION, TimeLayout};
use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;
use serde::de::value::{SeqAccessDeserializer, StrDeserializer};
use serde::de::{Deserializer, Error, SeqAccess, Unexpected, Visitor};
use std::fmt;

/// A type as it is written. What its word names is settled when all files are known.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize))]
pub struct TypeExpression {
    /// The form around the word.
    pub form: TypeForm,
    /// The word: a type of the language, or the name of an id, an enum or a structure. Empty for a time.
    pub word: String,
}

/// The form of a type around its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize))]
pub enum TypeForm {
    /// `X`
    One,
    /// `[X]`
    List,
    /// `comma(X)`
    CommaList,
    /// `json(X)`
    Json,
    /// `json([X])`
    JsonList,
    /// `map(X)`
    Map,
    /// `json(map(X))`
    JsonMap,
    /// `time(LAYOUT)`
    Time(TimeLayout),
}

impl TypeForm {
    /// The form around a word, as it is written.
    #[must_use]
    pub fn around(self, word: &str) -> String {
        match self {
            Self::One => word.to_owned(),
            Self::List => format!("[{word}]"),
            Self::CommaList => format!("comma({word})"),
            Self::Json => format!("json({word})"),
            Self::JsonList => format!("json([{word}])"),
            Self::Map => format!("map({word})"),
            Self::JsonMap => format!("json(map({word}))"),
            Self::Time(_) => format!("time({word})"),
        }
    }
}

impl TypeExpression {
    /// A word alone.
    #[must_use]
    pub fn one(word: &str) -> Self {
        Self { form: TypeForm::One, word: word.to_owned() }
    }

    /// Reads an expression. `None` if it has no form of the language.
    ///
    /// # Errors
    ///
    /// Fails if the layout of a time is unknown.
    pub fn parse<E: Error>(text: &str) -> Result<Option<Self>, E> {
        let inside = |text: &'_ str, form: &str| -> Option<String> {
            Some(text.strip_prefix(form)?.strip_prefix('(')?.strip_suffix(')')?.trim().to_owned())
        };
        let listed = |text: &str| Some(text.strip_prefix('[')?.strip_suffix(']')?.trim().to_owned());
        let text = text.trim();
        if let Some(layout) = inside(text, "time") {
            let layout = TimeLayout::deserialize(StrDeserializer::new(&layout))?;
            return Ok(Some(Self { form: TypeForm::Time(layout), word: String::new() }));
        }
        let (form, word) = if let Some(word) = listed(text) {
            (TypeForm::List, word)
        } else if let Some(word) = inside(text, "comma") {
            (TypeForm::CommaList, word)
        } else if let Some(word) = inside(text, "map") {
            (TypeForm::Map, word)
        } else if let Some(word) = inside(text, "json") {
            match (listed(&word), inside(&word, "map")) {
                (Some(word), _) => (TypeForm::JsonList, word),
                (_, Some(word)) => (TypeForm::JsonMap, word),
                _ => (TypeForm::Json, word),
            }
        } else {
            (TypeForm::One, text.to_owned())
        };
        let is_word = !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        Ok(is_word.then_some(Self { form, word }))
    }
}

impl<'de> Deserialize<'de> for TypeExpression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(TYPE_EXPRESSION, ExpressionVisitor)
    }
}

struct ExpressionVisitor;

impl<'de> Visitor<'de> for ExpressionVisitor {
    type Value = TypeExpression;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a type: X, [X], comma(X), map(X), json(X), json([X]), json(map(X)) or time(LAYOUT)")
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<TypeExpression, D::Error> {
        self.visit_str(&String::deserialize(deserializer)?)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<TypeExpression, E> {
        TypeExpression::parse(text)?.ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_seq<S: SeqAccess<'de>>(self, items: S) -> Result<TypeExpression, S::Error> {
        // The brackets belong to the type, so a mistake inside them is reported once, at the type.
        let words = Vec::<String>::deserialize(SeqAccessDeserializer::new(items));
        match words.as_deref() {
            Ok([word]) => self.visit_str(&format!("[{word}]")),
            _ => Err(S::Error::invalid_type(Unexpected::Seq, &self)),
        }
    }
}

/// What a field holds, once the words of all types are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "data", derive(Serialize))]
pub enum FieldType {
    /// Text.
    #[default]
    String,
    /// 32-bit integer.
    I32,
    /// 64-bit integer.
    I64,
    /// A number that need not be whole.
    F64,
    /// An id; exact, never a float.
    Id,
    /// True or false.
    Boolean,
    /// Several values. The protocol decides how they are sent.
    List,
    /// Several values in one string, separated by commas.
    CommaList,
    /// Several values as JSON text inside one string.
    JsonList,
    /// Values by name.
    Map,
    /// Values by name, as JSON text inside one string.
    JsonMap,
    /// A value of any type, kept as it came.
    Any,
    /// A structure.
    Object,
    /// A structure as JSON text inside one string.
    JsonText,
    /// One or several PEM blocks.
    Pem,
    /// A certificate signing request in PEM.
    Csr,
    /// A picture in base64.
    Image,
    /// A time, kept as it is printed.
    Time,
    /// A web address.
    Url,
    /// A web address that is itself a secret, because it gives access to its content.
    SecretUrl,
    /// A name that nothing defines.
    Unknown,
}

impl FieldType {
    /// The words of the language that are types by themselves.
    pub const WORDS: [(&'static str, Self); 11] = [
        ("string", Self::String),
        ("i32", Self::I32),
        ("i64", Self::I64),
        ("f64", Self::F64),
        ("boolean", Self::Boolean),
        ("any", Self::Any),
        ("pem", Self::Pem),
        ("csr", Self::Csr),
        ("image", Self::Image),
        ("url", Self::Url),
        ("secret-url", Self::SecretUrl),
    ];

    /// The type that a word of the language means by itself.
    #[must_use]
    pub fn word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(of, _)| *of == word).map(|(_, kind)| *kind)
    }

    /// The word of a type that has one.
    #[must_use]
    pub fn own_word(self) -> Option<&'static str> {
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map(|(word, _)| *word)
    }

    /// Whether a field of it holds one value, and no list, map or structure.
    #[must_use]
    pub fn is_single(self) -> bool {
        use FieldType as T;
        !matches!(self, T::List | T::CommaList | T::JsonList | T::Map | T::JsonMap | T::Object | T::JsonText | T::Any)
    }
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A kind of id.
    Id,
    /// An enum, with what it is on the wire.
    Enum(Base),
    /// A structure.
    Structure,
}

/// A type whose word is settled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize))]
pub struct Holds {
    /// What the field holds.
    pub kind: FieldType,
    /// The structure, id or scalar inside.
    pub of: Option<String>,
    /// The enum of its values, or of those in the list.
    pub enumeration: Option<String>,
    /// How a time is printed.
    pub time_layout: Option<TimeLayout>,
}

impl TypeExpression {
    /// Settles the word. A field that defines its structure in place holds that structure.
    #[must_use]
    pub fn holds(&self, defines: bool, named: impl Fn(&str) -> Option<Named>) -> Holds {
        let of = Some(self.word.clone());
        let kind = match self.form {
            TypeForm::One => return self.alone(defines, named),
            TypeForm::Time(layout) => {
                return Holds { kind: FieldType::Time, time_layout: Some(layout), ..Holds::default() };
            }
            TypeForm::List => FieldType::List,
            TypeForm::CommaList => FieldType::CommaList,
            TypeForm::Json => FieldType::JsonText,
            TypeForm::JsonList => FieldType::JsonList,
            TypeForm::Map => FieldType::Map,
            TypeForm::JsonMap => FieldType::JsonMap,
        };
        match named(&self.word) {
            Some(Named::Enum(base)) if !defines => {
                Holds { kind, of: Some(base_word(base).to_owned()), enumeration: of, time_layout: None }
            }
            _ => Holds { kind, of, ..Holds::default() },
        }
    }

    fn alone(&self, defines: bool, named: impl Fn(&str) -> Option<Named>) -> Holds {
        let word = Some(self.word.clone());
        match (FieldType::word(&self.word), named(&self.word)) {
            (Some(kind), _) => Holds { kind, ..Holds::default() },
            (None, Some(Named::Id)) if !defines => Holds { kind: FieldType::Id, of: word, ..Holds::default() },
            (None, Some(Named::Enum(base))) if !defines => {
                let kind = FieldType::word(base_word(base)).unwrap_or_default();
                Holds { kind, enumeration: word, ..Holds::default() }
            }
            (None, None) if !defines => Holds { kind: FieldType::Unknown, of: word, ..Holds::default() },
            _ => Holds { kind: FieldType::Object, of: word, ..Holds::default() },
        }
    }
}

const fn base_word(base: Base) -> &'static str {
    match base {
        Base::String => "string",
        Base::I32 => "i32",
        Base::I64 => "i64",
    }
}
