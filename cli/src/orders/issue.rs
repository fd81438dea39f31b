//! `cloudcert issue`: the first certificate, or with `--replace` another one. The only command that orders on request.

use super::desk::{self, Office};
use super::entry::{self, Entry};
use super::print;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::reported as exit;
use crate::send::{ask, effect, until_stopped};
use clap::{Arg, ArgAction, ArgMatches, Command};
use cloudcert::api::Effect;
use cloudcert::model;
use cloudcert_orders::config::{Certificate, Flow, KeySource};
use cloudcert_orders::journal::state::State;
use cloudcert_orders::renew::{self, Wish};

/// The command.
pub(super) fn command(lang: Lang) -> Command {
    super::about(lang, "issue", "Orders a certificate, which may cost", "订购证书，可能产生费用")
        .mut_arg("name", |name| name.required(false).required_unless_present(entry::DOMAIN))
        .after_help(lang.say(
            "A deadline is not a failure: exit 8 says that the order exists. Run it again, or let `renew` go on.",
            "到期并非失败：退出码 8 表示订单已存在。再次运行，或由 `renew` 继续。",
        ))
        .arg(Arg::new("replace").long("replace").action(ArgAction::SetTrue).help(lang.say(
            "Orders another certificate although there is one, here or at the cloud",
            "即使此处或云端已有证书也重新订购",
        )))
        .args(entry::options(lang))
        .args(super::waits(lang))
        .arg(super::yes(lang))
}

/// Runs it.
pub(super) async fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let entry = matches.contains_id(entry::DOMAIN).then(|| Entry::of(context, matches)).transpose()?;
    let (config, name) = match &entry {
        Some(entry) => (entry.config.clone(), entry.name.as_str()),
        None => (desk::configuration(context)?, super::text(matches, "name")),
    };
    let certificate = desk::certificate(context, &config, name)?;
    let office = desk::open(context, matches, &config, certificate).await?;
    if let Some(entry) = &entry {
        entry.is_alone(context, &office).await?;
    }
    let last = last(&office).await?;
    let wish = match &last {
        // What was agreed to goes on.
        Some(last) if !last.is_closed() => Wish::Resume,
        Some(_) if !matches.get_flag("replace") => Wish::Issue,
        _ => {
            consent(context, certificate, matches.get_flag("yes"))?;
            if matches.get_flag("replace") { Wish::Replace } else { Wish::Issue }
        }
    };
    if let Some(entry) = &entry {
        entry.save(context)?;
    }
    let desk = office.desk(super::patience(matches));
    let work = renew::certificate(&desk, &office.plan, &office.rules, wish, office.time());
    let line = until_stopped(context, Effect::Read, Box::pin(work)).await?;
    print::lines(context, &[line])
}

/// The last order of a certificate.
pub(super) async fn last(office: &Office) -> Result<Option<State>, Failure> {
    let desk = office.desk(std::time::Duration::ZERO);
    let states = desk.states().await.map_err(|failure| exit::failure(&failure))?;
    Ok(states.into_iter().filter(|state| state.key.certificate == office.plan.name).max_by_key(|state| state.key.cycle))
}

/// Asks for the name of the certificate, after effect and cost from the description.
fn consent(context: &Context, certificate: &Certificate, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    let own = certificate.key != KeySource::Service;
    let action = match certificate.flow {
        Flow::CasPackage if own => "CreateCertificateWithCsrRequest",
        Flow::CasPackage => "CreateCertificateRequest",
        Flow::CasInstance | Flow::Kcm => "ApplyCertificate",
        Flow::Cas2018 => "CreateDVOrderAudit",
    };
    let known = model::api(certificate.flow.api()).and_then(|api| api.action(action));
    let known = known.ok_or_else(|| Failure::new(Exit::Failed, format!("{action} is not in this build")))?;
    let product = certificate.product.as_deref().or(certificate.instance.as_deref()).unwrap_or("-");
    context.say(&format!("{}: {}: {product}", certificate.name, certificate.names.join(", ")));
    ask(context, certificate.name.as_str(), Some(known), effect(known.effect))
}
