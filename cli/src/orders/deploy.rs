//! `cloudcert deploy`: brings the stored certificate to its targets again.

use super::{desk, exit};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::send::until_stopped;
use clap::{Arg, ArgAction, ArgMatches, Command};
use cloudcert::api::Effect;
use cloudcert_orders::flow::order::Order;

/// The command.
pub(super) fn command(lang: Lang) -> Command {
    Command::new("deploy")
        .about(lang.say("Deploys the stored certificate again, and orders nothing", "再次部署已保存的证书，不订购"))
        .arg(super::name(lang))
        .arg(
            Arg::new("target")
                .long("target")
                .value_name("TARGET")
                .action(ArgAction::Append)
                .help(lang.say("Only to this target [default: all]", "仅部署到此目标 [默认：全部]")),
        )
        .arg(super::place::option(lang))
}

/// Runs it.
pub(super) async fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let config = desk::configuration(context)?;
    let certificate = desk::certificate(context, &config, super::text(matches, "name"))?;
    let office = desk::open(context, matches, &config, certificate).await?;
    let known = office.targets();
    let named: Vec<String> = matches.get_many::<String>("target").into_iter().flatten().cloned().collect();
    if let Some(strange) = named.iter().find(|name| !known.contains(name)) {
        let wrong = context.lang.say("is not a target of the certificate; it has", "不是该证书的目标；已有");
        return Err(Failure::new(Exit::Unconfigured, format!("`{strange}` {wrong} {}", known.join(", "))));
    }
    let targets = if named.is_empty() { known } else { named };
    let desk = office.desk(std::time::Duration::ZERO);
    let work = async {
        match Order::resume(&desk, &office.plan).await? {
            Some(mut order) => order.deploy_again(&targets).await,
            None => Err(super::journal::absent(&office.plan.name)),
        }
    };
    until_stopped(context, Effect::Read, work).await?.map_err(|failure| exit::failure(&failure))
}
