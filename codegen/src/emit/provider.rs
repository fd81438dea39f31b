//! The clouds whose credentials the runtime can find.

/// A cloud whose credentials the runtime can find. The provider decides where credentials are found, and the
/// [`Family`](crate::model::Family) how requests are built.
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
