//! Commands of the user that publish proofs, deploy and are told of what happened.
//!
//! A command is a list, and no shell reads it. It gets one JSON object on its standard input ([`HookEvent::json`]), a few variables, and nothing
//! else of this process: neither its other variables nor the files that it has opened. The last line that it prints may be a JSON object, which the journal keeps;
//! all other lines are its log.
//!
//! **A command may be run twice with the same input**, after a crash or a lost connection. It must bear that: create what may be there already,
//! delete what may be gone already.

mod environment;
pub mod event;
mod group;
mod output;
mod program;

pub use event::{HookEvent, HookRecord, Publish, Trouble, What};
pub use output::OUTPUT_LIMIT;

use crate::base::failure::{Failure, Kind};
use crate::base::task::Task;
use crate::base::text::{Text, system};
use group::Running;
use output::{Log, Source};
use serde_json::{Map, Value};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;

/// The exit code that says: not now, run it again.
pub const AGAIN: i32 = 75;
/// How long output is awaited after the command has ended: a process that it left behind may keep the pipe open.
const DRAIN: Duration = Duration::from_secs(1);

/// A command that is run when something happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// The program and its arguments. The program is an absolute path, or a name that is found in `PATH`.
    pub command: Vec<String>,
    /// How long it may take. After that its process group is ended.
    pub timeout: Duration,
    /// The variables that it gets besides its own, `PATH`, `HOME`, `TZ` and the locale. Access keys of the clouds are left out, even if they are named.
    pub env: Vec<String>,
}

/// What a command has done.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HookResult {
    /// The JSON object in the last line that it printed.
    pub state: Option<Map<String, Value>>,
    /// The other lines, printable, 64 KiB at most.
    pub log: Vec<String>,
    /// How many bytes the log lacks.
    pub dropped: u64,
    /// How long it took.
    pub took: Duration,
}

/// How a command ended, with its log, also if it failed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HookRun {
    /// What it printed and returned.
    pub result: HookResult,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
}

impl Hook {
    /// Checks that the command can be run: that it exists and is executable. Do it before anything is sent that needs the hook.
    ///
    /// # Errors
    ///
    /// Of the kind [`Unconfigured`](Kind::Unconfigured), with what is wrong and what to do.
    pub fn check(&self) -> Result<(), Failure> {
        if self.timeout.is_zero() {
            let failure = Failure::new(Kind::Unconfigured, text!("the hook has a timeout of zero", "钩子的超时为零"))
                .at(self.name());
            return Err(
                failure.remedy(text!("Give it the time that it needs, such as `60s`.", "请设置所需时间，例如 `60s`。"))
            );
        }
        program::find(&self.command, std::env::var_os("PATH").as_deref()).map(|_| ())
    }

    /// Runs the command and waits for its end.
    ///
    /// If the future is dropped, the process group is killed.
    ///
    /// # Errors
    ///
    /// - Of the kind [`NotNow`](Kind::NotNow) if it ended with 75.
    /// - Of the kind [`Failed`](Kind::Failed) if it ended otherwise, was ended by the timeout, or printed a state that cannot be kept. The message
    ///   has the last line of its log; [`observe`](Hook::observe) returns all of it.
    /// - Those of [`check`](Hook::check), and if it cannot be started.
    #[must_use = "the command is run when this is awaited"]
    pub fn run<'a>(&'a self, event: &'a HookEvent) -> Task<'a, HookResult> {
        Box::pin(async move {
            let run = self.observe(event).await?;
            match run.failure {
                None => Ok(run.result),
                Some(failure) => Err(failure),
            }
        })
    }

    /// Runs the command as [`run`](Hook::run) does, and returns its log even if it failed.
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    #[must_use = "the command is run when this is awaited"]
    pub fn observe<'a>(&'a self, event: &'a HookEvent) -> Task<'a, HookRun> {
        Box::pin(self.attempt(event))
    }

    async fn attempt(&self, event: &HookEvent) -> Result<HookRun, Failure> {
        self.check()?;
        let program = program::find(&self.command, std::env::var_os("PATH").as_deref())?;
        let started = Instant::now();
        let mut running = self.start(&program, event)?;
        let log = Arc::new(Mutex::new(Log::default()));
        // Dropping the set ends its tasks, so nothing is left behind if this future is dropped.
        let mut pipes = JoinSet::new();
        if let Some(mut input) = running.child.stdin.take() {
            let mut line = event.json().to_string();
            line.push('\n');
            // A command need not read its input: then the pipe breaks, or stays full until the command ends.
            let _ = pipes.spawn(async move {
                let _ = input.write_all(line.as_bytes()).await;
            });
        }
        if let Some(output) = running.child.stdout.take() {
            pipes.spawn(collect(output, Source::Output, Arc::clone(&log)));
        }
        if let Some(errors) = running.child.stderr.take() {
            pipes.spawn(collect(errors, Source::Errors, Arc::clone(&log)));
        }
        let ended = tokio::time::timeout(self.timeout, running.child.wait()).await;
        let failure = match ended {
            Ok(Ok(status)) => {
                running.has_ended();
                self.judge(status)
            }
            Ok(Err(error)) => {
                running.end().await;
                let error = system(&error);
                Some(self.failed(
                    text!("nobody can tell how the hook ended: {error}", "无法判断钩子如何结束：{error}"; error),
                ))
            }
            Err(_) => {
                running.end().await;
                let seconds = self.timeout.as_secs_f64();
                let failure = self.failed(text!(
                    "the hook was ended after its timeout of {seconds} s",
                    "钩子超过 {seconds} 秒的超时，已被终止"
                ));
                Some(failure.remedy(text!(
                    "Give it more time with `timeout`, or find out what it waits for.",
                    "请用 `timeout` 延长时间，或查明它在等待什么。"
                )))
            }
        };
        let _ = tokio::time::timeout(DRAIN, async { while pipes.join_next().await.is_some() {} }).await;
        drop(pipes);
        let log = std::mem::take(&mut *log.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(self.finish(log, failure, started.elapsed()))
    }

    fn start(&self, program: &Path, event: &HookEvent) -> Result<Running, Failure> {
        let mut command = tokio::process::Command::new(program);
        // The same from a timer as from a terminal.
        command.args(self.command.iter().skip(1)).current_dir("/");
        command.env_clear().envs(environment::of(event, &self.env, std::env::vars_os()));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.process_group(0).kill_on_drop(true);
        let child = command.spawn().map_err(|error| {
            let error = system(&error);
            let failure = Failure::new(
                Kind::Unconfigured,
                text!("the hook cannot be started: {error}", "无法启动钩子：{error}"; error),
            );
            failure.at(self.name()).remedy(text!(
                "Run the command by hand. A script needs a first line such as `#!/bin/sh`.",
                "请手动运行该命令。脚本首行须形如 `#!/bin/sh`。"
            ))
        })?;
        Ok(Running::new(child))
    }

    /// Why a command that ended by itself has failed, if it has.
    fn judge(&self, status: ExitStatus) -> Option<Failure> {
        use std::os::unix::process::ExitStatusExt;
        match (status.code(), status.signal()) {
            (Some(0), _) => None,
            (Some(AGAIN), _) => {
                let failure = Failure::new(
                    Kind::NotNow,
                    text!("the hook asks to be run again later (exit code 75)", "钩子要求稍后再运行（退出码 75）"),
                );
                Some(failure.at(self.name()))
            }
            (Some(code), _) => {
                Some(self.failed(text!("the hook failed with exit code {code}", "钩子失败，退出码 {code}")))
            }
            (None, Some(signal)) => {
                Some(self.failed(text!("the hook was ended by signal {signal}", "钩子被信号 {signal} 终止")))
            }
            (None, None) => Some(self.failed(text!("the hook failed without an exit code", "钩子失败，没有退出码"))),
        }
    }

    /// Adds what the command printed.
    fn finish(&self, log: Log, failure: Option<Failure>, took: Duration) -> HookRun {
        let (state, log, dropped) = log.finish();
        let last = log.last().cloned();
        let failure = match (failure, &state) {
            (Some(failure), _) => Some(match &last {
                Some(line) => said(&failure, line),
                None => failure,
            }),
            (None, Err(why)) => Some(self.failed(why.clone()).remedy(text!(
                "Let its last line be a short JSON object without keys.",
                "请使其最后一行为不含密钥的简短 JSON 对象。"
            ))),
            (None, Ok(_)) => None,
        };
        let failure = failure.map(|failure| {
            failure.remedy(match &last {
                Some(_) => text!("Mend what it says. The next run tries again.", "请按其说明处理。下次运行会重试。"),
                None => text!(
                    "It printed nothing: let it write to standard error why it fails. The next run tries again.",
                    "它没有输出：请使其将失败原因写到标准错误。下次运行会重试。"
                ),
            })
        });
        HookRun { result: HookResult { state: state.unwrap_or_default(), log, dropped, took }, failure }
    }

    fn failed(&self, message: Text) -> Failure {
        Failure::new(Kind::Failed, message).at(self.name())
    }

    /// The program, for messages. Arguments may be private.
    fn name(&self) -> String {
        format!("`{}`", output::printable(self.command.first().map_or("", String::as_str)))
    }
}

/// The same failure, with the last line of the log.
fn said(failure: &Failure, line: &str) -> Failure {
    let line: String = line.chars().take(300).collect();
    let what = failure.what();
    let message = text!("{what}; its output ends with `{line}`", "{what}；其输出的最后一行为 `{line}`"; what);
    let mut with = Failure::new(failure.kind(), message);
    if let Some(place) = failure.place() {
        with = with.at(place);
    }
    match failure.what_next() {
        Some(remedy) => with.remedy(remedy.clone()),
        None => with,
    }
}

/// Reads a stream to its end, and keeps what the log takes.
async fn collect(mut stream: impl AsyncRead + Unpin, source: Source, log: Arc<Mutex<Log>>) {
    let mut buffer = vec![0; 8192];
    while let Ok(count) = stream.read(&mut buffer).await {
        let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else { break };
        log.lock().unwrap_or_else(PoisonError::into_inner).add(source, bytes);
    }
}
