//! An API version and what its actions share.

use super::{
    Action, Base, Defect, ErrorScope, Field, History, Legacy, Place, Protocol, Retry, Sensitivity, SetBy,
    SignatureScheme, Source, Text, Undocumented, UnknownRegion,
};
use indexmap::IndexMap;
#[cfg(feature = "data")]
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An API version.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Api {
    /// `aliyun-cas-2020-04-07`: the folder, and the feature of the SDK.
    pub id: String,
    /// The cloud that runs it.
    pub provider: String,
    /// The service's short name.
    pub service: String,
    /// The version that requests carry.
    pub version: String,
    /// Modules in Rust, outermost first: `aliyun_cas`, `v2020_04_07`.
    pub modules: [String; 2],
    /// A title of one line.
    pub title: Text,
    /// What it is for.
    pub doc: Text,
    /// Set when the vendor has withdrawn it.
    pub legacy: Option<Legacy>,
    /// Documents and other places, by label.
    pub sources: IndexMap<String, Source>,
    /// How requests and responses are encoded.
    pub protocol: Protocol,
    /// Which host serves which region.
    pub endpoints: Endpoints,
    /// Groups of actions, in the order in which documentation lists them.
    pub groups: Vec<Group>,
    /// Parameters that every request carries.
    pub common_parameters: Vec<CommonParameter>,
    /// Fields that every response carries.
    pub common_response: Vec<Field>,
    /// Kinds of ids.
    pub ids: Vec<Id>,
    /// Enums.
    pub enums: Vec<Enum>,
    /// Structures that several actions share.
    pub types: Vec<Structure>,
    /// Tables that rules look into.
    pub tables: Vec<Table>,
    /// Error rows.
    pub errors: Vec<ErrorRow>,
    /// Actions, by name.
    pub actions: Vec<Action>,
    /// Contradictions of the documents about the API as a whole.
    pub defects: Vec<Defect>,
}

impl Api {
    /// An action by its name on the wire.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name == name)
    }

    /// A group by name.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.name == name)
    }

    /// An enum by name.
    #[must_use]
    pub fn enumeration(&self, name: &str) -> Option<&Enum> {
        self.enums.iter().find(|e| e.name == name)
    }

    /// A table by name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|t| t.name == name)
    }

    /// Every structure: the shared ones, and those that a field defines in place.
    #[must_use]
    pub fn structures(&self) -> Vec<&Structure> {
        let actions = self.actions.iter().flat_map(|action| action.parameters.iter().chain(&action.response));
        let fields = self.common_response.iter().chain(actions).chain(self.types.iter().flat_map(|t| &t.fields));
        self.types.iter().chain(defined(fields)).collect()
    }

    /// A shared structure by name.
    #[must_use]
    pub fn structure(&self, name: &str) -> Option<&Structure> {
        self.types.iter().find(|t| t.name == name)
    }
}

/// The structures that these fields define in place, each followed by those that its members define.
#[must_use]
pub fn defined<'a>(fields: impl IntoIterator<Item = &'a Field>) -> Vec<&'a Structure> {
    fn collect<'a>(field: &'a Field, all: &mut Vec<&'a Structure>) {
        if let Some(structure) = &field.defines {
            all.push(structure);
            structure.fields.iter().for_each(|field| collect(field, all));
        }
    }
    let mut all = Vec::new();
    fields.into_iter().for_each(|field| collect(field, &mut all));
    all
}

/// A parameter that every request carries.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct CommonParameter {
    /// Its name on the wire.
    pub wire: String,
    /// Its name in Rust.
    pub name: String,
    /// What it is for.
    pub doc: Text,
    /// Whether a request is refused without it.
    pub required: bool,
    /// Who sets it.
    pub set_by: SetBy,
    /// The header it travels in; a parameter, if absent.
    pub header: Option<String>,
    /// Signature schemes that use it.
    pub signatures: Vec<SignatureScheme>,
    /// The enum of its values.
    pub enumeration: Option<String>,
    /// The value that the service uses when it is absent.
    pub default: Option<Value>,
    /// A valid value.
    pub example: Option<Value>,
    /// Whether its value is secret or personal data.
    pub sensitivity: Option<Sensitivity>,
    /// The sources that show it, if no document does.
    pub undocumented: Undocumented,
    /// Contradictions of the documents about it.
    pub defects: Vec<Defect>,
    /// Its place in the spec.
    #[cfg_attr(feature = "data", serde(skip))]
    pub at: Place,
}

/// Actions that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Group {
    /// Its name, in kebab case.
    pub name: String,
    /// A title of one line.
    pub title: Text,
    /// Its place in the spec.
    #[cfg_attr(feature = "data", serde(skip))]
    pub at: Place,
}

/// A kind of id.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Id {
    /// Its name, in the spec and in Rust.
    pub name: String,
    /// What it identifies.
    pub doc: Text,
    /// What it is on the wire.
    pub base: Base,
    /// Its place in the spec.
    #[cfg_attr(feature = "data", serde(skip))]
    pub at: Place,
}

/// An open enum.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Enum {
    /// Its name, in the spec and in Rust.
    pub name: String,
    /// What it tells apart.
    pub doc: Text,
    /// What it is on the wire.
    pub base: Base,
    /// Its values.
    pub values: Vec<EnumValue>,
    /// Its history over the releases of the SDK.
    pub history: Option<History>,
    /// The sources that show it, if no document does.
    pub undocumented: Undocumented,
    /// Contradictions of the documents about it.
    pub defects: Vec<Defect>,
    /// Its place in the spec.
    #[cfg_attr(feature = "data", serde(skip))]
    pub at: Place,
}

impl Enum {
    /// The value with this spelling on the wire, or with this other spelling of it.
    #[must_use]
    pub fn value(&self, wire: &str) -> Option<&EnumValue> {
        self.values.iter().find(|v| v.wire == wire || v.aliases.iter().any(|a| a == wire))
    }
}

/// A value of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct EnumValue {
    /// Its spelling on the wire.
    pub wire: String,
    /// Its name in Rust.
    pub name: String,
    /// What it means.
    pub doc: Text,
    /// Other spellings with the same meaning on the wire.
    pub aliases: Vec<String>,
    /// Spellings that only stand in a document, by mistake.
    pub misprints: Vec<String>,
    /// Its history over the releases of the SDK.
    pub history: Option<History>,
    /// The sources that show it, if no document does.
    pub undocumented: Undocumented,
    /// Contradictions of the documents about it.
    pub defects: Vec<Defect>,
    /// Its place in the spec.
    #[cfg_attr(feature = "data", serde(skip))]
    pub at: Place,
}

/// A structure.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Structure {
    /// Its name, in the spec and in Rust.
    pub name: String,
    /// What it describes.
    pub doc: Text,
    /// Its members.
    pub fields: Vec<Field>,
    /// Its history over the releases of the SDK.
    pub history: Option<History>,
    /// The sources that show it, if no document does.
    pub undocumented: Undocumented,
    /// Contradictions of the documents about it.
    pub defects: Vec<Defect>,
    /// Its place in the spec.
    #[cfg_attr(feature = "data", serde(skip))]
    pub at: Place,
}

/// A table that rules look into.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Table {
    /// Its name.
    pub name: String,
    /// What it tells.
    pub doc: Text,
    /// The enum whose values are the rows.
    pub key: String,
    /// Its columns.
    pub columns: Vec<TableColumn>,
    /// Its rows.
    pub rows: Vec<TableRow>,
    /// Contradictions of the documents about it.
    pub defects: Vec<Defect>,
    /// Its place in the spec.
    #[cfg_attr(feature = "data", serde(skip))]
    pub at: Place,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// What it tells.
    pub doc: Text,
    /// `string`, `i32`, or the name of an enum.
    pub of: String,
}

/// A row of a table: one cell a column, in the order of the columns.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct TableRow {
    /// The value of the enum.
    pub value: String,
    /// Its cells.
    pub cells: Vec<Value>,
}

/// A text, or a prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "data", serde(rename_all = "kebab-case"))]
pub enum Match {
    /// Exactly this text.
    Exact(String),
    /// Every text that begins with this one.
    Prefix(String),
}

impl Match {
    /// Reads the notation of the spec: a trailing `*` marks a prefix.
    #[must_use]
    pub fn new(text: &str) -> Self {
        match text.strip_suffix('*') {
            Some(start) => Self::Prefix(start.to_owned()),
            None => Self::Exact(text.to_owned()),
        }
    }

    /// Whether it matches a text.
    #[must_use]
    pub fn covers(&self, text: &str) -> bool {
        match self {
            Self::Exact(exact) => exact == text,
            Self::Prefix(start) => text.starts_with(start.as_str()),
        }
    }

    /// The text, or the prefix.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Exact(text) | Self::Prefix(text) => text,
        }
    }
}

/// The host of a region.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Endpoint {
    /// The region, or the beginning of several.
    pub region: Match,
    /// The public host.
    pub host: String,
    /// The host inside the cloud's private network.
    pub vpc_host: Option<String>,
    /// Whether sources disagree about it.
    pub disputed: bool,
    /// What is known.
    pub doc: Option<Text>,
    /// The sources that show it, if no document does.
    pub undocumented: Undocumented,
}

/// Which host serves which region.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Endpoints {
    /// The region when the caller names none.
    pub default_region: String,
    /// Hosts. The first whose region matches is used.
    pub hosts: Vec<Endpoint>,
    /// What to do about a region that no row matches.
    pub unknown_region: UnknownRegion,
    /// Contradictions of the documents about the endpoints.
    pub defects: Vec<Defect>,
}

impl Endpoints {
    /// The host of a region. For one that is not listed, the host of the default region if the service accepts any region.
    #[must_use]
    pub fn host(&self, region: &str) -> Option<&Endpoint> {
        let find = |region: &str| self.hosts.iter().find(|row| row.region.covers(region));
        find(region).or_else(|| match self.unknown_region {
            UnknownRegion::Refuse => None,
            UnknownRegion::UseDefault => find(&self.default_region),
        })
    }
}

/// One row of an error table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct ErrorRow {
    /// Its name in the spec.
    pub name: String,
    /// `Code` on the wire, or the beginning of a family of codes.
    pub code: Match,
    /// The name of the code in Rust.
    pub code_name: String,
    /// `InnerCode` on the wire.
    pub inner_code: Option<String>,
    /// The name of the inner code in Rust.
    pub inner_code_name: Option<String>,
    /// HTTP statuses it comes with.
    pub status: Vec<u16>,
    /// Which part of the service returns it.
    pub scope: ErrorScope,
    /// A fragment of the message that tells this row from others of the same code.
    pub message_contains: Option<String>,
    /// What it says.
    pub meaning: Text,
    /// Its usual cause.
    pub cause: Text,
    /// What to do next: what the spec says to correct, or what the retry class asks for.
    pub remedy: Text,
    /// Whether the same request may be sent again.
    pub retry: Retry,
    /// Whether it means that the requested state already existed.
    pub already_done: bool,
    /// The sources that show it, if no document does.
    pub undocumented: Undocumented,
    /// Contradictions of the documents about it.
    pub defects: Vec<Defect>,
    /// Its place in the spec.
    #[cfg_attr(feature = "data", serde(skip))]
    pub at: Place,
}
