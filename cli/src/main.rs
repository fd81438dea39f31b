//! `cloudcert`: the certificate services of Alibaba Cloud and Kingsoft Cloud from the shell.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    ExitCode::from(cloudcert_cli::run(&arguments))
}
