//! `cloudcert man`: manual pages, one a command.

use super::whole;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use clap::{Arg, ArgMatches, Command};
use std::path::PathBuf;

/// The command.
pub(crate) fn command(lang: Lang) -> Command {
    Command::new("man").about(lang.say("Writes manual pages, one for each command", "写出手册页，每个命令一页")).arg(
        Arg::new("folder").value_name("FOLDER").required(true).value_parser(clap::value_parser!(PathBuf)).help(
            lang.say(
                "The folder to write them to, such as /usr/local/share/man/man1",
                "写入的文件夹，例如 /usr/local/share/man/man1",
            ),
        ),
    )
}

/// Runs it.
pub(crate) fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let Some(folder) = matches.get_one::<PathBuf>("folder") else { return Ok(()) };
    let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(whole(context.lang), folder));
    written.map_err(|error| {
        let wrong = context.lang.say("the manual pages cannot be written:", "无法写入手册页：");
        Failure::new(Exit::Failed, format!("{wrong} {}", context.lang.system(&error)))
    })
}
