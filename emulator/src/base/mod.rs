//! The ground: plain values and helpers that know no cloud, no service and no HTTP.

pub(crate) mod call;
pub(crate) mod clock;
pub(crate) mod credential;
pub(crate) mod lock;
pub(crate) mod random;
pub(crate) mod settings;
pub(crate) mod time;
