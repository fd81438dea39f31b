//! Contacts and companies, which applications name.

mod companies;
mod people;

pub(super) use companies::Companies;
pub(super) use people::Contacts;
