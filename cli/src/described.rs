//! The commands of any description, for tests: a new action of the description needs no code.

use crate::help;
use crate::input::{Sources, collect};
use crate::lang::Lang;
use crate::{names, options, send};
use clap::Command;
use cloudcert::model::{Action, Api};
use serde_json::Value;

/// The command of an API version with all its actions and waiters. `lang` is `en` or `zh`.
#[must_use]
pub fn command(api: &Api, lang: &str) -> Command {
    let lang = if lang == "zh" { Lang::Zh } else { Lang::En };
    help::localized(help::api(api, &[api.id.as_str()], &|_| true, lang), lang)
}

/// What `--skeleton` prints for an action.
#[must_use]
pub fn skeleton(api: &Api, action: &Action) -> Value {
    send::skeleton(api, action)
}

/// The request that these arguments make, which begin with the command of an action.
///
/// # Errors
///
/// What is wrong with the arguments.
pub fn request(api: &Api, arguments: &[String]) -> Result<Value, String> {
    let all = std::iter::once("cloudcert").chain(arguments.iter().map(String::as_str));
    let matches = command(api, "en").try_get_matches_from(all).map_err(|error| error.to_string())?;
    let (name, inner) = matches.subcommand().ok_or("no command was named")?;
    let action = api.actions.iter().find(|action| names::command(&action.name) == name);
    let action = action.ok_or_else(|| format!("`{name}` is not the command of an action"))?;
    let mut stdin = std::io::empty();
    let mut sources = Sources::new(&mut stdin, &|_| None, Lang::En);
    let collected = collect((api, action), &options::of(api, action), inner, &mut sources);
    let problems = collected.problems.iter().map(|problem| format!("{}: {}", problem.option, problem.message));
    let problems = problems.collect::<Vec<_>>().join("\n");
    if problems.is_empty() { Ok(collected.parameters.into()) } else { Err(problems) }
}
