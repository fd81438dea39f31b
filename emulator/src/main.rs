//! The program `cloudcert-emulator`.

use std::process::ExitCode;

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    ExitCode::from(cloudcert_emulator::program::run(std::env::args_os().skip(1)).await)
}
