//! `cloudcert emulate`: the local endpoint, with its own flags.

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use clap::{Arg, ArgAction, ArgMatches, Command};
use cloudcert_emulator::program::{Called, run as run_endpoint};
use std::ffi::OsString;

/// The command.
pub(crate) fn command(lang: Lang) -> Command {
    Command::new("emulate")
        .about(
            lang.say(
                "Starts the local endpoint, which plays both clouds for tests",
                "启动本地端点，模拟两家云以供测试",
            ),
        )
        .disable_help_flag(true)
        .arg(
            Arg::new("flags")
                .value_name("FLAGS")
                .action(ArgAction::Append)
                .num_args(0..)
                .trailing_var_arg(true)
                .allow_hyphen_values(true)
                .value_parser(clap::value_parser!(OsString))
                .help(lang.say("Flags of the endpoint; --help lists them", "端点的参数，--help 可列出")),
        )
}

/// Runs it until it is stopped.
pub(crate) async fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let flags: Vec<OsString> = matches.get_many("flags").into_iter().flatten().cloned().collect();
    let called = Called { name: "cloudcert emulate", in_chinese: context.lang == Lang::Zh };
    match run_endpoint(called, flags).await {
        0 => Ok(()),
        2 => Err(Failure::told(Exit::Usage)),
        _ => Err(Failure::told(Exit::Failed)),
    }
}
