//! Annotations of types.

use crate::import::plain::Shape;

/// What an annotation says.
pub(super) enum Type<'a> {
    Plain(Shape),
    List(&'a str),
    Map(&'a str),
    Class(&'a str),
}

/// Reads one level of an annotation.
pub(super) fn parse(annotation: &str) -> Type<'_> {
    let mut text = annotation.trim().trim_matches(['\'', '"']);
    while let Some(of) = inside(text, "Optional") {
        text = of;
    }
    let inside = |outer: &str| inside(text, outer);
    for list in ["List", "list", "typing.List"] {
        if let Some(of) = inside(list) {
            return Type::List(of);
        }
    }
    for map in ["Dict", "dict", "typing.Dict"] {
        if let Some(of) = inside(map) {
            return Type::Map(of.split_once(',').map_or(of, |(_, value)| value.trim()));
        }
    }
    Type::Plain(match text {
        "str" => Shape::Text,
        // Python's numbers have no width.
        "int" => Shape::Number(None),
        "float" => Shape::Float,
        "bool" => Shape::Boolean,
        "bytes" | "BinaryIO" | "io.BytesIO" | "READABLE" => Shape::Bytes,
        "dict" | "Dict" => Shape::Map(Box::new(Shape::Any)),
        "list" | "List" => Shape::List(Box::new(Shape::Any)),
        "" | "Any" | "any" | "object" | "typing.Any" => Shape::Any,
        // The models come under the name of their module.
        class => return Type::Class(class.rsplit('.').next().unwrap_or(class)),
    })
}

/// What stands in the brackets of a generic type.
fn inside<'a>(text: &'a str, outer: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(outer)?.trim_start();
    rest.strip_prefix('[')?.strip_suffix(']').map(str::trim)
}
