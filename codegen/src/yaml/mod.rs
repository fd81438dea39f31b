//! From bytes to a tree with positions, and from the tree to the structs of [`crate::spec`].
//!
//! `saphyr-parser` reads, because it reports positions. Its events become a tree in which every key and value has its place in the file. What
//! the spec does not allow is refused there: duplicate keys, anchors, aliases, tags, merge keys, several documents, deep nesting. Then the tree
//! becomes a value, with numbers and `true` in the place of bare words, which serde reads into the structs; `de` tells where an error lies, and
//! the tree turns that path into a position.

mod de;
mod entries;
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
