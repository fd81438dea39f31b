//! The endpoint through its public doors: the library, the socket, the program.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod shape;
