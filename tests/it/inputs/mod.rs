//! What goes into a request: structures, lists, ids, pictures, certificates; and builders that are awaited.

#![allow(clippy::needless_borrows_for_generic_args, reason = "that setters take references is tested")]

mod awaited;
mod ids;
mod lists;
mod materials;
mod structures;
