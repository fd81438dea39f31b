//! From bytes to a tree with positions, and from the tree to the structs of [`crate::spec`].
//!
//! `serde_yaml` (the fork `yaml_serde`, kept by the YAML organization) reports no positions and accepts duplicate keys. So `saphyr-parser`
//! reads first. Its events become a tree in which every key and value has its place in the file. What the spec does not allow is refused there:
//! duplicate keys, anchors, aliases, tags, merge keys, several documents, deep nesting. Then the tree becomes a value, which serde reads into
//! the structs; `de` tells where an error lies, and the tree turns that path into a position. `serde_yaml` still decides what a bare word
//! means, so there is one notion of YAML.

mod de;
mod events;
mod hints;
mod read;
mod suggest;
mod translations;
mod tree;
mod typed;
mod value;

pub use de::{ONE_OR_MANY, TEXT_OR_MAPPING, TYPE_EXPRESSION};
pub(crate) use read::{ParsedFile, read};
pub(crate) use suggest::did_you_mean;
pub(crate) use translations::missing_translations;
pub(crate) use tree::{At, Kind};
#[cfg(feature = "import")]
pub(crate) use tree::{Entry, Mapping, Node};
pub(crate) use typed::typed;
