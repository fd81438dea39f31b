//! `cloudcert revoke`: revokes the certificate of the last order, for good.

use super::{desk, exit};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::send::{ask, until_stopped};
use clap::{Arg, ArgAction, ArgMatches, Command};
use cloudcert::api::Effect;
use cloudcert_orders::flow::order::Order;
use cloudcert_orders::journal::state::Deployment;

/// The command.
pub(super) fn command(lang: Lang) -> Command {
    Command::new("revoke")
        .about(lang.say("Revokes the newest certificate, for good", "吊销最新的证书，不可撤销"))
        .arg(super::name(lang))
        .arg(
            Arg::new("reason")
                .long("reason")
                .value_name("TEXT")
                .required(true)
                .help(lang.say("Why, as the service gets it", "吊销原因，将发送给服务")),
        )
        .arg(Arg::new("even-if-deployed").long("even-if-deployed").action(ArgAction::SetTrue).help(
            lang.say("Revokes it although it is deployed and has no successor", "即使已部署且没有替代证书也吊销"),
        ))
        .arg(super::yes(lang))
        .arg(super::place::option(lang))
}

/// Runs it.
pub(super) async fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let lang = context.lang;
    let config = desk::configuration(context)?;
    let certificate = desk::certificate(context, &config, super::text(matches, "name"))?;
    let office = desk::open(context, matches, &config, certificate).await?;
    let last = super::issue::last(&office).await?;
    let is_deployed = |last: &cloudcert_orders::journal::state::State| {
        last.deployments.values().any(|deployment| matches!(deployment, Deployment::Done { .. }))
    };
    if last.as_ref().is_some_and(is_deployed) && !matches.get_flag("even-if-deployed") {
        let wrong = lang.say(
            "the certificate is deployed and has no successor, so nothing was sent",
            "证书已部署且没有替代证书，因此未发送",
        );
        return Err(Failure::new(Exit::Unconfirmed, wrong).remedy(lang.say(
            "order another one with `cloudcert issue --replace`, or add --even-if-deployed.",
            "请先用 `cloudcert issue --replace` 订购新证书，或添加 --even-if-deployed。",
        )));
    }
    if !matches.get_flag("yes") {
        context.say(crate::help::for_good(lang));
        ask(context, certificate.name.as_str(), None, Effect::SubmitOnce)?;
    }
    let desk = office.desk(std::time::Duration::ZERO);
    let work = async {
        match Order::resume(&desk, &office.plan).await? {
            Some(mut order) => order.revoke(super::text(matches, "reason")).await,
            None => Err(super::journal::absent(&office.plan.name)),
        }
    };
    until_stopped(context, Effect::Read, work).await?.map_err(|failure| exit::failure(&failure))
}
