//! What people write behind options, as a request in JSON.

mod material;
mod merge;
mod objects;
mod source;
mod value;

pub(crate) use merge::{Collected, collect, put};
pub(crate) use source::Sources;
