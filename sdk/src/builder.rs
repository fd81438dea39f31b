//! The two states that a required parameter can have in the type of a builder.

/// The parameter has a value.
#[derive(Debug)]
pub enum Set {}

/// The parameter has no value yet.
#[derive(Debug)]
pub enum Unset {}
