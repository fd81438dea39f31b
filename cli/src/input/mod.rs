//! What people write behind options, as a request in JSON.

mod json;
pub(crate) mod material;
mod merge;
mod misfit;
mod objects;
mod source;
mod value;

pub(crate) use merge::{Collected, collect, put};
pub(crate) use misfit::misfit;
pub(crate) use source::Sources;
