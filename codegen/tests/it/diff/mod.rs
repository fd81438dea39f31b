//! The diff: each rule by a small edit of the base spec, backwards too, and what holds for all trees.

mod cases;
mod properties;
