//! The endpoint as a program.

use cloudcert_emulator::Emulator;
use std::io::{self, Write};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> io::Result<()> {
    let endpoint = Emulator::start().await?;
    writeln!(io::stdout(), "{{\"ready\":true,\"url\":\"{}\"}}", endpoint.url())?;
    tokio::signal::ctrl_c().await?;
    endpoint.stop().await;
    Ok(())
}
