//! Names that are taken: the lists say what the sources say, and whatever a spec may call something compiles.

mod lists;
mod taken;
