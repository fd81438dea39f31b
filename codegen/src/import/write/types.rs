//! What the language has for a shape. It is the only place that knows; what the language lacks is written as the nearest type it has.

use crate::import::plain::{Items, Packed, Shape};
use crate::spec::{FieldType, FieldType as T, Holds, TypeForm};

/// A shape in words of the language.
#[derive(Debug, PartialEq)]
pub(super) struct Saying<'a> {
    /// The type.
    pub(super) kind: FieldType,
    /// What is inside.
    pub(super) of: Of<'a>,
    /// What the language lacks; none if the words say it all.
    pub(super) lacks: Option<&'static str>,
}

/// What is inside of a list or structure.
#[derive(Debug, PartialEq)]
pub(super) enum Of<'a> {
    Nothing,
    Word(&'static str),
    Structure(&'a Items),
}

const fn said(kind: FieldType, of: Of<'_>) -> Saying<'_> {
    Saying { kind, of, lacks: None }
}

const fn nearest<'a>(kind: FieldType, of: Of<'a>, lacks: &'static str) -> Saying<'a> {
    Saying { kind, of, lacks: Some(lacks) }
}

/// The words for a shape. What is sent has fewer of them than what is only read.
pub(super) fn say<'a>(shape: &'a Shape, packed: Option<&Packed>, sent: bool) -> Saying<'a> {
    match (packed, shape) {
        (_, Shape::Text) | (Some(Packed::Json), Shape::Any) => said(T::String, Of::Nothing),
        (_, Shape::Number(width)) => said(number_type(*width), Of::Nothing),
        (_, Shape::Float) => said(T::F64, Of::Nothing),
        (_, Shape::Boolean) => said(T::Boolean, Of::Nothing),
        (_, Shape::Bytes) => nearest(T::String, Of::Nothing, "bytes"),
        (_, Shape::Any) => untyped(sent, "values without a type in requests"),
        (_, Shape::Object(members)) if members.is_empty() => untyped(sent, "structures without members in requests"),
        (None, Shape::Object(members)) => said(T::Object, Of::Structure(members)),
        (Some(Packed::Json), Shape::Object(members)) => said(T::JsonText, Of::Structure(members)),
        (Some(_), Shape::Object(_)) => nearest(T::String, Of::Nothing, "structures as a text that is not JSON"),
        (None, Shape::Map(of)) if !sent => several(T::Map, of, sent),
        (Some(Packed::Json), Shape::Map(of)) => several(T::JsonMap, of, sent),
        (_, Shape::Map(_)) => nearest(T::String, Of::Nothing, "maps in requests, other than as JSON text"),
        (None, Shape::List(of)) => several(T::List, of, sent),
        (Some(Packed::Json), Shape::List(of)) => several(T::JsonList, of, sent),
        (Some(Packed::Comma), Shape::List(of)) => match **of {
            Shape::Text => said(T::CommaList, Of::Word("string")),
            Shape::Number(width) => said(T::CommaList, Of::Word(number(width))),
            _ => nearest(T::CommaList, Of::Word("string"), "lists with commas of anything but texts and numbers"),
        },
        (Some(Packed::Other(_)), Shape::List(_)) => nearest(T::String, Of::Nothing, "lists as text in this style"),
    }
}

/// Something that may be anything, if it is only read.
const fn untyped<'a>(sent: bool, lacks: &'static str) -> Saying<'a> {
    if sent { nearest(T::String, Of::Nothing, lacks) } else { said(T::Any, Of::Nothing) }
}

/// The words for several values in a list or map.
fn several(kind: FieldType, of: &Shape, sent: bool) -> Saying<'_> {
    let rest = if sent { "string" } else { "any" };
    match of {
        Shape::Text => said(kind, Of::Word("string")),
        Shape::Number(width) => said(kind, Of::Word(number(*width))),
        Shape::Float => said(kind, Of::Word("f64")),
        Shape::Object(members) if !members.is_empty() => said(kind, Of::Structure(members)),
        Shape::Any | Shape::Object(_) if !sent => said(kind, Of::Word("any")),
        Shape::Any | Shape::Object(_) => nearest(kind, Of::Word(rest), "lists of values without a type in requests"),
        Shape::List(_) => nearest(kind, Of::Word(rest), "lists of lists"),
        Shape::Map(_) => nearest(kind, Of::Word(rest), "lists of maps"),
        Shape::Boolean | Shape::Bytes => nearest(kind, Of::Word(rest), "lists of booleans and bytes"),
    }
}

/// A number that nobody gives a width for may need 64 bits.
const fn number_type(width: Option<u8>) -> FieldType {
    match width {
        Some(32) => FieldType::I32,
        _ => FieldType::I64,
    }
}

/// The same as a word inside of a list.
fn number(width: Option<u8>) -> &'static str {
    number_type(width).own_word().unwrap_or_default()
}

/// A type as it is written, with the word of what is inside.
pub(super) fn written(kind: FieldType, of: Option<&str>) -> String {
    let form = match kind {
        T::List => TypeForm::List,
        T::CommaList => TypeForm::CommaList,
        T::JsonText => TypeForm::Json,
        T::JsonList => TypeForm::JsonList,
        T::Map => TypeForm::Map,
        T::JsonMap => TypeForm::JsonMap,
        _ => TypeForm::One,
    };
    form.around(kind.own_word().or(of).unwrap_or("structure"))
}

impl Saying<'_> {
    /// The type as it is written. A structure has no name yet.
    pub(super) fn phrase(&self) -> String {
        written(
            self.kind,
            match self.of {
                Of::Word(of) => Some(of),
                Of::Nothing | Of::Structure(_) => None,
            },
        )
    }
}

/// Whether a type that stands in the spec can be what a source says. Types that a person chose say more than any source does.
pub(super) fn fits(held: &Holds, digits: bool, shape: &Shape, packed: Option<&Packed>) -> bool {
    // A source without a type says nothing against one.
    if *shape == Shape::Any {
        return true;
    }
    let inner = |shape: &Shape| match (held.of.as_deref(), shape) {
        (Some("string"), shape) => !matches!(shape, Shape::Object(_) | Shape::Number(_)),
        (Some("i32" | "i64"), shape) => matches!(shape, Shape::Number(_) | Shape::Any),
        (Some("f64"), shape) => matches!(shape, Shape::Float | Shape::Number(_) | Shape::Any),
        (Some("any"), _) => true,
        // An id, which is a text or a number, or a structure.
        (_, shape) => matches!(shape, Shape::Text | Shape::Number(_) | Shape::Object(_) | Shape::Any),
    };
    let same = |sent| say(shape, packed, sent).kind == held.kind;
    match held.kind {
        T::Boolean => matches!(shape, Shape::Boolean) || (digits && matches!(shape, Shape::Number(_) | Shape::Text)),
        T::I32 => matches!(shape, Shape::Number(None | Some(32))),
        T::I64 => matches!(shape, Shape::Number(_)),
        T::Id | T::Time => matches!(shape, Shape::Text | Shape::Number(_)),
        T::Pem | T::Csr | T::Image | T::Url | T::SecretUrl => matches!(shape, Shape::Text),
        T::F64 => matches!(shape, Shape::Float | Shape::Number(_)),
        T::List => matches!(shape, Shape::List(item) if inner(item)) && packed.is_none(),
        T::Map => matches!(shape, Shape::Map(item) if inner(item)),
        T::CommaList => matches!((shape, packed), (Shape::Text, _) | (Shape::List(_), Some(_))),
        T::JsonText | T::JsonList | T::JsonMap => packed == Some(&Packed::Json) || matches!(shape, Shape::Text),
        T::Object => matches!(shape, Shape::Object(_)),
        T::Any | T::Unknown => true,
        T::String => same(true) || same(false),
    }
}
