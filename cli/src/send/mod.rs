//! One call: from options to the response.

mod confirm;
mod guarded;
pub(crate) mod journaled;
mod obtain;
mod pages;
mod request;
mod signals;
mod skeleton;
mod wait;

pub(crate) use confirm::{ask, effect, is_grave};
pub(crate) use guarded::lost;
pub(crate) use signals::until_stopped;
pub(crate) use skeleton::of as skeleton;
pub(crate) use wait::wait;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::printable;
use clap::ArgMatches;
use cloudcert::Error;
use cloudcert::api::Effect;
use cloudcert::dynamic::Response;
use cloudcert::model::{self, Action, Api};
use cloudcert_orders::cloud::what::What;

/// Runs the command of an action.
///
/// # Errors
///
/// Why it failed, with its exit code.
pub(crate) async fn action(context: &Context, api: &Api, of: &Action, matches: &ArgMatches) -> Result<(), Failure> {
    if matches.get_flag("skeleton") {
        return context.print(&skeleton::of(api, of));
    }
    let wishes = output::wishes(matches.get_many("write").into_iter().flatten(), of, context.lang)?;
    let skip = matches.get_flag("skip-validation");
    let mut gathered = request::gather(context, (api, of), matches, skip);
    let mut request = request::checked(context, (api, of), &mut gathered, skip)?;
    let client = context.client(&api.id)?;
    let call = request::call_options(context, api, matches, skip, &gathered.options)?;
    if let Some(form) = matches.get_one::<String>("dry-run") {
        let dry = client
            .dry_run_with(&request, call)
            .await
            .map_err(|error| context.failure(&error, &api.id, &gathered.options))?;
        let text = match form.as_str() {
            "curl" => dry.curl(),
            "sign" => dry.string_to_sign().to_owned(),
            _ => dry.to_string(),
        };
        return context.print_text(&printable::lines(&text));
    }
    confirm::confirm(context, of, request.effect(), matches.get_flag("yes"))?;
    if !gathered.collected.autos.is_empty() {
        obtain::fill(context, api, &client, &mut gathered.collected).await?;
        // The rules were checked before.
        request = request::checked(context, (api, of), &mut gathered, true)?;
    }
    let failed = |error: &Error| context.failure(error, &api.id, &gathered.options);
    if let Some(limit) = pages::limit(matches) {
        let all =
            until_stopped(context, request.effect(), pages::read(context, &client, &request, call, limit)).await?;
        return pages::print(context, &all.map_err(|error| failed(&error))?, of);
    }
    let is_journaled = journaled::is_needed(request.effect());
    let response = if is_journaled || (request.operation().is_guarded() && !is_repeatable(request.effect())) {
        let sent = if is_journaled {
            let (what, effect) = (What::Described(request.clone()), request.effect());
            let done = journaled::send(context, (&what, effect), (call, request::added(matches))).await?;
            guarded::of_journal(api, of, done)?
        } else {
            guarded::send(context, &client, (api, of, &request), call, &failed).await?
        };
        match sent {
            guarded::Sent::Response(response) => response,
            guarded::Sent::Found(items) => {
                let absent = output::found_files(&items, &wishes, context.lang);
                return finish(context, context.print_kept(&items, true), absent);
            }
        }
    } else {
        until_stopped(context, request.effect(), client.send_with(&request, call))
            .await?
            .map_err(|error| failed(&error))?
    };
    deliver(context, of, &response, &wishes)
}

/// Writes fields into files, and prints the response.
fn deliver(context: &Context, of: &Action, response: &Response, wishes: &[output::Wish]) -> Result<(), Failure> {
    let absent = output::files(response, wishes, context.lang);
    for path in response.unknown() {
        context.say(&format!(
            "{} `{path}`",
            context.lang.say("note: this version does not know and does not show", "注意：本版本不认识也不显示")
        ));
    }
    // Whatever became of the files: the id of an order must not be lost.
    let printed = if of.effect == model::Effect::Read {
        pages::print(context, &pages::listed(response.json(), of), of)
    } else {
        context.print_kept(&response.json(), !is_repeatable(effect(of.effect)))
    };
    finish(context, printed, absent)
}

/// Says what could not be printed or written. Fields were not written if the response lacks them.
fn finish(
    context: &Context,
    printed: Result<(), Failure>,
    absent: Result<Vec<String>, Failure>,
) -> Result<(), Failure> {
    if let (Err(_), Err(failure)) = (&printed, &absent) {
        context.say(&failure.text(context.lang));
    }
    printed?;
    let absent = absent?;
    if absent.is_empty() {
        return Ok(());
    }
    let wrong = context.lang.say("the call succeeded, but its response has no", "调用已成功，但响应中没有");
    Err(Failure::new(Exit::Failed, format!("{wrong} {}", absent.join(", "))))
}

/// Whether a call may be sent again without harm.
pub(crate) fn is_repeatable(effect: Effect) -> bool {
    matches!(effect, Effect::Read | Effect::Idempotent)
}
