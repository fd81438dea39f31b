//! Calls that cost or submit something go through the journal: a second run knows what became of the first.

use super::until_stopped;
use crate::context::Context;
use crate::failure::Failure;
use crate::{reported, state};
use cloudcert::CallOptions;
use cloudcert::api::Effect;
use cloudcert::model::Action;
use cloudcert_orders::base::watch::Watched;
use cloudcert_orders::cloud::what::What;
use cloudcert_orders::direct::{Direct, Executed};
use std::io::Write;

/// Whether calls of this effect go through the journal: a second one may cost or submit again.
pub(crate) fn is_needed(effect: Effect) -> bool {
    matches!(effect, Effect::Order | Effect::SubmitOnce | Effect::Unknown)
}

/// Whether any call of an action goes through the journal.
pub(crate) fn has_needed(action: &Action) -> bool {
    let conditional = action.effect_when.iter().map(|(_, effect)| *effect);
    conditional.chain([action.effect]).any(|effect| is_needed(super::effect(effect)))
}

/// Sends a call. If an earlier run has sent the same and its outcome is not known, finds that out first.
///
/// # Errors
///
/// Exit 4 if the journal cannot be opened, before anything is sent; exit 7 if nobody can tell whether it was executed; those of probes and call.
pub(crate) async fn send(
    context: &Context,
    (what, effect): (&What, Effect),
    (options, extra): (CallOptions, Vec<(String, String)>),
) -> Result<Executed, Failure> {
    let lang = context.lang;
    let endpoint = context.client(what.api())?.endpoint();
    let journal = state::of_calls(context, &endpoint).await?;
    let session = until_stopped(context, Effect::Read, state::session(context, what.api(), None)).await??;
    let direct = Direct {
        journal: journal.as_ref(),
        session: &session,
        watch: Watched::default(),
        probes: None,
        options,
        timeout: context.timeout,
        extra,
    };
    let text = lang.say(
        "the response was lost: finding out whether the call was executed; this takes up to a minute",
        "响应丢失：正在核实调用是否已执行，最多需要一分钟",
    );
    let told = || {
        // Nothing can be done about a closed standard error.
        let _ = writeln!(std::io::stderr(), "{text}");
    };
    let sent = until_stopped(context, effect, direct.send(what, &told)).await?;
    let executed = sent.map_err(|failure| reported::failure(&failure).explained(what.api(), lang))?;
    if let Executed::Response { unrecorded: Some(why), .. } | Executed::Found { unrecorded: Some(why), .. } = &executed
    {
        let wrong =
            lang.say("the call was executed, but the journal could not record it:", "调用已执行，但未能写入日志：");
        context.say(&format!("{wrong} {}", why.whole().of(lang.into())));
    }
    if let Executed::Found { why, .. } = &executed {
        context.say(why.of(lang.into()));
    }
    Ok(executed)
}
