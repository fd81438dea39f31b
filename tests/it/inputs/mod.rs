//! What goes into a request: structures, lists, ids, and builders that are awaited.

mod awaited;
mod ids;
mod lists;
mod structures;
