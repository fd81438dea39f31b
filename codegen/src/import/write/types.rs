//! What the language has for a shape. It is the only place that knows; what the language lacks is written as the nearest type it has.

use crate::import::plain::{Items, Packed, Shape};

/// A shape in words of the language.
#[derive(Debug, PartialEq)]
pub(super) struct Saying<'a> {
    /// The word for `type`.
    pub(super) kind: &'static str,
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

const fn said<'a>(kind: &'static str, of: Of<'a>) -> Saying<'a> {
    Saying { kind, of, lacks: None }
}

const fn nearest<'a>(kind: &'static str, of: Of<'a>, lacks: &'static str) -> Saying<'a> {
    Saying { kind, of, lacks: Some(lacks) }
}

/// The words for a shape. What is sent has fewer of them than what is only read.
pub(super) fn say<'a>(shape: &'a Shape, packed: Option<&Packed>, sent: bool) -> Saying<'a> {
    match (packed, shape) {
        (_, Shape::Text) | (Some(Packed::Json), Shape::Any) => said("string", Of::Nothing),
        (_, Shape::Number(width)) => said(number(*width), Of::Nothing),
        (_, Shape::Float) => said("f64", Of::Nothing),
        (_, Shape::Boolean) => said("boolean", Of::Nothing),
        (_, Shape::Bytes) => nearest("string", Of::Nothing, "bytes"),
        (_, Shape::Any) => untyped(sent, "values without a type in requests"),
        (_, Shape::Object(members)) if members.is_empty() => untyped(sent, "structures without members in requests"),
        (None, Shape::Object(members)) => said("object", Of::Structure(members)),
        (Some(Packed::Json), Shape::Object(members)) => said("json-text", Of::Structure(members)),
        (Some(_), Shape::Object(_)) => nearest("string", Of::Nothing, "structures as a text that is not JSON"),
        (None, Shape::Map(of)) if !sent => several("map", of, sent),
        (Some(Packed::Json), Shape::Map(of)) => several("json-map", of, sent),
        (_, Shape::Map(_)) => nearest("string", Of::Nothing, "maps in requests, other than as JSON text"),
        (None, Shape::List(of)) => several("list", of, sent),
        (Some(Packed::Json), Shape::List(of)) => several("json-list", of, sent),
        (Some(Packed::Comma), Shape::List(of)) => match **of {
            Shape::Text => said("comma-list", Of::Word("string")),
            Shape::Number(width) => said("comma-list", Of::Word(number(width))),
            _ => nearest("comma-list", Of::Word("string"), "lists with commas of anything but texts and numbers"),
        },
        (Some(Packed::Other(_)), Shape::List(_)) => nearest("string", Of::Nothing, "lists as text in this style"),
    }
}

/// Something that may be anything, if it is only read.
const fn untyped<'a>(sent: bool, lacks: &'static str) -> Saying<'a> {
    if sent { nearest("string", Of::Nothing, lacks) } else { said("any", Of::Nothing) }
}

/// The words for several values in a list or map.
fn several<'a>(kind: &'static str, of: &'a Shape, sent: bool) -> Saying<'a> {
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
const fn number(width: Option<u8>) -> &'static str {
    match width {
        Some(32) => "i32",
        _ => "i64",
    }
}

/// A type with what is inside, as the report says it.
pub(super) fn phrase(kind: &str, of: Option<&str>) -> String {
    of.map_or_else(|| kind.to_owned(), |of| format!("{kind} of {of}"))
}

impl Saying<'_> {
    /// The same for a shape.
    pub(super) fn phrase(&self) -> String {
        phrase(
            self.kind,
            match self.of {
                Of::Nothing => None,
                Of::Word(of) => Some(of),
                Of::Structure(_) => Some("structures").filter(|_| !matches!(self.kind, "object" | "json-text")),
            },
        )
    }
}

/// Whether a type that stands in the spec can be what a source says. Types that a person chose say more than any source does.
pub(super) fn fits(kind: &str, of: Option<&str>, digits: bool, shape: &Shape, packed: Option<&Packed>) -> bool {
    // A source without a type says nothing against one.
    if *shape == Shape::Any {
        return true;
    }
    let inner = |of: Option<&str>, shape: &Shape| match (of, shape) {
        (Some("string"), shape) => !matches!(shape, Shape::Object(_) | Shape::Number(_)),
        (Some("i32" | "i64"), shape) => matches!(shape, Shape::Number(_) | Shape::Any),
        (Some("f64"), shape) => matches!(shape, Shape::Float | Shape::Number(_) | Shape::Any),
        (Some("any"), _) => true,
        // An id, which is a text or a number, or a structure.
        (_, shape) => matches!(shape, Shape::Text | Shape::Number(_) | Shape::Object(_) | Shape::Any),
    };
    let same = |sent| say(shape, packed, sent).kind == kind;
    match kind {
        "boolean" => matches!(shape, Shape::Boolean) || (digits && matches!(shape, Shape::Number(_) | Shape::Text)),
        "i32" => matches!(shape, Shape::Number(None | Some(32))),
        "i64" => matches!(shape, Shape::Number(_)),
        "id" => matches!(shape, Shape::Text | Shape::Number(_)),
        "pem" | "csr" | "image" | "url" | "secret-url" => matches!(shape, Shape::Text),
        "time" => matches!(shape, Shape::Text | Shape::Number(_)),
        "f64" => matches!(shape, Shape::Float | Shape::Number(_)),
        "list" => matches!(shape, Shape::List(item) if inner(of, item)) && packed.is_none(),
        "map" => matches!(shape, Shape::Map(item) if inner(of, item)),
        "comma-list" => matches!((shape, packed), (Shape::Text, _) | (Shape::List(_), Some(_))),
        "json-text" | "json-list" | "json-map" => packed == Some(&Packed::Json) || matches!(shape, Shape::Text),
        "object" => matches!(shape, Shape::Object(_)),
        "string" => same(true) || same(false),
        // A word that this program does not know: whoever wrote it knew better.
        _ => true,
    }
}
