//! The program `cloudcert-emulator`.

use cloudcert_emulator::program::{Called, run};
use std::process::ExitCode;

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    let called = Called { name: "cloudcert-emulator", in_chinese: false };
    ExitCode::from(run(called, std::env::args_os().skip(1)).await)
}
