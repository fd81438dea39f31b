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

/// The words for a shape.
pub(super) fn say<'a>(shape: &'a Shape, packed: Option<&Packed>) -> Saying<'a> {
    match (packed, shape) {
        (_, Shape::Text) | (Some(Packed::Json), Shape::Any) => said("string", Of::Nothing),
        (_, Shape::Number(width)) => said(number(*width), Of::Nothing),
        (_, Shape::Boolean) => said("boolean", Of::Nothing),
        (_, Shape::Float) => nearest("string", Of::Nothing, "numbers with a fraction"),
        (_, Shape::Bytes) => nearest("string", Of::Nothing, "bytes"),
        (_, Shape::Map(_)) => nearest("string", Of::Nothing, "maps"),
        (_, Shape::Any) => nearest("string", Of::Nothing, "values without a type"),
        (_, Shape::Object(members)) if members.is_empty() => {
            nearest("string", Of::Nothing, "structures without members")
        }
        (Some(Packed::Json), Shape::Object(members)) => said("json-text", Of::Structure(members)),
        (Some(_), Shape::Object(_)) => nearest("string", Of::Nothing, "structures as a text that is not JSON"),
        (None, Shape::Object(members)) => said("object", Of::Structure(members)),
        (Some(Packed::Json), Shape::List(_)) => nearest("string", Of::Nothing, "lists as JSON text"),
        (Some(Packed::Comma), Shape::List(of)) => match **of {
            Shape::Text => said("comma-list", Of::Word("string")),
            _ => nearest("comma-list", Of::Word("string"), "lists with commas of anything but texts"),
        },
        (Some(Packed::Other(_)), Shape::List(_)) => nearest("string", Of::Nothing, "lists as text in this style"),
        (None, Shape::List(of)) => match &**of {
            Shape::Text => said("list", Of::Word("string")),
            Shape::Number(width) => said("list", Of::Word(number(*width))),
            Shape::Object(members) if !members.is_empty() => said("list", Of::Structure(members)),
            Shape::Any => nearest("list", Of::Word("string"), "lists of values without a type"),
            Shape::List(_) => nearest("list", Of::Word("string"), "lists of lists"),
            Shape::Map(_) => nearest("list", Of::Word("string"), "lists of maps"),
            _ => nearest("list", Of::Word("string"), "lists of this kind"),
        },
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
                Of::Structure(_) => Some("structures").filter(|_| self.kind == "list"),
            },
        )
    }
}

/// Whether a type that stands in the spec can be what a source says. Types that a person chose say more than any source does.
pub(super) fn fits(kind: &str, of: Option<&str>, digits: bool, shape: &Shape, packed: Option<&Packed>) -> bool {
    let inner = |of: Option<&str>, shape: &Shape| match (of, shape) {
        (Some("string"), shape) => !matches!(shape, Shape::Object(_) | Shape::Number(_)),
        (Some("i32" | "i64"), shape) => matches!(shape, Shape::Number(_) | Shape::Any),
        // An id, which is a text or a number, or a structure.
        (_, shape) => matches!(shape, Shape::Text | Shape::Number(_) | Shape::Object(_) | Shape::Any),
    };
    let same = say(shape, packed);
    match kind {
        "boolean" => matches!(shape, Shape::Boolean) || (digits && matches!(shape, Shape::Number(_) | Shape::Text)),
        "i32" => matches!(shape, Shape::Number(None | Some(32))),
        "i64" => matches!(shape, Shape::Number(_)),
        "id" => matches!(shape, Shape::Text | Shape::Number(_)),
        "pem" | "csr" | "image" | "url" | "secret-url" => matches!(shape, Shape::Text),
        "time" => matches!(shape, Shape::Text | Shape::Number(_)),
        "list" => matches!(shape, Shape::List(item) if inner(of, item)) && packed.is_none(),
        "comma-list" => matches!((shape, packed), (Shape::Text, _) | (Shape::List(_), Some(_))),
        "json-text" => packed == Some(&Packed::Json) || matches!(shape, Shape::Text),
        "object" => matches!(shape, Shape::Object(_)),
        "string" => same.kind == "string",
        // A word that this program does not know: whoever wrote it knew better.
        _ => true,
    }
}
