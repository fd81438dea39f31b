//! Proof of domains: what publishes it, and whether the world sees it.
//!
//! A [`Solver`](solver::Solver) publishes a [`Challenge`](crate::journal::event::Challenge) and takes it away: a hook, a folder of a web server, or a
//! person. What the world sees of it is told by [`sight`]: by [`check`] for records and by [`mod@file`] for files. [`preflight`] looks at the names before
//! anything is ordered. They give advice and forbid nothing: a resolver of this machine may see another world than the authority.

pub mod caa;
pub mod check;
pub mod dns;
pub mod file;
pub mod hook;
pub mod manual;
pub mod name;
pub mod preflight;
pub mod sight;
pub mod solver;
pub mod webroot;
