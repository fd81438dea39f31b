//! Whose credentials the runtime knows how to find.

/// A cloud whose credentials the runtime knows how to find. That is a fact of the provider; how requests look is one of the
/// [`Family`](crate::model::Family).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Provider {
    /// Alibaba Cloud.
    Aliyun,
    /// Kingsoft Cloud.
    Ksyun,
}

impl Provider {
    /// The provider of this name, as `api.provider` has it.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "aliyun" => Some(Self::Aliyun),
            "ksyun" => Some(Self::Ksyun),
            _ => None,
        }
    }
}
