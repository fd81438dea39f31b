//! `spec/<api>/service.yaml`, the files beside it, and `spec/shared/<name>.yaml`: what the actions of an API version share.

use super::{
    ApiInfo, Base, Endpoints, ErrorRow, Field, History, Method, Protocol, Sensitivity, SetBy, SignatureScheme, Source,
    Text,
};
use indexmap::IndexMap;
use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;
use serde_json::Value;

/// Definitions that the actions of one or several API versions share.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Version of the spec language; absent in the files beside a `service.yaml`.
    pub spec: Option<u32>,
    /// Which API version this is; absent in a shared file.
    pub api: Option<ApiInfo>,
    /// Names of files in `spec/shared/` that are read into this one.
    #[serde(default)]
    pub uses: Vec<String>,
    /// Documents and other places that facts come from, by label.
    #[serde(default)]
    pub sources: IndexMap<String, Source>,
    /// What holds for every action that does not say otherwise.
    #[serde(default)]
    pub defaults: Defaults,
    /// How requests and responses are encoded.
    pub protocol: Option<Protocol>,
    /// Which host serves which region.
    pub endpoints: Option<Endpoints>,
    /// Groups of actions, in the order in which documentation lists them. Each is a cargo feature of the SDK.
    #[serde(default)]
    pub groups: IndexMap<String, GroupSpec>,
    /// Parameters that every request carries.
    #[serde(default)]
    pub common_parameters: IndexMap<String, CommonParameter>,
    /// Fields that every response carries.
    #[serde(default)]
    pub common_response: IndexMap<String, Field>,
    /// Kinds of ids.
    #[serde(default)]
    pub ids: IndexMap<String, IdSpec>,
    /// Enums.
    #[serde(default)]
    pub enums: IndexMap<String, EnumSpec>,
    /// Structures.
    #[serde(default)]
    pub types: IndexMap<String, TypeSpec>,
    /// Tables that rules look into.
    #[serde(default)]
    pub tables: IndexMap<String, Table>,
    /// Error codes.
    #[serde(default)]
    pub errors: IndexMap<String, ErrorRow>,
    /// Contradictions of the documents about the API as a whole, by number.
    #[serde(default)]
    pub defects: Vec<u32>,
}

/// What holds for every action.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Defaults {
    /// HTTP methods of actions that name none.
    #[serde(default)]
    pub methods: Vec<Method>,
    /// Business errors that every action can return.
    #[serde(default)]
    pub errors: Vec<String>,
}

/// Actions that belong together: documentation lists them under one title, and one cargo feature turns them on.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct GroupSpec {
    /// A title of one line.
    pub title: Text,
}

/// A parameter that every request carries.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct CommonParameter {
    /// What it is for.
    pub doc: Text,
    /// Whether a request is refused without it.
    #[serde(default)]
    pub required: bool,
    /// Who sets it.
    pub set_by: SetBy,
    /// The header it travels in; a form or query parameter, if absent.
    pub header: Option<String>,
    /// Signature schemes that use it; all of the API's, if empty.
    #[serde(default)]
    pub signatures: Vec<SignatureScheme>,
    /// The enum of its values.
    #[serde(rename = "type")]
    pub enumeration: Option<String>,
    /// The value that the service uses when it is absent.
    pub default: Option<Value>,
    /// A valid value of our own.
    pub example: Option<Value>,
    /// Whether its value is secret or personal data.
    pub sensitive: Option<Sensitivity>,
    /// Sources (no documents) that show it, if no document does.
    #[serde(default)]
    pub undocumented: Vec<String>,
    /// Contradictions of the documents about it, by number.
    #[serde(default)]
    pub defects: Vec<u32>,
}

/// A kind of id: a type of its own, so that two kinds cannot be mixed up.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct IdSpec {
    /// What it identifies.
    pub doc: Text,
    /// What it is on the wire.
    pub base: Base,
}

/// An open enum.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct EnumSpec {
    /// What it tells apart.
    #[serde(default)]
    pub doc: Text,
    /// What it is on the wire.
    pub base: Base,
    /// Values, by their spelling on the wire.
    pub values: IndexMap<String, EnumValue>,
    /// Its history over the releases of the SDK.
    pub history: Option<History>,
    /// Sources (no documents) that show it, if no document does.
    #[serde(default)]
    pub undocumented: Vec<String>,
    /// Contradictions of the documents about it, by number.
    #[serde(default)]
    pub defects: Vec<u32>,
}

/// A value of an enum.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct EnumValue {
    /// What it means.
    #[serde(default)]
    pub doc: Text,
    /// Name in Rust, where the value makes none.
    pub name: Option<String>,
    /// Other spellings that mean the same on the wire.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Spellings that only stand in a document, by mistake; never read from the wire.
    #[serde(default)]
    pub misprints: Vec<String>,
    /// Its history over the releases of the SDK.
    pub history: Option<History>,
    /// Sources (no documents) that show it, if no document does.
    #[serde(default)]
    pub undocumented: Vec<String>,
    /// Contradictions of the documents about it, by number.
    #[serde(default)]
    pub defects: Vec<u32>,
}

/// A structure that several actions share.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct TypeSpec {
    /// What it describes.
    #[serde(default)]
    pub doc: Text,
    /// Its members, by wire name.
    pub fields: IndexMap<String, Field>,
    /// Its history over the releases of the SDK.
    pub history: Option<History>,
    /// Sources (no documents) that show it, if no document does.
    #[serde(default)]
    pub undocumented: Vec<String>,
    /// Contradictions of the documents about it, by number.
    #[serde(default)]
    pub defects: Vec<u32>,
}

/// A table that rules look into.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// What it tells.
    pub doc: Text,
    /// The enum whose values are the rows.
    pub key: String,
    /// Column to what it tells.
    pub columns: IndexMap<String, Column>,
    /// Rows, by value of the enum, as column to cell.
    pub rows: IndexMap<String, IndexMap<String, Value>>,
    /// Contradictions of the documents about it, by number.
    #[serde(default)]
    pub defects: Vec<u32>,
}

/// A column of a table.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// What it tells.
    pub doc: Text,
    /// What its cells hold: `string`, `i32`, or the name of an enum.
    #[serde(rename = "type")]
    pub of: String,
}
