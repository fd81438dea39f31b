//! What costs or cannot be undone needs a word of the user.

use super::is_repeatable;
use crate::context::Context;
use crate::failure::Failure;
use crate::help;
use crate::names;
use crate::printable;
use cloudcert::api::Effect;
use cloudcert::model::{self, Action};
use std::io::{self, BufRead, IsTerminal, Write};

/// Whether a call needs a word: it costs, it may not be sent twice, or it takes something away.
pub(crate) fn is_grave(action: &Action, effect: Effect) -> bool {
    let harmless = is_repeatable(effect) || matches!(effect, Effect::Create | Effect::NameGuarded);
    action.cost.is_some() || !harmless || action.irreversible
}

/// Asks on a terminal for the name of the command, unless the call is harmless or `--yes` was given.
///
/// # Errors
///
/// If nobody confirmed. Nothing was sent.
pub(super) fn confirm(context: &Context, action: &Action, effect: Effect, yes: bool) -> Result<(), Failure> {
    if yes || !is_grave(action, effect) {
        return Ok(());
    }
    ask(context, &names::command(&action.name), Some(action), effect)
}

/// Asks on a terminal for a name. Says before it what is known of the action, and what a call does.
///
/// # Errors
///
/// If nobody confirmed. Nothing was sent.
pub(crate) fn ask(context: &Context, name: &str, known: Option<&Action>, effect: Effect) -> Result<(), Failure> {
    let lang = context.lang;
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Failure::unconfirmed(lang));
    }
    let title = known.map_or(name, |action| lang.of(&action.title));
    context.say(&format!("{title}: {}", help::effect(described(effect), lang)));
    if known.is_some_and(|action| action.irreversible) {
        context.say(help::for_good(lang));
    }
    if let Some(cost) = known.and_then(|action| action.cost.as_ref()) {
        context.say(&lang.paragraph(&cost.doc));
    }
    let name = printable::line(name);
    let mut err = io::stderr();
    let asked = write!(err, "{} `{name}`: ", lang.say("To go on, type", "若要继续，请输入")).and_then(|()| err.flush());
    let mut line = String::new();
    if asked.is_err() || io::stdin().lock().read_line(&mut line).is_err() || line.trim() != name {
        return Err(Failure::unconfirmed(lang));
    }
    Ok(())
}

/// An effect as the description has it.
fn described(effect: Effect) -> model::Effect {
    match effect {
        Effect::Read => model::Effect::Read,
        Effect::Idempotent => model::Effect::Idempotent,
        Effect::NameGuarded => model::Effect::NameGuarded,
        Effect::SubmitOnce => model::Effect::SubmitOnce,
        Effect::Create => model::Effect::Create,
        Effect::Order => model::Effect::Order,
        _ => model::Effect::Unknown,
    }
}

/// An effect of the description as a call has it.
pub(crate) fn effect(of: model::Effect) -> Effect {
    match of {
        model::Effect::Read => Effect::Read,
        model::Effect::Idempotent => Effect::Idempotent,
        model::Effect::NameGuarded => Effect::NameGuarded,
        model::Effect::SubmitOnce => Effect::SubmitOnce,
        model::Effect::Create => Effect::Create,
        model::Effect::Order => Effect::Order,
        model::Effect::Unknown => Effect::Unknown,
    }
}
