//! The plain model: what a source says about an API, in a form that all readers share.

use indexmap::IndexMap;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a source says about an API version.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Api {
    /// The product's short name, as the source spells it.
    pub product: Option<String>,
    /// The version that requests carry.
    pub version: Option<String>,
    /// The style of the protocol, `RPC` or `ROA`.
    pub style: Option<String>,
    /// Hosts, by region.
    pub hosts: IndexMap<String, String>,
    /// Actions, by name.
    pub actions: IndexMap<String, Action>,
}

/// What a source says about an action.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Action {
    /// HTTP methods, in capitals.
    pub methods: Vec<String>,
    /// Whether the source has the methods as data; clients know one method only, which they send.
    pub methods_are_data: bool,
    /// Whether it is marked as deprecated.
    pub deprecated: bool,
    /// Parameters, by wire name.
    pub parameters: Items,
    /// Fields of the response, without its wrapper; none if the source does not describe responses.
    pub response: Option<Items>,
    /// Error codes that it can return, each with its HTTP statuses.
    pub errors: BTreeMap<String, BTreeSet<u16>>,
    /// The vendor's sentences.
    pub text: Sentences,
    /// Labels of the sources that have it.
    pub seen_in: Vec<String>,
}

/// Parameters, fields or members, by wire name.
pub type Items = IndexMap<String, Item>;

/// A parameter, a field, or a member of either.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Item {
    /// What it holds.
    pub shape: Shape,
    /// Where the client puts it: a hint, and no fact about the service.
    pub place: Option<Place>,
    /// Whether the call is refused without it, if the source says so or denies it.
    pub required: Option<bool>,
    /// How a list or structure becomes one text.
    pub packed: Option<Packed>,
    /// How a list travels, as the source names it (`repeatList`).
    pub list_style: Option<String>,
    /// The values that are expected.
    pub values: Vec<String>,
    /// Whether the source has the values as data; otherwise a sentence names them.
    pub values_are_data: bool,
    /// An example that is safe to print.
    pub example: Option<String>,
    /// The vendor's sentences.
    pub text: Sentences,
    /// Whether it is marked as deprecated.
    pub deprecated: bool,
    /// Labels of the sources that have it.
    pub seen_in: Vec<String>,
}

impl Item {
    /// An item of which nothing but the shape is known.
    #[must_use]
    pub fn new(shape: Shape, label: &str) -> Self {
        Self {
            shape,
            place: None,
            required: None,
            packed: None,
            list_style: None,
            values: Vec::new(),
            values_are_data: false,
            example: None,
            text: Sentences::default(),
            deprecated: false,
            seen_in: vec![label.to_owned()],
        }
    }
}

/// What an item holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// Text.
    Text,
    /// A whole number of 32 or 64 bits, if the width is known.
    Number(Option<u8>),
    /// A number with a fraction.
    Float,
    /// True or false.
    Boolean,
    /// Bytes or a file.
    Bytes,
    /// Several values.
    List(Box<Shape>),
    /// A structure.
    Object(Items),
    /// Values by keys that are no part of the API.
    Map(Box<Shape>),
    /// Anything: the source gives no type.
    Any,
}

impl Shape {
    /// Its kind, in a word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number(Some(32)) => "32-bit number",
            Self::Number(Some(_)) => "64-bit number",
            Self::Number(None) => "number",
            Self::Float => "number with a fraction",
            Self::Boolean => "boolean",
            Self::Bytes => "bytes",
            Self::List(_) => "list",
            Self::Object(_) => "structure",
            Self::Map(_) => "map",
            Self::Any => "value without a type",
        }
    }

    /// The members of a structure, or of the structures in a list or map.
    #[must_use]
    pub fn members(&self) -> Option<&Items> {
        match self {
            Self::Object(items) => Some(items),
            Self::List(of) | Self::Map(of) => of.members(),
            _ => None,
        }
    }
}

/// Where a parameter travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each is the place of that name")]
pub enum Place {
    Query,
    Body,
    Header,
    Path,
    Host,
}

/// How a list or structure becomes one text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Packed {
    /// As JSON.
    Json,
    /// With commas between the values.
    Comma,
    /// In a way that only the source knows.
    Other(String),
}

/// Sentences of the vendor. They are for whoever writes ours and never go into the tree.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sentences {
    /// In English.
    pub en: Option<String>,
    /// In Chinese.
    pub zh: Option<String>,
}

impl Sentences {
    /// Adds a text under the language that it is in, whatever the source claims: English packages have Chinese texts.
    pub(super) fn say(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        let place = if text.chars().any(han) { &mut self.zh } else { &mut self.en };
        if place.is_none() {
            *place = Some(text.to_owned());
        }
    }

    /// Takes what is missing from another source.
    pub(super) fn fill(&mut self, other: Self) {
        self.en = self.en.take().or(other.en);
        self.zh = self.zh.take().or(other.zh);
    }
}
