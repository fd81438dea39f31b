//! `cloudcert revoke`: revokes the newest certificate or the one of a named order, for good.

use super::{desk, settled};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{Sources, material};
use crate::lang::Lang;
use crate::options::Material;
use crate::reported as exit;
use crate::send::{ask, until_stopped};
use clap::{Arg, ArgAction, ArgMatches, Command};
use cloudcert::api::Effect;
use cloudcert_orders::config::Flow;
use cloudcert_orders::flow::order::Order;
use cloudcert_orders::journal::state::{Call, Deployment, Done, State};
use cloudcert_orders::{Kind, Name, text};
use serde_json::Map;

/// The largest picture that the service takes, in bytes.
const LARGEST: usize = 600 * 1024;

/// The command.
pub(super) fn command(lang: Lang) -> Command {
    super::about(lang, "revoke", "Revokes the newest certificate, for good", "吊销最新的证书，不可撤销")
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
        .arg(
            Arg::new("order")
                .long("order")
                .value_name("N")
                .value_parser(clap::value_parser!(u32).range(1..))
                .help(lang.say("The certificate of this order [default: the newest]", "此订单的证书 [默认：最新]")),
        )
        .arg(Arg::new(LETTER).long(LETTER).value_name("FILE").help(lang.say(
            "The picture of the signed letter that Kingsoft Cloud wants, but for Sectigo: at most 600 KB; `-` reads standard input",
            "金山云要求的吊销信函图片，Sectigo 证书除外，不超过 600 KB；`-` 表示标准输入",
        )))
        .arg(super::yes(lang))
}

/// The option with the letter.
const LETTER: &str = "revoke-letter";

/// The letter in base64. It goes to the service alone: no journal and no message has it.
fn letter(context: &Context, matches: &ArgMatches, takes: bool) -> Result<Option<String>, Failure> {
    let Some(file) = matches.get_one::<String>(LETTER) else { return Ok(None) };
    let lang = context.lang;
    let wrong = |exit, message: String| Failure::new(exit, format!("--{LETTER} {message}"));
    if !takes {
        let message = lang.say("has no effect: only Kingsoft Cloud takes a letter", "无效：只有金山云接受吊销信函");
        return Err(wrong(Exit::Usage, message.to_owned()));
    }
    let (mut stdin, variable) = (std::io::stdin().lock(), |_: &str| None);
    let mut sources = Sources::new(&mut stdin, &variable, lang);
    let read = material::read(LETTER, file, Material::Image, &mut sources);
    let text = read.map_err(|message| wrong(Exit::Invalid, message))?;
    if text.len() / 4 * 3 > LARGEST {
        let message = lang.say("must be at most 600 KB", "不得超过 600 KB");
        return Err(wrong(Exit::Invalid, message.to_owned()));
    }
    Ok(Some(text))
}

/// Runs it.
pub(super) async fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let lang = context.lang;
    let mut office = desk::named(context, matches).await?;
    office.plan.revoke_letter = letter(context, matches, office.flow == Flow::Kcm)?;
    let states = super::journal::own(&office).await?;
    let Some(chosen) = chosen(&states, matches.get_one::<u32>("order").copied()) else {
        return Err(unknown(&office.plan.name, &states));
    };
    if needs_successor(chosen, &states) && !matches.get_flag("even-if-deployed") {
        let wrong = lang.say(
            "the certificate is deployed and has no successor, so nothing was sent",
            "证书已部署且没有替代证书，因此未发送",
        );
        let (name, cycle) = (&chosen.key.certificate, chosen.key.cycle);
        let remedy = match lang {
            Lang::En => format!(
                "order another one with `cloudcert issue {name} --replace`, then add --order {cycle} to this command; or add --even-if-deployed."
            ),
            Lang::Zh => format!(
                "请先用 `cloudcert issue {name} --replace` 订购新证书，再添加 --order {cycle} 运行此命令；或添加 --even-if-deployed。"
            ),
        };
        return Err(Failure::new(Exit::Unconfirmed, format!("{}: {wrong}", chosen.key)).remedy(remedy));
    }
    let cycle = chosen.key.cycle;
    if !matches.get_flag("yes") {
        context.say(crate::help::for_good(lang));
        ask(context, office.plan.name.as_str(), None, Effect::SubmitOnce)?;
    }
    let desk = office.desk(std::time::Duration::ZERO);
    let work = async {
        match Order::of_cycle(&desk, &office.plan, cycle).await? {
            Some(mut order) => order.revoke(super::text(matches, "reason")).await.map(|()| order.state().clone()),
            None => Err(super::journal::absent(&office.plan.name)),
        }
    };
    let state = until_stopped(context, Effect::Read, work).await?.map_err(|failure| exit::failure(&failure))?;
    settled::print(context, &office, &state, Map::new()).await
}

/// The order that was named, else the one with the newest certificate, else the last one, which says that it has none.
fn chosen(states: &[State], named: Option<u32>) -> Option<&State> {
    if let Some(cycle) = named {
        return states.iter().find(|state| state.key.cycle == cycle);
    }
    let issued = states.iter().filter_map(|state| Some((state, state.issued.as_ref()?.not_after)));
    let newest = issued.max_by_key(|(state, end)| (*end, state.key.cycle)).map(|(state, _)| state);
    newest.or_else(|| states.iter().max_by_key(|state| state.key.cycle))
}

/// Whether a server may show the certificate, and no later one took its place.
fn needs_successor(chosen: &State, states: &[State]) -> bool {
    let is_deployed = chosen.deployments.values().any(|one| matches!(one, Deployment::Done { .. }));
    let follows = |state: &&State| {
        state.key.cycle > chosen.key.cycle && state.stored == Done::Yes && state.revocation != Call::Executed
    };
    is_deployed && chosen.revocation != Call::Executed && !states.iter().any(|state| follows(&state))
}

/// The journal has no such order.
fn unknown(name: &Name, states: &[State]) -> Failure {
    if states.is_empty() {
        return exit::failure(&super::journal::absent(name));
    }
    let known: Vec<String> = states.iter().map(|state| state.key.cycle.to_string()).collect();
    let message = text!("the journal has no order of this number", "日志中没有此序号的订单");
    let remedy = text!(
        "Name one of {}, as `cloudcert order list` shows them.",
        "请指定 {} 之一，见 `cloudcert order list`。",
        known.join(", ")
    );
    exit::failure(&cloudcert_orders::Failure::new(Kind::Invalid, message).at(name).remedy(remedy))
}
