//! The commands of the order workflow, on top of the library `cloudcert-orders`: it decides, announces and records; here the configuration is read and
//! the outcome printed.

mod accounts;
mod adopt;
mod after;
mod cancel;
pub(crate) mod check;
mod deploy;
mod desk;
mod due;
mod entry;
mod equipment;
mod inventory;
mod issue;
mod journal;
mod listener;
mod print;
mod raw;
mod renew;
mod replace;
mod revoke;
mod settled;
mod sights;
mod units;

use crate::context::Context;
use crate::failure::Failure;
use crate::lang::Lang;
use clap::{Arg, ArgMatches, Command};

/// The names of the commands.
const NAMES: [&str; 12] =
    ["issue", "renew", "resume", "fetch", "adopt", "deploy", "revoke", "cancel", "order", "due", "inventory", "units"];

/// The commands.
pub(crate) fn all(lang: Lang) -> Vec<Command> {
    vec![
        issue::command(lang),
        renew::command(lang),
        renew::resume(lang),
        renew::fetch(lang),
        adopt::command(lang),
        deploy::command(lang),
        revoke::command(lang),
        cancel::command(lang),
        journal::command(lang),
        due::command(lang),
        inventory::command(lang),
        units::command(lang),
    ]
}

/// Whether a command is one of these.
pub(crate) fn has(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Runs a command.
///
/// # Errors
///
/// Why it failed, with its exit code.
pub(crate) async fn run(context: &Context, name: &str, matches: &ArgMatches) -> Result<(), Failure> {
    match name {
        "issue" => Box::pin(issue::run(context, matches)).await,
        "renew" => Box::pin(renew::run(context, matches)).await,
        "resume" => Box::pin(renew::run_one(context, matches, cloudcert_orders::renew::Wish::Resume)).await,
        "fetch" => Box::pin(renew::run_one(context, matches, cloudcert_orders::renew::Wish::Fetch)).await,
        "adopt" => Box::pin(adopt::run(context, matches)).await,
        "deploy" => Box::pin(deploy::run(context, matches)).await,
        "revoke" => Box::pin(revoke::run(context, matches)).await,
        "cancel" => Box::pin(cancel::run(context, matches)).await,
        "order" => Box::pin(journal::run(context, matches)).await,
        "due" => Box::pin(due::run(context, matches)).await,
        "inventory" => Box::pin(inventory::run(context, matches)).await,
        _ => units::run(context, matches),
    }
}

/// A command about a certificate: its name, and where the state is.
fn about(lang: Lang, command: &'static str, english: &'static str, chinese: &'static str) -> Command {
    Command::new(command).about(lang.say(english, chinese)).arg(name(lang)).arg(crate::state::option(lang))
}

/// The name of a certificate, as the first argument.
fn name(lang: Lang) -> Arg {
    Arg::new("name")
        .value_name("NAME")
        .required(true)
        .help(lang.say("The certificate of the configuration", "配置中的证书名称"))
}

/// `--yes`.
fn yes(lang: Lang) -> Arg {
    Arg::new("yes")
        .long("yes")
        .short('y')
        .action(clap::ArgAction::SetTrue)
        .help(lang.say("Does it without asking", "不再询问"))
}

/// `--wait`, and `--no-wait`.
fn waits(lang: Lang) -> [Arg; 2] {
    let wait = Arg::new("wait")
        .long("wait")
        .value_name("DURATION")
        .value_parser(move |text: &str| crate::duration::parse(text, lang))
        .help(lang.say("How long to wait for the certificate [default: 10m]", "等待证书的最长时间 [默认：10m]"));
    let no_wait = Arg::new("no-wait")
        .long("no-wait")
        .conflicts_with("wait")
        .action(clap::ArgAction::SetTrue)
        .help(lang.say("Does what can be done now, and ends", "只做当前能做的，然后结束"));
    [wait, no_wait]
}

/// How long a run may wait.
fn patience(matches: &ArgMatches) -> std::time::Duration {
    if matches.get_flag("no-wait") {
        return std::time::Duration::ZERO;
    }
    matches.get_one::<std::time::Duration>("wait").copied().unwrap_or(cloudcert_orders::renew::BUDGET)
}

/// A text argument that the parser requires.
fn text<'a>(matches: &'a ArgMatches, name: &str) -> &'a str {
    matches.get_one::<String>(name).map(String::as_str).unwrap_or_default()
}
