//! The endpoint, in a process of its own so that its memory is not counted: this program again, with another argument.

use cloudcert_emulator::Emulator;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// The argument that makes this program the endpoint.
pub(crate) const SERVE: &str = "--serve-for-soak";
/// How many instances it has.
pub(crate) const INSTANCES: u32 = 900;
/// Decides which calls meet which fault.
const SEED: u64 = 20_260_102;

/// Serves until the other end of the input is closed.
pub(crate) fn serve(count: &str) {
    let quota = count.parse().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let emulator = Emulator::new().seed(SEED).chaos(SEED).instances(INSTANCES);
        // Orders stay open: making their keys would be most of the work.
        let emulator = emulator.polls_until_verified(u32::MAX).quota("digicert-free-1-free", quota);
        let endpoint = emulator.quota("geotrust-dv-1-starter", quota).serve().await.unwrap();
        println!("{}", endpoint.url());
        let end = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        end.await.unwrap().unwrap();
    });
}

/// An endpoint in another process. It ends with this one.
pub(crate) struct Program {
    child: Child,
    url: String,
}

impl Program {
    pub(crate) fn start(count: usize) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([SERVE, &count.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self { child, url: url.trim().to_owned() }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The state of the endpoint.
    pub(crate) fn state(&self) -> Value {
        state(&self.url)
    }

    pub(crate) async fn state_async(&self) -> Value {
        let url = self.url.clone();
        tokio::task::spawn_blocking(move || state(&url)).await.unwrap()
    }
}

fn state(url: &str) -> Value {
    let host = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /_emulator/state HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    let (_, body) = response.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The memory in use by this process, in kilobytes, or 0 where the system does not tell.
pub(crate) fn memory() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
