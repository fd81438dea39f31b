//! One call: from options to the response.

mod confirm;
mod guarded;
mod pages;
mod signals;
mod skeleton;
mod wait;

pub(crate) use confirm::{effect, is_grave};
pub(crate) use signals::until_stopped;
pub(crate) use wait::wait;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Problem};
use crate::input::{Sources, collect};
use crate::options::{self, Opt, Takes, option_of};
use crate::output;
use crate::printable;
use clap::ArgMatches;
use cloudcert::api::Effect;
use cloudcert::dynamic::{Operation, Request, Response};
use cloudcert::model::{Action, Api};
use cloudcert::{CallOptions, Error, Severity};
use serde_json::Value;

/// Runs the command of an action.
///
/// # Errors
///
/// Why it failed, with its exit code.
pub(crate) async fn action(
    context: &Context,
    api: &'static Api,
    of: &'static Action,
    matches: &ArgMatches,
) -> Result<(), Failure> {
    if matches.get_flag("skeleton") {
        return context.print(&skeleton::of(api, of));
    }
    let wishes = output::wishes(matches.get_many("write").into_iter().flatten(), context.lang)?;
    let skip = matches.get_flag("skip-validation");
    let (request, options) = request(context, (api, of), matches, skip)?;
    let client = context.client(&api.id)?;
    let call = call_options(context, matches, skip, &options)?;
    if let Some(form) = matches.get_one::<String>("dry-run") {
        let dry =
            client.dry_run_with(&request, call).await.map_err(|error| context.failure(&error, &api.id, &options))?;
        let text = match form.as_str() {
            "curl" => dry.curl(),
            "sign" => dry.string_to_sign().to_owned(),
            _ => dry.to_string(),
        };
        return context.print_text(&printable::lines(&text));
    }
    confirm::confirm(context, of, request.effect(), matches.get_flag("yes"))?;
    let failed = |error: &Error| context.failure(error, &api.id, &options);
    if let Some(limit) = pages::limit(matches) {
        let all =
            until_stopped(context, request.effect(), pages::read(context, &client, &request, call, limit)).await?;
        return pages::print(context, &all.map_err(|error| failed(&error))?, of);
    }
    let response = if request.operation().is_guarded() && !is_repeatable(request.effect()) {
        match guarded::send(context, &client, &request, call, &failed).await? {
            guarded::Sent::Response(response) => response,
            guarded::Sent::Found(items) => {
                context.print(&items)?;
                let lost: Vec<String> = wishes.into_iter().map(|wish| wish.field).collect();
                return lacks(context, &lost);
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
    pages::print(context, &pages::listed(response.json(), of), of)?;
    lacks(context, &absent?)
}

/// Says which fields were not written, because the response lacks them.
fn lacks(context: &Context, absent: &[String]) -> Result<(), Failure> {
    if absent.is_empty() {
        return Ok(());
    }
    let wrong = context.lang.say("the call succeeded, but its response has no", "调用已成功，但响应中没有");
    Err(Failure::new(Exit::Failed, format!("{wrong} {}", absent.join(", "))))
}

/// The request of an action or a waiter. Nothing is sent.
fn request<'a>(
    context: &Context,
    (api, action): (&'static Api, &'static Action),
    matches: &ArgMatches,
    skip: bool,
) -> Result<(Request, Vec<Opt<'a>>), Failure> {
    let lang = context.lang;
    let options = options::of(api, action);
    let mut stdin = std::io::stdin().lock();
    let variable = |name: &str| std::env::var(name).ok();
    let mut sources = Sources::new(&mut stdin, &variable, lang).lenient(skip);
    let collected = collect((api, action), &options, matches, &mut sources);
    for note in &collected.notes {
        context.say(&format!("{} {} {}", lang.say("note:", "注意："), note.option, note.message));
    }
    let mut problems = collected.problems;
    let operation = operation(&api.id, action)?;
    match operation.request(&Value::Object(collected.parameters)) {
        Ok(request) => {
            let found = if skip { Vec::new() } else { request.problems() };
            for problem in found {
                let named =
                    Problem { option: option_of(&options, &problem.parameter), message: problem.message.into_owned() };
                if problem.severity == Severity::Error {
                    // One that an option already has is enough.
                    if !problems.iter().any(|other| other.option == named.option) {
                        problems.push(named);
                    }
                } else if !problems.iter().any(|other| other.option == named.option) {
                    context.say(&format!("{} {} {}", lang.say("advice:", "建议："), named.option, named.message));
                }
            }
            if problems.is_empty() { Ok((request, options)) } else { Err(Failure::invalid(problems, lang)) }
        }
        Err(error) => {
            let misfits = error.problems().iter();
            problems.extend(misfits.map(|problem| Problem {
                option: option_of(&options, &problem.parameter),
                message: problem.message.clone().into_owned(),
            }));
            Err(Failure::invalid(problems, lang))
        }
    }
}

fn operation(api: &str, action: &Action) -> Result<Operation, Failure> {
    cloudcert::dynamic::operation(api, &action.name)
        .ok_or_else(|| Failure::new(Exit::Failed, format!("{} is not in this build", action.name)))
}

fn call_options(context: &Context, matches: &ArgMatches, skip: bool, own: &[Opt<'_>]) -> Result<CallOptions, Failure> {
    let mut options = CallOptions::new();
    if skip {
        options = options.skip_validation();
    }
    if let Some(timeout) = context.timeout {
        options = options.operation_timeout(timeout);
    }
    for text in matches.get_many::<String>("extra").into_iter().flatten() {
        let Some((name, value)) = text.split_once('=') else {
            return Err(Failure::new(
                Exit::Usage,
                context.lang.say("--extra takes NAME=VALUE", "--extra 的形式为 名称=值"),
            ));
        };
        let is_secret =
            |option: &Opt<'_>| matches!(option.takes, Takes::Secret { .. }) && option.alias.eq_ignore_ascii_case(name);
        if own.iter().any(is_secret) || value.contains("PRIVATE KEY-----") {
            let wrong = context.lang.say(
                "is a secret, which other programs would see on the command line: use its own option",
                "是秘密，命令行会被其他程序看到：请使用其专用选项",
            );
            return Err(Failure::new(Exit::Usage, format!("--extra: `{name}` {wrong}")));
        }
        options = options.extra_parameter(name, value);
    }
    Ok(options)
}

/// Whether a call may be sent again without harm.
pub(crate) fn is_repeatable(effect: Effect) -> bool {
    matches!(effect, Effect::Read | Effect::Idempotent)
}
