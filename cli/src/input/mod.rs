//! What people write behind options, as a request in JSON.

mod material;
mod merge;
mod objects;
mod source;
mod value;

pub(crate) use merge::collect;
pub(crate) use source::Sources;
