//! What goes into a request: structures, lists, ids, pictures, certificates; and builders that are awaited.

mod awaited;
mod ids;
mod lists;
mod materials;
mod structures;
