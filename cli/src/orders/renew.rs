//! `cloudcert renew`, which a timer runs, and `resume` and `fetch` for one certificate.

use super::replace::replace;
use super::{after, desk, print};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::printable;
use crate::reported as exit;
use crate::send::until_stopped;
use clap::{Arg, ArgAction, ArgMatches, Command};
use cloudcert::api::Effect;
use cloudcert_orders::Name;
use cloudcert_orders::config::{Certificate, Config};
use cloudcert_orders::renew::report::{Line, Report, VERSION};
use cloudcert_orders::renew::{self, BUDGET, Wish};
use std::path::Path;
use std::time::{Duration, Instant};

/// The command.
pub(super) fn command(lang: Lang) -> Command {
    Command::new("renew")
        .about(lang.say(
            "Goes on with open orders, deploys what is outstanding, orders what is due",
            "继续未完成的订单，部署待部署的证书，订购到期的证书",
        ))
        .after_help(lang.say(
            "It orders only where the configuration says `renew = { auto = true }`, and never the first certificate.",
            "仅在配置写明 `renew = { auto = true }` 时订购，且从不订购首张证书。",
        ))
        .arg(
            Arg::new("names")
                .value_name("NAME")
                .action(ArgAction::Append)
                .help(lang.say("Only these certificates [default: all]", "仅这些证书 [默认：全部]")),
        )
        .arg(
            Arg::new("budget")
                .long("budget")
                .value_name("DURATION")
                .value_parser(move |text: &str| crate::duration::parse(text, lang))
                .help(
                    lang.say("How long the run may wait in all [default: 10m]", "整次运行的最长等待时间 [默认：10m]"),
                ),
        )
        .arg(
            Arg::new("report")
                .long("report")
                .value_name("FILE")
                .help(lang.say("Writes a report as JSON into this file", "将 JSON 报告写入此文件")),
        )
        .arg(Arg::new("metrics").long("metrics").value_name("FILE").help(lang.say(
            "Replaces this file by metrics of this machine and of the run, for a collector of text files",
            "将本机及本次运行的指标写入此文件（整体替换），供文本采集器读取",
        )))
        .arg(crate::state::option(lang))
}

/// `resume`.
pub(super) fn resume(lang: Lang) -> Command {
    Command::new("resume")
        .about(lang.say("Goes on with the order of a certificate, and orders nothing", "继续某证书的订单，不订购新的"))
        .arg(super::name(lang))
        .args(super::waits(lang))
        .arg(crate::state::option(lang))
}

/// `fetch`.
pub(super) fn fetch(lang: Lang) -> Command {
    Command::new("fetch")
        .about(lang.say(
            "Fetches the newest certificate of a known order, and orders nothing",
            "获取已知订单的最新证书，不订购",
        ))
        .arg(super::name(lang))
        .args(super::waits(lang))
        .arg(crate::state::option(lang))
}

/// Runs `renew`.
pub(super) async fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let began = jiff::Timestamp::now();
    let config = desk::read(context)?;
    let named = print::names(matches);
    let chosen: Vec<&Certificate> = match named.as_slice() {
        [] => config.certificates.values().collect(),
        some => some.iter().map(|name| desk::certificate(context, &config, name)).collect::<Result<_, _>>()?,
    };
    let (lines, failed) = match config.check_files() {
        Ok(()) => Box::pin(each(context, matches, &config, &chosen)).await?,
        Err(found) if chosen.is_empty() => return Err(exit::all(&found)),
        // All of them stop, and whoever is told of runs hears of it.
        Err(found) => {
            let reported = exit::reported(&exit::all(&found));
            let stopped = |one: &&Certificate| Line::stopped(one.name.clone(), one.names.clone(), &reported);
            (chosen.iter().map(stopped).collect(), Vec::new())
        }
    };
    let report = Report { version: VERSION, began, ended: jiff::Timestamp::now(), certificates: lines };
    let written = match matches.get_one::<String>("report") {
        Some(file) => write(context, Path::new(file), &report),
        None => Ok(()),
    };
    let came_to = print(context, &report.certificates, failed);
    let all = named.is_empty();
    let ended = after::Ended { context, matches, config: &config, chosen: &chosen, all, report: &report };
    let followed = Box::pin(ended.follow()).await;
    let mut outcome = came_to;
    for failure in [written.err(), followed.err()].into_iter().flatten() {
        if outcome.is_ok() {
            outcome = Err(failure);
        } else {
            // What the run came to counts more.
            context.say(&failure.text(context.lang));
        }
    }
    outcome
}

/// Those that could not be worked on, and why.
type Failed = Vec<(Name, Failure)>;

/// Works on certificates, one after the other.
async fn each(
    context: &Context,
    matches: &ArgMatches,
    config: &Config,
    chosen: &[&Certificate],
) -> Result<(Vec<Line>, Failed), Failure> {
    let until = Instant::now() + matches.get_one::<Duration>("budget").copied().unwrap_or(BUDGET);
    let (mut lines, mut failed) = (Vec::new(), Vec::new());
    for certificate in chosen {
        match Box::pin(one(context, matches, config, certificate, Wish::Renew, until)).await {
            Ok(line) => lines.push(line),
            Err(failure) if failure.exit == Exit::Interrupted || failure.exit == Exit::Terminated => {
                return Err(failure);
            }
            // One failure stops one certificate, never the run.
            Err(failure) => {
                let reported = exit::reported(&failure);
                lines.push(Line::stopped(certificate.name.clone(), certificate.names.clone(), &reported));
                failed.push((certificate.name.clone(), failure));
            }
        }
    }
    Ok((lines, failed))
}

/// Prints what became of the certificates, and the whole of what stopped those that could not be worked on.
fn print(context: &Context, lines: &[Line], mut failed: Failed) -> Result<(), Failure> {
    let came_to = print::lines(context, lines);
    let only = failed.len() == lines.len();
    match (came_to, failed.pop()) {
        (Err(made), Some((_, last))) if only && made.exit == last.exit => {
            say(context, &failed);
            Err(last)
        }
        (came_to, last) => {
            failed.extend(last);
            say(context, &failed);
            came_to
        }
    }
}

fn say(context: &Context, failed: &[(Name, Failure)]) {
    for (name, failure) in failed {
        context.say(&format!("{name}: {}", failure.text(context.lang)));
    }
}

/// Runs `resume` and `fetch`.
pub(super) async fn run_one(context: &Context, matches: &ArgMatches, wish: Wish) -> Result<(), Failure> {
    let config = desk::configuration(context)?;
    let certificate = desk::certificate(context, &config, super::text(matches, "name"))?;
    let until = Instant::now() + super::patience(matches);
    let line = Box::pin(one(context, matches, &config, certificate, wish, until)).await?;
    print::lines(context, &[line])
}

async fn one(
    context: &Context,
    matches: &ArgMatches,
    config: &Config,
    certificate: &Certificate,
    wish: Wish,
    until: Instant,
) -> Result<Line, Failure> {
    let office = desk::open(context, matches, config, certificate).await?;
    let desk = office.desk(until.saturating_duration_since(Instant::now()));
    let work = renew::certificate(&desk, &office.plan, &office.rules, wish, office.time());
    until_stopped(context, Effect::Read, Box::pin(work)).await
}

/// Writes the report.
fn write(context: &Context, file: &Path, report: &Report) -> Result<(), Failure> {
    let lang = context.lang;
    let text = format!("{}\n", printable::json(&report.json(lang.into()), true));
    replace(file, &text).map_err(|error| {
        let wrong = lang.say("the report cannot be written:", "无法写入报告：");
        Failure::new(Exit::Failed, format!("{wrong} {}: {}", file.display(), lang.system(&error)))
    })
}

/// Goes on with an order after a person has changed something about it.
pub(super) fn ended(ended: cloudcert_orders::flow::report::Ended) -> Result<(), Failure> {
    match ended {
        cloudcert_orders::flow::report::Ended::Closed(_) => Ok(()),
        cloudcert_orders::flow::report::Ended::Stopped(failure) => Err(exit::failure(&failure)),
    }
}
