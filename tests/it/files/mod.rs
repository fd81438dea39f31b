//! Downloads, archives and PEM files.

pub(crate) mod archives;
mod bundles;
mod downloads;
mod pem_forms;
mod saved;
