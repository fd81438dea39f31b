//! The program `cloudcert-emulator`: starts an endpoint, and serves until it is told to stop. `cloudcert emulate` runs it too.

mod model;
mod options;

use crate::{Emulator, Handle};
use options::Command;
use serde_json::json;
use std::ffi::OsString;
use std::io::{self, Write};
use tokio::signal::unix::{SignalKind, signal};

const HELP: &str = "\
A local endpoint that speaks the certificate APIs of Alibaba Cloud and Kingsoft Cloud.

Usage: cloudcert-emulator [OPTIONS]
       cloudcert emulate [OPTIONS]

Options:
  --listen ADDRESS     listen on this address [default: 127.0.0.1:0, a free port]
  --allow-remote       allow an address that other machines can reach
  --seed N             seed of ids, keys and randomly chosen faults [default: 0]
  --clock TIME         time at which the clock starts, like 2026-01-02T03:04:05Z [default: now]
  --chaos SEED         let a fifth of all calls meet a randomly chosen fault
  --polls N            validate a domain after N probes of its order [default: 2]
  --seconds N          validate a domain after N seconds
  --dns ADDRESS        look up the DNS records that validate domains at this server
  --file-host ADDRESS  fetch the files that validate domains from this web server
  --quota PRODUCT=N    certificates of a product that were bought in advance; may be repeated
  --instances N        instances of CAS 2018-07-13 that were bought in advance [default: 12]
  --stock SPEC=N       instances of CAS 2020-04-07 of a specification that were bought in advance; may be repeated
  --model FILE         answer from this description, which `cloudcert-codegen model` prints
  --credentials FILE   access keys to accept, as JSON; emulator/README.md shows the form
  -h, --help           print this help

The endpoint also accepts the access keys in CLOUDCERT_EMULATOR_ALIYUN_ID, _SECRET and _TOKEN, and the same with KSYUN. A cloud
without any access key accepts its test key: testid for Alibaba Cloud, AKLTtestid for Kingsoft Cloud, both with the secret
testsecret. Secrets cannot be passed on the command line, where other users of the machine see them.

With --model, no action has a behaviour of its own: each is answered from its description alone, and --polls, --seconds, --dns,
--file-host, --quota, --instances and --stock have no effect.

When the endpoint is ready, it prints one line of JSON with its URL. URL/_emulator/ is a page that shows what it does, moves its clock
and adds faults. It serves until SIGINT or SIGTERM.

Exit status: 0 stopped, 1 cannot start, 2 wrong usage.
";

/// Runs the program with these arguments, without its name, until it is told to stop. Returns its exit status.
pub async fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let emulator = match options::read(arguments) {
        Ok(Command::Help) => return print(&mut io::stdout(), HELP),
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
