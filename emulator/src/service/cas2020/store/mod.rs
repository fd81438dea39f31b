//! The certificates of the account, as this API version shows them.

mod notes;
mod show;
mod upload;

pub(super) use notes::{Note, SOON_SECONDS, Store, tags};
pub(super) use show::{detail, identifier, list, milliseconds, tag_list, user_detail};
pub(super) use upload::upload;
