//! `cloudcert order`: the journal, for people.

use super::desk::{self, Office};
use super::{print, raw, settled};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::printable;
use crate::reported as exit;
use crate::send::until_stopped;
use clap::{Arg, ArgAction, ArgMatches, Command};
use cloudcert::api::Effect;
use cloudcert_orders::config::Config;
use cloudcert_orders::flow::order::Order;
use cloudcert_orders::journal::event::{Ids, Verdict};
use cloudcert_orders::journal::state::{Call, State};
use cloudcert_orders::journal::{export, export_json};
use cloudcert_orders::{Kind, Name, text};
use serde_json::{Map, Value, json};

/// The command.
pub(super) fn command(lang: Lang) -> Command {
    let name = || {
        Arg::new("name").value_name("NAME").help(lang.say(
            "The certificate of the configuration, or a raw order as `order list` shows it",
            "配置中的证书名称，或 `order list` 所列的单次调用订单",
        ))
    };
    let of = |command: &'static str, en: &'static str, zh: &'static str| {
        let name = name().required(command != "list");
        Command::new(command).about(lang.say(en, zh)).arg(name).arg(crate::state::option(lang))
    };
    let why = || {
        Arg::new("why")
            .long("why")
            .value_name("TEXT")
            .required(true)
            .help(lang.say("Why, for the journal", "写入日志的原因"))
    };
    let json = Arg::new("json-lines")
        .long("json-lines")
        .action(ArgAction::SetTrue)
        .help(lang.say("All that the journal has, an event a line", "日志的全部内容，每行一个事件"));
    Command::new("order")
        .about(lang.say("Shows and settles orders in the journal", "查看并处理日志中的订单"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(of(
            "list",
            "Lists the orders of a certificate, or all of them",
            "列出证书的订单；不指定名称时列出全部订单",
        ))
        .subcommand(of("show", "Shows the events of its last order", "显示其最近订单的事件"))
        .subcommand(of(
            "find-out",
            "Finds out what became of a call, and sends nothing else",
            "核实调用的结果，不发送其他请求",
        ))
        .subcommand(
            of(
                "resolve",
                "Records what you know of a call that nobody could tell about",
                "记录无法核实的调用的实际结果",
            )
            .arg(
                Arg::new("executed")
                    .long("executed")
                    .value_name("ID")
                    .conflicts_with("not-executed")
                    .help(lang.say("It was executed, and the order has this id", "已执行，订单编号为此值")),
            )
            .arg(
                Arg::new("not-executed")
                    .long("not-executed")
                    .action(ArgAction::SetTrue)
                    .required_unless_present("executed")
                    .help(lang.say("It was surely not executed", "确定未执行")),
            )
            .arg(why()),
        )
        .subcommand(
            of("abandon", "Gives an open order up, whatever the cloud has", "放弃未完成的订单，不论云上如何")
                .arg(why())
                .arg(super::yes(lang)),
        )
        .subcommand(
            Command::new("verify")
                .about(lang.say("Checks the journal, and compares it with the cloud", "校验日志并与云上比较"))
                .arg(crate::state::option(lang)),
        )
        .subcommand(of("export", "Prints all events of a certificate", "输出证书的全部事件").arg(json))
}

/// Runs it.
pub(super) async fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let Some((what, matches)) = matches.subcommand() else { return Ok(()) };
    if what == "list" && !matches.contains_id("name") {
        return until_stopped(context, Effect::Read, raw::list(context, matches)).await?;
    }
    let given = matches.try_get_one::<String>("name").ok().flatten();
    if let Some(named) = given.and_then(|name| raw::named(name, what)) {
        let work = Box::pin(raw::run(context, matches, what, &named));
        return until_stopped(context, Effect::Read, work).await?;
    }
    let config = desk::configuration(context)?;
    if what == "verify" {
        return until_stopped(context, Effect::Read, Box::pin(verify(context, matches, &config))).await?;
    }
    let certificate = desk::certificate(context, &config, super::text(matches, "name"))?;
    let office = desk::open(context, matches, &config, certificate).await?;
    let work = async {
        match what {
            "list" => list(context, &office).await,
            "show" => show(context, &office, false).await,
            "export" => show(context, &office, true).await,
            "abandon" => abandon(context, matches, &office).await,
            _ => settle(context, matches, &office, what == "resolve").await,
        }
    };
    if what == "export" && matches.get_flag("json-lines") {
        return lines(context, &office).await;
    }
    until_stopped(context, Effect::Read, work).await?
}

/// The user of the machine.
pub(super) fn who() -> String {
    let set = |name: &str| std::env::var(name).ok().filter(|name| !name.is_empty());
    set("SUDO_USER").or_else(|| set("USER")).or_else(|| set("LOGNAME")).unwrap_or_else(|| "unknown".to_owned())
}

/// The journal has no order of a certificate.
pub(super) fn absent(name: &Name) -> cloudcert_orders::Failure {
    cloudcert_orders::Failure::new(Kind::Forbidden, text!("the journal has no order of it", "日志中没有它的订单"))
        .at(name)
        .remedy(text!(
            "Order it with `cloudcert issue {name}`, or take over what the cloud has with `cloudcert adopt {name}`.",
            "请用 `cloudcert issue {name}` 订购，或用 `cloudcert adopt {name}` 接管云上已有的证书。"
        ))
}

/// The journal has no raw order of a name.
pub(super) fn absent_raw(name: &Name) -> cloudcert_orders::Failure {
    let message = text!("the journal has no order of this name", "日志中没有此名称的订单");
    cloudcert_orders::Failure::new(Kind::Forbidden, message).at(name).remedy(text!(
        "Run `cloudcert order list`, which has the names of all orders at this endpoint.",
        "请运行 `cloudcert order list`，其中有此端点全部订单的名称。"
    ))
}

#[expect(clippy::needless_pass_by_value, reason = "the argument of `map_err`")]
pub(super) fn told(failure: cloudcert_orders::Failure) -> Failure {
    exit::failure(&failure)
}

/// The orders of a certificate.
pub(super) async fn own(office: &Office) -> Result<Vec<State>, Failure> {
    let states = office.desk(std::time::Duration::ZERO).states().await.map_err(told)?;
    Ok(states.into_iter().filter(|state| state.key.certificate == office.plan.name).collect())
}

async fn list(context: &Context, office: &Office) -> Result<(), Failure> {
    let rows = own(office).await?;
    let rows: Vec<Value> = rows.iter().map(row).collect();
    print::rows(context, "orders", rows, &["order", "opened", "status", "ids", "not_after"])
}

/// A row of a table of orders.
pub(super) fn row(state: &State) -> Value {
    let status = match &state.closed {
        _ if state.revocation == Call::Executed => "revoked".into(),
        Some((end, _)) => serde_json::to_value(end).unwrap_or_default(),
        None if state.unknown().is_some() => "unknown".into(),
        None => "open".into(),
    };
    let ids: Vec<String> = state.ids.iter().map(|(name, id)| format!("{name}={id}")).collect();
    json!({
        "order": state.key.to_string(),
        "opened": format!("{:.0}", state.opened_at),
        "status": status,
        "ids": ids.join(" "),
        "account": state.opened.account,
        "endpoint": state.opened.endpoint,
        "not_after": state.issued.as_ref().map(|issued| issued.not_after),
    })
}

async fn show(context: &Context, office: &Office, all: bool) -> Result<(), Failure> {
    let states = own(office).await?;
    let mut text = String::new();
    for state in states.iter().skip(if all { 0 } else { states.len().saturating_sub(1) }) {
        let events = office.journal.events(&state.key).await.map_err(told)?;
        text.push_str(&export(&events, context.lang.into()));
    }
    if text.is_empty() {
        return Err(told(absent(&office.plan.name)));
    }
    context.print_text(&printable::lines(&text))
}

async fn lines(context: &Context, office: &Office) -> Result<(), Failure> {
    let mut text = String::new();
    for state in own(office).await? {
        text.push_str(&export_json(&office.journal.events(&state.key).await.map_err(told)?));
    }
    if text.is_empty() {
        return Err(told(absent(&office.plan.name)));
    }
    context.print_text(&text)
}

async fn settle(context: &Context, matches: &ArgMatches, office: &Office, resolve: bool) -> Result<(), Failure> {
    let desk = office.desk(std::time::Duration::ZERO);
    let order = Order::to_settle(&desk, &office.plan).await.map_err(told)?;
    let Some(mut order) = order else { return Err(told(absent(&office.plan.name))) };
    if !resolve {
        order.find_out_all().await.map_err(told)?;
        return settled::print(context, office, order.state(), Map::new()).await;
    }
    let id = matches.get_one::<String>("executed");
    let ids: Ids = id.map(|id| (desk.cloud.id().to_owned(), id.clone())).into_iter().collect();
    let verdict = if id.is_some() { Verdict::Executed } else { Verdict::NotExecuted };
    if order.state().unknown().is_none() {
        let failure = cloudcert_orders::Failure::new(
            Kind::Invalid,
            text!("no call of the order has an unknown outcome", "订单没有结果未知的调用"),
        );
        let name = &office.plan.name;
        let remedy = text!(
            "See `cloudcert order show {name}` for how far it is.",
            "请用 `cloudcert order show {name}` 查看订单的进度。"
        );
        return Err(told(failure.at(&order.state().key).remedy(remedy)));
    }
    order.resolve(who(), verdict, ids, super::text(matches, "why").to_owned()).await.map_err(told)?;
    settled::print(context, office, order.state(), Map::new()).await
}

async fn abandon(context: &Context, matches: &ArgMatches, office: &Office) -> Result<(), Failure> {
    if !matches.get_flag("yes") {
        return Err(Failure::unconfirmed(context.lang));
    }
    let desk = office.desk(std::time::Duration::ZERO);
    let order = Order::to_settle(&desk, &office.plan).await.map_err(told)?;
    let Some(mut order) = order.filter(|order| !order.state().is_closed()) else {
        let failure =
            cloudcert_orders::Failure::new(Kind::Invalid, text!("no order of it is open", "没有未完成的订单"))
                .at(&office.plan.name);
        return Err(told(failure.remedy(text!(
            "See `cloudcert order list` for how its orders ended.",
            "请用 `cloudcert order list` 查看其订单的结局。"
        ))));
    };
    order.abandon(super::text(matches, "why").to_owned()).await.map_err(told)?;
    settled::print(context, office, order.state(), Map::new()).await
}

/// Compares the ids of the journal with those of the cloud, for all certificates of the configuration. Nothing is ordered. An older copy of the journal
/// counts again only if nothing is missing in it.
async fn verify(context: &Context, matches: &ArgMatches, config: &Config) -> Result<(), Failure> {
    let mut offices = Vec::new();
    let mut strange = Vec::new();
    for certificate in config.certificates.values() {
        let office = desk::open(context, matches, config, certificate).await?;
        office.journal.verify().await.map_err(told)?;
        // Certificates of overlapping names have their orders in one list, and raw orders may be of the same names.
        let states = office.desk(std::time::Duration::ZERO).states().await.map_err(told)?;
        let known: Vec<String> = states.into_iter().flat_map(|state| state.ids.into_values()).collect();
        let listed = office.desk(std::time::Duration::ZERO).cloud.list(&office.plan).await.map_err(told)?;
        let alive = listed.into_iter().filter(|listed| listed.alive);
        strange.extend(alive.map(|listed| listed.ids).filter(|ids| !ids.values().any(|id| known.contains(id))));
        offices.push(office);
    }
    if strange.is_empty() {
        accept(context, config, &offices).await?;
        let done = "the journal is whole, and the cloud has no other orders of these names";
        context.say(context.lang.say(done, "日志完整，云上没有这些域名的其他订单"));
        return Ok(());
    }
    let ids: Vec<String> = strange.into_iter().flat_map(cloudcert_orders::journal::event::Ids::into_values).collect();
    let wrong = context
        .lang
        .say("the cloud has orders of these names that the journal does not know:", "云上有日志未知的订单：");
    Err(Failure::new(Exit::Unknown, format!("{wrong} {}", ids.join(", "))).remedy(context.lang.say(
        "take them over with `cloudcert adopt`, or cancel them in the console.",
        "请用 `cloudcert adopt` 接管，或在控制台取消。",
    )))
}

/// Uses older copies from now on. One with orders of certificates that the configuration lacks was not compared as a whole. Raw orders are settled one
/// by one.
async fn accept(context: &Context, config: &Config, offices: &[Office]) -> Result<(), Failure> {
    for office in offices {
        if office.journal.older_copy().await.map_err(told)?.is_none() {
            continue;
        }
        let states = office.desk(std::time::Duration::ZERO).states().await.map_err(told)?;
        if let Some(state) = states.iter().find(|state| state.key.certificate.is_direct() && !state.is_closed()) {
            let wrong = context.lang.say("is open: settle it first", "尚未结束：请先处理");
            return Err(Failure::new(Exit::Unknown, format!("{}: {wrong}", state.key)).remedy(context.lang.say(
                "run `cloudcert order resolve` or `cloudcert order abandon` with its name.",
                "请对其运行 `cloudcert order resolve` 或 `cloudcert order abandon`。",
            )));
        }
        let orders = states.iter().map(|state| &state.key).filter(|key| !key.certificate.is_direct());
        if let Some(key) = orders.into_iter().find(|key| !config.certificates.contains_key(&key.certificate)) {
            let wrong = context
                .lang
                .say("cannot be compared with the cloud: the configuration lacks it", "无法与云上比较：配置中没有");
            return Err(Failure::new(Exit::Unknown, format!("{key}: {wrong}"))
                .remedy(context.lang.say("put its table back, then run it again.", "请恢复其配置表后重试。")));
        }
        office.journal.accept().await.map_err(told)?;
    }
    Ok(())
}
