//! `cloudcert due`: which certificates are due. Nothing is sent but the question whose account it is.

use super::{desk, print};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use clap::{Arg, ArgAction, ArgMatches, Command};
use cloudcert_orders::config::{Certificate, Config};
use cloudcert_orders::due::{Life, when};
use cloudcert_orders::journal::state::{Call, State};
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
            "Ends with 20 if something is due, 21 if it expires within 14 days, 22 within 3 days",
            "有证书到期时退出码为 20，14 天内过期为 21，3 天内过期为 22",
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
        _ => context.lang.say("a certificate is due", "有证书需要续期"),
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
    let own = states.iter().filter(|state| state.key.certificate == office.plan.name);
    let issued = own.filter_map(|state| Some((state, state.issued.as_ref()?)));
    let name = certificate.name.as_str();
    let Some((state, issued)) = issued.max_by_key(|(_, issued)| issued.not_after) else {
        return Ok((
            json!({ "name": name, "is_due": false, "why": context.lang.say("it has no certificate yet", "尚无证书") }),
            Exit::Done,
        ));
    };
    let life = life(state, issued.not_before, issued.not_after);
    let now = office.time();
    let due = when(life, office.rules.before, &certificate.name, &state.opened.account, now).map_err(told)?;
    let left = issued.not_after.duration_since(now);
    let exit = if left < CRITICAL {
        Exit::Critical
    } else if left < WARNING {
        Exit::Expiring
    } else if due.is_due {
        Exit::Due
    } else {
        Exit::Done
    };
    let row = json!({
        "name": name,
        "order": state.key.to_string(),
        "not_after": issued.not_after,
        "due": due.at,
        "is_due": due.is_due,
        "why": due.why.of(context.lang.into()),
    });
    Ok((row, exit))
}

fn life(state: &State, not_before: Timestamp, not_after: Timestamp) -> Life {
    Life { not_before, not_after, revoked: state.revocation == Call::Executed }
}
