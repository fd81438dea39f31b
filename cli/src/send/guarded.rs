//! Calls that must not be sent twice: the service is probed before them, and again if the response is lost.

use super::until_stopped;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use cloudcert::dynamic::{Client, Request, Response};
use cloudcert::model::{Action, Api};
use cloudcert::{CallOptions, Error, Evidence, Outcome};
use cloudcert_orders::base::sdk::{said, verdict};
use cloudcert_orders::cloud::what::Reply;
use cloudcert_orders::direct::Executed;
use cloudcert_orders::{Text, text};
use serde_json::{Map, Value, json};

/// What a guarded call has come to.
pub(super) enum Sent {
    /// Its response.
    Response(Response),
    /// Its response was lost, but the call was executed. What it made, if a list shows it.
    Found(Value),
}

/// Sends a guarded call. If its response is lost, finds out whether it was executed.
///
/// # Errors
///
/// Those of the probe and the call; exit 7 if nobody can tell.
pub(super) async fn send(
    context: &Context,
    client: &Client,
    (api, action, request): (&Api, &Action, &Request),
    options: CallOptions,
    failed: &dyn Fn(&Error) -> Failure,
) -> Result<Sent, Failure> {
    let lang = context.lang;
    let effect = request.effect();
    let guard = until_stopped(context, cloudcert::api::Effect::Read, client.guard_with(request, options)).await?;
    let guard = guard.map_err(|error| failed(&error))?;
    let lost = match until_stopped(context, effect, guard.send()).await? {
        Ok(response) => return Ok(Sent::Response(response)),
        Err(error) if error.outcome_unknown() => error,
        Err(error) => return Err(failed(&error)),
    };
    context.say(&match lang {
        Lang::En => format!("the response was lost: {}", lost.message()),
        Lang::Zh => format!("响应丢失：{}", said(&lost).of(lang.into())),
    });
    context.say(lang.say(
        "finding out whether the call was executed; this takes up to a minute",
        "正在核实调用是否已执行，最多需要一分钟",
    ));
    let unknown = |why: Text| {
        let mut failure = failed(&lost).outcome_unknown();
        failure.exit = Exit::Unknown;
        let message = &failure.report.message;
        failure.report.message = text!("{message} ({why})", "{message}（{why}）"; message, why);
        failure
    };
    let outcome = until_stopped(context, effect, guard.find_out()).await?;
    match outcome.map_err(|error| unknown(said(&error)))? {
        outcome @ Outcome::Executed { .. } => {
            context.say(verdict(&outcome).of(lang.into()));
            Ok(Sent::Found(shaped(api, action, &guard.found())))
        }
        // A number alone does not prove it: money is protected.
        outcome @ Outcome::NotExecuted { evidence: Evidence::Counter } => Err(unknown(verdict(&outcome))),
        outcome @ Outcome::NotExecuted { .. } => {
            let next = lang.say("run the command again.", "可再次运行命令。");
            let mut failure = Failure::new(Exit::NotNow, String::new()).remedy(next);
            let (lost, outcome) = (said(&lost), verdict(&outcome));
            failure.report.message = text!("{lost}: {outcome}", "{lost}：{outcome}"; lost, outcome);
            Err(failure)
        }
        other => Err(unknown(verdict(&other))),
    }
}

/// What a call through the journal has come to.
///
/// # Errors
///
/// Never, but for a defect of the program.
pub(super) fn of_journal(api: &Api, action: &Action, done: Executed) -> Result<Sent, Failure> {
    match done {
        Executed::Response { reply: Reply::Described(response), .. } => Ok(Sent::Response(response)),
        Executed::Response { .. } => Err(Failure::new(Exit::Failed, "the response is of another call")),
        Executed::Found { items, .. } => Ok(Sent::Found(shaped(api, action, &items))),
    }
}

/// What was found of a call whose response was lost, for actions that the description lacks.
pub(crate) fn lost(found: &[Value]) -> Value {
    json!({ "Outcome": "executed", "Found": found })
}

/// What was found in the form of the response that was lost, as far as a single item of a list has its fields, so that a script finds the id where
/// it expects it.
fn shaped(api: &Api, action: &Action, found: &[Value]) -> Value {
    let mut out = Map::new();
    if let [Value::Object(item)] = found {
        for field in &action.response {
            let inner = || {
                let members = field.kind.structure().map(|name| action.members(api, name)).unwrap_or_default();
                let shared = members.iter().filter_map(|of| Some((of.wire.clone(), item.get(&of.wire)?.clone())));
                Some(shared.collect::<Map<_, _>>()).filter(|shared| !shared.is_empty()).map(Value::Object)
            };
            if let Some(value) = item.get(&field.wire).cloned().or_else(inner) {
                out.insert(field.wire.clone(), value);
            }
        }
    }
    out.insert("Outcome".to_owned(), "executed".into());
    out.insert("Found".to_owned(), json!(found));
    out.into()
}
