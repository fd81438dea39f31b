//! `cloudcert cancel`: withdraws an order that has no certificate yet.

use super::{desk, settled};
use crate::context::Context;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::reported as exit;
use crate::send::{ask, until_stopped};
use clap::{ArgMatches, Command};
use cloudcert::api::Effect;
use cloudcert_orders::flow::order::Order;
use serde_json::Map;

/// The command.
pub(super) fn command(lang: Lang) -> Command {
    super::about(lang, "cancel", "Withdraws the open order of a certificate", "撤销证书的未完成订单")
        .arg(super::yes(lang))
}

/// Runs it.
pub(super) async fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let office = desk::named(context, matches).await?;
    if !matches.get_flag("yes") {
        ask(context, office.plan.name.as_str(), None, Effect::SubmitOnce)?;
    }
    let desk = office.desk(std::time::Duration::ZERO);
    let work = async {
        match Order::resume(&desk, &office.plan).await? {
            Some(mut order) => order.cancel().await.map(|()| order.state().clone()),
            None => Err(super::journal::absent(&office.plan.name)),
        }
    };
    let state = until_stopped(context, Effect::Read, work).await?.map_err(|failure| exit::failure(&failure))?;
    settled::print(context, &office, &state, Map::new()).await
}
