//! All that differs between the clouds' protocols, in both directions: one [`Dialect`] a protocol family.
//!
//! A dialect knows how requests are recognised and signed, in which words the gateway refuses them, and what surrounds a response. What
//! the spec says (`protocol:` of an API) is read from the model: a dialect holds only what no key describes. To add a dialect, write one
//! file and one row of the table.
//!
//! A request's dialect is chosen once, by [`Route::of`]. Nothing outside this room asks for the family.

mod aliyun;
mod definition;
mod gate;
mod ksyun;
mod nonces;
mod route;
mod rows;
mod table;

#[cfg(test)]
mod tests;

pub(crate) use gate::{Gate, nonce_seconds};
pub(crate) use nonces::Nonces;
pub(crate) use route::{Format, NoDialect, Route};
pub(crate) use table::{action_in_head, speaks};
