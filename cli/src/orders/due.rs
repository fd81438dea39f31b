//! `cloudcert due`: which certificates are due. Nothing is sent but the question whose account it is.

use super::{desk, print};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use clap::{Arg, ArgAction, ArgMatches, Command};
use cloudcert_orders::config::{Certificate, Config};
use cloudcert_orders::due::{Life, when};
use cloudcert_orders::journal::state::{Call, State, newest};
use cloudcert_orders::{Text, text};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// A certificate that expires within this time is a warning.
const WARNING: SignedDuration = SignedDuration::from_hours(14 * 24);
/// One that expires within this time is critical.
const CRITICAL: SignedDuration = SignedDuration::from_hours(3 * 24);

/// The command.
pub(super) fn command(lang: Lang) -> Command {
    Command::new("due")
        .about(lang.say("Shows which certificates are due", "显示哪些证书需要续期"))
        .arg(
            Arg::new("names")
                .value_name("NAME")
                .action(ArgAction::Append)
                .help(lang.say("Only these certificates [default: all]", "仅这些证书 [默认：全部]")),
        )
        .arg(Arg::new("exit-code").long("exit-code").action(ArgAction::SetTrue).help(lang.say(
            "Ends with 20 if something is due, is not there yet or is not known, 21 if it expires within 14 days, 22 within 3 days",
            "有证书需要续期、尚无证书或订单待核实时退出码为 20，14 天内过期为 21，3 天内过期为 22",
        )))
        .arg(crate::state::option(lang))
}

/// Runs it.
pub(super) async fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let config = desk::configuration(context)?;
    let named = print::names(matches);
    let chosen: Vec<&Certificate> = match named.as_slice() {
        [] => config.certificates.values().collect(),
        some => some.iter().map(|name| desk::certificate(context, &config, name)).collect::<Result<_, _>>()?,
    };
    let (mut rows, mut worst) = (Vec::new(), Exit::Done);
    for certificate in chosen {
        let (row, exit) = row(context, matches, &config, certificate).await?;
        rows.push(row);
        if exit.code() > worst.code() {
            worst = exit;
        }
    }
    print::rows(context, "certificates", rows, &["name", "order", "not_after", "due", "is_due", "why"])?;
    if worst == Exit::Done || !matches.get_flag("exit-code") {
        return Ok(());
    }
    let message = match worst {
        Exit::Critical => {
            context.lang.say("a certificate expires within 3 days, or has expired", "有证书将在 3 天内过期或已过期")
        }
        Exit::Expiring => context.lang.say("a certificate expires within 14 days", "有证书将在 14 天内过期"),
        _ => context.lang.say(
            "a certificate is due or not there yet, or nobody knows what became of its order",
            "有证书需要续期或尚无证书，或订单待核实",
        ),
    };
    Err(Failure::new(worst, message))
}

async fn row(
    context: &Context,
    matches: &ArgMatches,
    config: &Config,
    certificate: &Certificate,
) -> Result<(Value, Exit), Failure> {
    let office = desk::open(context, matches, config, certificate).await?;
    let desk = office.desk(std::time::Duration::ZERO);
    let told = |failure: cloudcert_orders::Failure| crate::reported::failure(&failure);
    let states = desk.states().await.map_err(told)?;
    let name = certificate.name.as_str();
    let own = states.iter().filter(|state| state.key.certificate == certificate.name);
    let last = own.max_by_key(|state| state.key.cycle);
    let lang: cloudcert_orders::base::text::Lang = context.lang.into();
    let Some((state, issued)) = newest(&states, &certificate.name) else {
        let why = missing(name, last);
        let order = last.map(|last| last.key.to_string());
        return Ok((json!({ "name": name, "order": order, "is_due": true, "why": why.of(lang) }), Exit::Due));
    };
    let life = life(state, issued.not_before, issued.not_after);
    let now = office.time();
    let due = when(life, office.rules.before, &certificate.name, &state.opened.account, now).map_err(told)?;
    let left = issued.not_after.duration_since(now);
    let exit = if left < CRITICAL {
        Exit::Critical
    } else if left < WARNING {
        Exit::Expiring
    } else if due.is_due || last.is_some_and(|last| last.unknown().is_some()) {
        Exit::Due
    } else {
        Exit::Done
    };
    let why = match last.and_then(unfinished) {
        Some(open) => {
            let why = due.why;
            text!("{why}; {open}", "{why}；{open}"; why, open)
        }
        None => due.why,
    };
    let row = json!({
        "name": name,
        "order": state.key.to_string(),
        "not_after": issued.not_after,
        "due": due.at,
        "is_due": due.is_due,
        "why": why.of(lang),
    });
    Ok((row, exit))
}

/// Why a certificate is missing, and what to do about it.
fn missing(name: &str, last: Option<&State>) -> Text {
    let Some(last) = last else {
        return text!(
            "it was never ordered: run `cloudcert issue {name}`, or take over what the cloud has with `cloudcert adopt {name}`",
            "从未订购：请运行 `cloudcert issue {name}`，或用 `cloudcert adopt {name}` 接管云上已有的证书"
        );
    };
    if let Some(open) = unfinished(last) {
        return text!("it has no certificate yet: {open}", "尚无证书：{open}"; open);
    }
    let key = &last.key;
    let why = last.closed.as_ref().map(|(_, why)| why.clone()).unwrap_or_default();
    text!("it has no certificate: the order {key} has ended: {why}", "没有证书：订单 {key} 已结束：{why}"; why)
}

/// What to do about an order that is open, or has a call whose outcome is unknown.
fn unfinished(last: &State) -> Option<Text> {
    let (key, name) = (&last.key, &last.key.certificate);
    if last.unknown().is_some() {
        return Some(text!(
            "nobody knows what became of the order {key}: run `cloudcert order find-out {name}`",
            "无法判断订单 {key} 的结果：请运行 `cloudcert order find-out {name}`"
        ));
    }
    (!last.is_closed()).then(|| {
        text!(
            "the order {key} is open: `cloudcert resume {name}` goes on with it",
            "订单 {key} 未完成：可用 `cloudcert resume {name}` 继续"
        )
    })
}

fn life(state: &State, not_before: Timestamp, not_after: Timestamp) -> Life {
    Life { not_before, not_after, revoked: state.revocation == Call::Executed }
}
