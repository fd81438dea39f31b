//! The program `cloudcert-emulator`, as a test starts it.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Returns the program, to give it arguments.
pub(crate) fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_cloudcert-emulator"))
}

/// A program that serves. It is killed when this is dropped.
pub(crate) struct Served(Child, Value);

impl Served {
    /// Starts the program on a free port.
    pub(crate) fn start() -> Self {
        Self::with(&mut program())
    }

    /// Starts the program at the time that these tests sign with.
    pub(crate) fn at_the_time_of_the_tests() -> Self {
        Self::with(program().args(["--clock", super::signed::NOW_EXTENDED]))
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.url().trim_start_matches("http://").parse().unwrap()
    }

    /// Returns the most memory that it ever used, or 0 where the system does not tell.
    pub(crate) fn peak_megabytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.map_or(0, |line| line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1_024)
    }

    /// Returns the line that the program printed when it was ready.
    pub(crate) fn announced(&self) -> &Value {
        &self.1
    }

    /// Returns the id of the process.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Starts the program with these arguments.
    pub(crate) fn with(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        Self(child, serde_json::from_str(&line).unwrap())
    }

    pub(crate) fn url(&self) -> &str {
        self.1["url"].as_str().unwrap()
    }

    /// Sends a signal, and waits until the program ends.
    pub(crate) fn end(mut self, signal: &str) {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(10) {
            if let Some(status) = self.0.try_wait().unwrap() {
                let mut rest = String::new();
                self.0.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
                assert!(status.success() && rest.is_empty(), "{status} {rest}");
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it does not end");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
