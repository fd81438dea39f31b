//! Commands that are no action.

mod call;
mod check;
mod completions;
mod config;
mod emulate;
mod explain;
mod man;
mod whoami;

use crate::context::Context;
use crate::failure::Failure;
use crate::help::{self, IsNamed};
use crate::lang::Lang;
use crate::names;
use crate::orders;
use clap::{ArgMatches, Command};
use cloudcert::dynamic;
use cloudcert::model::{self, Api};

/// The commands.
pub(crate) fn all(lang: Lang) -> Vec<Command> {
    let all = [
        call::command(lang),
        explain::command(lang),
        whoami::command(lang),
        check::command(lang),
        config::command(lang),
        emulate::command(lang),
        completions::command(lang),
        man::command(lang),
    ];
    let all = orders::all(lang).into_iter().chain(all);
    all.enumerate().map(|(order, command)| command.display_order(100 + order)).collect()
}

/// The program. `chosen` is the API version whose actions the arguments name.
pub(crate) fn root(chosen: Option<&Api>, is_named: IsNamed<'_>, lang: Lang) -> Command {
    help::localized(help::root(chosen, is_named, lang).subcommands(all(lang)), lang)
}

/// The program with the actions of all API versions.
pub(crate) fn whole(lang: Lang) -> Command {
    let all: Vec<&'static str> = dynamic::apis().collect();
    let mut command = root(None, &|_| true, lang);
    for id in &all {
        if let Some(api) = model::api(id) {
            command = command
                .mut_subcommand(names::api(id, &all), |_| help::localized(help::api(api, &all, &|_| true, lang), lang));
        }
    }
    command
}

/// Runs a command.
///
/// # Errors
///
/// Why it failed.
pub(crate) async fn run(context: &Context, name: &str, matches: &ArgMatches) -> Result<(), Failure> {
    if orders::has(name) {
        return Box::pin(orders::run(context, name, matches)).await;
    }
    match name {
        "call" => call::run(context, matches).await,
        "check" => check::run(context, matches).await,
        "completions" => completions::run(context, matches),
        "config" => config::run(context, matches),
        "emulate" => emulate::run(context, matches).await,
        "explain" => explain::run(context, matches),
        "man" => man::run(context, matches),
        _ => whoami::run(context, matches).await,
    }
}
