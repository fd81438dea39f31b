//! Exit codes. docs/cli.md has the same table, and a test compares them.

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed in another way.
    Failed = 1,
    /// The arguments are wrong.
    Usage = 2,
    /// The request breaks rules. Nothing was sent.
    Invalid = 3,
    /// No usable configuration or credentials. Nothing was sent.
    Unconfigured = 4,
    /// The service refused the call.
    Refused = 5,
    /// Not now: throttled, unavailable or unreachable. Surely not executed.
    NotNow = 6,
    /// Nobody knows whether an order, a submission or another call that must not be repeated was executed.
    Unknown = 7,
    /// Still waiting: run the command again.
    Waiting = 8,
    /// Another process is at it.
    Busy = 9,
    /// Not confirmed, or a limit of the configuration forbids it. Nothing was sent.
    Unconfirmed = 10,
    /// Issued and stored, but a deployment is outstanding.
    Outstanding = 11,
    /// Several certificates or sources with different outcomes: see the report.
    Mixed = 12,
    /// With `due --exit-code`: something is due, is not there yet, or nobody knows what became of its order.
    Due = 20,
    /// With `due --exit-code`: a certificate expires within 14 days. With `inventory --check`: within the warning.
    Expiring = 21,
    /// With `due --exit-code`: a certificate expires within 3 days, or has expired. With `inventory --check`: within the critical time.
    Critical = 22,
    /// Stopped by Ctrl-C.
    Interrupted = 130,
    /// Stopped by SIGTERM or SIGHUP.
    Terminated = 143,
}

impl Exit {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Done,
        Self::Failed,
        Self::Usage,
        Self::Invalid,
        Self::Unconfigured,
        Self::Refused,
        Self::NotNow,
        Self::Unknown,
        Self::Waiting,
        Self::Busy,
        Self::Unconfirmed,
        Self::Outstanding,
        Self::Mixed,
        Self::Due,
        Self::Expiring,
        Self::Critical,
        Self::Interrupted,
        Self::Terminated,
    ];

    /// The number that the shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }
}
