//! `cloudcert completions`: scripts that complete commands and options in a shell.

use crate::context::Context;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::{commands, help, names};
use clap::{Arg, ArgMatches, Command};
use clap_complete::{Shell, generate};
use cloudcert::{dynamic, model};

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

/// The program with the actions of all API versions.
pub(super) fn whole(lang: Lang) -> Command {
    let all: Vec<&'static str> = dynamic::apis().collect();
    let mut command = help::root(None, lang);
    for id in &all {
        if let Some(api) = model::api(id) {
            command = command.mut_subcommand(names::api(id, &all), |_| help::api(api, &all, lang));
        }
    }
    debug_assert!(commands::all(lang).iter().all(|own| command.find_subcommand(own.get_name()).is_some()));
    command
}
