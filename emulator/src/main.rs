//! The endpoint as a program.

mod settings;

use cloudcert_emulator::{Emulator, Handle};
use serde_json::json;
use settings::Wanted;
use std::io::{self, Write};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

const HELP: &str = "\
A local endpoint that speaks the certificate APIs of Alibaba Cloud and Kingsoft Cloud.

Usage: cloudcert-emulator [OPTIONS]

Options:
  --listen ADDRESS    where to listen; 127.0.0.1:0, a free port, if absent
  --allow-remote      allow an address that other machines can reach
  --seed N            what ids come from; 0 if absent
  --clock TIME        when the clock begins, 2026-01-02T03:04:05Z; now if absent
  --chaos SEED        let a fifth of all calls meet a fault
  --polls N           a domain counts as proved after N looks at its order
  --seconds N         a domain counts as proved after N seconds
  --dns ADDRESS       look records that prove a domain up at this DNS server
  --file-host ADDRESS fetch files that prove a domain from this web server
  --quota PRODUCT=N   certificates of a product that were bought before; may be repeated
  --instances N       instances of CAS 2018-07-13 that were bought before
  --credentials FILE  access keys to accept, as JSON; the README shows the form

Access keys may also stand in the environment: CLOUDCERT_EMULATOR_ALIYUN_ID, _SECRET and _TOKEN, and the same with KSYUN. A cloud for
which none is given accepts its test keys. Secrets are never taken from the command line, where other users of the machine see them.

Prints one line of JSON with the URL when it is ready, and serves until SIGINT or SIGTERM.

Exit status: 0 stopped, 1 cannot listen, 2 wrong usage.
";

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    let emulator = match settings::read() {
        Ok(Wanted::Help) => return said(&mut io::stdout(), HELP),
        Ok(Wanted::Serve(emulator)) => *emulator,
        Err(why) => {
            said(&mut io::stderr(), &format!("error: {why}\n\nTry --help.\n"));
            return ExitCode::from(2);
        }
    };
    match serve(emulator).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            said(&mut io::stderr(), &format!("error: {error}\n"));
            ExitCode::FAILURE
        }
    }
}

/// Nothing more can be said where even this cannot be written.
fn said(to: &mut dyn Write, text: &str) -> ExitCode {
    match to.write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

async fn serve(emulator: Emulator) -> io::Result<()> {
    // Before the endpoint is said to be ready, so that no signal is missed.
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

fn announce(endpoint: &Handle) -> io::Result<()> {
    let address = endpoint.address();
    let line = json!({ "ready": true, "url": endpoint.url(), "port": address.port(), "pid": std::process::id() });
    let mut out = io::stdout();
    writeln!(out, "{line}")?;
    out.flush()
}
