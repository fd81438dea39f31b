//! Who may see a value.

/// Who may see a value, from everybody to nobody. Inside another value, the stricter of the two counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sensitivity {
    /// Shown anywhere.
    Public,
    /// Personal data: redacted in debug output, errors, dry runs and recordings, but serialized.
    Personal,
    /// A secret: redacted everywhere.
    Secret,
}

impl Sensitivity {
    /// Whether everybody may see the value.
    #[must_use]
    pub fn is_public(self) -> bool {
        self == Self::Public
    }
}
