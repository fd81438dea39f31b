//! The program `cloudcert-emulator`: starts an endpoint, and serves until it is told to stop. `cloudcert emulate` runs it too.

mod help;
mod model;
mod options;

use crate::{Emulator, Handle};
use options::Command;
use serde_json::json;
use std::ffi::OsString;
use std::io::{self, Write};
use tokio::signal::unix::{SignalKind, signal};

/// How the program is called, for its help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Called {
    /// The words that people type: `cloudcert-emulator`.
    pub name: &'static str,
    /// Whether the help is Chinese.
    pub in_chinese: bool,
}

/// Runs the program with these arguments, without its name, until it is told to stop. Returns its exit status.
pub async fn run(called: Called, arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let emulator = match options::read(arguments) {
        Ok(Command::Help) => return print(&mut io::stdout(), &help::text(called)),
        Ok(Command::Serve(emulator)) => *emulator,
        Err(why) => {
            print(&mut io::stderr(), &format!("error: {why}\n\nFor more information, try --help.\n"));
            return 2;
        }
    };
    match serve(emulator).await {
        Ok(()) => 0,
        Err(error) => {
            print(&mut io::stderr(), &format!("error: {error}\n"));
            1
        }
    }
}

/// Prints a text. If even that fails, only the exit status can tell.
fn print(to: &mut dyn Write, text: &str) -> u8 {
    match to.write_all(text.as_bytes()) {
        Ok(()) => 0,
        Err(_) => 1,
    }
}

async fn serve(emulator: Emulator) -> io::Result<()> {
    // Listen for signals before announcing that the endpoint is ready, so that none is missed.
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let endpoint = emulator.serve().await?;
    announce(&endpoint)?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    endpoint.stop().await;
    Ok(())
}

/// Prints the line that says that the endpoint is ready.
fn announce(endpoint: &Handle) -> io::Result<()> {
    let address = endpoint.address();
    let line = json!({ "ready": true, "url": endpoint.url(), "port": address.port(), "pid": std::process::id() });
    let mut out = io::stdout();
    writeln!(out, "{line}")?;
    out.flush()
}
