//! `cloudcert cancel`: withdraws an order that has no certificate yet.

use super::{desk, exit};
use crate::context::Context;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::send::{ask, until_stopped};
use clap::{ArgMatches, Command};
use cloudcert::api::Effect;
use cloudcert_orders::flow::order::Order;

/// The command.
pub(super) fn command(lang: Lang) -> Command {
    Command::new("cancel")
        .about(lang.say("Withdraws the open order of a certificate", "撤销证书的未完成订单"))
        .arg(super::name(lang))
        .arg(super::yes(lang))
        .arg(super::place::option(lang))
}

/// Runs it.
pub(super) async fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let config = desk::configuration(context)?;
    let certificate = desk::certificate(context, &config, super::text(matches, "name"))?;
    let office = desk::open(context, matches, &config, certificate).await?;
    if !matches.get_flag("yes") {
        ask(context, certificate.name.as_str(), None, Effect::SubmitOnce)?;
    }
    let desk = office.desk(std::time::Duration::ZERO);
    let work = async {
        match Order::resume(&desk, &office.plan).await? {
            Some(mut order) => order.cancel().await,
            None => Err(super::journal::absent(&office.plan.name)),
        }
    };
    until_stopped(context, Effect::Read, work).await?.map_err(|failure| exit::failure(&failure))
}
