//! Marks that stand for secrets and personal data, and parts of the SDK used whole with marks in everything that must not be seen.

pub(crate) mod providers;
pub(crate) mod proxies;

/// What a text that must not be shown begins with.
pub(crate) const SECRET: &str = "canary-secret-";
/// What a text that identifies a person begins with.
pub(crate) const PERSON: &str = "canary-person-";
