//! Units for timers: texts that run `renew` twice a day. They are printed and never installed.

use crate::base::failure::{Failure, Kind};
use crate::base::text::Text;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What a timer runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The program, as an absolute path.
    pub program: PathBuf,
    /// The configuration, as an absolute path.
    pub config: PathBuf,
    /// The state folder, as an absolute path.
    pub state: PathBuf,
    /// The user who runs it; root if it is absent.
    pub user: Option<String>,
    /// The home folder that a service of root gets, because credentials are looked for in it: systemd sets none. cron sets it.
    pub home: Option<PathBuf>,
    /// Other folders that the program writes to: those of `files` targets and web servers. They may be absent for now.
    pub folders: Vec<PathBuf>,
}

/// The two units of systemd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Systemd {
    /// `cloudcert-renew.service`.
    pub service: String,
    /// `cloudcert-renew.timer`, which is to be enabled.
    pub timer: String,
}

impl Job {
    /// A job of root without further folders.
    #[must_use]
    pub fn new(program: impl Into<PathBuf>, config: impl Into<PathBuf>, state: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            config: config.into(),
            state: state.into(),
            user: None,
            home: None,
            folders: Vec::new(),
        }
    }

    /// The units of systemd: a timer for twice a day, and a service that may write to its folders alone. Write them to `/etc/systemd/system`, then run
    /// `systemctl enable --now cloudcert-renew.timer`.
    ///
    /// The service reads variables, such as access keys, from the file `environment` beside the configuration. It may be absent.
    ///
    /// Exit code 8 (an order is waiting for its proof or the authority) counts as a success: the next run goes on.
    ///
    /// # Errors
    ///
    /// Of the kind [`Unconfigured`](Kind::Unconfigured) if a path is relative, or a path or the user has characters that such a file cannot have
    /// safely.
    pub fn systemd(&self) -> Result<Systemd, Failure> {
        let (program, config, state) = self.paths()?;
        let mut writable = format!("\"{state}\"");
        for folder in &self.folders {
            // A folder that is not there yet does not keep the service from starting.
            let _ = write!(writable, " \"-{}\"", plain(folder, text!("a folder", "文件夹"))?);
        }
        let user = self.user()?.map(|user| format!("User={user}\n")).unwrap_or_default();
        let home = match &self.home {
            Some(home) => format!("Environment=\"HOME={}\"\n", plain(home, text!("the home folder", "主目录"))?),
            None => String::new(),
        };
        // The path ends with the line: quotes would belong to it.
        let environment = config.rsplit_once('/').map_or("", |(folder, _)| folder);
        let service = format!(
            "{ABOUT}[Unit]
Description=Renew and deploy certificates
Wants=network-online.target
After=network-online.target time-sync.target

[Service]
Type=oneshot
ExecStart=\"{program}\" --config \"{config}\" renew --state \"{state}\"
{user}# Access keys, a line each, such as ALIBABA_CLOUD_ACCESS_KEY_ID=...: let only root read the file. It may be absent.
EnvironmentFile=-{environment}/environment
{home}SuccessExitStatus=8
TimeoutStartSec=2h
KillMode=mixed
UMask=0077
ReadWritePaths={writable}
{HARDENING}"
        );
        Ok(Systemd { service, timer: format!("{ABOUT}{TIMER}") })
    }

    /// A file for `/etc/cron.d`, which runs the job twice a day. `machine` spreads machines over the hours: pass
    /// [`machine::id`](crate::base::machine::id).
    ///
    /// cron does not make up for runs while the machine was off, and knows no exit codes: prefer systemd where there is one.
    ///
    /// # Errors
    ///
    /// As [`systemd`](Self::systemd).
    pub fn cron(&self, machine: &str) -> Result<String, Failure> {
        let (program, config, state) = self.paths()?;
        let user = self.user()?.unwrap_or("root");
        let digest = Sha256::digest(machine);
        let number = digest.iter().take(4).fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
        let (minute, hour) = (number % 60, number / 60 % 12);
        Ok(format!(
            "{ABOUT}SHELL=/bin/sh
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
{minute} {hour},{} * * * {user} umask 077; '{program}' --config '{config}' renew --state '{state}'
",
            hour + 12
        ))
    }

    fn paths(&self) -> Result<(&str, &str, &str), Failure> {
        Ok((
            plain(&self.program, text!("the program", "程序"))?,
            plain(&self.config, text!("the configuration", "配置"))?,
            plain(&self.state, text!("the state folder", "状态文件夹"))?,
        ))
    }

    fn user(&self) -> Result<Option<&str>, Failure> {
        let Some(user) = self.user.as_deref() else { return Ok(None) };
        let fits = (1..=32).contains(&user.len())
            && user.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
            && user.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if fits {
            return Ok(Some(user));
        }
        let remedy = text!("Write the name as `id -un` shows it.", "请按 `id -un` 显示的写。");
        Err(Failure::new(
            Kind::Unconfigured,
            text!("the user of the timer is not the name of a user", "定时器的用户不是用户名"),
        )
        .remedy(remedy))
    }
}

const ABOUT: &str =
    "# Printed by cloudcert. Renews what is due, goes on with open orders, deploys what is outstanding.\n";

const TIMER: &str = "[Unit]
Description=Renew certificates twice a day

[Timer]
OnCalendar=*-*-* 03,15:00:00
RandomizedDelaySec=1h
Persistent=true

[Install]
WantedBy=timers.target
";

/// What the service may not do. Hooks run in it too, so it keeps what they need: the network, other programs, memory that is made executable.
const HARDENING: &str = "ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
NoNewPrivileges=yes
LockPersonality=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native
CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_KILL
";

/// An absolute path that means the same in quotes of systemd, of a shell and in a line of cron.
#[expect(clippy::needless_pass_by_value, reason = "each call makes its own text")]
fn plain(path: &Path, what: Text) -> Result<&str, Failure> {
    let is_plain = |text: &&str| !text.chars().any(|c| c.is_control() || "'\"\\$%`".contains(c));
    let text = path.to_str().filter(is_plain).filter(|_| path.is_absolute());
    text.ok_or_else(|| {
        let shown: String = path.display().to_string().chars().map(|c| if c.is_control() { '?' } else { c }).collect();
        let message =
            text!("a timer cannot have this path of {what}: {shown}", "定时器不能使用此{what}路径：{shown}"; what);
        let remedy = text!(
            "Use an absolute path without quotes, `\\`, `$`, `%` and control characters.",
            "请使用绝对路径，不含引号、`\\`、`$`、`%` 和控制字符。"
        );
        Failure::new(Kind::Unconfigured, message).remedy(remedy)
    })
}
