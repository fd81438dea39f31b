//! `cloudcert completions`: scripts that complete commands and options in a shell.

use super::whole;
use crate::context::Context;
use crate::failure::Failure;
use crate::lang::Lang;
use clap::{Arg, ArgMatches, Command};
use clap_complete::{Shell, generate};

/// The command.
pub(crate) fn command(lang: Lang) -> Command {
    Command::new("completions")
        .about(lang.say("Prints a script that completes commands in a shell", "打印 shell 补全脚本"))
        .arg(
            Arg::new("shell")
                .value_name("SHELL")
                .required(true)
                .value_parser(clap::value_parser!(Shell))
                .help(lang.say("The shell", "shell 名称")),
        )
}

/// Runs it.
pub(crate) fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let Some(shell) = matches.get_one::<Shell>("shell") else { return Ok(()) };
    let mut script = Vec::new();
    generate(*shell, &mut whole(context.lang), "cloudcert", &mut script);
    context.print_text(&String::from_utf8_lossy(&script))
}
