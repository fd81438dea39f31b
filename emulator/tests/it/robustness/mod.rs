//! Hostile clients: garbage, floods, slowness, and requests of any shape.

mod bounds;
mod corpus;
mod limits;
mod properties;
