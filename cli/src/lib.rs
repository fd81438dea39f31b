//! The program `cloudcert`, as a library for its tests. Its commands are made at run time from the description of the APIs, so nothing about one
//! operation stands in its code.
//!
//! | room | what is in it |
//! |---|---|
//! | `lang`, `exit`, `printable` | language, exit codes, texts that a terminal may get |
//! | `duration`, `failure`, `names`, `rules` | durations; errors for people and programs; names of commands and options; what is wrong with a request |
//! | `options` | the options of an action, by the types of its parameters |
//! | `input` | what stands behind options, as a request |
//! | `output` | data on standard output; secrets into files |
//! | `help`, `usage` | the commands of API versions with their help; what is wrong with arguments |
//! | `profile`, `context`, `findings` | where credentials come from; what all commands share; what checks have found |
//! | `send` | one call: checks, consent, guards, pages, waits, signals |
//! | `orders` | the commands of the order workflow |
//! | `commands`, `described` | commands that are no action; the commands of any description, for tests |

mod commands;
mod context;
#[doc(hidden)]
pub mod described;
mod duration;
mod exit;
mod failure;
mod findings;
mod help;
mod input;
mod lang;
mod names;
mod options;
mod orders;
mod output;
mod printable;
mod profile;
mod reported;
mod rules;
mod send;
mod state;
mod usage;

pub use exit::Exit;

use clap::ArgMatches;
use clap::error::ErrorKind;
use cloudcert::model::{self, Api};
use context::Context;
use failure::Failure;
use lang::Lang;
use std::borrow::Cow;
use std::ffi::OsString;
use std::io::Write;

/// Runs the program with these arguments, the first of which is its name, and returns its exit code.
#[must_use]
pub fn run(arguments: &[OsString]) -> u8 {
    let lang = Lang::choose(arguments, &|name| std::env::var(name).ok());
    let json = wants_json(arguments);
    let api = chosen(arguments);
    let is_named = |name: &str| arguments.iter().any(|argument| argument == name);
    let matches = match commands::root(api.as_deref(), &is_named, lang).try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return refused(&error, json, lang),
    };
    match start(&matches, api.as_deref(), lang) {
        Ok(()) => Exit::Done.code(),
        Err(failure) if failure.report.message.is_empty() => failure.exit.code(),
        Err(failure) => {
            let text = if json { failure.json(lang) } else { failure.text(lang) };
            // Nothing can be done about a closed standard error; the exit code says it too.
            let _ = writeln!(std::io::stderr(), "{text}");
            failure.exit.code()
        }
    }
}

/// The API version that is the command, with the action that is named behind it. Nothing else of the description is read, so that the program starts
/// at once. Without a known action it is whole: for the list of commands, for waits and for mistakes.
fn chosen(arguments: &[OsString]) -> Option<Cow<'static, Api>> {
    let mut words = words(arguments).into_iter();
    let id = names::find(&words.next()?)?;
    let action = words.next().and_then(|word| names::operation(id, &word));
    match action {
        Some(action) => model::api_with(id, &[action]).map(Cow::Owned),
        None => model::api(id).map(Cow::Borrowed),
    }
}

/// The arguments that are neither options of all commands nor their values.
fn words(arguments: &[OsString]) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = arguments.iter().skip(1).map(|argument| argument.to_string_lossy());
    while let Some(argument) = rest.next() {
        if help::takes_value(&argument) {
            rest.next();
        } else if !argument.starts_with('-') {
            words.push(argument.into_owned());
        }
    }
    words
}

/// Whether errors are wanted as JSON: whenever the output is.
fn wants_json(arguments: &[OsString]) -> bool {
    let mut form = std::env::var("CLOUDCERT_OUTPUT").unwrap_or_default();
    let mut rest = arguments.iter().map(|argument| argument.to_string_lossy());
    while let Some(argument) = rest.next() {
        if argument == "--output" {
            form = rest.next().unwrap_or_default().into_owned();
        } else if let Some(name) = argument.strip_prefix("--output=") {
            name.clone_into(&mut form);
        }
    }
    matches!(form.as_str(), "json" | "jsonl")
}

/// The whole tree of commands, for tests. `lang` is `en` or `zh`.
#[doc(hidden)]
#[must_use]
pub fn command(lang: &str) -> clap::Command {
    commands::whole(if lang == "zh" { Lang::Zh } else { Lang::En })
}

/// Prints help and versions to standard output, and mistakes to standard error.
fn refused(error: &clap::Error, json: bool, lang: Lang) -> u8 {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // As above.
        let _ = write!(std::io::stdout(), "{}", usage::help(error, lang));
        return Exit::Done.code();
    }
    let text = usage::mistake(error, lang);
    let shown = text.trim().trim_start_matches("error: ").trim_start_matches("错误：");
    let text = if json { Failure::new(Exit::Usage, shown).json(lang) } else { text };
    // As above.
    let _ = writeln!(std::io::stderr(), "{}", text.trim_end());
    Exit::Usage.code()
}

fn start(matches: &ArgMatches, api: Option<&Api>, lang: Lang) -> Result<(), Failure> {
    let context = Context::of(matches, lang)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Failed, lang.system(&error)))?;
    let Some((name, inner)) = matches.subcommand() else { return Ok(()) };
    let done = match api {
        Some(api) => runtime.block_on(call(&context, api, inner)),
        None => runtime.block_on(commands::run(&context, name, inner)),
    };
    // An error begins on a line of its own.
    context.clear();
    done
}

/// Runs the command of an action or a waiter.
async fn call(context: &Context, api: &Api, matches: &ArgMatches) -> Result<(), Failure> {
    let Some((name, inner)) = matches.subcommand() else { return Ok(()) };
    if name == "wait" {
        let Some((name, inner)) = inner.subcommand() else { return Ok(()) };
        let all = api.actions.iter().flat_map(|action| action.waiters.iter().map(move |waiter| (action, waiter)));
        let found = all.into_iter().find(|(_, waiter)| names::command(&waiter.name) == name);
        return match found {
            Some((action, waiter)) => send::wait(context, (api, action, waiter), inner).await,
            None => Ok(()),
        };
    }
    match api.actions.iter().find(|action| names::command(&action.name) == name) {
        Some(action) => send::action(context, api, action, inner).await,
        None => Ok(()),
    }
}
