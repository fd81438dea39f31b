//! From bytes to a tree with positions, and from the tree to the structs of [`crate::spec`].

mod de;
mod events;
mod read;
mod suggest;
mod translations;
mod tree;
mod typed;
mod value;

pub(crate) use read::{ParsedFile, read};
pub(crate) use suggest::did_you_mean;
pub(crate) use translations::missing_translations;
pub(crate) use tree::{At, Kind};
pub(crate) use typed::typed;
