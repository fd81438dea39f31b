//! The diff: each rule by a small edit of the base spec, backwards too, what holds for all trees, and what is printed.

mod cases;
mod printing;
mod program;
mod properties;
pub(crate) mod releases;
mod selections;
mod wire;
mod witnesses;
