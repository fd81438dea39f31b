//! The data of each kind of error. Only [`build`](super::build) creates it, so no kind has the data of another.

use super::ErrorKind;
use crate::base::api::ErrorInfo;
use crate::base::difference::SignatureDifference;
use crate::base::problem::Problem;
use std::time::Duration;

#[derive(Clone)]
pub(super) enum KindData {
    Invalid(Vec<Problem>),
    Config,
    Credentials,
    Connect,
    Transport,
    Service(Box<ServiceFault>),
    Response(Box<ResponseFault>),
    Refused,
    State,
    UnknownState,
    Timeout,
    Guarded,
}

/// An error of the service: a code, or only an HTTP status.
#[derive(Clone, Default)]
pub(super) struct ServiceFault {
    pub(super) received: Received,
    /// `None` if only the status shows the error.
    pub(super) code: Option<ServiceCode>,
    /// Seconds that the service's clock is ahead, if it rejected the time stamp.
    pub(super) clock_offset: Option<i64>,
    pub(super) signature_difference: Option<SignatureDifference>,
    /// The generation of the credentials, if the service rejected them.
    pub(super) stale_keys: Option<u64>,
}

/// The code of an error, and its row in the spec.
#[derive(Clone)]
pub(super) struct ServiceCode {
    pub(super) code: String,
    pub(super) inner_code: Option<String>,
    pub(super) row: Option<&'static ErrorInfo>,
    /// Whether the code occurred once, in a complete response without a result.
    pub(super) clear: bool,
}

/// A response that cannot be used.
#[derive(Clone, Default)]
pub(super) struct ResponseFault {
    pub(super) received: Received,
    /// Whether it may have been cut off by a broken connection, so that another attempt may succeed.
    pub(super) transient: bool,
    /// Its content, redacted.
    pub(super) body: Option<String>,
}

/// What comes with a response besides its body. Everything is empty if there was no response.
#[derive(Clone, Default)]
pub(crate) struct Received {
    pub(crate) status: Option<u16>,
    pub(crate) request_id: Option<String>,
    /// The `Date` of the response, as a Unix time in seconds.
    pub(crate) server_time: Option<i64>,
    /// How long the service asks to wait.
    pub(crate) retry_after: Option<Duration>,
    /// Whether it does so by its own header.
    pub(crate) asks_to_wait: bool,
}

impl KindData {
    pub(super) fn public(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Config => ErrorKind::Config,
            Self::Credentials => ErrorKind::Credentials,
            Self::Connect => ErrorKind::Connect,
            Self::Transport => ErrorKind::Transport,
            Self::Service(_) => ErrorKind::Service,
            Self::Response(_) => ErrorKind::Response,
            Self::Refused => ErrorKind::Refused,
            Self::State => ErrorKind::State,
            Self::UnknownState => ErrorKind::UnknownState,
            Self::Timeout => ErrorKind::Timeout,
            Self::Guarded => ErrorKind::Guarded,
        }
    }

    pub(super) fn service(&self) -> Option<&ServiceFault> {
        if let Self::Service(fault) = self { Some(fault) } else { None }
    }

    pub(super) fn service_mut(&mut self) -> Option<&mut ServiceFault> {
        if let Self::Service(fault) = self { Some(fault) } else { None }
    }

    pub(super) fn response(&self) -> Option<&ResponseFault> {
        if let Self::Response(fault) = self { Some(fault) } else { None }
    }

    pub(super) fn response_mut(&mut self) -> Option<&mut ResponseFault> {
        if let Self::Response(fault) = self { Some(fault) } else { None }
    }

    pub(super) fn code(&self) -> Option<&ServiceCode> {
        self.service()?.code.as_ref()
    }

    /// What came with the response, for kinds that may have one.
    pub(super) fn received(&self) -> Option<&Received> {
        match self {
            Self::Service(fault) => Some(&fault.received),
            Self::Response(fault) => Some(&fault.received),
            _ => None,
        }
    }

    pub(super) fn received_mut(&mut self) -> Option<&mut Received> {
        match self {
            Self::Service(fault) => Some(&mut fault.received),
            Self::Response(fault) => Some(&mut fault.received),
            _ => None,
        }
    }
}
