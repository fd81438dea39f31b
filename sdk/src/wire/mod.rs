//! Encodes and decodes values, without a copy of the code for every type.
//!
//! A generated structure implements two functions: [`Members::each`] visits its fields in order, and [`Structure::slot`] returns the place to
//! store a member in. Debug output, serde, request parameters, JSON and XML are written once, in here, on trait objects. So there is
//! one JSON reader in the binary and not one for each type, leniency and redaction are the same for every type, and an action adds little code.
//!
//! # Reading is lenient
//!
//! A response is worth more than one of its fields. A number may come as a text, or one element in the place of a list. A value that does not
//! fit or cannot be read (half a surrogate, a wrong escape, `1e400`) is left out. Text for people keeps its readable part, with U+FFFD in other
//! places; half an id or half a secret is useless, so these are left out. Structure is read strictly.
//!
//! Readers count the memory that values take, because each `{}` of a list becomes a whole structure, and stop at a budget.
//!
//! A list that is missing reads as an empty one. Code that must know the difference (pages, probes) reads the response a second time, with
//! a sink that only records whether the list was present and how many elements it had.
//!
//! # Guaranteed fields
//!
//! A field that the spec guarantees is not an `Option`. If it is missing or empty, the response is an error that keeps the request id and says,
//! for an order, that the outcome is unknown. The value alone does not tell whether it came, since `false`, 0 and an empty list are values. So
//! a structure with guaranteed fields records which of them it got. This holds inside lists too: an item without its id would read as the item
//! with id 0.

mod budget;
mod debug;
mod drive;
mod guaranteed;
mod json;
mod map;
mod named;
mod number;
mod pair;
mod parameters;
mod path;
mod serde;
mod show;
mod sink;
mod to_json;
mod unknown;
mod witness;
mod xml;

pub use self::serde::{deserialize, serialize};
pub use crate::base::metadata::ListSeen;
use crate::base::problem::NAMED;
pub use crate::base::sensitivity::Sensitivity;
pub use debug::debug;
pub use guaranteed::Guaranteed;
pub(crate) use guaranteed::missing;
pub(crate) use json::{JsonError, JsonFault, read_json};
#[allow(unused_imports, reason = "not every API version has ids and enums of each kind")]
pub(crate) use named::{by_reference, number_enum, number_id, text_conversions, text_enum, text_id};
pub use number::Number;
#[allow(unused_imports, reason = "not every API version sends pairs")]
pub(crate) use pair::pair;
#[cfg(feature = "testing")]
pub(crate) use parameters::sensitivities;
pub(crate) use parameters::{Pair, hidden, parameters, shown_parameters};
#[cfg(feature = "dynamic")]
pub(crate) use show::items;
pub use show::{Entries, List, Members, Shown, Value};
#[allow(unused_imports, reason = "without an API version there are no structures")]
pub use sink::{FromScalar, Scalar, Sink};
#[allow(unused_imports, reason = "without an API version there are no structures")]
pub(crate) use sink::{scalar_sink, structure};
#[cfg(feature = "dynamic")]
pub(crate) use to_json::json_text;
pub(crate) use to_json::{brief, named};
pub use unknown::Unknown;
pub(crate) use witness::Witness;
pub(crate) use xml::{XmlError, read_xml};

/// The deepest nesting of a response that is read, in JSON and XML alike. Real responses have four levels; the limit keeps hostile ones
/// from overflowing the stack.
const MAX_DEPTH: usize = 64;

/// Joins the first few of many texts, and says how many more there are. `count` is the number of all.
pub(crate) fn first_of<T: std::borrow::Borrow<str>>(all: &[T], count: usize, between: &str) -> String {
    let named = all.get(..NAMED).unwrap_or(all);
    match count - named.len() {
        0 => named.join(between),
        more => format!("{} and {more} more", named.join(between)),
    }
}

/// A structure with named fields.
pub trait Structure: Members + Sink {
    /// The place for a member of this name; `None` if there is no such member.
    fn slot(&mut self, wire: &str) -> Option<&mut dyn Sink>;
}

/// The static description of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name on the wire.
    pub wire: &'static str,
    /// Its name in Rust.
    pub name: &'static str,
    /// How it is encoded in a request.
    pub style: Style,
    /// Who may see its value.
    pub sensitivity: Sensitivity,
}

/// How a value is encoded in a request, if its type does not determine that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As its type says.
    Plain,
    /// A boolean as `1` and `0`.
    Digits,
    /// A list of texts as one text, separated by commas.
    Commas,
    /// A list of numbers or ids as one text, separated by commas.
    Joined,
    /// A structure, list or map as JSON in one text.
    JsonText,
}

/// The names of the fields that are absent.
#[allow(dead_code, reason = "not every API version has a view of states")]
pub(crate) fn absent(fields: &[(&'static str, bool)]) -> Vec<&'static str> {
    fields.iter().filter(|(_, gone)| *gone).map(|(wire, _)| *wire).collect()
}

/// The last two parts of a path: a type with its module.
#[must_use]
pub fn in_module(path: &'static str) -> &'static str {
    let name = path.rfind("::").unwrap_or_default();
    let module = path.get(..name).and_then(|before| before.rfind("::")).map_or(0, |at| at + 2);
    path.get(module..).unwrap_or(path)
}

/// Whether no member has a value.
pub(crate) fn says_nothing(of: &dyn Members) -> bool {
    let mut nothing = true;
    of.each(&mut |_, value| nothing &= matches!(value.show(), Shown::Absent));
    nothing
}

/// The fingerprint of a list or an item: its JSON, with secrets redacted. Two pages with the same fingerprint hold the same items.
#[allow(dead_code, reason = "not every API version has lists in pages")]
pub(crate) fn fingerprint(items: &dyn Value) -> String {
    serde_json::to_string(&self::serde::Serialized(items)).unwrap_or_default()
}

/// Splits the items of a list that is sent as one text, separated by commas.
pub fn split_commas(list: &mut Vec<String>) {
    if list.iter().any(|text| text.contains(',')) {
        *list = list.iter().flat_map(|text| text.split(',')).map(|text| text.trim().to_owned()).collect();
    }
    list.retain(|text| !text.is_empty());
}
