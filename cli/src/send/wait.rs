//! Waiters as commands.

use super::{deliver, request, until_stopped};
use crate::context::Context;
use crate::duration;
use crate::failure::Failure;
use crate::output;
use clap::ArgMatches;
use cloudcert::CallOptions;
use cloudcert::api::Effect;
use cloudcert::model::{Action, Api, Waiter};
use std::time::Duration;

/// Waits by a waiter, and prints the last response.
///
/// # Errors
///
/// Exit 8 at the deadline; the reason if the awaited state cannot come any more.
pub(crate) async fn wait(
    context: &Context,
    (api, action, waiter): (&Api, &Action, &Waiter),
    matches: &ArgMatches,
) -> Result<(), Failure> {
    let wishes = output::wishes(matches.get_many("write").into_iter().flatten(), action, context.lang)?;
    let mut gathered = request::gather(context, (api, action), matches, false);
    let request = request::checked(context, (api, action), &mut gathered, false)?;
    let client = context.client(&api.id)?;
    let failed = |error: &cloudcert::Error| context.failure(error, &api.id, &gathered.options);
    let mut wait = client.wait(&waiter.name, &request).map_err(|error| failed(&error))?;
    if let Some(deadline) = matches.get_one::<Duration>("deadline") {
        wait = wait.deadline(*deadline);
    }
    if let Some(tolerance) = matches.try_get_one::<Duration>("not-found-for").ok().flatten() {
        wait = wait.not_found_tolerance(*tolerance);
    }
    if let Some(timeout) = context.timeout {
        wait = wait.with_options(CallOptions::new().operation_timeout(timeout));
    }
    let mut progress = wait.progress();
    let mut last = None;
    while let Some(step) = until_stopped(context, Effect::Read, progress.next()).await? {
        let step = step.map_err(|error| failed(&error))?;
        let state = step.state.as_deref().unwrap_or("-");
        context.progress(&format!("{state} {}", duration::shown(step.elapsed)));
        last = Some(step.response);
    }
    last.map_or(Ok(()), |response| deliver(context, action, &response, &wishes))
}
