//! Calls that cost or submit something go through the journal: a second run knows what became of the first.

use super::guarded::{Sent, shaped};
use super::until_stopped;
use crate::context::Context;
use crate::failure::Failure;
use crate::{reported, state};
use cloudcert::api::Effect;
use cloudcert::dynamic::{Client, Request};
use cloudcert::model::{Action, Api};
use cloudcert::{CallOptions, Error};
use cloudcert_orders::base::watch::Watched;
use cloudcert_orders::cloud::fence::Fence;
use cloudcert_orders::cloud::session::Session;
use cloudcert_orders::direct::{Direct, Executed};
use std::io::Write;

/// Whether calls of this effect go through the journal.
pub(super) fn is_needed(effect: Effect) -> bool {
    matches!(effect, Effect::Order | Effect::SubmitOnce | Effect::Unknown)
}

/// Sends a call. If an earlier run has sent the same and its outcome is not known, finds that out first.
///
/// # Errors
///
/// Exit 4 if the journal cannot be opened, before anything is sent; exit 7 if nobody can tell whether it was executed; those of probes and call.
pub(super) async fn send(
    context: &Context,
    client: &Client,
    (api, action, request): (&Api, &Action, &Request),
    (options, extra): (CallOptions, Vec<(String, String)>),
    failed: &dyn Fn(&Error) -> Failure,
) -> Result<Sent, Failure> {
    let journal = state::of_calls(context, &client.endpoint()).await?;
    let keys = client.credentials().await.map_err(|error| failed(&error))?;
    let account = format!("key:{}", keys.access_key_id());
    let config = context.client_config(&api.id, None)?;
    let session = Session::open(&api.id, config, Fence::default(), account, context.region.clone()).await;
    let session = session.map_err(|failure| reported::failure(&failure))?;
    let direct = Direct {
        journal: journal.as_ref(),
        session: &session,
        watch: Watched::default(),
        probes: None,
        options,
        timeout: context.timeout,
        extra,
    };
    let text = context.lang.say(
        "the response was lost: finding out whether the call was executed; this takes up to a minute",
        "响应丢失：正在核实调用是否已执行，最多需要一分钟",
    );
    let told = || {
        // Nothing can be done about a closed standard error.
        let _ = writeln!(std::io::stderr(), "{text}");
    };
    match until_stopped(context, request.effect(), direct.send(request, &told)).await? {
        Ok(Executed::Response(response)) => Ok(Sent::Response(response)),
        Ok(Executed::Found { items, why }) => {
            context.say(&why);
            Ok(Sent::Found(shaped(api, action, &items)))
        }
        Err(failure) => Err(reported::failure(&failure).explained(&api.id, context.lang)),
    }
}
