//! `cloudcert deploy`: brings a stored certificate to its targets again, the newest one or an older generation.

use super::{desk, settled};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::reported as exit;
use crate::send::until_stopped;
use clap::{Arg, ArgAction, ArgMatches, Command};
use cloudcert::api::Effect;
use cloudcert_orders::flow::again::{self, Again, Deployed};
use serde_json::{Map, Value};

/// The command.
pub(super) fn command(lang: Lang) -> Command {
    Command::new("deploy")
        .about(lang.say("Deploys a stored certificate again, and orders nothing", "再次部署已保存的证书，不订购"))
        .after_help(lang.say(
            "Without --target the store's link `current`, which servers may name, leads to this generation too. An older generation stays deployed \
             until the next certificate, or until `deploy` without --generation.",
            "不加 --target 时，存储中供服务器引用的链接 `current` 也会指向该代证书。旧的一代会保持部署，直到下一张证书签发，或运行不带 --generation 的 `deploy`。",
        ))
        .arg(super::name(lang))
        .arg(
            Arg::new("target")
                .long("target")
                .value_name("TARGET")
                .action(ArgAction::Append)
                .help(lang.say("Only to this target [default: all]", "仅部署到此目标 [默认：全部]")),
        )
        .arg(
            Arg::new("generation")
                .long("generation")
                .value_name("N")
                .value_parser(clap::value_parser!(u32).range(1..))
                .help(lang.say(
                    "This generation, of which the store keeps three [default: the newest]",
                    "部署此代证书，存储保留三代 [默认：最新]",
                )),
        )
        .arg(crate::state::option(lang))
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
    let current = named.is_empty();
    let targets = if current { known } else { named };
    let again = Again { cycle: matches.get_one::<u32>("generation").copied(), targets, current };
    let desk = office.desk(std::time::Duration::ZERO);
    let work = again::deploy(&desk, &office.plan, &again);
    let deployed = until_stopped(context, Effect::Read, work).await?.map_err(|failure| exit::failure(&failure))?;
    settled::print(context, &office, &deployed.state, told(context.lang, &again, &deployed)).await
}

/// What the row has besides the order.
fn told(lang: Lang, again: &Again, deployed: &Deployed) -> Map<String, Value> {
    let name = &deployed.state.key.certificate;
    let cycle = deployed.state.key.cycle;
    let current = match deployed.current_was {
        Some(was) => format!("{was} -> {cycle}"),
        None if again.current => cycle.to_string(),
        None => lang.say("unchanged", "未变").to_owned(),
    };
    let mut row = Map::new();
    row.insert("generation".to_owned(), cycle.into());
    row.insert("current".to_owned(), current.into());
    row.insert("deployed".to_owned(), again.targets.clone().into());
    if !deployed.is_newest {
        let back = lang.say("brings the newest one back", "恢复为最新一代");
        row.insert("next".to_owned(), format!("cloudcert deploy {name} ({back})").into());
    }
    row
}
