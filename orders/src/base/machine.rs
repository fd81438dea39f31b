//! This machine and its clocks.

use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// How far the clocks of this machine and of a service may differ.
pub const SKEW: Duration = Duration::from_secs(600);

/// A moment of this boot of this machine: the only clock whose distances can be trusted over a restart of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Which boot.
    pub boot: String,
    /// Milliseconds since then, sleep included.
    pub milliseconds: u64,
}

impl Moment {
    /// Now, if the system tells: Linux does.
    #[must_use]
    pub fn now() -> Option<Self> {
        let read = |file: &str| std::fs::read_to_string(file).ok();
        let boot = read("/proc/sys/kernel/random/boot_id")?.trim().to_owned();
        // The time since boot, which goes on while the machine sleeps.
        let uptime = read("/proc/uptime")?;
        let seconds: f64 = uptime.split_whitespace().next()?.parse().ok()?;
        let milliseconds = u64::try_from(Duration::try_from_secs_f64(seconds).ok()?.as_millis()).ok()?;
        Some(Self { boot, milliseconds })
    }

    /// How long ago it was. `None` if that was another boot, so that nobody can tell.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        let now = Self::now()?;
        let age = now.milliseconds.checked_sub(self.milliseconds)?;
        (now.boot == self.boot).then(|| Duration::from_millis(age))
    }
}

/// How long ago something was, in this process, on a clock that counts sleep where the system has one.
#[derive(Debug, Clone)]
pub struct Since {
    moment: Option<Moment>,
    instant: Instant,
}

impl Since {
    /// From now on.
    #[must_use]
    pub fn now() -> Self {
        Self { moment: Moment::now(), instant: Instant::now() }
    }

    /// The time that has passed: the longer one of both clocks.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        let awake = self.instant.elapsed();
        self.moment.as_ref().and_then(Moment::age).map_or(awake, |age| age.max(awake))
    }
}

/// The name of this machine, for people. It is in the journal, so that they know where a private key is.
#[must_use]
pub fn name() -> String {
    let read = |file: &str| std::fs::read_to_string(file).ok();
    let name = read("/proc/sys/kernel/hostname").or_else(|| read("/etc/hostname"));
    name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}

/// What identifies this machine: its machine id, or its name. Keys in files are on the machine with the same one.
#[must_use]
pub fn id() -> String {
    let read = |file: &str| std::fs::read_to_string(file).ok().map(|id| id.trim().to_owned());
    read("/etc/machine-id").filter(|id| !id.is_empty()).unwrap_or_else(name)
}
