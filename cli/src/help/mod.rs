//! The commands with their help, made from the description.

mod action;
mod root;
mod text;
mod value;

pub(crate) use root::{IsNamed, api, localized, root, takes_value};
pub(crate) use text::{effect, example, for_good};
